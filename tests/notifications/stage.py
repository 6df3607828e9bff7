"""People and what they do, put down as rows, and the reactions that tell them of it: one transaction, rolled back."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from skillhall.deploy.hall import build_house
from skillhall.deploy.modules import ALL
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.pool import Pool
from skillhall.kernel.db.tx import Facts, House, Tx
from skillhall.kernel.events import Event
from skillhall.kernel.module import Reaction
from skillhall.notifications.model.notice import NoticeRow
from skillhall.notifications.queries.still_people import STILL
from skillhall.notifications.reactions import connections, identity, learning, ledger, messaging, profiles, reviews, skills
from skillhall.notifications.store.notices import find_notices
from tests.learning.builders import INSERT_PROFILE
from tests.support.hall import CONFIG

REACTIONS: dict[type[Event], Reaction] = {
    one.event: one for part in (identity, profiles, ledger, skills, connections, messaging, learning, reviews) for one in part.REACTIONS
}
ACCOUNT = """
INSERT INTO identity.account (id, email, email_verified, display_name, timezone, locale, state, abilities, origin, created_at)
VALUES ($1, $1::uuid::text || '@example.org', true, $2, 'Europe/Berlin', $3, $4, '{}', 'test', now())
"""
OFFER = """
INSERT INTO learning.offer (id, host_id, profile_id, skill_id, title, description, duration_minutes, buffer_before_minutes,
    buffer_after_minutes, price, is_instant, notice_minutes, days_ahead, created_at, updated_at)
VALUES ($1, $2, $3, $4, 'Guitar', '', 60, 0, 0, 0, false, 0, 30, now(), now())
"""
SESSION = """
INSERT INTO learning.session (id, offer_id, host_id, host_profile_id, skill_id, kind, state, title, starts_at, ends_at,
    buffer_before_minutes, buffer_after_minutes, capacity, taken, price, terms, room, created_at, due_at, asset)
VALUES ($1, $2, $3, $4, $5, $6, 'scheduled', 'Guitar', $7, $7::timestamptz + interval '1 hour', 0, 0, 1, 0, $8, '{}', 'r', now(), $7, $9)
"""
SEAT = """
INSERT INTO learning.seat (id, session_id, account_id, profile_id, state, settlement, round, hold_id, price, gross, fee, settle_at,
    created_at)
VALUES ($1, $2, $3, $4, 'confirmed', 'none', 1, $1, 0, 0, 0, now(), now())
"""
STATE = """
UPDATE learning.session SET state = $2, due_at = CASE WHEN $3 THEN NULL ELSE starts_at END, ended_at = CASE WHEN $3 THEN now() END,
    closed_as = $4, closed_reason = $5
WHERE id = $1
"""
PROPOSAL = """
INSERT INTO learning.proposal (id, session_id, by_id, from_starts_at, starts_at, ends_at, expires_at, created_at, state)
VALUES ($1, $2, $3, $4, $5, $5, $5, now(), 'open')
"""
ENDED = frozenset({"completed", "cancelled", "expired", "no_show_host"})
MADE = "SELECT id FROM notifications.notice WHERE event_id = $1 ORDER BY account_id"


@cache
def house() -> House:
    """Return the house all these tests live in."""
    return build_house(CONFIG, ALL)


class Stage:
    """One transaction, seen as many: each reaction gets a `Tx` of its own, as a worker would give it."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.execute = connection.execute
        self.value = connection.fetchval

    def tx(self, event_id: UUID | None = None) -> Tx:
        """Return a transaction in which nothing has been locked."""
        return Tx(self.connection, house(), Actor.of("test", "a test"), Facts(operation="a test", event_id=event_id or ids.new()))

    async def person(self, name: str, locale: str = "en", state: str = "active") -> Actor:
        """Return a member in Berlin with a profile of the same name."""
        account_id, profile_id = ids.new(), ids.new()
        await self.execute(ACCOUNT, account_id, name, locale, state)
        await self.execute(INSERT_PROFILE, profile_id, account_id, name)
        return Actor(account_id=account_id, profile_id=profile_id)

    async def skill(self) -> UUID:
        """Return a skill of the catalogue."""
        return await self.value("SELECT id FROM skills.public_skill WHERE slug = 'python'")

    async def hear(self, *events: Event, event_id: UUID | None = None) -> list[NoticeRow]:
        """Let the reactions hear these events; return what was told, in the readers' order."""
        found: list[NoticeRow] = []
        for event in events:
            tx = self.tx(event_id)
            await REACTIONS[type(event)].run(event, tx)
            found += await find_notices(tx, [row["id"] for row in await self.connection.fetch(MADE, tx.facts.event_id)])
        return found

    async def is_still(self, notice: NoticeRow) -> bool:
        """Return whether what was told is still so."""
        return await STILL[notice.type](self.tx(), notice)

    async def lesson(self, host: Actor, *learners: Actor, starts_at: datetime, price: int = 0, asset: str = "CREDIT") -> UUID:
        """Return a scheduled lesson; its learners have their seats."""
        offer_id, session_id, skill_id = ids.new(), ids.new(), await self.skill()
        kind = "one_on_one" if len(learners) == 1 else "group"
        await self.execute(OFFER, offer_id, host.account_id, host.profile_id, skill_id)
        await self.execute(SESSION, session_id, offer_id, host.account_id, host.profile_id, skill_id, kind, starts_at, price, asset)
        for learner in learners:
            await self.execute(SEAT, ids.new(), session_id, learner.account_id, learner.profile_id)
        return session_id

    async def turn(self, session_id: UUID, state: str, closed_as: str | None = None, reason: str | None = None) -> None:
        """Put a lesson into a state."""
        await self.execute(STATE, session_id, state, state in ENDED, closed_as, reason)

    async def propose(self, session_id: UUID, by: Actor, starts_at: datetime, proposed: datetime) -> None:
        """Ask for another time."""
        await self.execute(PROPOSAL, ids.new(), session_id, by.account_id, starts_at, proposed)


def told(notices: Sequence[NoticeRow]) -> dict[UUID, str]:
    """Return the titles by reader."""
    return {notice.account_id: notice.title for notice in notices}


def in_days(days: int, now: datetime) -> datetime:
    """Return noon of a day to come."""
    return (now + timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0)


@asynccontextmanager
async def set_up(pool: Pool) -> AsyncGenerator[Stage]:
    """Open a stage and clear it away."""
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield Stage(connection)
        await transaction.rollback()
