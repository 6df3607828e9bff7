"""What staff sends: to one, to some, to an audience by named filters; in chunks, later, stopped, counted."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.identity.api import AccountNotFound
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Money
from skillhall.kernel.refusals import Invalid
from skillhall.notifications.commands import read, send
from skillhall.notifications.commands.preview import preview_type
from skillhall.notifications.commands.schedule import release
from skillhall.notifications.model import batch as model
from skillhall.notifications.model.audience import Audience
from skillhall.notifications.model.batch import FanOut, Send, SendMany, SendOne, Withdraw, Wording
from skillhall.notifications.model.preview import Preview
from skillhall.notifications.model.refusals import BatchEnded, BatchNotFound, NotSendable
from skillhall.notifications.queries import audience, batches
from skillhall.notifications.queries.batches import BatchQuery
from skillhall.notifications.queries.inbox import NoticeQuery, inbox_page
from skillhall.notifications.queries.statistics import StatisticsQuery, statistics
from skillhall.notifications.queries.still import still_true
from skillhall.notifications.store.notices import find_notices
from tests.notifications.builders import LOCALE, STAFF, STATE, count, listed, told
from tests.profiles.builders import a_person, in_turn

SAID: dict[str, Any] = {"title": "Closed", "message": "On Monday."}


async def some(tx: Tx, number: int) -> list[Actor]:
    return [await a_person(tx, f"Person {index}") for index in range(number)]


def put_aside(tx: Tx, kind: type[Any]) -> list[Any]:
    """Return, and forget, the tasks of a kind that were put aside."""
    found = [queued.task for queued in tx.queued if isinstance(queued.task, kind)]
    tx.queued[:] = [queued for queued in tx.queued if not isinstance(queued.task, kind)]
    return found


async def work_off(tx: Tx, limit: int = 99) -> int:
    """Run the fan-out as a worker would; return how many chunks there were."""
    chunks = 0
    while chunks < limit and (tasks := put_aside(tx, FanOut)):
        for task in tasks:
            await send.fan_out(task, in_turn(tx))
            chunks += 1
    return chunks


def to(*people: Actor) -> list[UUID]:
    return [person.account_id for person in people]


async def test_one_is_told_now_or_later(tx: Tx) -> None:
    mira, gone = await some(tx, 2)
    await tx.run(LOCALE, mira.account_id, "de", "Europe/Berlin")
    german = {"de": Wording(title="Zu", message="Am Montag.")}
    view = await send.send_one(in_turn(tx), STAFF, SendOne(user_id=mira.account_id, translations=german, link="/status", **SAID))
    assert (view.title, view.link, view.status, await count(tx, mira)) == ("Zu", "/status", "sent", 1)
    later = SendOne(user_id=mira.account_id, scheduled_for=tx.now + timedelta(hours=1), channels=["inApp", "push"], **SAID)
    waiting = await send.send_one(in_turn(tx), STAFF, later)
    assert (waiting.status, waiting.sequence, await count(tx, mira)) == ("scheduled", None, 1)
    in_turn(tx).now += timedelta(hours=2)
    await release(waiting.id, tx)
    assert await count(tx, mira) == 2
    await tx.run(STATE, gone.account_id, "banned")
    for nobody in (gone.account_id, ids.new()):
        with pytest.raises(AccountNotFound):
            await send.send_one(in_turn(tx), STAFF, SendOne(user_id=nobody, **SAID))


async def test_some_are_told_at_once_and_everyone_in_chunks(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    people = await some(tx, 5)
    at_once = await send.send(in_turn(tx), STAFF, Send(user_ids=[*to(*people[:2]), ids.new()], **SAID))
    assert (at_once.status, at_once.reached, at_once.sent) == ("done", 2, 2)
    monkeypatch.setattr(send, "CHUNK", 2)
    many = await send.send_many(in_turn(tx), STAFF, SendMany(audience=Audience(account_ids=to(*people)), **SAID))
    assert many.status == "done"
    monkeypatch.setattr(send, "AT_ONCE", 0)
    many = await send.send_many(in_turn(tx), STAFF, SendMany(audience=Audience(account_ids=to(*people)), **SAID))
    assert (many.status, many.sent) == ("running", 0)
    assert await work_off(tx) == 3
    done = await batches.batch(tx, many.id)
    assert (done.status, done.reached, done.sent) == ("done", 5, 5)
    await send.fan_out(FanOut(batch_id=many.id), in_turn(tx))
    assert [await count(tx, one) for one in people] == [3, 3, 2, 2, 2]
    page = await batches.batches_page(tx, BatchQuery(status="done", search="Closed"))
    assert page.items[0].id == many.id


async def test_an_audience_is_named(tx: Tx) -> None:
    host, learner, gone = await a_person(tx, "Host", "host", "learner"), await a_person(tx, "Learner"), await a_person(tx, "Gone")
    await tx.run(STATE, gone.account_id, "suspended")
    await tx.run(LOCALE, learner.account_id, "hi-IN", "Asia/Kolkata")
    mine = to(host, learner, gone)

    async def who(**filters: Any) -> set[UUID]:
        return set(await audience.members(tx, Audience(account_ids=mine, **filters), None, tx.now, 100))

    assert await who() == set(to(host, learner))
    assert await who(abilities=["host"]) == set(to(host))
    assert await who(languages=["HI", "de"]) == await who(timezones=["Asia/Kolkata"]) == set(to(learner))
    assert await who(roles=["admin"]) == await who(skill_ids=[ids.new()]) == await who(is_verified=False) == set()
    assert await who(registered_after=tx.now - timedelta(days=1), registered_before=tx.now + timedelta(days=1)) == set(to(host, learner))
    assert (await audience.size(tx, Audience(everyone=True))).members >= 2
    nobody = (Audience(), Audience(everyone=True, roles=["admin"]))
    for wrong in nobody:
        with pytest.raises(Invalid):
            await send.send_many(in_turn(tx), STAFF, SendMany(audience=wrong, **SAID))
    for both in ({}, {"user_ids": to(host), "audience": Audience(everyone=True)}):
        with pytest.raises(Invalid):
            await send.send(in_turn(tx), STAFF, Send(**SAID, **both))
    assert await listed(tx, host) == []


def test_a_raw_query_is_no_audience() -> None:
    for body in ({"$where": "1"}, {"filter": {"role": {"$ne": None}}}, {"sql": "true"}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({**SAID, "audience": body}, SendMany)
    for link in ("//evil.example", "https://evil.example", "javascript:alert(1)", "a\nb"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({**SAID, "userIds": [str(ids.new())], "link": link}, Send)


async def test_what_is_wrong_is_said_at_once(tx: Tx) -> None:
    mira = await a_person(tx)
    wrong = Send(user_ids=to(mira), channels=["fax"], translations={"fr": Wording(**SAID)}, expires_at=tx.now, **SAID)
    with pytest.raises(Invalid) as refused:
        await send.send(in_turn(tx), STAFF, wrong)
    assert [error.field for error in refused.value.errors] == ["channels.0", "translations.fr", "expiresAt"]
    with pytest.raises(Invalid):
        model.sendable("nonsense")
    foreign = next((code for code in ("payments.failed", "learning.session_scheduled") if model.find_type(code)), None)
    with pytest.raises(NotSendable):
        model.sendable(foreign or "learning.session_scheduled")


async def test_later_and_stopped(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    people = await some(tx, 4)
    at = tx.now + timedelta(hours=1)
    waiting = await send.send(in_turn(tx), STAFF, Send(user_ids=to(*people), scheduled_for=at, **SAID))
    await send.start_batch(waiting.id, in_turn(tx))
    assert (await batches.batch(tx, waiting.id)).status == "scheduled"
    assert (await send.cancel_batch(in_turn(tx), STAFF, waiting.id)).status == "cancelled"
    in_turn(tx).now += timedelta(hours=2)
    await send.start_batch(waiting.id, tx)
    assert (await work_off(tx), await count(tx, people[0])) == (0, 0)
    monkeypatch.setattr(send, "CHUNK", 2)
    monkeypatch.setattr(send, "AT_ONCE", 0)
    begun = await send.send(in_turn(tx), STAFF, Send(user_ids=to(*people), scheduled_for=tx.now + timedelta(seconds=1), **SAID))
    in_turn(tx).now += timedelta(minutes=1)
    await send.start_batch(begun.id, tx)
    await send.start_batch(begun.id, in_turn(tx))
    assert await work_off(tx, 1) == 1
    reader = min(people, key=lambda one: one.account_id)
    assert (await read.read_all(in_turn(tx), reader)).updated == 1
    await send.cancel_batch(in_turn(tx), STAFF, begun.id)
    with pytest.raises(BatchEnded):
        await send.cancel_batch(in_turn(tx), STAFF, begun.id)
    with pytest.raises(BatchNotFound):
        await send.cancel_batch(in_turn(tx), STAFF, ids.new())
    assert await work_off(tx) == 1
    while tasks := put_aside(tx, Withdraw):
        for task in tasks:
            await send.withdraw(task, in_turn(tx))
    ended = await batches.batch(tx, begun.id)
    assert (ended.status, ended.sent, ended.withdrawn) == ("cancelled", 2, 1)
    assert [await count(tx, one) for one in people] == [0, 0, 0, 0]
    assert len(await listed(tx, reader)) == 1


async def test_words_are_looked_at_before(tx: Tx) -> None:
    mira = await a_person(tx)
    shown = await preview_type(in_turn(tx), mira, Preview(type="maintenance_notice", facts={"title": "Hi", "other": Money(1, "EUR")}))
    assert (shown.facts, shown.languages["de"].title, shown.languages["en"].text) == (["text", "title"], "Wartung: Hi", "[text]")
    assert (shown.sent, await count(tx, mira)) == (False, 0)
    at: dict[str, Any] = {"text": "2026-11-22T13:30:00Z", "title": "Hi"}
    sent = await preview_type(
        in_turn(tx), mira, Preview(type="hall.reminder", facts=at, locale="hi-IN", timezone="Asia/Kolkata", is_sent_to_me=True)
    )
    assert (sent.sent, await listed(tx, mira)) == (True, ["Reminder: Hi"])
    assert "Asia/Kolkata" in sent.languages["hi"].text
    await preview_type(in_turn(tx), mira, Preview(type="payments.payout_failed", is_sent_to_me=True))
    (tried,) = await find_notices(tx, [one.id for one in (await inbox_page(tx, NoticeQuery(type="payments.payout_failed"), mira)).items])
    assert await still_true(tx, tried)  # there is no payout, and nobody says so
    for wrong in (Preview(type="nonsense"), Preview(type="hall.reminder", timezone="Mars/North")):
        with pytest.raises(Invalid):
            await preview_type(in_turn(tx), mira, wrong)


async def test_figures(tx: Tx) -> None:
    mira = await a_person(tx)
    start = tx.now
    first = await told(tx, mira)
    await told(tx, mira, type="hall.reminder")
    in_turn(tx).now += timedelta(minutes=10)
    await read.mark_read(tx, mira.account_id, [first.id])
    seen = await statistics(tx, StatisticsQuery(since=start, until=tx.now))
    assert (seen.total.sent, seen.total.read, seen.total.read_rate) == (2, 1, 0.5)
    assert 599 < (seen.by_type["hall.announcement"].time_to_read_seconds or 0) < 601
    assert (seen.by_category["account"].read, seen.by_type["hall.reminder"].time_to_read_seconds) == (0, None)
    assert (await statistics(tx, StatisticsQuery())).total.sent >= 2
