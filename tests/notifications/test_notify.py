"""Telling people: once, in their words, to those who are to know; the unread count beside it."""

from datetime import timedelta

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER
from skillhall.kernel.db.tx import Facts, Tx
from skillhall.kernel.events import Hint
from skillhall.kernel.live import SKIP
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import Subject
from skillhall.notifications.api import notify
from skillhall.notifications.commands import read as commands
from skillhall.notifications.commands.expire import expire, forget_more, forget_old
from skillhall.notifications.commands.personal_data import NoticeData
from skillhall.notifications.commands.schedule import release
from skillhall.notifications.model.inbox import Act, ReadMany
from skillhall.notifications.model.refusals import NoticeNotFound
from skillhall.notifications.queries import inbox
from skillhall.notifications.queries.inbox import NoticeQuery
from skillhall.notifications.sockets import AccountRoom, MissedNotices
from skillhall.notifications.store import timing
from skillhall.notifications.tasks import ForgetOld
from tests.notifications.builders import LOCALE, STATE, a_notice, count, listed, told, told_often
from tests.profiles.builders import a_person, in_turn


def hints(tx: Tx, name: str) -> list[dict[str, str]]:
    return [hint.ids for hint in tx.hints if hint.name == name]


async def test_the_same_notice_twice_is_one(tx: Tx) -> None:
    mira = await a_person(tx)
    one = a_notice(mira, key="once")
    assert await notify(tx, one, one) == 1
    assert await notify(in_turn(tx), one) == 0
    tx.facts = Facts(operation="notifications.tell_something", event_id=ids.new())
    by_event = a_notice(mira, key="", actor_id=ids.new(), why="host")
    assert [await notify(in_turn(tx), by_event), await notify(in_turn(tx), by_event)] == [1, 0]
    assert await count(tx, mira) == 2
    assert [hint["count"] for hint in hints(tx, "notification:unread-count")] == ["1", "2"]
    assert [hint["sequence"] for hint in hints(tx, "notification:new")] == ["1", "2"]
    (newest, _) = (await inbox.inbox_page(tx, NoticeQuery(), mira)).items
    why = await inbox.why(tx, newest.id, mira)
    assert (why.rule, why.event_id, why.explanation) == ("notifications.tell_something", tx.facts.event_id, "You give this lesson.")
    assert why.channels == {"in_app": "now", "email": "now", "push": "off", "sms": "off"}


async def test_who_is_told_and_in_which_words(tx: Tx) -> None:
    mira, ada, gone = await a_person(tx), await a_person(tx, "Ada"), await a_person(tx, "Gone")
    await tx.run(LOCALE, ada.account_id, "de-AT", "Europe/Vienna")
    await tx.run(STATE, gone.account_id, "suspended")
    facts = {"title": "Neu", "text": "Text"}
    sent = await notify(
        in_turn(tx),
        a_notice(mira, actor_id=mira.account_id),
        a_notice(ada, actor_id=mira.account_id, type="hall.maintenance", facts=facts, path="/status"),
        a_notice(gone),
        a_notice(gone, type="hall.security_alert"),
        a_notice(ids.new()),
    )
    assert sent == 2
    assert (await count(tx, mira), await count(tx, ada), await count(tx, gone)) == (0, 1, 1)
    (seen,) = (await inbox.inbox_page(tx, NoticeQuery(type="MAINTENANCE_NOTICE"), ada)).items
    assert (seen.title, seen.link, seen.actions[0].label, seen.priority) == ("Wartung: Neu", "/status", "Ansehen, was geplant ist", "high")
    assert seen.actor is not None
    assert seen.actor.display_name == "Mira Sommer"


