"""Uploads, seats and sessions for the tests of what is kept beside a session."""

from typing import Any
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.learning.queries.views import SessionView
from tests.kernel.serving import Answered, Site
from tests.learning.builders import People

A = "/api/v1"
LINK = {"title": "Chord charts", "url": "https://example.org/chords?page=2#f"}
STORED = """
INSERT INTO kernel.file (id, account_id, purpose, content_type, size, name, state) VALUES ($1, $2, $3, $4, 2048, $5, 'stored')
"""
SEATED = """
INSERT INTO learning.seat (id, session_id, account_id, profile_id, state, settlement, round, hold_id, price, gross, fee, settle_at,
    created_at, queued_at)
VALUES ($1, $2, $3, $4, $5, 'none', 1, $1, 0, 0, 0, now(), now(), CASE WHEN $5 = 'waiting' THEN now() END)
"""
MEDIA = {"document": "application/pdf", "media": "audio/mpeg", "avatar": "image/png"}


async def a_file(people: People, owner: Actor, purpose: str = "document", name: str = "chords.pdf") -> UUID:
    """Return an upload of this person's that nothing uses yet."""
    file_id = ids.new()
    await people.hall.pool.execute(STORED, file_id, owner.account_id, purpose, MEDIA[purpose], name)
    return file_id


async def a_seat(people: People, session: SessionView, who: Actor, state: str = "confirmed") -> Actor:
    """Give somebody a seat beside the learner's, as a group has them; calendar and ledger know nothing of it."""
    await people.hall.pool.execute("UPDATE learning.session SET kind = 'group', capacity = 9 WHERE id = $1", session.id)
    await people.hall.pool.execute(SEATED, ids.new(), session.id, who.account_id, who.profile_id, state)
    return who


async def a_lesson(people: People, price: int = 0) -> tuple[Actor, Actor, SessionView]:
    host, learner = await people.host(), await people.person(wallet=price)
    return host, learner, await people.scheduled(host, learner, price)


async def post(site: Site, path: str, by: Actor, body: dict[str, Any]) -> Answered:
    return await site.post(f"{A}{path}", by.account_id, json=body)
