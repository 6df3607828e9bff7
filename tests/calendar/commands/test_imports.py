"""Imported time: read by a job, taken from free time, never in the way of a booking; and what happens when things happen at once."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.calendar.api import Busy, free, reserve
from skillhall.calendar.commands.feed import open_feed
from skillhall.calendar.commands.imports import AddImport, ChangeImport, add_import, ask_refresh, change_import, remove_import
from skillhall.calendar.commands.personal_data import CalendarData
from skillhall.calendar.jobs import refresh_due
from skillhall.calendar.model.imports import ImportExists, ImportNotFound, TooManyImports
from skillhall.calendar.queries import shown
from skillhall.calendar.queries.imports import ImportView, import_view, imports_view
from skillhall.calendar.queries.proofs import CHECKS
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from skillhall.kernel.http.problem import PreconditionFailed
from skillhall.kernel.verify import run_checks
from tests.calendar.builders import MONDAY, a_lesson, a_want, an_account, an_entry, at, hours
from tests.calendar.elsewhere import Elsewhere, a_calendar
from tests.support.hall import TestHall

HOUR = timedelta(hours=1)
NINE, TWELVE, THREE = MONDAY + 9 * HOUR, MONDAY + 12 * HOUR, MONDAY + 15 * HOUR
DUE = "UPDATE calendar.import SET next_at = now() - interval '1 second'"
STALE = "UPDATE calendar.import SET read_at = now() - interval '2 days'"


def anything(_version: object) -> None:
    """Match whatever version there is."""


async def a_member(hall: TestHall) -> Actor:
    account_id = await hall.work(an_account)
    await hall.work(hours, account_id)
    return Actor(account_id=account_id)


async def imported(hall: TestHall, by: Actor, url: str, **fields: Any) -> ImportView:
    """Add an import and let the worker read it."""
    made = await hall.run(add_import, by, AddImport(url=url, **fields))
    await hall.drain()
    return await view(hall, by, made.id)


async def view(hall: TestHall, by: Actor, import_id: UUID) -> ImportView:
    return await import_view(await hall.read(), by.account_id, import_id)


async def refreshed(hall: TestHall, by: Actor, import_id: UUID) -> ImportView:
    await hall.run(ask_refresh, by, import_id)
    await hall.drain()
    return await view(hall, by, import_id)


async def taken(hall: TestHall, by: Actor) -> list[float]:
    """Return the hours of the builders' Monday at which somebody's imported time starts."""
    found = await shown.entries(await hall.read(), by.account_id, MONDAY, MONDAY + timedelta(days=7), "import")
    return [(datetime.fromisoformat(entry.starts_at) - MONDAY) / HOUR for entry in found.entries]


async def slots(hall: TestHall, by: Actor) -> list[float]:
    found = await free(await hall.read(), [a_want(by.account_id, step_minutes=60)], MONDAY, MONDAY + timedelta(days=1))
    return [(datetime.fromisoformat(slot.starts_at) - MONDAY) / HOUR for slot in found[by.account_id]]


async def proven(hall: TestHall) -> None:
    async with hall.runner.snapshot() as snapshot:
        report = await run_checks(snapshot, CHECKS)
    assert report.is_clean, report.findings


async def test_busy_times_come_go_and_are_taken_from_free_time(hall: TestHall, elsewhere: Elsewhere) -> None:
    me = await a_member(hall)
    elsewhere.file = a_calendar((NINE, TWELVE), (THREE, THREE + HOUR))
    made = await imported(hall, me, f"{elsewhere.url}/a.ics", name="Work")
    assert (made.status, made.problem, made.busy_times, made.version) == ("ok", None, 2, 1)
    assert await slots(hall, me) == [12, 13, 14, 16]
    entries = (await shown.entries(await hall.read(), me.account_id, MONDAY, MONDAY + timedelta(days=1))).entries
    assert [(entry.kind, entry.title, entry.is_firm, entry.subject_id) for entry in entries] == [("import", "Work", False, made.id)] * 2
    elsewhere.file = a_calendar((NINE, TWELVE))
    assert (await refreshed(hall, me, made.id)).busy_times == 1
    assert await slots(hall, me) == [12, 13, 14, 15, 16]
    await hall.run(remove_import, me, made.id)
    assert await slots(hall, me) == [9, 10, 11, 12, 13, 14, 15, 16]
    assert (await imports_view(await hall.read(), me.account_id)).imports == []
    with pytest.raises(ImportNotFound):
        await hall.run(remove_import, me, made.id)
    await proven(hall)


async def test_what_is_imported_keeps_nobody_from_booking_and_no_booking_keeps_it_out(hall: TestHall, elsewhere: Elsewhere) -> None:
    me = await a_member(hall)
    elsewhere.file = a_calendar((NINE, TWELVE))
    await hall.work(reserve, a_lesson(), [an_entry(me.account_id, 9)])
    made = await imported(hall, me, elsewhere.url)
    assert made.busy_times == 1
    await hall.work(reserve, a_lesson(), [an_entry(me.account_id, 10)])
    with pytest.raises(Busy):
        await hall.work(reserve, a_lesson(), [an_entry(me.account_id, 10)])


async def test_nobody_else_learns_what_somebody_does(hall: TestHall, elsewhere: Elsewhere) -> None:
    me = await a_member(hall)
    elsewhere.file = a_calendar((NINE, TWELVE), summary="Therapist")
    await imported(hall, me, elsewhere.url, name="Private")
    stored = await hall.pool.fetch("SELECT e::text, i::text AS source FROM calendar.entry e JOIN calendar.import i ON i.id = e.subject_id")
    assert len(stored) == 1
    assert "Therapist" not in str(stored)
    token = (await hall.run(open_feed, me)).url.rsplit("/", 1)[-1].removesuffix(".ics")
    assert b"Private" not in await shown.feed(await hall.read(), token)
    waiting = await hall.pool.fetch("SELECT payload::text FROM kernel.delivery")
    assert elsewhere.url not in str(waiting)


async def test_an_unchanged_file_is_neither_sent_nor_written_again_until_a_day_has_passed(hall: TestHall, elsewhere: Elsewhere) -> None:
    me = await a_member(hall)
    elsewhere.file = a_calendar((NINE, TWELVE))
    made = await imported(hall, me, elsewhere.url)
    before = await hall.pool.fetchval("SELECT id FROM calendar.entry")
    again = await refreshed(hall, me, made.id)
    assert (elsewhere.told, again.status, again.busy_times) == ([200, 304], "ok", 1)
    assert again.checked_at
    assert made.checked_at
    assert again.checked_at > made.checked_at
    await hall.pool.execute(STALE)
    await refreshed(hall, me, made.id)
    assert elsewhere.told == [200, 304, 200]
    elsewhere.file = a_calendar((NINE, TWELVE), (THREE, THREE + HOUR))
    assert (await refreshed(hall, me, made.id)).busy_times == 2
    assert before in {row["id"] for row in await hall.pool.fetch("SELECT id FROM calendar.entry")}


async def test_a_failure_is_told_keeps_what_was_known_and_waits_longer(hall: TestHall, elsewhere: Elsewhere) -> None:
    me = await a_member(hall)
    elsewhere.file = a_calendar((NINE, TWELVE))
    made = await imported(hall, me, elsewhere.url)
    elsewhere.file = b"<html>Sign in</html>"
    first = await refreshed(hall, me, made.id)
    assert (first.status, first.problem, first.busy_times) == ("failing", "not_a_calendar", 1)
    assert first.problem_text
    assert "no calendar" in first.problem_text
    second = await refreshed(hall, me, made.id)
    assert second.checked_at
    assert first.checked_at
    waits = [datetime.fromisoformat(one.next_check_at) - datetime.fromisoformat(one.checked_at or "") for one in (made, first, second)]
    assert [round(later / sooner) for sooner, later in pairwise(waits)] == [2, 2]
    elsewhere.file = a_calendar((THREE, THREE + HOUR))
    mended = await refreshed(hall, me, made.id)
    assert (mended.status, mended.problem, mended.problem_text) == ("ok", None, None)
    assert await taken(hall, me) == [15]


async def test_the_schedule_looks_at_what_is_due_and_at_nothing_else(hall: TestHall, elsewhere: Elsewhere) -> None:
    me, gone = await a_member(hall), await a_member(hall)
    elsewhere.file = a_calendar((NINE, TWELVE))
    for by in (me, gone):
        await imported(hall, by, elsewhere.url)
    await hall.work(refresh_due)
    await hall.drain()
    assert len(elsewhere.seen) == 2
    await hall.pool.execute(DUE)
    await hall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", gone.account_id)
    await hall.race(*(lambda: hall.work(refresh_due) for _ in range(4)))
    await hall.drain()
    assert len(elsewhere.seen) == 3
    assert await hall.pool.fetchval("SELECT count(*) FROM calendar.import WHERE next_at > now()") == 1


async def test_another_address_another_name(hall: TestHall, elsewhere: Elsewhere) -> None:
    me, other = await a_member(hall), await a_member(hall)
    elsewhere.file = a_calendar((NINE, TWELVE))
    made = await imported(hall, me, f"{elsewhere.url}/a.ics")
    second = await imported(hall, me, f"{elsewhere.url}/b.ics")
    named = await hall.run(change_import, me, made.id, ChangeImport(name="Choir"), Match(etag_of(1)).check)
    assert (named.name, named.version, named.status, named.busy_times) == ("Choir", 2, "ok", 1)
    assert {row["title"] for row in await hall.pool.fetch("SELECT title FROM calendar.entry")} == {"Choir", "Imported calendar"}
    with pytest.raises(PreconditionFailed):
        await hall.run(change_import, me, made.id, ChangeImport(name="Lost"), Match(etag_of(1)).check)
    moved = await hall.run(change_import, me, made.id, ChangeImport(url=f"{elsewhere.url}/c.ics"), anything)
    assert (moved.status, moved.busy_times, moved.version) == ("new", 0, 3)
    same = await hall.run(change_import, me, made.id, ChangeImport(url=f"{elsewhere.url}/c.ics", name="Choir"), anything)
    assert same.version == 3
    await hall.drain()
    assert (await view(hall, me, made.id)).busy_times == 1
    assert elsewhere.seen[-1] == "/c.ics"
    with pytest.raises(ImportExists):
        await hall.run(change_import, me, made.id, ChangeImport(url=second.url), anything)
    for verb, *rest in ((change_import, ChangeImport(name="Mine"), anything), (ask_refresh,), (remove_import,)):
        with pytest.raises(ImportNotFound):
            await hall.run(verb, other, made.id, *rest)


async def test_sixteen_adds_at_once_and_ten_stand(hall: TestHall, elsewhere: Elsewhere) -> None:
    me = await a_member(hall)
    answers = await hall.race(
        *(lambda number=number: hall.run(add_import, me, AddImport(url=f"{elsewhere.url}/{number}.ics")) for number in range(16))
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ImportView"] * 10 + ["TooManyImports"] * 6
    with pytest.raises(TooManyImports):
        await hall.run(add_import, me, AddImport(url=f"{elsewhere.url}/more.ics"))
    other = await a_member(hall)
    twice = await hall.race(*(lambda: hall.run(add_import, other, AddImport(url=elsewhere.url)) for _ in range(16)))
    assert sorted(type(answer).__name__ for answer in twice) == ["ImportExists"] * 15 + ["ImportView"]


async def test_deleted_or_moved_while_it_is_read(hall: TestHall, elsewhere: Elsewhere) -> None:
    me = await a_member(hall)
    elsewhere.file = a_calendar((NINE, TWELVE))
    elsewhere.gate = asyncio.Event()
    gone = await hall.run(add_import, me, AddImport(url=f"{elsewhere.url}/a.ics"))
    moved = await hall.run(add_import, me, AddImport(url=f"{elsewhere.url}/b.ics"))
    reading = asyncio.create_task(hall.drain())
    await elsewhere.waited_for(2)
    await hall.run(remove_import, me, gone.id)
    await hall.run(change_import, me, moved.id, ChangeImport(url=f"{elsewhere.url}/c.ics?status=404"), anything)
    elsewhere.gate.set()
    await reading
    assert await taken(hall, me) == []
    assert (await view(hall, me, moved.id)).problem == "not_found"  # the new address was read once more
    await proven(hall)


async def test_read_booked_renamed_and_removed_at_once(hall: TestHall, elsewhere: Elsewhere) -> None:
    """Sixteen callers on one person's calendar: nobody waits in a circle, every booking is decided, what is read last stands."""
    me = await a_member(hall)
    made = [await imported(hall, me, f"{elsewhere.url}/{number}.ics?status=404") for number in range(3)]
    elsewhere.file = a_calendar(*((MONDAY + HOUR * hour, MONDAY + HOUR * hour + HOUR / 2) for hour in range(0, 160, 2)))
    for one in made:
        await hall.run(change_import, me, one.id, ChangeImport(url=one.url.replace("?status=404", "")), anything)

    async def book(hour: int) -> None:
        await hall.work(reserve, a_lesson(), [an_entry(me.account_id, hour)])

    answers = await hall.race(
        *[hall.drain] * 3,
        *(lambda hour=hour: book(hour) for hour in range(8)),
        *(lambda: hall.run(change_import, me, made[0].id, ChangeImport(name="Choir"), anything) for _ in range(2)),
        *(lambda: hall.run(ask_refresh, me, made[1].id) for _ in range(2)),
        lambda: hall.run(remove_import, me, made[2].id),
    )
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    await hall.drain()
    assert len(await taken(hall, me)) == 2 * 80
    assert await hall.pool.fetchval("SELECT count(*) FROM calendar.entry WHERE subject_kind = 'session'") == 8
    titles = await hall.pool.fetch("SELECT DISTINCT title FROM calendar.entry WHERE subject_id = $1", made[0].id)
    assert [row["title"] for row in titles] == ["Choir"]
    await proven(hall)