async def test_reading_putting_away_and_deleting_keep_the_count(tx: Tx) -> None:
    mira, ada = await a_person(tx), await a_person(tx, "Ada")
    assert await told_often(tx, mira, 5) == 5
    first, second, third, *_ = (await inbox.inbox_page(in_turn(tx), NoticeQuery(sort="createdAt"), mira)).items
    for _ in range(2):
        view = await commands.read_notice(in_turn(tx), mira, first.id)
        assert (view.is_read, await count(tx, mira)) == (True, 4)
    with pytest.raises(NoticeNotFound):
        await commands.read_notice(in_turn(tx), ada, second.id)
    assert await count(tx, mira) == 4
    assert (await commands.read_many(in_turn(tx), mira, ReadMany(ids=[first.id, second.id], notification_ids=[ids.new()]))).updated == 1
    assert (await commands.dismiss(in_turn(tx), mira, third.id)).status == "dismissed"
    assert (await commands.dismiss(in_turn(tx), mira, third.id)).is_read
    assert (await count(tx, mira), len(await listed(tx, mira)), len(await listed(tx, mira, unread_only=True))) == (2, 4, 2)
    with pytest.raises(Invalid):  # it offers nothing
        await commands.act_on(in_turn(tx), mira, first.id, Act(action="open"))
    with pytest.raises(NoticeNotFound):
        await commands.act_on(in_turn(tx), ada, first.id, Act(action="open"))
    await commands.delete_notice(in_turn(tx), mira, second.id)
    with pytest.raises(NoticeNotFound):
        await commands.delete_notice(in_turn(tx), mira, second.id)
    left = (await inbox.inbox_page(tx, NoticeQuery(unread_only=True), mira)).items
    await commands.delete_notice(in_turn(tx), mira, left[0].id)
    assert await count(tx, mira) == 1
    assert (await commands.read_all(in_turn(tx), mira, "security")).updated == 0
    assert ((await commands.read_all(in_turn(tx), mira)).updated, await count(tx, mira)) == (1, 0)
    assert (await commands.delete_all(in_turn(tx), mira)).count == 3
    assert (await listed(tx, mira), await count(tx, mira)) == ([], 0)


async def test_lists_are_filtered(tx: Tx) -> None:
    mira = await a_person(tx)
    start = tx.now
    await told(tx, mira, facts={"title": "Quiet please", "text": "100% quiet"}, priority="low")
    await told(tx, mira, type="hall.reminder")
    assert await listed(tx, mira, search="100%") == ["Quiet please"]
    assert await listed(tx, mira, category="account") == ["Reminder: Closed on Monday"]
    assert await listed(tx, mira, sort="priority") == ["Quiet please", "Reminder: Closed on Monday"]
    assert await listed(tx, mira, is_read=True) == await listed(tx, mira, until=start) == []
    assert len(await listed(tx, mira, is_read=False, since=start)) == 2
    with pytest.raises(Invalid) as wrong:
        await listed(tx, mira, type="nonsense", category="nonsense")
    assert [error.field for error in wrong.value.errors] == ["type", "category"]


async def test_later_is_not_before_its_time(tx: Tx) -> None:
    mira = await a_person(tx)
    row = await told(tx, mira, at=tx.now + timedelta(hours=2))
    assert (row.state, row.sequence, await count(tx, mira), await listed(tx, mira)) == ("scheduled", None, 0, [])
    await release(row.id, in_turn(tx))
    assert await count(tx, mira) == 0
    in_turn(tx).now += timedelta(hours=3)
    assert [due["id"] for due in await tx.rows(timing.DUE_NOTICES, tx.now, 10)] == [row.id]
    await release(row.id, tx)
    await release(row.id, in_turn(tx))
    await release(ids.new(), in_turn(tx))
    assert (await count(tx, mira), len(hints(tx, "notification:new"))) == (1, 1)
    late = await told(tx, mira, at=tx.now + timedelta(hours=1), expires_at=tx.now + timedelta(hours=2))
    in_turn(tx).now += timedelta(hours=3)
    await release(late.id, tx)  # the hall was down when it was due
    over = a_notice(mira, expires_at=tx.now), a_notice(mira, at=tx.now + timedelta(hours=2), expires_at=tx.now + timedelta(hours=1))
    assert (await notify(in_turn(tx), *over), await count(tx, mira)) == (0, 1)


