"""What a person takes along, and that nothing of it is left afterwards."""

from datetime import timedelta

import msgspec

from skillhall.calendar.api import reserve
from skillhall.calendar.commands.feed import open_feed
from skillhall.calendar.commands.personal_data import CalendarData
from skillhall.calendar.store import hours as hours_store
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from tests.calendar.builders import MONDAY, a_lesson, an_account, an_entry, at, hours

LEFT = sql("""
    SELECT (SELECT count(*) FROM calendar.entry WHERE account_id = $1) + (SELECT count(*) FROM calendar.weekly_hours WHERE account_id = $1)
        + (SELECT count(*) FROM calendar.override WHERE account_id = $1) + (SELECT count(*) FROM calendar.feed WHERE account_id = $1)
        + (SELECT count(*) FROM calendar.person WHERE account_id = $1 AND timezone IS NOT NULL)
""")


async def test_everything_is_exported_then_erased_in_batches_and_others_keep_theirs(tx: Tx) -> None:
    me, other = await an_account(tx), await an_account(tx)
    data = CalendarData()
    await hours(tx, me, timezone="Asia/Kolkata")
    await hours_store.put_override(tx, me, (MONDAY - timedelta(days=400)).date(), [])
    await open_feed(tx, Actor(account_id=me))
    for hour in range(5):
        await reserve(at(tx), a_lesson(), [an_entry(me, hour), an_entry(other, hour)])
    exported = msgspec.json.decode(msgspec.json.encode(await data.export(tx, me)))
    assert exported["availability"]["timezone"] == "Asia/Kolkata"
    assert len(exported["availability"]["weeklyHours"]) == 5
    assert len(exported["availability"]["overrides"]) == 1
    assert [entry["title"] for entry in exported["entries"]] == ["Guitar"] * 5
    assert [await data.erase(at(tx), me, "Member", 2) for _ in range(4)] == [False, False, True, True]
    assert await tx.value(LEFT, me) == 0
    assert await tx.value(LEFT, other) == 5


async def test_somebody_without_a_calendar(tx: Tx) -> None:
    me = await an_account(tx)
    assert (await CalendarData().export(tx, me))["entries"] == []
    assert await CalendarData().erase(tx, me, "Member", 10)
