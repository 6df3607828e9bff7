"""Timers and work sessions on screens, and the minutes of a week that hourly work is paid by."""

from datetime import UTC, date, datetime, time
from functools import partial
from uuid import UUID

from msgspec import Struct

from skillhall.gigs.model.engagement_refusals import AgreementNotFound
from skillhall.gigs.model.tracking import EntryState, TimeEntryNotFound, entry_state
from skillhall.gigs.model.work import WEEK, monday_of
from skillhall.gigs.queries.tasks import check_seen, face_of
from skillhall.gigs.store import tracking as store
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Instant, ListQuery, Moment, Page, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard

ENTRIES = Listing(
    columns=sql("e.id, e.account_id, e.project_id, e.task_id, e.agreement_id, e.note, e.started_at, e.ended_at"),
    source=sql("gigs.time_entry e"),
    late=(
        sql("""
            page.*, p.title AS project_title, t.title AS task_title,
            h.id AS face_id, h.display_name, h.username, h.avatar_url, h.rating,
            (SELECT s.started_at FROM gigs.time_span s WHERE s.entry_id = page.id AND s.ended_at IS NULL) AS running_since,
            (SELECT coalesce(sum(extract(epoch FROM s.ended_at - s.started_at)), 0)::float8 FROM gigs.time_span s
                WHERE s.entry_id = page.id AND s.ended_at IS NOT NULL) AS seconds
        """),
        sql("""
            JOIN gigs.project p ON p.id = page.project_id LEFT JOIN gigs.task t ON t.id = page.task_id
            LEFT JOIN profiles.public_profile h ON h.account_id = page.account_id AND h.is_primary
        """),
    ),
    sorts={"startedAt": sql("e.started_at")},
    default_sort="-startedAt",
    key=sql("e.id"),
    filters={
        "id": sql("e.id = {}"),
        "account": sql("e.account_id = {}"),
        "task": sql("e.task_id = {}"),
        "project": sql("e.project_id = {}"),
        "agreement": sql("e.agreement_id = {}"),
        "open": sql("(e.ended_at IS NULL) = {}"),
        "since": sql("e.started_at >= {}::timestamptz"),
        "viewer": sql("""(e.account_id = {} OR e.project_id = ANY (ARRAY(
            SELECT a.id FROM gigs.project a WHERE a.account_id = {}
            UNION ALL SELECT c.project_id FROM gigs.collaborator c
            WHERE c.account_id = {} AND c.state = 'accepted' AND c.role = 'manager')))"""),
    },
)
MINUTES_OF = sql("""
SELECT floor(coalesce(sum(extract(epoch FROM least(coalesce(s.ended_at, $4), $3) - greatest(s.started_at, $2))), 0) / 60)::int
FROM gigs.time_entry e JOIN gigs.time_span s ON s.entry_id = e.id
WHERE e.agreement_id = $1 AND s.started_at < $3 AND coalesce(s.ended_at, $4) > $2
""")
PARTIES = sql("SELECT client_id, worker_id FROM gigs.agreement WHERE id = $1")


class TimeEntryView(View, frozen=True, kw_only=True):
    """A timer or work session. `seconds` are those worked until now, pauses left out; `runningSince` is null while it rests."""

    id: UUID
    user_id: UUID
    user: PersonCard | None
    project_id: UUID
    project_title: str
    task_id: UUID | None
    task_title: str | None
    agreement_id: UUID | None
    note: str
    status: EntryState
    started_at: Instant
    running_since: Instant | None
    ended_at: Instant | None
    seconds: int
    duration_minutes: int


class ActiveView(View, frozen=True, kw_only=True):
    """What runs, or else was begun last and not ended; null when there is nothing."""

    session: TimeEntryView | None


class MinutesView(View, frozen=True, kw_only=True):
    """How many whole minutes were tracked on an agreement in the week that begins on Monday `week`, in UTC."""

    agreement_id: UUID
    week: date
    minutes: int


class EntryQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of timers and work sessions; `open` are those that have not ended, `since` an instant."""

    project_id: UUID | None = None
    agreement_id: UUID | None = None
    task_id: UUID | None = None
    open: bool | None = None
    since: Moment | None = None


class MinutesQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Which agreement, and a day of the week meant; without one the present week."""

    agreement_id: UUID
    week: date | None = None


async def minutes_of(read: Read, agreement_id: UUID, week: date) -> int:
    """Return the whole minutes tracked on an agreement in the week (Monday to Monday, UTC) of that day; what runs counts until now."""
    starts_at = datetime.combine(monday_of(datetime.combine(week, time(), UTC)), time(), UTC)
    return await read.value(MINUTES_OF, agreement_id, starts_at, starts_at + WEEK, read.now)


async def minutes_view(read: Read, by: Actor, query: MinutesQuery) -> MinutesView:
    """Return the minutes of a week, to client and worker."""
    row = await read.row(PARTIES, query.agreement_id)
    if row is None or by.account_id not in (row["client_id"], row["worker_id"]):
        raise AgreementNotFound
    week = query.week or read.now.date()
    monday = monday_of(datetime.combine(week, time(), UTC))
    return MinutesView(agreement_id=query.agreement_id, week=monday, minutes=await minutes_of(read, query.agreement_id, week))


async def own_entries(read: Read, by: Actor, query: EntryQuery) -> Page[TimeEntryView]:
    """Return the caller's timers and work sessions, the latest first."""
    return await _page(read, query, account=by.account_id)


async def seen_entries(read: Read, by: Actor, query: EntryQuery) -> Page[TimeEntryView]:
    """Return the caller's work sessions and those on projects the caller owns or manages."""
    return await _page(read, query, viewer=by.account_id)


async def entries_of_task(read: Read, by: Actor, task_id: UUID, query: EntryQuery) -> Page[TimeEntryView]:
    """Return the time spent on a task."""
    await check_seen(read, by, task_id)
    return await _page(read, query, task=task_id)


async def entry_view(read: Read, by: Actor, entry_id: UUID) -> TimeEntryView:
    """Return one entry, or refuse as if it were not there."""
    page = await _page(read, EntryQuery(limit=1, cursor=""), id=entry_id, viewer=by.account_id)
    if not page.items:
        raise TimeEntryNotFound
    return page.items[0]


async def active_view(read: Read, by: Actor) -> ActiveView:
    """Return what runs of the caller's, or else was begun last and not ended."""
    found = await store.active(read, by.account_id)
    return ActiveView(session=None if found is None else await entry_view(read, by, found))


async def _page(read: Read, query: EntryQuery, **where: object) -> Page[TimeEntryView]:
    given = {
        "project": query.project_id,
        "agreement": query.agreement_id,
        "task": query.task_id,
        "open": query.open,
        "since": query.since,
        **where,
    }
    return await ENTRIES.page(read, query, decode=partial(_entry, now=read.now), where=given)


def _entry(row: Row, now: datetime) -> TimeEntryView:
    since = row["running_since"]
    seconds = int(row["seconds"] + (max(0.0, (now - since).total_seconds()) if since else 0))
    return TimeEntryView(
        id=row["id"],
        user_id=row["account_id"],
        user=face_of(row),
        project_id=row["project_id"],
        project_title=row["project_title"],
        task_id=row["task_id"],
        task_title=row["task_title"],
        agreement_id=row["agreement_id"],
        note=row["note"],
        status=entry_state(since, row["ended_at"]),
        started_at=instant(row["started_at"]),
        running_since=maybe_instant(since),
        ended_at=maybe_instant(row["ended_at"]),
        seconds=seconds,
        duration_minutes=seconds // 60,
    )
