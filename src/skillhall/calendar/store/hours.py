"""Weekly hours, zones and overrides of locked people."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from skillhall.calendar.model.hours import Range
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

NOTE_CHANGE = sql("""
    UPDATE calendar.person SET version = version + 1, timezone = coalesce($2, timezone) WHERE account_id = $1
""")
CLEAR_WEEK = sql("""DELETE FROM calendar.weekly_hours WHERE account_id = $1""")
INSERT_WEEK = sql("""
    INSERT INTO calendar.weekly_hours (account_id, weekday, windows)
    SELECT $1, w.weekday, range_agg(int4range(w.opens, w.closes))
    FROM unnest($2::smallint[], $3::int[], $4::int[]) AS w (weekday, opens, closes)
    GROUP BY w.weekday
""")
SET_ZONES = sql("""
    UPDATE calendar.person p SET version = version + 1, timezone = n.timezone
    FROM unnest($1::uuid[], $2::text[]) AS n (account_id, timezone) WHERE p.account_id = n.account_id
""")
INSERT_WEEKS = sql("""
    INSERT INTO calendar.weekly_hours (account_id, weekday, windows)
    SELECT w.account_id, w.weekday, range_agg(int4range(w.opens, w.closes))
    FROM unnest($1::uuid[], $2::smallint[], $3::int[], $4::int[]) AS w (account_id, weekday, opens, closes)
    GROUP BY w.account_id, w.weekday
""")
PUT_OVERRIDE = sql("""
    INSERT INTO calendar.override (account_id, override_on, windows)
    SELECT $1, $2, coalesce(range_agg(int4range(w.opens, w.closes)), '{}') FROM unnest($3::int[], $4::int[]) AS w (opens, closes)
    ON CONFLICT (account_id, override_on) DO UPDATE SET windows = excluded.windows
""")
DELETE_OVERRIDE = sql("""DELETE FROM calendar.override WHERE account_id = $1 AND override_on = $2""")


async def note_change(tx: Tx, account_id: UUID, timezone: str | None = None) -> None:
    """Raise the version of a locked person's hours and, if given, set their zone."""
    await tx.run(NOTE_CHANGE, account_id, timezone)


async def replace_week(tx: Tx, account_id: UUID, week: Mapping[int, Sequence[Range]]) -> None:
    """Replace the weekly hours of a locked person; weekday 0 is Monday."""
    await tx.run(CLEAR_WEEK, account_id)
    rows = [(weekday, opens, closes) for weekday, windows in week.items() for opens, closes in windows]
    weekdays, opens, closes = ([row[column] for row in rows] for column in range(3))
    await tx.run(INSERT_WEEK, account_id, weekdays, opens, closes)


async def insert_hours(tx: Tx, zones: Mapping[UUID, str], windows: Sequence[tuple[UUID, int, Range]]) -> None:
    """Give locked people who have no hours yet their zones and weekly windows; weekday 0 is Monday."""
    await tx.run(SET_ZONES, list(zones), list(zones.values()))
    accounts, weekdays, ranges = zip(*windows, strict=True) if windows else ((), (), ())
    await tx.run(INSERT_WEEKS, accounts, weekdays, [opens for opens, _ in ranges], [closes for _, closes in ranges])


async def put_override(tx: Tx, account_id: UUID, on: date, windows: Sequence[Range]) -> None:
    """Set the hours of one date of a locked person; no windows means closed."""
    await tx.run(PUT_OVERRIDE, account_id, on, [opens for opens, _ in windows], [closes for _, closes in windows])


async def delete_override(tx: Tx, account_id: UUID, on: date) -> bool:
    """Delete one override; return whether it was there."""
    return await tx.run(DELETE_OVERRIDE, account_id, on) > 0
