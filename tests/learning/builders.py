"""Hosts, learners, offers and lessons for the tests of learning, made with the real commands of every context."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from skillhall.calendar.commands.availability import SetAvailability, set_availability
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.money import credits as credit
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.accept import accept
from skillhall.learning.commands.book import Book, book
from skillhall.learning.commands.create_offer import CreateOffer, create_offer
from skillhall.learning.commands.end import end
from skillhall.learning.commands.join import join
from skillhall.learning.commands.start import start
from skillhall.learning.commands.take_seat import TakeSeat, take_seat
from skillhall.learning.model.states import Kind
from skillhall.learning.queries.views import OfferView, SessionView
from skillhall.ledger.api import Transfer, opening, post
from tests.support.hall import TestHall

INSERT_ACCOUNT = """
INSERT INTO identity.account (id, email, email_verified, display_name, timezone, locale, state, abilities, origin, created_at)
VALUES ($1, $1::uuid::text || '@example.org', true, $2, $3, 'en', 'active', '{}', 'test', now())
"""
INSERT_PROFILE = """
INSERT INTO profiles.profile (id, account_id, kind, is_primary, display_name, origin, created_at, updated_at)
VALUES ($1, $2, 'innovator', true, $3, 'test', now(), now())
"""
HELD = """
SELECT coalesce(sum(h.remaining), 0)::int FROM ledger.public_hold h WHERE h.account_id = $1
"""
BALANCE = """
SELECT coalesce(sum(b.amount), 0)::int FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
WHERE a.owner = $1 AND a.kind = ANY($2)
"""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ALL_DAY = msgspec.convert(
    {"timezone": "UTC", "weeklyHours": [{"weekday": day, "start": "00:00", "end": "24:00"} for day in WEEKDAYS]}, SetAvailability
)
STAFF = Actor(account_id=ids.new(), permissions=frozenset({"hold.release", "session.read"}))


class People:
    """One hall's people, and shortcuts to what they do."""

    def __init__(self, hall: TestHall) -> None:
        self.hall = hall

    async def person(self, *, wallet: int = 0, name: str = "Ada Example", zone: str = "UTC") -> Actor:
        """Return a member with a profile and so many bought credits."""
        account_id, profile_id = ids.new(), ids.new()
        await self.hall.pool.execute(INSERT_ACCOUNT, account_id, name, zone)
        await self.hall.pool.execute(INSERT_PROFILE, profile_id, account_id, name)
        if wallet:
            lines = opening(account_id, wallet=wallet)
            await self.hall.work(post, Transfer(id=ids.new(), kind="opening", subject=Subject("test", account_id), lines=lines))
        return Actor(account_id=account_id, profile_id=profile_id)

    async def host(self, name: str = "Hana Host", *, hours: bool = True, zone: str = "UTC") -> Actor:
        """Return a member who is available at any hour."""
        host = await self.person(name=name, zone=zone)
        if hours:
            await self.hall.run(set_availability, host, ALL_DAY, lambda _version: None)
        return host

    async def skill(self) -> UUID:
        """Return a skill of the catalogue."""
        return await self.hall.pool.fetchval("SELECT id FROM skills.public_skill WHERE is_visible ORDER BY slug LIMIT 1")

    async def offer(self, host: Actor, price: int = 30, **rest: Any) -> OfferView:
        """Return an offer of this host."""
        body = CreateOffer(skill_id=await self.skill(), title="Guitar for beginners", duration_minutes=60, price=credit(price), **rest)
        return await self.hall.run(create_offer, host, body)

    async def now(self) -> datetime:
        """Return business time."""
        return (await self.hall.read()).now

    async def start_in(self, days: int, hour: int = 12) -> datetime:
        """Return a full hour of a day to come."""
        today = (await self.now()).date()
        return datetime.combine(today + timedelta(days=days), time(hour), UTC)

    async def booked(self, host: Actor, learner: Actor, price: int = 31, days: int = 7, hour: int = 12, **rest: Any) -> SessionView:
        """Return a session just booked."""
        offer = await self.offer(host, price, **rest)
        return await self.hall.run(book, learner, Book(offer_id=offer.id, starts_at=await self.start_in(days, hour)))

    async def scheduled(self, host: Actor, learner: Actor, price: int = 31, days: int = 7, hour: int = 12) -> SessionView:
        """Return a session the host has accepted."""
        session = await self.booked(host, learner, price, days, hour)
        return await self.hall.run(accept, host, session.id)

    async def group(self, host: Actor, seats: int = 3, price: int = 31, days: int = 7, hour: int = 12) -> SessionView:
        """Return a group session this host has opened."""
        offer = await self.offer(host, price)
        body = Book(kind=Kind.GROUP, offer_id=offer.id, starts_at=await self.start_in(days, hour), seats=seats)
        return await self.hall.run(book, host, body)

    async def seat(self, who: Actor, session_id: UUID, *, can_wait: bool = False) -> SessionView:
        """Have somebody take a seat, or wait for one."""
        return await self.hall.run(take_seat, who, session_id, TakeSeat(waiting_list=can_wait))

    async def filled(self, host: Actor, seats: int = 3, waiting: int = 0, **rest: Any) -> tuple[SessionView, list[Actor]]:
        """Return a full group with so many behind it, each of whom can pay for two seats, and all of them in order."""
        session = await self.group(host, seats, **rest)
        learners = [await self.person(wallet=62, name=f"Learner {index + 1}") for index in range(seats + waiting)]
        for learner in learners:
            await self.seat(learner, session.id, can_wait=True)
        return session, learners

    async def seats(self, session_id: UUID) -> list[tuple[str, str]]:
        """Return state and settlement of every seat, in the order they were first taken."""
        rows = await self.hall.pool.fetch(
            "SELECT state, settlement FROM learning.seat WHERE session_id = $1 ORDER BY created_at, id", session_id
        )
        return [(row["state"], row["settlement"]) for row in rows]

    async def until(self, at: datetime) -> None:
        """Move business time to `at`, working off what is due on the way."""
        await self.hall.advance(at - await self.now())

    async def begun(self, host: Actor, learner: Actor, price: int = 31) -> SessionView:
        """Return a session in which both are."""
        session = await self.scheduled(host, learner, price)
        await self.until(datetime.fromisoformat(session.starts_at))
        await self.hall.run(join, learner, session.id)
        return await self.hall.run(start, host, session.id)

    async def done(self, host: Actor, learner: Actor, price: int = 31) -> SessionView:
        """Return a session just ended."""
        session = await self.begun(host, learner, price)
        return await self.hall.run(end, host, session.id)

    async def spendable(self, who: Actor) -> int:
        """Return what somebody may spend."""
        return await self.hall.pool.fetchval(BALANCE, who.account_id, ["wallet", "grant"])

    async def earned(self, who: Actor) -> int:
        """Return what a host has earned."""
        return await self.hall.pool.fetchval(BALANCE, who.account_id, ["earnings"])

    async def held(self, who: Actor) -> int:
        """Return what is set aside of somebody's."""
        return await self.hall.pool.fetchval(HELD, who.account_id)

    async def state(self, session_id: UUID) -> tuple[str, str, str]:
        """Return state of session and seat, and the seat's settlement."""
        row = await self.hall.pool.fetchrow(
            "SELECT s.state, e.state AS seat, e.settlement FROM learning.session s JOIN learning.seat e ON e.session_id = s.id "
            "WHERE s.id = $1",
            session_id,
        )
        return (row["state"], row["seat"], row["settlement"]) if row else ("none", "none", "none")

    async def busy(self, who: Actor) -> int:
        """Return how many entries somebody's calendar has."""
        return await self.hall.pool.fetchval("SELECT count(*) FROM calendar.entry WHERE account_id = $1", who.account_id)

    async def mails(self, who: Actor) -> list[str]:
        """Return the subjects of what somebody was written."""
        await self.hall.drain()
        rcpt = f"{who.account_id}@example.org"
        rows = await self.hall.pool.fetch("SELECT subject FROM kernel.mail WHERE rcpt = $1 ORDER BY recorded_at", rcpt)
        return [row["subject"].partition(":")[0] for row in rows]


def outcome(work: Callable[..., Awaitable[Any]], *args: Any) -> Callable[[], Awaitable[Any]]:
    """Return a call that answers "ok", or the code of its refusal."""

    async def call() -> str:
        try:
            await work(*args)
        except Refusal as refused:
            return refused.code
        return "ok"

    return call
