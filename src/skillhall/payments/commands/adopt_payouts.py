"""Adopt payout accounts and payouts that were made elsewhere, in bulk: an import, the demo community."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Transfer, refund, set_aside
from skillhall.payments.model.payout import PAYOUT, Payout, PayoutAccount, State
from skillhall.payments.model.sandbox import NAME
from skillhall.payments.ports import account_of
from skillhall.payments.store import payouts

DESTINATION: Final = "ba_ok"
UNDERWAY: Final = timedelta(minutes=5)


class AdoptedEarner(Struct, frozen=True, kw_only=True):
    """A member who would be paid out, in the sandbox's bank: verified by `decided_by`, else waiting for that; and each payout so far."""

    account_id: UUID
    asset: str
    label: str
    since: datetime
    decided_by: UUID | None
    paid: Sequence[tuple[datetime, int]] = ()


async def adopt_payouts(tx: Tx, earners: Sequence[AdoptedEarner]) -> list[tuple[datetime, Transfer]]:
    """Store them, and return what moved, for the caller to post in order of time. Nothing is told."""
    made = [_payout(one, at, amount) for one in earners for at, amount in one.paid]
    await payouts.adopt(tx, [_account(one) for one in earners], made)
    return [moved for one in made for moved in _postings(one)]


def _account(one: AdoptedEarner) -> PayoutAccount:
    is_verified = one.decided_by is not None
    return PayoutAccount(
        account_id=one.account_id, kind="bank_transfer", provider=NAME, destination=DESTINATION, label=one.label, asset=one.asset,
        schedule="manual", created_at=one.since, updated_at=one.since, kyc="verified" if is_verified else "pending", asked_at=one.since,
        decided_at=one.since if is_verified else None, decided_by=one.decided_by,
    )  # fmt: skip


def _payout(one: AdoptedEarner, at: datetime, amount: int) -> Payout:
    payout_id = derived("adopted payout", one.account_id, at)
    return Payout(
        id=payout_id, account_id=one.account_id, amount=amount, asset=one.asset, kind="bank_transfer", provider=NAME,
        destination=DESTINATION, label=one.label, is_automatic=False, state=State.PAID, ref=f"adopted_{payout_id}", requested_at=at,
        updated_at=at + UNDERWAY, sent_at=at, paid_at=at + UNDERWAY,
    )  # fmt: skip


def _postings(one: Payout) -> list[tuple[datetime, Transfer]]:
    subject = Subject(PAYOUT, one.id)
    aside = set_aside(one.hold_id, one.account_id, one.amount, PAYOUT, one.id, asset=one.asset, account="earnings")
    opened = Transfer(id=derived("payout_open", one.id), kind="payout_open", subject=subject, lines=aside)
    out = refund(one.hold_id, account_of(one.provider))
    done = Transfer(id=derived("payout_done", one.id), kind="payout_done", subject=subject, lines=out)
    return [(one.requested_at, opened), (one.requested_at + UNDERWAY, done)]
