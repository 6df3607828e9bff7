"""Busy times out of files as other programs write them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from skillhall.calendar.model.busy import NotACalendarError, busy_times
from skillhall.calendar.model.feed import Happening, calendar_file, uid_of
from skillhall.kernel import ids

ME = ids.new()
SINCE, UNTIL = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def a_file(*events: str, head: str = "", kind: str = "VEVENT") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//EN", *filter(None, [head])]
    for number, event in enumerate(events):
        lines += [f"BEGIN:{kind}", f"UID:{number}@elsewhere", "DTSTAMP:20261101T000000Z", event, f"END:{kind}"]
    return "\n".join([*lines, "END:VCALENDAR", ""]).replace("\n", "\r\n").encode()


def busy(file: bytes, zone: str = "Europe/Berlin", account_id: UUID = ME) -> list[tuple[str, str]]:
    """Return the busy times as UTC texts."""
    times = busy_times(file, account_id, zone, SINCE, UNTIL)
    return [tuple(f"{EPOCH + timedelta(minutes=minute):%Y-%m-%d %H:%M}" for minute in span) for span in times]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART:20261210T100000Z\nDTEND:20261210T110000Z", ("2026-12-10 10:00", "2026-12-10 11:00")),
        ("DTSTART;TZID=America/New_York:20261210T100000\nDURATION:PT90M", ("2026-12-10 15:00", "2026-12-10 16:30")),
        ("DTSTART;TZID=W. Europe Standard Time:20261210T100000\nDTEND;TZID=W. Europe Standard Time:20261210T110000",
         ("2026-12-10 09:00", "2026-12-10 10:00")),
        ("DTSTART;TZID=/vendor.example/Asia/Kolkata:20261210T100000\nDURATION:PT1H", ("2026-12-10 04:30", "2026-12-10 05:30")),
        ("DTSTART:20261210T100000\nDTEND:20261210T110000", ("2026-12-10 09:00", "2026-12-10 10:00")),
        ("DTSTART;TZID=Nowhere/Land:20261210T100000\nDURATION:PT1H", ("2026-12-10 09:00", "2026-12-10 10:00")),
        ("DTSTART;VALUE=DATE:20261210\nDTEND;VALUE=DATE:20261212", ("2026-12-09 23:00", "2026-12-11 23:00")),
        ("DTSTART;VALUE=DATE:20261210", ("2026-12-09 23:00", "2026-12-10 23:00")),
        ("DTSTART:20261210T100030Z\nDTEND:20261210T110030Z", ("2026-12-10 10:00", "2026-12-10 11:01")),
        ("DTSTART:20261130T230000Z\nDTEND:20261201T010000Z", ("2026-12-01 00:00", "2026-12-01 01:00")),
        ("DTSTART:20261210T100000Z\nDURATION:PT1H\nSTATUS:TENTATIVE", ("2026-12-10 10:00", "2026-12-10 11:00")),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::icalendar.error.GloballyUniqueTZIDGuessed")
def test_one_event(event: str, expected: tuple[str, str]) -> None:
    assert busy(a_file(event)) == [expected]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20261210T100000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT",
        "DTSTART:20261210T100000Z\nDURATION:PT1H\nSTATUS:CANCELLED",
        "DTSTART:20261210T100000Z",
        "DTSTART:20261210T100000Z\nDTEND:20261210T100000Z",
        "DTSTART:20251210T100000Z\nDURATION:PT1H",
        "DTSTART:20281210T100000Z\nDURATION:PT1H",
    ],
)
def test_what_takes_no_time(event: str) -> None:
    assert busy(a_file(event)) == []


def test_a_zone_of_the_files_own() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Customized Time Zone\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0300\n"
        "END:STANDARD\nEND:VTIMEZONE"
    )
    event = "DTSTART;TZID=Customized Time Zone:20261210T100000\nDURATION:PT1H"
    assert busy(a_file(event, head=zone)) == [("2026-12-10 07:00", "2026-12-10 08:00")]


def test_floating_times_are_those_of_the_zone_the_file_names() -> None:
    assert busy(a_file("DTSTART:20261210T100000\nDURATION:PT1H", head="X-WR-TIMEZONE:Asia/Tokyo")) == [
        ("2026-12-10 01:00", "2026-12-10 02:00")
    ]
    assert busy(a_file("DTSTART:20261210T100000\nDURATION:PT1H"), zone="Asia/Kolkata") == [("2026-12-10 04:30", "2026-12-10 05:30")]


def test_a_weekly_event_keeps_its_wall_clock_and_its_exceptions() -> None:
    series = (
        "DTSTART;TZID=Europe/Berlin:20270315T180000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20270322T180000"
    )
    moved = (
        "BEGIN:VEVENT\nUID:0@elsewhere\nDTSTAMP:20261101T000000Z\nRECURRENCE-ID;TZID=Europe/Berlin:20270405T180000\n"
        "DTSTART;TZID=Europe/Berlin:20270406T200000\nDURATION:PT2H\nEND:VEVENT"
    )
    assert busy(a_file(series, head=moved)) == [
        ("2027-03-15 17:00", "2027-03-15 18:00"),
        ("2027-03-29 16:00", "2027-03-29 17:00"),
        ("2027-04-06 18:00", "2027-04-06 20:00"),
    ]


def test_one_instance_called_off_or_free() -> None:
    series = "DTSTART:20261210T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
    head = "\n".join(
        f"BEGIN:VEVENT\nUID:0@elsewhere\nDTSTAMP:20261101T000000Z\nRECURRENCE-ID:{day}T100000Z\nDTSTART:{day}T100000Z\nDURATION:PT1H\n{word}\nEND:VEVENT"
        for day, word in (("20261211", "STATUS:CANCELLED"), ("20261212", "TRANSP:TRANSPARENT"))
    )
    assert busy(a_file(series, head=head)) == [("2026-12-10 10:00", "2026-12-10 11:00")]


def test_an_endless_series_ends_with_the_period() -> None:
    times = busy(a_file("DTSTART:20200101T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"))
    assert (len(times), times[0], times[-1][0]) == (365, ("2026-12-01 10:00", "2026-12-01 11:00"), "2027-11-30 10:00")


def test_what_overlaps_or_touches_is_one() -> None:
    file = a_file(
        *(f"DTSTART:20261210T{start}0000Z\nDTEND:20261210T{end}0000Z" for start, end in (("10", "12"), ("11", "13"), ("13", "14")))
    )
    assert busy(file) == [("2026-12-10 10:00", "2026-12-10 14:00")]


def test_free_and_busy_as_a_server_publishes_it() -> None:
    said = "FREEBUSY;FBTYPE=BUSY:20261210T100000Z/PT1H,20261211T100000Z/20261211T120000Z\nFREEBUSY;FBTYPE=FREE:20261212T100000Z/PT1H"
    assert busy(a_file(said, kind="VFREEBUSY")) == [("2026-12-10 10:00", "2026-12-10 11:00"), ("2026-12-11 10:00", "2026-12-11 12:00")]


def test_one_event_that_makes_no_sense_spoils_nothing() -> None:
    file = a_file(
        "DTSTART:20261210T100000Z\nDURATION:PT1H\nRRULE:FREQ=SOMETIMES",
        "SUMMARY:without a time",
        "DTSTART:20261211T100000Z\nDTEND:20261210T100000Z",
        "DTSTART:20261212T100000Z\nDURATION:PT1H",
    )
    assert ("2026-12-12 10:00", "2026-12-12 11:00") in busy(file)


def test_our_own_lessons_do_not_come_back_but_another_communitys_count() -> None:
    lesson = Happening(
        uid=uid_of(ids.new()),
        title="Cello",
        starts_at=SINCE + timedelta(days=2),
        ends_at=SINCE + timedelta(days=2, hours=1),
        changed_at=SINCE,
    )
    mine = calendar_file(uid_of(ME), "Skillhall: Ada", [lesson])
    assert busy(mine) == []
    through_another = mine.replace(b"UID:" + uid_of(ME).encode() + b"\r\n", b"")
    assert busy(through_another) == []
    assert busy(calendar_file(uid_of(ids.new()), "Elsewhere: Ada", [lesson])) == [("2026-12-03 00:00", "2026-12-03 01:00")]


@pytest.mark.parametrize(
    "file", [b"", b"<html>Sign in</html>", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"\xff\xfe\x00\x00", b"BEGIN:VCALENDAR\r\n"]
)
def test_what_is_no_calendar(file: bytes) -> None:
    with pytest.raises(NotACalendarError):
        busy(file)


def test_an_empty_calendar_is_one() -> None:
    assert busy(a_file()) == []
    assert busy(b"\xef\xbb\xbf" + a_file("DTSTART:20261210T100000Z\nDURATION:PT1H")) != []
