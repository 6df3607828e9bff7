"""Give: move credits from one's own wallet to another member's. Mode `points` only."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.identity.api import check_active, check_not_blocked
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import Body, Instant, Subject, View, instant
from skillhall.ledger.events import GiftGiven
from skillhall.ledger.model.refusals import GiftToSelf
from skillhall.ledger.model.transfer import Transfer, gift
from skillhall.ledger.queries.wallets import WalletView, wallet
from skillhall.ledger.store import post


class Credits(Struct, frozen=True, forbid_unknown_fields=True):
    """Credits above zero."""

    amount: Annotated[int, Meta(ge=1, le=1_000_000_000)]
    currency: Literal["CREDIT"] = CREDIT


class Gift(Body, frozen=True, kw_only=True):
    """To whom, and how much. The note stays with the giver: it is kept in the audit trail."""

    to_account_id: UUID
    amount: Credits
    note: Annotated[str, Meta(max_length=500)] | None = None


class GiftView(View, frozen=True, kw_only=True):
    """A gift that was given, and what the giver has now."""

    id: UUID
    to_account_id: UUID
    amount: Money
    created_at: Instant
    wallet: WalletView


async def give(tx: Tx, by: Actor, command: Gift) -> GiftView:
    """Give credits. Both must be active, and neither may have blocked the other."""
    to, amount = command.to_account_id, command.amount.amount
    if to == by.account_id:
        raise GiftToSelf
    await check_not_blocked(tx, by.account_id, to)
    await check_active(tx, by.account_id, to)
    gift_id = ids.new()
    subject = Subject("gift", gift_id)
    await post(tx, Transfer(id=gift_id, kind="gift", subject=subject, lines=gift(by.account_id, to, amount)))
    tx.audit("ledger.gift", subject, after={"to": str(to), "amount": amount}, reason=command.note)
    tx.publish(GiftGiven(transfer_id=gift_id, from_account_id=by.account_id, to_account_id=to, amount=amount))
    own = await wallet(tx, by.account_id)
    return GiftView(id=gift_id, to_account_id=to, amount=Money(amount, CREDIT), created_at=instant(tx.now), wallet=own)
