"""Adopt payments that came in elsewhere, in bulk: an import, the demo community."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.payments.model.sandbox import NAME, card
from skillhall.payments.quote import Purpose, QuoteLine
from skillhall.payments.store import methods
from skillhall.payments.store.methods import Method
from skillhall.payments.store.payments import adopt_rows
from skillhall.payments.store.sandbox_adopted import adopt_charges

OK: Final = "tok_ok"


class Adopted(Struct, frozen=True, kw_only=True):
    """A payment that has succeeded at `at`. `provider` is its name ("sandbox"), `ref` what that party calls it."""

    id: UUID
    payer_id: UUID
    payee_id: UUID | None
    purpose: Purpose
    subject: Subject
    title: str
    amount: int
    asset: str
    provider: str
    ref: str
    at: datetime
    fee: int = 0
    hold_id: UUID | None = None
    provider_fee: int = 0
    lines: tuple[QuoteLine, ...] = ()


async def adopt(tx: Tx, rows: Sequence[Adopted]) -> None:
    """Store them as paid. Nothing is posted or told: the caller's history has done that."""
    stored = [_row(one) for one in rows]
    await adopt_rows(tx, stored)
    await adopt_charges(tx, stored)


async def adopt_cards(tx: Tx, since: Mapping[UUID, datetime]) -> None:
    """Give each of these accounts, which have none, the card of the sandbox's bank that always works."""
    facts = card(OK, OK, "")
    rows = [
        Method(
            id=derived("adopted method", account_id), account_id=account_id, provider=NAME, token=OK, kind=facts.kind, brand=facts.brand,
            last4=facts.last4, exp_month=facts.exp_month, exp_year=facts.exp_year, is_default=True, created_at=at,
        )
        for account_id, at in since.items()
    ]  # fmt: skip
    await methods.adopt(tx, rows)


def _row(one: Adopted) -> dict[str, object]:
    return {
        "id": one.id,
        "payer_id": one.payer_id,
        "payee_id": one.payee_id,
        "purpose": one.purpose,
        "subject_kind": one.subject.kind,
        "subject_id": one.subject.id,
        "title": one.title,
        "amount": one.amount,
        "asset": one.asset,
        "fee": one.fee,
        "lines": one.lines or (QuoteLine(text=one.title, quantity=1, net=one.amount),),
        "hold_id": one.hold_id,
        "provider": one.provider,
        "ref": one.ref,
        "provider_fee": one.provider_fee,
        "at": one.at,
    }
