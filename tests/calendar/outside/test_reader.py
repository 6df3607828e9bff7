"""The process that works files out: its answer, and what it does not let through."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from skillhall.calendar.model.imports import UnreadableError
from skillhall.calendar.outside import reader
from skillhall.calendar.outside.reader import read_times
from skillhall.kernel import ids
from tests.calendar.elsewhere import a_calendar

SINCE = datetime(2026, 12, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=370)
HOUR = timedelta(hours=1)


async def times(file: bytes) -> list[tuple[datetime, datetime]]:
    return await read_times(file, ids.new(), "Europe/Berlin", SINCE, UNTIL)


async def test_it_answers_with_times() -> None:
    assert await times(a_calendar((SINCE + HOUR, SINCE + 2 * HOUR))) == [(SINCE + HOUR, SINCE + 2 * HOUR)]


async def test_it_says_what_is_no_calendar() -> None:
    with pytest.raises(UnreadableError) as error:
        await times(b"<html>")
    assert error.value.problem == "not_a_calendar"


async def test_more_than_five_thousand_times_are_too_many() -> None:
    with pytest.raises(UnreadableError) as error:
        await times(a_calendar(*((SINCE + HOUR * number, SINCE + HOUR * number + HOUR / 2) for number in range(5001))))
    assert error.value.problem == "too_large"


async def test_a_rule_that_never_ends_ends_the_process_and_not_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    file = a_calendar((SINCE, SINCE + HOUR)).replace(b"SUMMARY", b"RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\r\nSUMMARY")
    monkeypatch.setattr(reader, "WALL_SECONDS", 2)
    begun, beats = time.monotonic(), 0
    asking = asyncio.create_task(times(file))
    while not asking.done():
        await asyncio.sleep(0.05)
        beats += 1
    with pytest.raises(UnreadableError) as error:
        await asking
    assert error.value.problem == "too_large"
    assert time.monotonic() - begun < 10
    assert beats > 20
