"""A small house of endpoints to try the edge on: notes kept in `kernel.schedule`, and one endpoint per thing the edge does."""

import socket
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
import msgspec
from msgspec import UNSET, Meta, UnsetType

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.http import Answer, Call, Deleted, Key, Match, Raw, Redirect, Upload, delete, get, patch, post, put
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import NotFound, Refused, Unauthenticated
from skillhall.kernel.shapes import Body, ListQuery, Moment, Page, View

INSERT = sql("INSERT INTO kernel.schedule (name, next_at) VALUES ($1, now())")
COUNT = sql("SELECT count(*) FROM kernel.schedule WHERE name LIKE $1")
SLEEP = sql("SELECT pg_sleep(0.5)")
NOTES = Listing(
    columns=sql("n.id, n.name"),
    source=sql(
        "(SELECT kernel_uuid.id, 'note ' || g AS name, g AS place FROM generate_series(1, 45) g, LATERAL (SELECT "
        "('00000000-0000-0000-0000-' || lpad(g::text, 12, '0'))::uuid AS id) kernel_uuid) n"
    ),
    sorts={"place": sql("n.place")},
    default_sort="place",
    key=sql("n.id"),
)


class NoteNotFound(NotFound):
    """There is no such note."""

    code = "house.note_not_found"
    message = "There is no such note."


class BadWord(Refused):
    """That word is not written here."""

    code = "house.bad_word"
    message = "The word {word} is not written here."


class TokenInvalid(Unauthenticated):
    """The token is not valid."""

    code = "house.token_invalid"
    message = "This token is not valid. Sign in again."


class Kind(Enum):
    """Kinds of notes."""

    PLAIN = "plain"
    RICH = "rich"


class Skill(Body, frozen=True, kw_only=True):
    """A skill with its level."""

    name: Annotated[str, Meta(min_length=2, max_length=20)]
    level: Annotated[int, Meta(ge=1, le=5)] = 1


class WriteNote(Body, frozen=True, kw_only=True):
    """A new note."""

    text: Annotated[str, Meta(min_length=1, max_length=200)]
    kind: Kind = Kind.PLAIN
    remind_at: Moment | None = None
    day: date | None = None
    about: UUID | None = None
    budget: Money | Decimal | None = None
    count: int = 0
    skills: list[Skill] = msgspec.field(default_factory=list)
    tags: dict[str, Annotated[str, Meta(max_length=5)]] = msgspec.field(default_factory=dict)
    extra: object = None


class ChangeNote(Body, frozen=True, kw_only=True):
    """A change."""

    text: str | UnsetType = UNSET


class NoteView(View, frozen=True, kw_only=True):
    """A note."""

    id: UUID
    text: str
    version: int = 1


class NoteQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of notes."""

    status: list[Literal["open", "closed"]] | None = None
    kind: Kind | None = None
    is_done: bool | None = None
    since: Moment | None = None


async def write(tx: Tx, by: Actor, data: WriteNote) -> NoteView:
    """Write a note, slowly when it says so."""
    if data.text == "badword":
        raise BadWord(word=data.text)
    await tx.run(INSERT, f"{data.text} {ids.new()}")
    if data.text.startswith("slow"):
        await tx.row(SLEEP)
    return NoteView(id=by.account_id, text=data.text)


async def change(_tx: Tx, by: Actor, data: ChangeNote, match: Match) -> NoteView:
    """Change a note that is at version 7."""
    match.check(7)
    return NoteView(id=by.account_id, text=data.text or "", version=8)


@post("/notes", created="/notes/{id}", refuses=(BadWord,), example={"text": "Call Mira"})
async def write_note(call: Call, data: WriteNote) -> Answer[NoteView]:
    """Write a note.

    It is kept.
    """
    return await call.run(write, data)


@post("/notes/required", key=Key.REQUIRED, example={"text": "Call Mira"})
async def write_once(call: Call, data: WriteNote) -> Answer[NoteView]:
    """Write a note exactly once."""
    return await call.run(write, data)


@post("/notes/secret", key=Key.NEVER, public=True)
async def write_secret(call: Call, data: WriteNote | None) -> NoteView:
    """Write nothing that is kept."""
    call.set_cookie("refresh", "secret", path="/api", max_age=60)
    return NoteView(id=ids.NIL, text="nothing" if data is None else data.text)


@get("/notes")
async def list_notes(call: Call, query: NoteQuery) -> Page[NoteView]:
    """List notes."""
    return await NOTES.page(call.read, query, decode=lambda row: NoteView(id=row["id"], text=row["name"]))


@get("/notes/echo", public=True)
async def echo_query(query: NoteQuery) -> Page[NoteView]:
    """Answer the query."""
    plain = msgspec.json.encode({"status": query.status, "kind": query.kind, "done": query.is_done, "search": query.search})
    items = [NoteView(id=ids.NIL, text=plain.decode())]
    return Page(items=items, page=query.page, limit=query.limit, total=41, is_capped=False, has_next=True, next_cursor="abc")


@get("/notes/{note_id:uuid}", etag=True, refuses=(NoteNotFound,))
async def read_note(note_id: UUID) -> NoteView:
    """Read one note."""
    if note_id == ids.NIL:
        raise NoteNotFound
    return NoteView(id=note_id, text="a note", version=7)


@patch("/notes/{note_id:uuid}", etag=True, example={"text": "Call Mira at noon"})
async def change_note(call: Call, note_id: UUID, data: ChangeNote) -> Answer[NoteView]:
    """Change a note."""
    return await call.run(change, data, call.match)


@put("/notes/{note_id:uuid}/terms", etag=True, must_match=True)
async def change_terms(call: Call, note_id: UUID, data: ChangeNote) -> Answer[NoteView]:
    """Change what needs a version."""
    return await call.run(change, data, call.match)


@delete("/notes/{note_id:uuid}", permission="note.delete")
async def delete_note(note_id: UUID) -> Deleted:
    """Delete a note."""
    return Deleted(id=note_id)


@get("/people/{account_id:uuid}/notes/{slug:str}", me="account_id")
async def read_persons_note(account_id: UUID, slug: str) -> NoteView:
    """Read a person's note."""
    return NoteView(id=account_id, text=slug)


