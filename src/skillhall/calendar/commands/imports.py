"""Import the busy times of a calendar elsewhere: soft entries, which free time avoids and bookings made before survive."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.calendar.model.entry import CalendarRules
from skillhall.calendar.model.imports import (
    LONGEST_URL,
    Import,
    ImportExists,
    ImportNotFound,
    Problem,
    TooManyImports,
    address_of,
    wait_after,
)
from skillhall.calendar.queries.imports import ImportView, import_view
from skillhall.calendar.store import entries
from skillhall.calendar.store import imports as store
from skillhall.calendar.tasks import RefreshImport
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body

Name = Annotated[
    str,
    Meta(
        min_length=1, max_length=100, pattern=r"^(?=.*\S)(?!.*[\x00-\x1f\x7f\x85\u2028\u2029])", description="One line of text, not blank"
    ),
]
Url = Annotated[str, Meta(min_length=1, max_length=LONGEST_URL, description="https://, http:// or webcal://")]


class AddImport(Body, frozen=True, kw_only=True):
    """A calendar elsewhere. `name` is what its times are called in one's own calendar; nobody else sees it."""

    url: Url
    name: Name = "Imported calendar"


class ChangeImport(Body, frozen=True, kw_only=True):
    """What is absent stays."""

    url: Url | UnsetType = UNSET
    name: Name | UnsetType = UNSET


class Result(Struct, frozen=True, kw_only=True):
    """What a reading found: the busy times, or none when they are as they were; what to say when asking again."""

    etag: str | None
    modified: str | None
    digest: bytes | None
    times: list[tuple[datetime, datetime]] | None


async def add_import(tx: Tx, by: Actor, command: AddImport) -> ImportView:
    """Import this calendar from now on; it is read at once, by a job."""
    url = address_of(command.url, may_be_here=tx.house.config.is_sandbox)
    rules = tx.setting(CalendarRules)
    await entries.lock_people(tx, [by.account_id])
    if await store.count_imports(tx, by.account_id) >= rules.most_imports:
        raise TooManyImports(limit=rules.most_imports)
    import_id = ids.new()
    if not await store.insert_import(tx, import_id, by.account_id, command.name, url, _later(tx, import_id)):
        raise ImportExists
    tx.enqueue(RefreshImport(import_id=import_id), key=str(import_id))
    return await import_view(tx, by.account_id, import_id)


async def change_import(tx: Tx, by: Actor, import_id: UUID, command: ChangeImport, match: Callable[[object], None]) -> ImportView:
    """Give one of the caller's imports another name, another address or both. What the old address gave goes at once."""
    url = None if command.url is UNSET else address_of(command.url, may_be_here=tx.house.config.is_sandbox)
    await entries.lock_people(tx, [by.account_id])
    before = await store.owned(tx, by.account_id, import_id)
    if before is None:
        raise ImportNotFound
    match(before.version)
    if url is not None and url != before.url:
        if not await store.move(tx, import_id, url, tx.wall):
            raise ImportExists
        await store.keep_times(tx, by.account_id, import_id, before.name, [])
        tx.enqueue(RefreshImport(import_id=import_id), key=str(import_id))
    if command.name is not UNSET and command.name != before.name:
        await store.rename(tx, by.account_id, import_id, command.name)
    return await import_view(tx, by.account_id, import_id)


async def remove_import(tx: Tx, by: Actor, import_id: UUID) -> None:
    """Import a calendar no longer; its times are free again."""
    await entries.lock_people(tx, [by.account_id])
    if not await store.delete_import(tx, by.account_id, import_id):
        raise ImportNotFound
    await store.keep_times(tx, by.account_id, import_id, "", [])


async def ask_refresh(tx: Tx, by: Actor, import_id: UUID) -> ImportView:
    """Have one of the caller's imports read now; asking again while that waits changes nothing."""
    view = await import_view(tx, by.account_id, import_id)
    tx.enqueue(RefreshImport(import_id=import_id), key=str(import_id))
    return view


async def keep(tx: Tx, seen: Import, result: Result) -> None:
    """Store what a reading found, unless the import has gone or moved meanwhile."""
    await entries.lock_people(tx, [seen.account_id])
    read_at = seen.read_at if result.times is None and seen.read_at is not None else tx.wall
    name = await store.note_read(tx, seen, result.etag, result.modified, result.digest, read_at, _later(tx, seen.id))
    if name is not None and result.times is not None:
        await store.keep_times(tx, seen.account_id, seen.id, name, result.times)


async def note_failure(tx: Tx, seen: Import, problem: Problem) -> None:
    """Tell the person why it cannot be read, and wait longer each time."""
    await entries.lock_people(tx, [seen.account_id])
    await store.note_failure(tx, seen, problem, _later(tx, seen.id, seen.failures + 1))


def _later(tx: Tx, import_id: UUID, failures: int = 0) -> datetime:
    return tx.wall + wait_after(failures, timedelta(minutes=tx.setting(CalendarRules).import_every_minutes), import_id)