async def test_notices_expire(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    mira = await a_person(tx)
    read = await told(tx, mira)
    unread = await told(tx, mira, expires_at=tx.now + timedelta(days=1))
    await commands.mark_read(in_turn(tx), mira.account_id, [read.id])
    assert timedelta(days=30) < read.expires_at - read.at <= timedelta(days=30, hours=1)
    in_turn(tx).now += timedelta(days=2)
    (due,) = await tx.rows(timing.EXPIRING, tx.now, 10)
    assert (due["id"], due["due_at"]) == (mira.account_id, unread.expires_at)
    await expire(mira.account_id, tx)
    await expire(mira.account_id, in_turn(tx))
    assert (await count(tx, mira), len(await listed(tx, mira))) == (0, 1)
    tx.now += timedelta(days=200)
    monkeypatch.setattr("skillhall.notifications.commands.expire.BATCH", 1)
    await forget_old(tx)
    (more,) = [queued.task for queued in tx.queued if isinstance(queued.task, ForgetOld)]  # as many as one transaction takes
    await forget_more(more, tx)
    assert len((await NoticeData().export(tx, mira.account_id))["notifications"]) == 1  # type: ignore[arg-type]


async def test_everything_of_a_person_is_handed_out_and_erased(tx: Tx) -> None:
    mira, ada = await a_person(tx), await a_person(tx, "Ada")
    await told_often(tx, mira, 3)
    await told_often(tx, ada, 1)
    data = NoticeData()
    exported = await data.export(tx, mira.account_id)
    assert len(exported["notifications"]) == 3  # type: ignore[arg-type]
    while not await data.erase(in_turn(tx), mira.account_id, "somebody", 2):
        pass
    assert await data.erase(in_turn(tx), mira.account_id, "somebody", 2)
    assert (await listed(tx, mira), await count(tx, mira), await count(tx, ada)) == ([], 0, 1)


async def test_the_live_side(tx: Tx) -> None:
    mira, ada = await a_person(tx), await a_person(tx, "Ada")
    row = await told(tx, mira)
    room = AccountRoom()
    assert await room.may_enter(tx, mira, mira.account_id)
    assert not await room.may_enter(tx, ada, mira.account_id)
    assert not await room.may_enter(tx, STRANGER, STRANGER.account_id)
    new = Hint(f"user:{mira.account_id}", "notification:new", {"notice_id": str(row.id), "sequence": "1"})
    shown = await room.shown(tx, new)
    assert isinstance(shown, dict)
    assert (shown["title"], shown["isRead"], shown["sequence"]) == ("Closed on Monday", False, 1)
    assert await room.shown(tx, Hint(new.room, "notification:unread-count", {"count": "9"})) == {"count": 1}
    assert await room.shown(tx, Hint("user:x", "conversation:updated", {})) is None
    assert await room.heard(tx, mira, mira.account_id, "presence:list", {}) is not None
    wrong: list[tuple[str, dict[str, object]]] = [
        ("presence:list", {"accountIds": ["x"]}),
        ("presence:list", {"accountIds": [str(ids.new())] * 201}),
        ("dance", {}),
    ]
    for signal, data in wrong:
        with pytest.raises(Invalid):
            await room.heard(tx, mira, mira.account_id, signal, data)
    await told(tx, mira)
    backlog = MissedNotices()
    assert [one.sequence for one in await backlog.missed(tx, mira, 0)] == [1, 2]
    assert [one.sequence for one in await backlog.missed(tx, mira, 1)] == [2]
    assert await backlog.missed(tx, ada, 0) == []
    assert (await backlog.last(tx, mira), await backlog.last(tx, ada)) == (2, 0)
    await commands.delete_notice(in_turn(tx), mira, row.id)
    assert await room.shown(tx, new) is SKIP


async def test_what_staff_may_ask(tx: Tx) -> None:
    mira, ada = await a_person(tx), await a_person(tx, "Ada")
    row = await told(tx, mira, about=Subject("batch", ids.new()), why="no_such_word")
    assert (await inbox.why(tx, row.id, mira)).explanation == "Something that concerns you has changed."
    with pytest.raises(NoticeNotFound):
        await inbox.why(tx, row.id, ada)
