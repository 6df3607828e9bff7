"""Sixteen at one inbox: the unread count is never wrong and never below zero, the same notice is one, nobody waits for nobody."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Refusal
from skillhall.notifications.api import notify
from skillhall.notifications.commands import read, send
from skillhall.notifications.commands.expire import expire
from skillhall.notifications.commands.schedule import release
from skillhall.notifications.commands.set_preferences import set_preferences
from skillhall.notifications.model.batch import FanOut, Send
from skillhall.notifications.model.choices import ChangeChannels, ChangeSettings
from skillhall.notifications.model.inbox import ReadMany
from skillhall.notifications.model.notice import NoticeRow
from skillhall.notifications.queries import batches, preferences
from skillhall.notifications.queries.inbox import NoticeQuery, inbox_page
from tests.notifications.builders import STAFF, a_notice, count, listed, told, told_often
from tests.profiles.builders import ANY, people
from tests.support.hall import TestHall

Call = Callable[[], Awaitable[Any]]


async def soon(tx: Tx, reader: Actor) -> NoticeRow:
    return await told(tx, reader, at=tx.now + timedelta(milliseconds=2))


async def shown(tx: Tx, notice_id: UUID) -> None:
    await release(notice_id, tx)


async def test_sixteen_callers_at_one_inbox(hall: TestHall) -> None:
    mira, ada = await people(hall, 2)
    await hall.work(told_often, mira, 12)
    for turn in range(3):
        view = await inbox_page(await hall.read(), NoticeQuery(limit=100), mira)
        mine = [one.id for one in view.items]
        twin, pair = a_notice(mira, key=f"twin {turn}"), [a_notice(mira), a_notice(ada)]
        later = await hall.work(soon, mira)
        calls: list[Call] = [
            *(partial(hall.work, notify, twin) for _ in range(4)),
            partial(hall.work, notify, *pair),
            partial(hall.work, notify, *reversed(pair)),
            partial(hall.work, notify, a_notice(mira), a_notice(mira)),
            *(partial(hall.run, read.read_many, mira, ReadMany(ids=mine[part : part + 4])) for part in (0, 2, 4)),
            *(partial(hall.run, read.read_notice, mira, mine[turn]) for _ in range(2)),
            partial(hall.run, read.dismiss, mira, mine[5]),
            partial(hall.run, read.delete_notice, mira, mine[6]),
            partial(hall.run, read.read_all, mira),
            *(partial(hall.work, shown, later.id) for _ in range(2)),
            partial(hall.work, lambda tx: expire(mira.account_id, tx)),
        ]
        answers = await hall.race(*calls)
        assert [one for one in answers if isinstance(one, BaseException) and not isinstance(one, Refusal)] == []
        assert sorted(answers[:4]) == [0, 0, 0, 1]
        assert sorted(answers[4:6]) == [0, 2]
        await hall.verify()
    await hall.race(
        *(partial(hall.run, read.read_all, mira) for _ in range(8)), *(partial(hall.run, read.delete_all, mira) for _ in range(8))
    )
    assert (await count(await hall.read(), mira), await count(await hall.read(), ada)) == (0, 3)
    await hall.verify()


async def test_two_workers_at_one_batch_and_two_devices_at_one_document(hall: TestHall) -> None:
    members = await people(hall, 3)
    send_later = Send(user_ids=[one.account_id for one in members], title="Closed", message="On Monday.")
    whole = await hall.run(send.send, STAFF, send_later)
    twice = [partial(hall.work, lambda tx: send.fan_out(FanOut(batch_id=whole.id), tx)) for _ in range(4)]
    stops = [partial(hall.run, send.cancel_batch, STAFF, whole.id) for _ in range(2)]
    answers = await hall.race(*twice, *stops)
    assert sum(isinstance(one, Refusal) for one in answers[4:]) == 1
    await hall.drain()
    ended = await batches.batch(await hall.read(), whole.id)
    assert (ended.status, ended.sent, ended.withdrawn) == ("cancelled", 3, 3)
    mira = members[0]
    changes = [
        ChangeSettings(push=False),
        ChangeSettings(types={"hall.message": ChangeChannels(email=False)}),
        ChangeSettings(sms_number="+4917012345678"),
    ]
    await hall.race(*(partial(hall.run, set_preferences, mira, change, ANY) for change in changes))
    chosen = await preferences.preferences(await hall.read(), mira)
    assert (chosen.push, chosen.types["hall.message"].email, chosen.sms_number, chosen.version) == (False, False, "+4917012345678", 3)
    assert await listed(await hall.read(), mira, type="hall.announcement") == []
    await hall.verify()
