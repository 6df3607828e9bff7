"""People, lessons and hours for the tests of calendar."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from skillhall.calendar.api import Entry, Want
from skillhall.calendar.model.hours import Range
from skillhall.calendar.store import entries
from skillhall.calendar.store import hours as hours_store
from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject

INSERT_ACCOUNT = sql("""
    INSERT INTO identity.account (id, email, email_verified, display_name, timezone, locale, state, abilities, origin, created_at)
    VALUES ($1, $1::uuid::text || '@example.org', $3, 'Ada Example', $2, 'en', $4, '{}', 'test', now())
""")
WORKING = dict.fromkeys(range(5), ((9 * 60, 17 * 60),))
# A Monday, far enough ahead that no test meets it.
MONDAY = (datetime.now(UTC) + timedelta(days=21 - datetime.now(UTC).weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


async def an_account(tx: Tx, *, timezone: str = "UTC", state: str = "active") -> UUID:
    """Write an account."""
    account_id = ids.new()
    await tx.run(INSERT_ACCOUNT, account_id, timezone, state != "pending_verification", state)
    return account_id


async def hours(tx: Tx, account_id: UUID, week: Mapping[int, Sequence[Range]] = WORKING, timezone: str | None = None) -> None:
    """Set weekly hours."""
    await entries.lock_people(tx, [account_id])
    await hours_store.note_change(tx, account_id, timezone)
    await hours_store.replace_week(tx, account_id, week)


def a_lesson() -> Subject:
    return Subject("session", ids.new())


def an_entry(account_id: UUID, hour: float = 9, *, day: int = 0, minutes: int = 60, buffer: int = 0, title: str = "Guitar") -> Entry:
    """Return an entry that starts at `hour` of a Monday to come."""
    starts_at = MONDAY + timedelta(days=day, hours=hour)
    return Entry(
        account_id=account_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        title=title,
        buffer_before_minutes=buffer,
        buffer_after_minutes=buffer,
    )


def a_want(account_id: UUID, minutes: int = 60, **rest: int) -> Want:
    return Want(key=account_id, account_id=account_id, duration_minutes=minutes, **rest)


def at(tx: Tx) -> Tx:
    """Forget the lock order between the steps of a test, as if each were a transaction."""
    tx._rank = (0, 0)  # pyright: ignore[reportPrivateUsage]
    return tx
