"""Imported calendars as their person sees them."""

from typing import Literal
from uuid import UUID

from skillhall.calendar.model.imports import PROBLEMS, ImportNotFound, Problem
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Instant, View, instant, maybe_instant

IMPORTS = sql("""
    SELECT i.id, i.name, i.url, i.state, i.problem, i.checked_at, i.read_at, i.next_at, i.version, i.created_at,
        (SELECT count(*) FROM calendar.entry e WHERE e.subject_id = i.id AND e.account_id = i.account_id) AS entries
    FROM calendar.import i WHERE i.account_id = $1 AND ($2::uuid IS NULL OR i.id = $2)
    ORDER BY i.created_at, i.id
""")
OWN_DATA = sql("""SELECT id, name, url, state, created_at FROM calendar.import WHERE account_id = $1 ORDER BY created_at, id""")


class ImportView(View, frozen=True, kw_only=True):
    """A calendar elsewhere whose busy times are in one's own.

    `status` is `new` until it was first looked at, then `ok` or `failing`; then `problem` is a word for programs and `problemText` a
    sentence for people, and the times known before stay. `busyTimes` counts them; `checkedAt` and `nextCheckAt` are real time.
    """

    id: UUID
    name: str
    url: str
    status: Literal["new", "ok", "failing"]
    problem: Problem | None
    problem_text: str | None
    busy_times: int
    checked_at: Instant | None
    next_check_at: Instant
    version: int
    created_at: Instant


class ImportsView(View, frozen=True, kw_only=True):
    """All calendars one imports, the oldest first."""

    imports: list[ImportView]


async def imports_view(read: Read, account_id: UUID) -> ImportsView:
    """Return what a person imports."""
    return ImportsView(imports=[_view(row) for row in await read.rows(IMPORTS, account_id, None)])


async def import_view(read: Read, account_id: UUID, import_id: UUID) -> ImportView:
    """Return one of a person's imports."""
    row = await read.row(IMPORTS, account_id, import_id)
    if row is None:
        raise ImportNotFound
    return _view(row)


async def own_data(read: Read, account_id: UUID) -> list[dict[str, object]]:
    """Return what a person takes along of their imports."""
    return [dict(row) for row in await read.rows(OWN_DATA, account_id)]


def _view(row: Row) -> ImportView:
    return ImportView(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        status=row["state"],
        problem=row["problem"],
        problem_text=PROBLEMS[row["problem"]] if row["problem"] else None,
        busy_times=row["entries"],
        checked_at=maybe_instant(row["checked_at"]),
        next_check_at=instant(row["next_at"]),
        version=row["version"],
        created_at=instant(row["created_at"]),
    )