@get("/profiles/{profile_id:uuid}", me="profile_id")
async def read_profile(profile_id: UUID) -> NoteView:
    """Read a profile."""
    return NoteView(id=profile_id, text="profile")


@post("/sign-in", public=True, limit="sign_in", key=Key.NEVER)
async def sign_in(call: Call) -> NoteView:
    """Pretend to sign in."""
    return NoteView(id=call.by.account_id, text=call.address)


@get("/limited", limit="sign_in")
async def read_limited(call: Call) -> NoteView:
    """Be limited by account."""
    return NoteView(id=call.by.account_id, text="limited")


@get("/feeds/{token:str}", public=True)
async def read_feed(token: str) -> NoteView:
    """Take a secret in the path."""
    return NoteView(id=ids.NIL, text=str(len(token)))


@post("/files", upload=True)
async def send_file(data: Upload) -> NoteView:
    """Receive a file."""
    text = f"{data.name} {data.media} {data.size} {len(data.file.read())} {sorted(data.fields.items())}"
    return NoteView(id=ids.NIL, text=text)


@post("/webhook", public=True, key=Key.NEVER)
async def hear(data: bytes) -> NoteView:
    """Receive raw bytes."""
    return NoteView(id=ids.NIL, text=data.hex())


@get("/calendar.ics", public=True, media="text/calendar")
async def read_calendar() -> Raw:
    """Stream a calendar."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"BEGIN:"
        yield b"VCALENDAR"

    return Raw(parts(), "text/calendar", {"X-Kind": "calendar"})


@get("/elsewhere", public=True)
async def go_elsewhere() -> Redirect:
    """Send the client elsewhere."""
    return Redirect("https://example.org/")


@get("/broken/{how:str}", public=True)
async def break_down(how: str) -> NoteView:
    """Break in a chosen way."""
    failures: dict[str, Exception] = {
        "bug": ValueError("the password is hunter2"),
        "lock": asyncpg.LockNotAvailableError("lock"),
        "full": asyncpg.TooManyConnectionsError("full"),
        "gone": ConnectionRefusedError("gone"),
        "nameless": socket.gaierror(-3, "Temporary failure in name resolution"),
        "both": OSError("Multiple exceptions: refused on ::1, refused on 127.0.0.1"),
        "cancelled": asyncpg.QueryCanceledError("slow"),
    }
    raise failures[how]


@get("/alive", prefix=False, public=True, bare=True)
async def alive() -> NoteView:
    """Say so."""
    return NoteView(id=ids.NIL, text="alive")


@get("/toys", sandbox=True, public=True)
async def list_toys() -> NoteView:
    """Exist in sandbox mode only."""
    return NoteView(id=ids.NIL, text="toys")


async def count(read: Read, pattern: str) -> int:
    """Return how many notes are like that."""
    return await read.value(COUNT, pattern)
