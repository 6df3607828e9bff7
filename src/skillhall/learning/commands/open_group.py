"""A host opens a group session: a firm date with seats."""

from datetime import datetime, timedelta
from uuid import UUID

from skillhall.calendar.api import Busy
from skillhall.kernel import tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import instant
from skillhall.learning.commands.record import record
from skillhall.learning.model.booking import opened
from skillhall.learning.model.moving import FURTHEST_DAYS
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.prices import check_price
from skillhall.learning.model.refusals import HostOnly, TooFarAhead, TooSoon
from skillhall.learning.model.terms import LearningRules
from skillhall.learning.queries.session import session_view
from skillhall.learning.queries.views import SessionView
from skillhall.learning.store import lessons


async def open_group(tx: Tx, by: Actor, offer: Offer, starts_at: datetime, seats: int, price: Money | None) -> SessionView:
    """Open it, at any time that is free in the host's calendar; asked for again, or in two places at once, it is one session.

    The calendar decides: what the host has at that time already is this very session, or refused as `Busy`.
    """
    _check(by, offer, starts_at, price, tx.now)
    lesson = opened(offer, seats, starts_at, tokens.fresh(), tx.setting(LearningRules).terms, tx.now)
    try:
        async with tx.savepoint():
            await record(tx, None, lesson, bound=[by.account_id])
    except Busy:
        found = await _same(tx, offer.id, starts_at, seats)
        if found is None:
            raise
        return await session_view(tx, found, by)
    return await session_view(tx, lesson.session.id, by)


def _check(by: Actor, offer: Offer, starts_at: datetime, price: Money | None, now: datetime) -> None:
    if by.account_id != offer.host_id:
        raise HostOnly
    check_price(price, offer.cost)
    if starts_at <= now:
        raise TooSoon(earliest=instant(now))
    if starts_at > now + timedelta(days=FURTHEST_DAYS):
        raise TooFarAhead(days=FURTHEST_DAYS)


async def _same(tx: Tx, offer_id: UUID, starts_at: datetime, seats: int) -> UUID | None:
    found = await lessons.find_open_group(tx, offer_id, starts_at)
    return found.id if found and found.seats == seats else None
