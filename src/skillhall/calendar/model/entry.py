"""What takes a person's time, and the refusals about it."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.refusals import Conflict, NotFound, Refused


class Entry(Struct, frozen=True, kw_only=True):
    """One person's time, taken from `starts_at` to `ends_at` (aware, end excluded) plus the buffers around it.

    The buffers count as taken: nothing firm of another subject may touch them. `title` is what the person's own calendar
    shows; it names the thing and never another person, because it outlives that person's erasure.
    """

    account_id: UUID
    starts_at: datetime
    ends_at: datetime
    title: str
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0

    @property
    def taken_from(self) -> datetime:
        """The first instant taken."""
        return self.starts_at - timedelta(minutes=self.buffer_before_minutes)

    @property
    def taken_until(self) -> datetime:
        """The first instant free again."""
        return self.ends_at + timedelta(minutes=self.buffer_after_minutes)


class Busy(Conflict):
    """Somebody has something firm at that time. `account_ids` (text) says who."""

    code = "calendar.busy"
    message = "This time is already taken."


class BlockNotFound(NotFound):
    """No such block, or it is another person's."""

    code = "calendar.block_not_found"
    message = "There is no such blocked time."


class OverrideNotFound(NotFound):
    """That date has no override."""

    code = "calendar.override_not_found"
    message = "There is no override on {date}."


class FeedNotFound(NotFound):
    """The link of a calendar feed is wrong or was replaced."""

    code = "calendar.feed_not_found"
    message = "There is no such calendar feed."


class TooManyBlocks(Refused):
    """A person keeps at most `limit` blocks that are not over."""

    code = "calendar.too_many_blocks"
    message = "You can keep at most {limit} blocked times; delete some first."


class PeriodEmpty(Refused):
    """The end is not after the start."""

    code = "calendar.period_empty"
    message = "The end must be after the start."


class PeriodTooLong(Refused):
    """The period is longer than `limit` days."""

    code = "calendar.period_too_long"
    message = "At most {limit} days at once."


class CalendarRules(Struct, frozen=True, kw_only=True):
    """What an operator may set."""

    longest_period_days: int = 62
    longest_block_days: int = 366
    most_blocks: int = 500
    override_years: int = 2
    feed_past_days: int = 30
    feed_future_days: int = 180
    most_imports: int = 10
    import_every_minutes: int = 30
    import_days_ahead: int = 370
    import_reread_hours: int = 24


def check_period(starts_at: datetime, ends_at: datetime, limit_days: int) -> None:
    """Refuse a period that is empty or longer than `limit_days`."""
    if ends_at <= starts_at:
        raise PeriodEmpty
    if ends_at - starts_at > timedelta(days=limit_days):
        raise PeriodTooLong(limit=limit_days)
