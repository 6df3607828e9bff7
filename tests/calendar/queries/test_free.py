"""Free slots from stored rows; and that what is offered as free can be reserved, and nothing else."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from skillhall.calendar.api import Busy, Slot, Want, free, is_free, release, reserve
from skillhall.calendar.store import hours as hours_store
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject, instant
from tests.calendar.builders import MONDAY, a_lesson, a_want, an_account, an_entry, at, hours


def starts(slots: list[Slot]) -> list[float]:
    """Return when slots start, as hours after the builders' Monday."""
    return [(datetime.fromisoformat(slot.starts_at) - MONDAY) / timedelta(hours=1) for slot in slots]


async def on_monday(tx: Tx, want: Want, ignoring: UUID | None = None) -> list[float]:
    return starts((await free(tx, [want], MONDAY, MONDAY + timedelta(days=1), ignoring=ignoring))[want.key])


async def test_hours_less_what_is_taken(tx: Tx) -> None:
    host = await an_account(tx)
    await hours(tx, host, {0: [(9 * 60, 12 * 60), (13 * 60, 15 * 60)]})
    assert await on_monday(tx, a_want(host)) == [9, 9.5, 10, 10.5, 11, 13, 13.5, 14]
    await reserve(at(tx), a_lesson(), [an_entry(host, 10)])
    assert await on_monday(tx, a_want(host)) == [9, 11, 13, 13.5, 14]
    await reserve(at(tx), Subject("block", ids.new()), [an_entry(host, 13, minutes=30)], firm=False)
    assert await on_monday(tx, a_want(host)) == [9, 11, 13.5, 14]
    assert await on_monday(tx, a_want(host, buffer_after_minutes=5)) == [11, 13.5, 14]
    assert await on_monday(tx, a_want(host, step_minutes=15, buffer_before_minutes=5)) == [9, 13.75, 14]


async def test_a_stored_buffer_is_taken_and_a_subject_can_be_left_out(tx: Tx) -> None:
    host, lesson = await an_account(tx), a_lesson()
    await hours(tx, host)
    await reserve(at(tx), lesson, [an_entry(host, 12, buffer=5)])
    assert await on_monday(tx, a_want(host, 120, step_minutes=60)) == [9, 14, 15]
    assert await on_monday(tx, a_want(host, 120, step_minutes=60), ignoring=lesson.id) == [9, 10, 11, 12, 13, 14, 15]


async def test_an_override_rules_its_date_alone(tx: Tx) -> None:
    host = await an_account(tx)
    await hours(tx, host)
    await hours_store.put_override(tx, host, MONDAY.date(), [(600, 660)])
    await hours_store.put_override(tx, host, (MONDAY + timedelta(days=1)).date(), [])
    week = (await free(tx, [a_want(host, 480)], MONDAY, MONDAY + timedelta(days=7)))[host]
    assert starts(week) == [2 * 24 + 9, 3 * 24 + 9, 4 * 24 + 9]
    assert await on_monday(tx, a_want(host)) == [10]


async def test_the_zone_is_the_persons_own_or_else_the_accounts(tx: Tx) -> None:
    host = await an_account(tx, timezone="Asia/Kolkata")
    await hours(tx, host)
    assert (await on_monday(tx, a_want(host)))[0] == 3.5
    await hours(at(tx), host, timezone="Australia/Lord_Howe")
    offset = (await on_monday(tx, a_want(host, 480)))[0]
    assert offset in (-2, -1.5, 22, 22.5)


async def test_notice_and_how_far_ahead(tx: Tx) -> None:
    host = await an_account(tx)
    await hours(tx, host, {day: [(0, 1440)] for day in range(7)})
    now, horizon = tx.now, timedelta(days=60)
    found = (await free(tx, [a_want(host, notice_minutes=120, days_ahead=2)], now - timedelta(days=1), now + horizon))[host]
    first, last = (datetime.fromisoformat(slot.starts_at) for slot in (found[0], found[-1]))
    assert timedelta(0) <= first - (now + timedelta(hours=2)) < timedelta(minutes=30)
    assert timedelta(0) < now + timedelta(days=2) - last <= timedelta(minutes=30)
    assert (await free(tx, [a_want(host, days_ahead=2)], now + timedelta(days=3), now + horizon))[host] == []


async def test_many_wants_of_many_people_at_once(tx: Tx) -> None:
    one, other, hidden = await an_account(tx), await an_account(tx), await an_account(tx, state="suspended")
    for account_id in (one, other, hidden):
        await hours(at(tx), account_id)
    short = Want(key=ids.new(), account_id=one, duration_minutes=15, step_minutes=240)
    nobody = a_want(ids.new())
    found = await free(tx, [a_want(one, 480), short, a_want(other, 450), a_want(hidden), nobody], MONDAY, MONDAY + timedelta(days=1))
    assert {key: starts(slots) for key, slots in found.items()} == {
        one: [9],
        short.key: [12, 16],
        other: [9, 9.5],
        hidden: [],
        nobody.key: [],
    }
    assert await free(tx, [], MONDAY, MONDAY + timedelta(days=1)) == {}


async def test_slots_are_instants_of_the_wire(tx: Tx) -> None:
    host = await an_account(tx)
    await hours(tx, host)
    (slot,) = (await free(tx, [a_want(host, 480)], MONDAY, MONDAY + timedelta(days=1)))[host]
    assert (slot.starts_at, slot.ends_at) == (instant(MONDAY + timedelta(hours=9)), instant(MONDAY + timedelta(hours=17)))


async def test_is_free_says_what_free_lists(tx: Tx) -> None:
    host = await an_account(tx)
    await hours(tx, host)
    await reserve(at(tx), a_lesson(), [an_entry(host, 12)])
    listed = await on_monday(tx, a_want(host))
    asked = [hour for hour in (step / 4 for step in range(96)) if await is_free(tx, a_want(host), MONDAY + timedelta(hours=hour))]
    assert asked == listed
    assert not await is_free(tx, a_want(host), MONDAY + timedelta(hours=9, seconds=1))


@pytest.mark.parametrize("buffers", [(0, 0), (5, 5), (0, 30), (45, 10)])
async def test_what_is_offered_can_be_reserved_and_nothing_else(tx: Tx, buffers: tuple[int, int]) -> None:
    host = await an_account(tx)
    await hours(tx, host, {day: [(0, 1440)] for day in range(7)})
    for hour, buffer in ((3, 0), (8.25, 5), (12, 60), (17.5, 15)):
        await reserve(at(tx), a_lesson(), [an_entry(host, hour, buffer=buffer)])
    want = a_want(host, 50, step_minutes=15, buffer_before_minutes=buffers[0], buffer_after_minutes=buffers[1])
    offered = await on_monday(tx, want)
    stands: list[float] = []
    for hour in (step / 4 for step in range(96)):
        entry = msgspec.structs.replace(an_entry(host, hour, minutes=50), buffer_before_minutes=buffers[0], buffer_after_minutes=buffers[1])
        lesson = a_lesson()
        try:
            async with at(tx).savepoint():
                await reserve(tx, lesson, [entry])
        except Busy:
            continue
        stands.append(hour)
        await release(at(tx), lesson)
    assert offered == stands


def test_the_builders_monday_is_one() -> None:
    assert MONDAY.weekday() == 0
    assert datetime.now(UTC) < MONDAY