async def test_two_readings_of_one_import_store_it_once(hall: TestHall, elsewhere: Elsewhere) -> None:
    """As after a lost lease: the second is not kept from reading, and stores the same."""
    me = await a_member(hall)
    elsewhere.file = a_calendar((NINE, TWELVE), (THREE, THREE + HOUR))
    made = await hall.run(add_import, me, AddImport(url=elsewhere.url))
    await hall.pool.execute("UPDATE kernel.delivery SET key = NULL")
    await hall.run(ask_refresh, me, made.id)
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.delivery") == 2
    await hall.drain()
    assert await taken(hall, me) == [9, 15]


async def test_the_longest_address_in_any_script(tx: Tx) -> None:
    by = Actor(account_id=await an_account(tx))
    for url in ("https://例え.example?" + "漢" * 1979, "http://example.org?" + "a" * 1981):
        assert len(url) <= 2000
        assert len((await add_import(at(tx), by, AddImport(url=url))).url) == len(url) + 1


async def test_imports_are_taken_along_and_forgotten(tx: Tx) -> None:
    me = await an_account(tx)
    made = await add_import(tx, Actor(account_id=me), AddImport(url="https://calendar.example.org/ada.ics", name="Work"))
    exported = msgspec.json.decode(msgspec.json.encode(await CalendarData().export(tx, me)))
    assert [(one["name"], one["url"]) for one in exported["imports"]] == [("Work", made.url)]
    assert await CalendarData().erase(at(tx), me, "Member", 10)
    assert (await imports_view(tx, me)).imports == []


async def test_the_proof_finds_time_without_its_import(tx: Tx) -> None:
    me = await an_account(tx)
    (check,) = (check for check in CHECKS if check.name == "calendar.imported_time_has_its_import")
    await reserve(at(tx), msgspec.structs.replace(a_lesson(), kind="import"), [an_entry(me)], firm=False)
    assert [row["account_id"] for row in await tx.rows(check.violations)] == [me]
