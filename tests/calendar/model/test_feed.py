"""A calendar file that another program reads back."""

from datetime import UTC, datetime, timedelta, timezone

from icalendar import Calendar, Event

from skillhall.calendar.model.feed import Happening, calendar_file, uid_of
from skillhall.kernel import ids

INDIA = timezone(timedelta(hours=5, minutes=30))


def test_a_file_reads_back_in_utc() -> None:
    starts_at = datetime(2026, 11, 20, 15, 30, tzinfo=INDIA)
    lesson = Happening(
        uid="a@skillhall",
        title='Gitarre; "für", alle\nzweite Zeile ' + "ß" * 80,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        changed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    file = calendar_file("me@skillhall", "Skillhall: Ada", [lesson])
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    assert b"DTSTART:20261120T100000Z" in file
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert isinstance(event, Event)
    assert event.uid == "a@skillhall"
    assert event["summary"] == lesson.title
    assert (event.start, event.end) == (lesson.starts_at, lesson.ends_at)


def test_the_same_things_give_the_same_file() -> None:
    assert calendar_file("me@skillhall", "Skillhall", []) == calendar_file("me@skillhall", "Skillhall", [])


def test_a_subject_keeps_its_uid_and_a_proposal_has_another() -> None:
    lesson = ids.new()
    assert uid_of(lesson) == f"{lesson}@skillhall"
    assert uid_of(lesson, 1) != uid_of(lesson)
