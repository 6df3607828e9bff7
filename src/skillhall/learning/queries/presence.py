"""Who was in the room of a session, and for how long."""

from datetime import datetime
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Instant, View, instant, maybe_instant
from skillhall.learning.store.participation import part
from skillhall.profiles.api import PersonCard

# Presence counts within the session's own time; who is still in counts up to now.
PRESENCE = sql("""
SELECT w.account_id, w.seat, w.is_host, p.id, p.display_name, p.username, p.avatar_url, p.rating,
    min(a.entered_at) AS first_at, max(a.left_at) AS last_at, count(a.id) AS times,
    coalesce(bool_or(a.left_at IS NULL) FILTER (WHERE a.id IS NOT NULL), false) AS is_in,
    coalesce(sum(greatest(extract(epoch FROM least(coalesce(a.left_at, $2), s.ends_at) - greatest(a.entered_at, s.starts_at)), 0)), 0)::int8
        AS seconds
FROM learning.session s
CROSS JOIN LATERAL (
    SELECT s.host_id AS account_id, s.host_profile_id AS profile_id, NULL AS seat, true AS is_host
    UNION ALL SELECT e.account_id, e.profile_id, e.state, false FROM learning.seat e
    WHERE e.session_id = s.id AND e.state IN ('requested', 'confirmed', 'joined', 'attended', 'no_show')) w
JOIN profiles.public_profile p ON p.id = w.profile_id
LEFT JOIN learning.attendance a ON a.session_id = s.id AND a.account_id = w.account_id
WHERE s.id = $1 AND ($3::uuid IS NULL OR w.account_id = $3)
GROUP BY w.account_id, w.seat, w.is_host, p.id, p.display_name, p.username, p.avatar_url, p.rating
ORDER BY w.is_host DESC, p.display_name, w.account_id
""")
TIMES = sql("SELECT starts_at, ends_at FROM learning.session WHERE id = $1")


class PresenceView(View, frozen=True, kw_only=True):
    """One person's time in the room. `minutesPresent` counts whole minutes within the session's time, up to now while they are in."""

    account_id: UUID
    person: PersonCard
    is_host: bool
    seat_status: str | None
    is_present: bool
    times_entered: int
    first_entered_at: Instant | None
    last_left_at: Instant | None
    minutes_present: int


class AttendanceView(View, frozen=True, kw_only=True):
    """Who was there: everybody to the host and staff, to a learner only the own part."""

    session_id: UUID
    starts_at: Instant
    ends_at: Instant
    planned_minutes: int
    people: list[PresenceView]


async def attendance(read: Read, by: Actor, session_id: UUID) -> AttendanceView:
    """Return how long people were present."""
    asking = await part(read, session_id, by)
    asking.check_reads()
    only = None if asking.is_host or asking.is_staff else by.account_id
    times = await read.row(TIMES, session_id)
    starts_at, ends_at = _span(times)
    return AttendanceView(
        session_id=session_id,
        starts_at=instant(starts_at),
        ends_at=instant(ends_at),
        planned_minutes=int((ends_at - starts_at).total_seconds()) // 60,
        people=[_presence(row) for row in await read.rows(PRESENCE, session_id, read.now, only)],
    )


def _span(row: Row | None) -> tuple[datetime, datetime]:
    if row is None:
        raise AssertionError("a session that was just read has its times")
    return row["starts_at"], row["ends_at"]


def _presence(row: Row) -> PresenceView:
    return PresenceView(
        account_id=row["account_id"],
        person=PersonCard(
            id=row["id"],
            display_name=row["display_name"],
            username=row["username"],
            avatar_url=row["avatar_url"],
            rating=row["rating"],
        ),
        is_host=row["is_host"],
        seat_status=row["seat"],
        is_present=row["is_in"],
        times_entered=row["times"],
        first_entered_at=maybe_instant(row["first_at"]),
        last_left_at=maybe_instant(row["last_at"]),
        minutes_present=row["seconds"] // 60,
    )
