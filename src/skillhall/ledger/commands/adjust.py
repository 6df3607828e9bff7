"""Adjust: staff adds credits to an account or takes some, with a reason, audited."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from skillhall.identity.api import AccountNotFound, people
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Instant, Subject, View, instant
from skillhall.ledger.events import CreditsAdjusted
from skillhall.ledger.model.transfer import Transfer, adjust
from skillhall.ledger.queries.wallets import WalletView, wallet
from skillhall.ledger.store import post

MOST = 1_000_000_000


class SignedCredits(Struct, frozen=True, forbid_unknown_fields=True):
    """Credits to add, or (below zero) to take."""

    amount: Annotated[int, Meta(ge=-MOST, le=MOST)]
    currency: Literal["CREDIT"] = CREDIT


class Adjust(Body, frozen=True, kw_only=True):
    """How much and why. What is added counts as granted unless `account` says wallet; what is taken leaves the granted part first."""

    amount: SignedCredits
    reason: Annotated[str, Meta(min_length=3, max_length=500)]
    account: Literal["grant", "wallet"] = "grant"


class AdjustmentView(View, frozen=True, kw_only=True):
    """An adjustment that was made, and what the account has now."""

    id: UUID
    account_id: UUID
    amount: Money
    reason: str
    created_at: Instant
    wallet: WalletView


async def adjust_credits(tx: Tx, by: Actor, account_id: UUID, command: Adjust) -> AdjustmentView:  # noqa: ARG001 - the audit names the actor
    """Adjust the credits of any account, suspended ones included; never below zero."""
    amount = command.amount.amount
    if amount == 0:
        raise Invalid(FieldError("amount.amount", "body", "zero", "Must not be zero."))
    if not await people(tx, [account_id]):
        raise AccountNotFound
    adjustment_id = ids.new()
    subject = Subject("adjustment", adjustment_id)
    before = await wallet(tx, account_id)
    await post(tx, Transfer(id=adjustment_id, kind="adjust", subject=subject, lines=adjust(account_id, amount, account=command.account)))
    after = await wallet(tx, account_id)
    tx.audit(
        "ledger.adjust",
        Subject("account", account_id),
        before=msgspec.to_builtins(before.balances[0]),
        after={"transferId": str(adjustment_id), **msgspec.to_builtins(after.balances[0])},
        reason=command.reason,
    )
    tx.publish(CreditsAdjusted(transfer_id=adjustment_id, account_id=account_id, amount=amount))
    return AdjustmentView(
        id=adjustment_id,
        account_id=account_id,
        amount=Money(amount, CREDIT),
        reason=command.reason,
        created_at=instant(tx.now),
        wallet=after,
    )
