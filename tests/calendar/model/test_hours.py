"""Windows as people write them, and everything wrong with them at once."""

import pytest

from skillhall.calendar.model.hours import WeekWindow, Window, check_timezone, day_of, week_of
from skillhall.kernel.refusals import Invalid


def wrong(refusal: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {error.field: error.code for error in refusal.value.details}


def test_a_week_is_read_by_weekday() -> None:
    week = week_of(
        [
            WeekWindow(weekday="sunday", start="20:00", end="24:00"),
            WeekWindow(weekday="monday", start="13:00", end="17:30"),
            WeekWindow(weekday="monday", start="09:00", end="13:00"),
        ]
    )
    assert week == {6: [(1200, 1440)], 0: [(780, 1050), (540, 780)]}


def test_all_wrong_windows_of_a_week_are_named() -> None:
    with pytest.raises(Invalid) as refusal:
        week_of(
            [
                WeekWindow(weekday="monday", start="09:00", end="12:00"),
                WeekWindow(weekday="monday", start="11:59", end="13:00"),
                WeekWindow(weekday="tuesday", start="09:00", end="12:00"),
                WeekWindow(weekday="friday", start="12:00", end="12:00"),
            ]
        )
    assert wrong(refusal) == {"weeklyHours.1": "windows_overlap", "weeklyHours.3.end": "window_empty"}


def test_all_wrong_windows_of_a_date_are_named() -> None:
    assert day_of([]) == []
    with pytest.raises(Invalid) as refusal:
        day_of([Window(start="10:00", end="09:00"), Window(start="10:00", end="11:00"), Window(start="10:30", end="10:45")])
    assert wrong(refusal) == {"windows.0.end": "window_empty", "windows.2": "windows_overlap"}


@pytest.mark.parametrize("timezone", ["", "Mars/Olympus", "europe/berlin ", "../../etc/passwd", "Europe"])
def test_what_is_no_zone_is_refused(timezone: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_timezone(timezone, "body")
    assert wrong(refusal) == {"timezone": "unknown_timezone"}


def test_windows_are_written_as_they_were_read() -> None:
    for minutes in ((0, 1440), (5, 65), (9 * 60, 17 * 60 + 30)):
        assert Window.of(minutes).range == minutes
