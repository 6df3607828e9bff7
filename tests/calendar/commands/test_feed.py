"""The feed: found by its link alone, which is stored as a hash; the same uid through a change of time."""

import pytest
from icalendar import Calendar

from skillhall.calendar.api import move, reserve, uid_of
from skillhall.calendar.commands.feed import close_feed, open_feed
from skillhall.calendar.model.entry import FeedNotFound
from skillhall.calendar.queries import shown
from skillhall.kernel import tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from tests.calendar.builders import a_lesson, an_account, an_entry, at

HASH = sql("SELECT token_hash FROM calendar.feed WHERE account_id = $1")
SUSPEND = sql("UPDATE identity.account SET state = 'suspended' WHERE id = $1")


async def opened(tx: Tx, by: Actor) -> str:
    return (await open_feed(tx, by)).url.rsplit("/", 1)[-1].removesuffix(".ics")


async def uids(tx: Tx, token: str) -> list[str]:
    return [str(event.uid) for event in Calendar.from_ical(await shown.feed(tx, token)).walk("VEVENT")]


async def test_a_lesson_keeps_its_uid_while_a_new_time_is_proposed_and_after(tx: Tx) -> None:
    by, lesson = Actor(account_id=await an_account(tx)), a_lesson()
    token = await opened(tx, by)
    await reserve(at(tx), lesson, [an_entry(by.account_id, 9)])
    assert await uids(tx, token) == [uid_of(lesson.id)]
    await reserve(at(tx), lesson, [an_entry(by.account_id, 14)])
    assert await uids(tx, token) == [uid_of(lesson.id), uid_of(lesson.id, 1)]
    await move(at(tx), lesson, [an_entry(by.account_id, 14)])
    assert await uids(tx, token) == [uid_of(lesson.id)]
    assert b"DTSTART:" + an_entry(by.account_id, 14).starts_at.strftime("%Y%m%dT%H%M%SZ").encode() in await shown.feed(tx, token)


async def test_only_the_hash_of_the_newest_link_opens_it(tx: Tx) -> None:
    by = Actor(account_id=await an_account(tx))
    old = await opened(tx, by)
    new = await opened(tx, by)
    assert await tx.value(HASH, by.account_id) == tokens.digest(new)
    assert await uids(tx, new) == []
    for token in (old, "", tokens.fresh()):
        with pytest.raises(FeedNotFound):
            await shown.feed(tx, token)
    await close_feed(tx, by)
    with pytest.raises(FeedNotFound):
        await shown.feed(tx, new)
    with pytest.raises(FeedNotFound):
        await close_feed(tx, by)


async def test_a_suspended_persons_feed_is_not_found(tx: Tx) -> None:
    by = Actor(account_id=await an_account(tx))
    token = await opened(tx, by)
    await tx.run(SUSPEND, by.account_id)
    with pytest.raises(FeedNotFound):
        await shown.feed(tx, token)
