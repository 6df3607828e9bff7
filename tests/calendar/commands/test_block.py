"""Time kept for oneself."""

from datetime import timedelta

import msgspec
import pytest

from skillhall.calendar.api import reserve
from skillhall.calendar.commands.block import Block, block, unblock
from skillhall.calendar.model.entry import BlockNotFound, CalendarRules, PeriodEmpty, PeriodTooLong, TooManyBlocks
from skillhall.calendar.queries import shown
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from tests.calendar.builders import MONDAY, a_lesson, an_account, an_entry, at

WEEK = timedelta(days=7)


async def a_member(tx: Tx) -> Actor:
    return Actor(account_id=await an_account(tx))


async def kept(tx: Tx, by: Actor) -> int:
    return len((await shown.entries(tx, by.account_id, MONDAY, MONDAY + WEEK, "block")).entries)


async def test_a_block_is_kept_beside_what_is_booked_and_given_back(tx: Tx) -> None:
    by = await a_member(tx)
    await reserve(tx, a_lesson(), [an_entry(by.account_id)])
    made = await block(at(tx), by, Block(starts_at=MONDAY, ends_at=MONDAY + WEEK, title="Away"))
    assert await shown.block(tx, by.account_id, made.id) == made
    entries = (await shown.entries(tx, by.account_id, MONDAY, MONDAY + WEEK)).entries
    assert [(entry.kind, entry.is_firm) for entry in entries] == [("block", False), ("session", True)]
    await unblock(at(tx), by, made.id)
    assert await kept(tx, by) == 0
    with pytest.raises(BlockNotFound):
        await unblock(at(tx), by, made.id)
    with pytest.raises(BlockNotFound):
        await shown.block(tx, by.account_id, made.id)


async def test_another_persons_block_and_a_lesson_are_out_of_reach(tx: Tx) -> None:
    by, other, lesson = await a_member(tx), await a_member(tx), a_lesson()
    await reserve(tx, lesson, [an_entry(by.account_id)])
    made = await block(at(tx), by, Block(starts_at=MONDAY, ends_at=MONDAY + WEEK))
    for who, what in ((other, made.id), (by, lesson.id)):
        with pytest.raises(BlockNotFound):
            await unblock(at(tx), who, what)
    assert len((await shown.entries(tx, by.account_id, MONDAY, MONDAY + WEEK)).entries) == 2


async def test_a_period_that_is_empty_or_too_long_is_refused(tx: Tx) -> None:
    by = await a_member(tx)
    with pytest.raises(PeriodEmpty):
        await block(at(tx), by, Block(starts_at=MONDAY, ends_at=MONDAY))
    with pytest.raises(PeriodTooLong):
        await block(at(tx), by, Block(starts_at=MONDAY, ends_at=MONDAY + timedelta(days=366, seconds=1)))
    assert await kept(tx, by) == 0


async def test_there_is_an_end_to_blocks(tx: Tx) -> None:
    by = await a_member(tx)
    settings = tx.house.settings
    tx.house = msgspec.structs.replace(tx.house, settings={**settings, CalendarRules: CalendarRules(most_blocks=2)})
    for _ in range(2):
        await block(at(tx), by, Block(starts_at=MONDAY, ends_at=MONDAY + WEEK))
    with pytest.raises(TooManyBlocks):
        await block(at(tx), by, Block(starts_at=MONDAY, ends_at=MONDAY + WEEK))
    assert await kept(tx, by) == 2
