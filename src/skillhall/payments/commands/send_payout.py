"""Before a payout is sent: that it may be, that the money is there, and a note that it goes out now."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from msgspec import Struct
from msgspec.structs import replace

from skillhall.identity.api import people
from skillhall.kernel.db.tx import Tx
from skillhall.payments.model.payout import UNDERWAY, Payout, State
from skillhall.payments.ports import PayoutOrder, Providers
from skillhall.payments.store import payouts
from skillhall.payments.tasks import SendPayout

LOG = structlog.get_logger("skillhall.payments")
TRY_AGAIN: Final = timedelta(hours=1)


class Sending(Struct, frozen=True, kw_only=True):
    """What to do at the provider: send, or (`is_asking`) ask first what became of it, sending again only inside the safe window."""

    provider: str
    order: PayoutOrder
    ref: str | None
    is_asking: bool
    may_send: bool


async def begin_sending(tx: Tx, payout_id: UUID, *, is_check: bool) -> Sending | None:
    """Note that a pending payout goes out now; nothing when there is nothing to send or to ask.

    One that the provider cannot pay yet waits. Two workers at once: the second one asks, and sends the same call.
    """
    payout = await payouts.lock_payout(tx, payout_id)
    party = tx.port(Providers).by_name.get(payout.provider)
    if party is None:
        if payout.state in UNDERWAY | {State.PENDING}:
            LOG.error("payout_provider_gone", payout=str(payout.id), provider=payout.provider)
            _wait(tx, payout)
        return None
    if payout.state is State.PENDING:
        return await _sent(tx, payout)
    if payout.state in UNDERWAY:
        may_send = _since(payout.sent_at, tx.wall) < timedelta(seconds=party.safe_seconds)
        return _sending(payout, is_asking=True, may_send=may_send)
    return _sending(payout, is_asking=True, may_send=False) if is_check else None


async def _sent(tx: Tx, payout: Payout) -> Sending | None:
    account = await payouts.find_payout_account(tx, payout.account_id)
    owner = (await people(tx, [payout.account_id])).get(payout.account_id)
    if account is None or account.kyc != "verified" or owner is None or not owner.is_active:
        return None  # whoever took that away cancels it
    if await payouts.free_at(tx, payout.provider, payout.asset) < payout.amount:
        LOG.warning("payout_waits_for_money", payout=str(payout.id), provider=payout.provider, needed=payout.amount, currency=payout.asset)
        await payouts.update_payout(tx, payout, replace(payout, is_short=True))
        _wait(tx, payout)
        return None
    await payouts.update_payout(tx, payout, replace(payout, state=State.PROCESSING, is_short=False, sent_at=tx.wall, updated_at=tx.now))
    return _sending(payout, is_asking=False, may_send=True)


def _wait(tx: Tx, payout: Payout) -> None:
    tx.enqueue(SendPayout(payout_id=payout.id), at=tx.now + TRY_AGAIN, key=str(payout.id))


def _sending(payout: Payout, *, is_asking: bool, may_send: bool) -> Sending:
    order = PayoutOrder(key=payout.id, amount=payout.amount, asset=payout.asset, kind=payout.kind, destination=payout.destination)
    return Sending(provider=payout.provider, order=order, ref=payout.ref, is_asking=is_asking, may_send=may_send)


def _since(at: datetime | None, wall: datetime) -> timedelta:
    return timedelta.max if at is None else wall - at
