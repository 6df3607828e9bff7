"""Imported calendars, and the entries that come of them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.calendar.model.imports import Import, Problem
from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks

IMPORT = sql("""
    SELECT i.id, i.account_id, i.name, i.url, coalesce(p.timezone, a.timezone) AS timezone, i.etag, i.modified, i.digest, i.read_at,
        i.failures
    FROM calendar.import i
    JOIN calendar.person p ON p.account_id = i.account_id
    JOIN identity.public_account a ON a.id = i.account_id
    WHERE i.id = $1 AND a.is_visible
""")
COUNT_IMPORTS = sql("""SELECT count(*) FROM calendar.import WHERE account_id = $1""")
INSERT_IMPORT = sql("""
    INSERT INTO calendar.import (id, account_id, name, url, next_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (account_id, md5(url)) DO NOTHING
""")
OWNED = sql("""SELECT name, url, version FROM calendar.import WHERE id = $1 AND account_id = $2""")
RENAME_IMPORT = sql("""UPDATE calendar.import SET name = $2, version = version + 1 WHERE id = $1""")
RENAME_ENTRIES = sql("""
    UPDATE calendar.entry SET title = $3 WHERE subject_id = $1 AND account_id = $2 AND subject_kind = 'import' AND title <> $3
""")
MOVE_IMPORT = sql("""
    UPDATE calendar.import i SET url = $2, state = 'new', problem = NULL, failures = 0, etag = NULL, modified = NULL, digest = NULL,
        read_at = NULL, checked_at = NULL, next_at = $3, version = version + 1
    WHERE i.id = $1 AND NOT EXISTS (SELECT FROM calendar.import o WHERE o.account_id = i.account_id AND o.url = $2 AND o.id <> i.id)
""")
DELETE_IMPORT = sql("""DELETE FROM calendar.import WHERE id = $1 AND account_id = $2""")
DELETE_IMPORTS = sql("""DELETE FROM calendar.import WHERE account_id = $1""")
CLAIM_DUE = sql("""
    UPDATE calendar.import i SET next_at = $2
    FROM (
        SELECT d.id FROM calendar.import d JOIN identity.public_account a ON a.id = d.account_id
        WHERE d.next_at <= $1 AND a.is_visible ORDER BY d.next_at LIMIT $3 FOR NO KEY UPDATE OF d SKIP LOCKED
    ) due
    WHERE i.id = due.id
    RETURNING i.id
""")
IMPORT_READ = sql("""
    UPDATE calendar.import SET state = 'ok', problem = NULL, failures = 0, etag = $3, modified = $4, digest = $5, checked_at = $6,
        read_at = $7, next_at = $8
    WHERE id = $1 AND url = $2
    RETURNING name
""")
IMPORT_FAILED = sql("""
    UPDATE calendar.import SET state = 'failing', problem = $3, failures = failures + 1, checked_at = $4, next_at = $5
    WHERE id = $1 AND url = $2
""")
TIMES = sql("""
    SELECT id, starts_at, ends_at FROM calendar.entry WHERE subject_id = $1 AND account_id = $2 AND subject_kind = 'import'
""")
DROP_TIMES = sql("""DELETE FROM calendar.entry WHERE id = ANY ($1::uuid[])""")
ADD_TIMES = sql("""
    INSERT INTO calendar.entry (id, account_id, subject_kind, subject_id, firm, title, starts_at, ends_at, span)
    SELECT w.id, $2, 'import', $1, false, $3, w.starts_at, w.ends_at, tstzrange(w.starts_at, w.ends_at)
    FROM unnest($4::uuid[], $5::timestamptz[], $6::timestamptz[]) AS w (id, starts_at, ends_at)
""")


Span = tuple[datetime, datetime]


class Owned(Struct, frozen=True):
    """An import as its person changes it."""

    name: str
    url: str
    version: int


async def find_import(read: Read, import_id: UUID) -> Import | None:
    """Return what a reading starts from; nothing when it was deleted, or its person is not to be seen."""
    row = await read.row(IMPORT, import_id)
    return None if row is None else Import(**row)


async def owned(read: Read, account_id: UUID, import_id: UUID) -> Owned | None:
    """Return one of a locked person's imports."""
    row = await read.row(OWNED, import_id, account_id)
    return None if row is None else Owned(*row)


async def count_imports(read: Read, account_id: UUID) -> int:
    """Return how many calendars a person imports."""
    return await read.value(COUNT_IMPORTS, account_id)


@locks(80, 1)
async def insert_import(tx: Tx, import_id: UUID, account_id: UUID, name: str, url: str, next_at: datetime) -> bool:
    """Store a new import of a locked person; return whether the address was new to them."""
    return await tx.run(INSERT_IMPORT, import_id, account_id, name, url, next_at, tx.now) == 1


@locks(80, 1)
async def rename(tx: Tx, account_id: UUID, import_id: UUID, name: str) -> None:
    """Give an import of a locked person, and the entries of it, another name."""
    await tx.run(RENAME_IMPORT, import_id, name)
    await tx.run(RENAME_ENTRIES, import_id, account_id, name)


@locks(80, 1)
async def move(tx: Tx, import_id: UUID, url: str, next_at: datetime) -> bool:
    """Let an import of a locked person read another address from `next_at` on; return whether that is not imported already."""
    return await tx.run(MOVE_IMPORT, import_id, url, next_at) == 1


@locks(80, 1)
async def delete_import(tx: Tx, account_id: UUID, import_id: UUID) -> bool:
    """Delete an import of a locked person; return whether it was there. Its entries are deleted by `keep_times`."""
    return await tx.run(DELETE_IMPORT, import_id, account_id) == 1


@locks(80, 1)
async def claim_due(tx: Tx, at: datetime, again_at: datetime, limit: int) -> list[UUID]:
    """Return imports to look at now, the longest due first, and put the next look to `again_at`."""
    return [row["id"] for row in await tx.rows(CLAIM_DUE, at, again_at, limit)]


@locks(80, 1)
async def note_read(
    tx: Tx, seen: Import, etag: str | None, modified: str | None, digest: bytes | None, read_at: datetime, next_at: datetime
) -> str | None:
    """Note that a locked person's import was read; return its name, or nothing when it has gone or moved meanwhile."""
    return await tx.value(IMPORT_READ, seen.id, seen.url, etag, modified, digest, tx.wall, read_at, next_at)


@locks(80, 1)
async def note_failure(tx: Tx, seen: Import, problem: Problem, next_at: datetime) -> None:
    """Note why an import could not be read, unless it has gone or moved meanwhile."""
    await tx.run(IMPORT_FAILED, seen.id, seen.url, problem, tx.wall, next_at)


@locks(80, 1)
async def keep_times(tx: Tx, account_id: UUID, import_id: UUID, name: str, times: Iterable[Span]) -> None:
    """Make these the only entries of a locked person's import; what stays as it was is not written again."""
    had = {(row["starts_at"], row["ends_at"]): row["id"] for row in await tx.rows(TIMES, import_id, account_id)}
    wanted = set(times)
    if gone := [had[span] for span in had.keys() - wanted]:
        await tx.run(DROP_TIMES, gone)
    if new := sorted(wanted - had.keys()):
        await tx.run(ADD_TIMES, import_id, account_id, name, [ids.new() for _ in new], [start for start, _ in new], [end for _, end in new])
