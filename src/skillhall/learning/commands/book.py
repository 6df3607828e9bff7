"""Book a lesson, or open a group: slot, credits, session and news in one transaction."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from skillhall.calendar.api import Want, is_free
from skillhall.identity.api import check_not_blocked
from skillhall.kernel import tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Moment
from skillhall.learning.commands.create_offer import Duration
from skillhall.learning.commands.open_group import open_group
from skillhall.learning.commands.record import record
from skillhall.learning.commands.take_seat import TakeSeat, take_seat
from skillhall.learning.model.booking import booked
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.prices import Price
from skillhall.learning.model.refusals import NoMatchingOffer, OutsideHours
from skillhall.learning.model.states import Kind
from skillhall.learning.model.terms import LearningRules
from skillhall.learning.queries.prices import check_accepted, shown_price
from skillhall.learning.queries.session import session_view
from skillhall.learning.queries.views import SessionView
from skillhall.learning.store import lessons, offers


class Book(Body, frozen=True, kw_only=True):
    """Either `offerId` and `startsAt`, or `skillId`, `hostId`, `startTime` and `duration` (minutes), which find the host's offer.

    `kind` group with `seats` is how its host opens a group session. `price`, when sent, is only compared with the offer's.
    """

    kind: Kind = Kind.ONE_ON_ONE
    offer_id: UUID | None = None
    starts_at: Moment | None = None
    skill_id: UUID | None = None
    host_id: UUID | None = None
    start_time: Moment | None = None
    duration: Duration | None = None
    seats: Annotated[int, Meta(ge=1, le=32_767)] | None = None
    price: Price | None = None


async def book(tx: Tx, by: Actor, command: Book) -> SessionView:
    """Ask for, or where the offer allows it take, a lesson; the learner's credits are held from now on, or slot and seat until it is paid.

    Where the host has opened a group at exactly this time, it is a seat in it that is taken.
    """
    starts_at = command.starts_at or command.start_time
    if starts_at is None:
        raise Invalid(*_missing(command, "startsAt"))
    rules = tx.setting(LearningRules)
    seats = _seats(command, rules.most_seats) if command.kind is Kind.GROUP else None
    offer = await offers.offer(tx, command.offer_id or await _matching(tx, command))
    price = shown_price(command.price, offer.cost)
    check_accepted(tx, offer.cost)
    if seats is not None:
        return await open_group(tx, by, offer, starts_at, seats, price)
    if by.account_id != offer.host_id and (group := await lessons.find_open_group(tx, offer.id, starts_at)):
        return await take_seat(tx, by, group.id, TakeSeat(price=price))
    offer.check_bookable(by.account_id, starts_at, price, rules.terms, tx.now)
    await check_not_blocked(tx, by.account_id, offer.host_id)
    if offer.is_instant and not await is_free(tx, want(offer), starts_at):
        raise OutsideHours
    profile_id = by.profile_id or await offers.find_profile(tx, by.account_id, None)
    lesson = booked(offer, by.account_id, profile_id, starts_at, tokens.fresh(), rules.terms, tx.now)
    await record(tx, None, lesson, bound=(by.account_id, offer.host_id))
    return await session_view(tx, lesson.session.id, by)


def want(offer: Offer) -> Want:
    """Return what this offer needs of its host's time."""
    return Want(
        key=offer.id,
        account_id=offer.host_id,
        duration_minutes=offer.duration_minutes,
        buffer_before_minutes=offer.buffer_before_minutes,
        buffer_after_minutes=offer.buffer_after_minutes,
        notice_minutes=offer.notice_minutes,
        days_ahead=offer.days_ahead,
    )


def _seats(command: Book, most: int) -> int:
    if command.seats is None or command.seats > most:
        code = "required" if command.seats is None else "learning.seats"
        raise Invalid(FieldError("seats", "body", code, f"Say how many seats there are, from 1 to {most}."))
    return command.seats


async def _matching(tx: Tx, command: Book) -> UUID:
    if command.skill_id is None or command.host_id is None or command.duration is None:
        raise Invalid(*_missing(command, "offerId"))
    found = await offers.find_matching(tx, command.host_id, command.skill_id, command.duration)
    if found is None:
        raise NoMatchingOffer(duration=command.duration)
    return found


def _missing(command: Book, instead: str) -> list[FieldError]:
    """Return an error for each field that is absent from whichever of the two forms the client began."""
    is_older = command.offer_id is None and (command.skill_id or command.host_id or command.duration or command.start_time)
    names = ("skillId", "hostId", "startTime", "duration") if is_older else ("offerId", "startsAt")
    sent = msgspec.to_builtins(command)
    absent = [name for name in names if sent.get(name) is None] or [instead]
    return [FieldError(name, "body", "required", "This field is required.") for name in absent]
