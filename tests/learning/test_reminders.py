"""Reminders: 24 hours and 30 minutes before, each once, to the host and everybody with a seat; none once the lesson has begun."""

from datetime import datetime, timedelta
from typing import Any

from skillhall.kernel.work.advance import SHIFT_TO
from tests.learning.builders import DAY, HOUR, MINUTE, People

REMINDERS = "SELECT data FROM kernel.event WHERE type = 'learning.reminder_due' ORDER BY position"


async def _announced(people: People) -> list[int]:
    return [row["data"]["minutesBefore"] for row in await people.hall.pool.fetch(REMINDERS)]


async def _outage(people: People, until: datetime) -> None:
    """Let time pass while nobody works."""
    await people.hall.pool.execute(SHIFT_TO, until)


async def _scheduled(people: People) -> tuple[datetime, tuple[Any, Any]]:
    host, learner = await people.host(), await people.person(wallet=31)
    session = await people.scheduled(host, learner)
    return datetime.fromisoformat(session.starts_at), (host, learner)


async def _reminded(people: People, both: tuple[Any, Any]) -> list[int]:
    return [(await people.mails(who)).count("Reminder") for who in both]


async def test_both_are_reminded_twice(people: People) -> None:
    start, both = await _scheduled(people)
    for before, count in ((DAY + MINUTE, 0), (DAY, 1), (31 * MINUTE, 1), (30 * MINUTE, 2), (timedelta(), 2)):
        await people.until(start - before)
        assert await _reminded(people, both) == [count, count], before
    assert await _announced(people) == [24 * 60, 30]


async def test_what_an_outage_delayed_comes_as_one(people: People) -> None:
    start, both = await _scheduled(people)
    await _outage(people, start - 20 * MINUTE)
    assert await _reminded(people, both) == [1, 1]
    await people.until(start)
    assert (await _reminded(people, both), await _announced(people)) == ([1, 1], [30])


async def test_an_outage_over_the_start_reminds_nobody(people: People) -> None:
    start, both = await _scheduled(people)
    await _outage(people, start + 5 * MINUTE)
    assert (await _reminded(people, both), await _announced(people)) == ([0, 0], [])


async def test_a_reminder_whose_delivery_came_too_late_is_not_sent(people: People) -> None:
    start, both = await _scheduled(people)
    await people.hall.drain()
    await _outage(people, start - 23 * HOUR)
    await people.hall.hall.timekeeper.sweep()
    await _outage(people, start)
    assert (await _reminded(people, both), await _announced(people)) == ([0, 0], [24 * 60])
