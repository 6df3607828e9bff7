"""A populated hall, and three people to send nonsense as: a stranger, a member with data, a member of staff."""

import io
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest
import requests
from msgspec import Struct, field

from skillhall.kernel.db.pool import open_connection
from tests.journeys.cast import a_host, a_slot, act, an_offer, book, booked, fund, held_lesson
from tests.support import database
from tests.support.client import Client
from tests.support.server import Served, one

PASSWORD = "a long and calm sentence"
# One for each session, in the order of the sessions, so that both are real in one path; a session without one borrows another's.
OF_SESSIONS = """
SELECT coalesce(({0} AND session_id = s.id ORDER BY id LIMIT 1), ({0} ORDER BY id LIMIT 1)) FROM learning.session s
ORDER BY s.id
"""
IDS = {
    "offerId": "SELECT id FROM learning.offer WHERE deleted_at IS NULL ORDER BY id",
    "sessionId": "SELECT id FROM learning.session ORDER BY id",
    "accountId": "SELECT id FROM identity.account WHERE roles = '{}' ORDER BY id",
    "profileId": "SELECT id FROM profiles.profile ORDER BY id",
    "materialId": OF_SESSIONS.format("SELECT id FROM learning.material WHERE kind = 'material'"),
    "recordingId": OF_SESSIONS.format("SELECT id FROM learning.material WHERE kind = 'recording'"),
    "noteId": OF_SESSIONS.format("SELECT id FROM learning.note WHERE true"),
    "skillId": "SELECT id FROM skills.skill WHERE state = 'active' ORDER BY slug <> 'cello', id LIMIT 40",
    "resourceId": "SELECT id FROM skills.resource ORDER BY id",
    "verificationId": "SELECT id FROM skills.verification ORDER BY id",
    "memberSkillId": "SELECT id FROM skills.member_skill ORDER BY id",
    "blockId": "SELECT subject_id FROM calendar.entry WHERE subject_kind = 'block' ORDER BY id",
    "keyId": "SELECT id FROM identity.api_key ORDER BY id",
    "loginId": "SELECT id FROM identity.login WHERE ended_at IS NOT NULL ORDER BY id",
    "fileId": "SELECT id FROM kernel.file ORDER BY id",
    "mailId": "SELECT id FROM kernel.mail ORDER BY id LIMIT 5",
    "exportId": "SELECT id FROM identity.export ORDER BY id",
}


class Role(Struct, kw_only=True):
    """Somebody who sends requests; signs in again when a request has ended the login."""

    name: str
    base: str
    email: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def ready(self) -> None:
        """Be signed in."""
        if not self.email or self.session.get(f"{self.base}/api/v1/auth/me").ok:
            return
        self.session.headers.pop("Authorization", None)
        answer = self.session.post(f"{self.base}/api/v1/auth/login", json={"email": self.email, "password": PASSWORD})
        assert answer.ok, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['data']['accessToken']}"


class Populated(Struct):
    """A running hall with something of everything in it, and the ids of what is there."""

    served: Served
    roles: list[Role]
    known: dict[str, list[str]]


@pytest.fixture
async def populated(server: str, template: str) -> AsyncGenerator[Populated]:
    """A hall to be fuzzed."""
    async with database.database(server, template) as dsn, one(dsn, rate_limit_factor="100000") as served:
        member, _offer = await a_host(served)
        staff = await served.staff("super_admin")
        await fill(served, member)
        for person in (member, staff):
            await set_password(person)
        known = await read_ids(dsn)
        roles = [
            Role(name="stranger", base=served.base),
            Role(name="member", base=served.base, email=member.email),
            Role(name="staff", base=served.base, email=staff.email),
        ]
        yield Populated(served, roles, known)
        for role in roles:
            role.session.close()
        await served.settled()
        await served.check()


async def fill(served: Served, member: Client) -> None:
    """Give the member offers, lessons in every state on both sides with what is kept of them, files, keys, blocks, skills, an export."""
    host, offer = await a_host(served)
    learner = await served.person()
    own = [await an_offer(member) for _ in range(6)]
    for client in (member, learner):
        await fund(served, client, 500)
    first = await held_lesson(served, host, member, offer)
    await act(member, first, "confirm")
    await keep(host, member, first)
    await held_lesson(served, host, member, offer)
    await keep(member, learner, await held_lesson(served, member, learner, own[0]))
    for hours in (60, 70, 80):
        await booked(served, learner, member, own[1], hours=hours)
        await booked(served, member, host, offer, hours=hours + 2)
        await book(learner, own[2], await a_slot(served, learner, own[2], hours=hours + 4))
    for slug, purpose in (("cello", "teach"), ("piano", "teach"), ("music-theory", "learn")):
        skill = (await member.get(f"/skills/by-slug/{slug}")).data["id"]
        listed = (await member.post("/users/me/skills", {"purpose": purpose, "skillId": skill, "level": "beginner"}, expect=201)).data
        await member.post(f"/skills/{skill}/resources", {"kind": "book", "title": slug, "url": f"https://example.org/{slug}"}, expect=201)
        await member.post(f"/users/me/skills/{listed['id']}/verification", {"evidence": "project", "note": "Heard by many."}, expect=201)
    for number in range(3):
        await member.post("/users/me/api-keys", {"name": f"Key {number}", "scopes": ["learning:read"]}, expect=201)
        day = f"2027-0{number + 1}"
        await member.post("/availability/blocks", {"startsAt": f"{day}-01T08:00:00Z", "endsAt": f"{day}-02T08:00:00Z"}, expect=201)
        form = aiohttp.FormData({"purpose": "document"})
        form.add_field("file", io.BytesIO(b"%PDF-1.7 " + bytes(500)), filename="notes.pdf")
        await member.call("POST", "/files", data=form, expect=201)
    await member.post(f"/users/{(await served.person()).account_id}/block", expect=200)
    await member.get("/users/me/export", expect=202)
    await member.post("/calendar/feed", expect=200)
    await served.settled()


async def keep(host: Client, learner: Client, session: dict[str, Any]) -> None:
    """Keep a material, a recording that both consent to, and a note of the learner's."""
    path = f"/sessions/{session['id']}"
    for person in (host, learner):
        await person.put(f"{path}/recording-consent", {"consent": True})
    for kind in ("materials", "recordings"):
        await host.post(f"{path}/{kind}", {"title": "Bowing", "url": "https://example.org/bowing"}, expect=201)
    await learner.post(f"{path}/notes", {"text": "Keep the wrist loose."}, expect=201)


async def set_password(person: Client) -> None:
    """Give a person who signs in by code a password too."""
    await person.put("/auth/change-password", {"newPassword": PASSWORD})


async def read_ids(dsn: str) -> dict[str, list[str]]:
    """Return what there is, by the names that paths and bodies use."""
    connection = await open_connection(dsn)
    try:
        known: dict[str, Any] = {name: [str(row[0]) for row in await connection.fetch(query)] for name, query in IDS.items()}
    finally:
        await connection.close()
    assert [name for name, ids in known.items() if not ids or "None" in ids] == []
    return known
