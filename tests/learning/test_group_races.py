"""Sixteen at once on the seats of groups: nothing is sold twice, nobody is held twice, nobody waits in a circle."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from skillhall.identity.commands.suspend import suspend
from skillhall.identity.schemas.bodies import Suspend
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.book import Book, book
from skillhall.learning.commands.cancel import cancel, give_up_seat
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.end import end
from skillhall.learning.commands.join import join
from skillhall.learning.commands.pass_time import fill_seats, pass_time, settle
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.reschedule import Reschedule, accept_proposal, decline_proposal, propose
from skillhall.learning.commands.start import start
from skillhall.learning.commands.take_seat import TakeSeat, take_seat
from skillhall.learning.model.states import Kind
from skillhall.learning.queries.views import SessionView
from tests.learning.builders import DAY, HOUR, MINUTE, People, outcome

MANY = 16
STRICT = Actor(account_id=ids.new(), roles=frozenset({"super_admin"}), permissions=frozenset({"account.suspend"}))
NO_REASON = Reason()
NOW, LINE = TakeSeat(), TakeSeat(waiting_list=True)


async def test_the_last_seat_has_one_learner(people: People) -> None:
    hall, host = people.hall, await people.host()
    session = await people.group(host, 3)
    for learner in [await people.person(wallet=31) for _ in range(2)]:
        await people.seat(learner, session.id)
    rivals = [await people.person(wallet=31) for _ in range(MANY)]
    answers = await hall.race(*(outcome(hall.run, take_seat, rival, session.id, NOW) for rival in rivals))
    assert Counter(answers) == {"ok": 1, "learning.session_full": MANY - 1}
    assert sum([await people.held(rival) for rival in rivals]) == 31
    assert sum([await people.busy(rival) for rival in rivals]) == 1
    await hall.verify()


async def test_one_person_in_sixteen_tabs_takes_one_seat(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=500)
    session = await people.group(host, 3)
    at = datetime.fromisoformat(session.starts_at)
    direct = [outcome(hall.run, take_seat, learner, session.id, LINE) for _ in range(MANY // 2)]
    booked = [outcome(hall.run, book, learner, Book(offer_id=session.offer.id, starts_at=at)) for _ in range(MANY // 2)]
    assert await hall.race(*direct, *booked) == ["ok"] * MANY
    assert (await people.held(learner), await people.busy(learner)) == (31, 1)
    assert await people.seats(session.id) == [("confirmed", "held")]
    await hall.verify()


async def test_sixteen_tabs_open_one_group(people: People) -> None:
    hall, host = people.hall, await people.host()
    offer, at = await people.offer(host, 31), await people.start_in(7)
    body = Book(kind=Kind.GROUP, offer_id=offer.id, starts_at=at, seats=5)
    opened: list[SessionView] = await hall.race(*(partial(hall.run, book, host, body) for _ in range(MANY)))
    assert len({session.id for session in opened}) == 1
    assert await hall.pool.fetchval("SELECT count(*) FROM learning.session") == 1
    assert await people.busy(host) == 1
    await hall.verify()


async def test_who_waits_in_groups_at_the_same_time_gets_one_seat(people: People) -> None:
    hall = people.hall
    first_come, waiters = [], [await people.person(wallet=500) for _ in range(4)]
    groups = []
    for _ in range(MANY):
        session, (learner,) = await people.filled(await people.host(), 1)
        first_come.append(learner)
        groups.append(session)
        for waiter in waiters:
            await people.seat(waiter, session.id, can_wait=True)
    for learner, session in zip(first_come, groups, strict=True):
        await hall.run(give_up_seat, learner, session.id)
    await hall.race(*(partial(hall.work, _fill, session.id) for session in groups))
    assert [await people.busy(waiter) for waiter in waiters] == [1] * 4
    assert [await people.held(waiter) for waiter in waiters] == [31] * 4
    assert await hall.pool.fetchval("SELECT sum(taken) FROM learning.session") == 4
    await hall.verify()


@pytest.mark.full
async def test_groups_that_share_their_learners_are_cancelled_at_once(people: People) -> None:
    hall = people.hall
    learners = [await people.person(wallet=31 * MANY) for _ in range(8)]
    hosts = [await people.host() for _ in range(MANY)]
    groups = [await people.group(host, 8, days=3 + index // 8, hour=4 + 2 * (index % 8)) for index, host in enumerate(hosts)]
    for index, session in enumerate(groups):
        for learner in learners if index % 2 else reversed(learners):
            await people.seat(learner, session.id)
    answers = await hall.race(
        *(outcome(hall.run, cancel, host, session.id, NO_REASON) for host, session in zip(hosts, groups, strict=True))
    )
    assert answers == ["ok"] * MANY
    assert [await people.spendable(learner) for learner in learners] == [31 * MANY] * 8
    assert [await people.busy(person) for person in (*learners, *hosts)] == [0] * (8 + MANY)
    await hall.verify()


@pytest.mark.full
async def test_leaving_and_coming_back_at_once(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, learners = await people.filled(host, 2, 2)
    for _ in range(3):
        calls = [
            outcome(hall.run, *work)
            for learner in learners
            for work in ((give_up_seat, learner, session.id), (take_seat, learner, session.id, LINE))
            for _ in range(2)
        ]
        answers = await hall.race(*calls)
        assert set(answers) <= {"ok"}
        await hall.verify()
        await hall.drain()
        await hall.verify()
    holds = await hall.pool.fetchval("SELECT count(*) FROM ledger.public_hold WHERE remaining > 0")
    taken = await hall.pool.fetchval("SELECT taken FROM learning.session")
    assert holds == taken <= 2
    assert sum([await people.held(learner) for learner in learners]) == 31 * taken


async def test_leaving_and_promotion_meet(people: People) -> None:
    hall = people.hall
    for _ in range(3):
        host = await people.host()
        session, learners = await people.filled(host, 4, 6)
        calls: list[Any] = [outcome(hall.run, give_up_seat, learner, session.id) for learner in (*learners[:4], *learners[4:6])]
        calls += [outcome(hall.work, _fill, session.id) for _ in range(10)]
        answers = await hall.race(*calls)
        assert set(answers) == {"ok"}
        await hall.verify()
        await hall.drain()
        assert [state for state, _ in await people.seats(session.id)] == ["cancelled"] * 6 + ["confirmed"] * 4
        assert [await people.held(learner) for learner in learners] == [0] * 6 + [31] * 4
        await hall.verify()


async def test_leaving_cancelling_moving_and_taking_meet(people: People) -> None:
    hall = people.hall
    for _ in range(3):
        host = await people.host()
        session, learners = await people.filled(host, 3, 3)
        later = datetime.fromisoformat(session.starts_at) + DAY
        calls = [
            *(outcome(hall.run, give_up_seat, learner, session.id) for learner in learners[:2]),
            *(outcome(hall.run, propose, host, session.id, Reschedule(starts_at=later)) for _ in range(4)),
            *(outcome(hall.run, take_seat, learner, session.id, LINE) for learner in learners[3:]),
            *(outcome(hall.work, _fill, session.id) for _ in range(4)),
            *(outcome(hall.run, cancel, host, session.id, NO_REASON) for _ in range(3)),
        ]
        answers = await hall.race(*calls)
        assert set(answers) <= {"ok", "learning.session_moved"}
        await hall.drain()
        assert [await people.spendable(learner) for learner in learners] == [62] * 6
        assert [await people.busy(person) for person in (host, *learners)] == [0] * 7
        await hall.verify()


async def test_an_offer_is_taken_or_lapses(people: People) -> None:
    hall = people.hall
    for _ in range(3):
        host = await people.host()
        session, (first, second, third) = await people.filled(host, 1, 2)
        await people.until(datetime.fromisoformat(session.starts_at) - 6 * HOUR)
        await hall.run(give_up_seat, first, session.id)
        await hall.drain()
        until = await hall.pool.fetchval("SELECT offered_until FROM learning.seat WHERE account_id = $1", second.account_id)
        await hall.pool.execute("UPDATE kernel.clock SET shift = $1", until - datetime.now(until.tzinfo) - timedelta(milliseconds=20))
        calls = [outcome(hall.run, take_seat, second, session.id, NOW) for _ in range(8)]
        calls += [outcome(hall.work, _pass, session.id) for _ in range(8)]
        answers = await hall.race(*calls)
        assert set(answers) <= {"ok", "learning.session_full"}
        await hall.drain()
        has_taken = "ok" in answers[:8]
        assert [await people.held(learner) for learner in (second, third)] == [31 if has_taken else 0, 0]
        state = await hall.pool.fetchval("SELECT state FROM learning.seat WHERE account_id = $1", third.account_id)
        assert state == ("waiting" if has_taken else "offered")
        await hall.verify()


@pytest.mark.full
async def test_consent_to_another_time_meets_its_lapse(people: People) -> None:
    hall = people.hall
    for _ in range(3):
        host, learner = await people.host(), await people.person(wallet=31)
        session = await people.scheduled(host, learner)
        later = datetime.fromisoformat(session.starts_at) + DAY
        wish = await hall.run(propose, host, session.id, Reschedule(starts_at=later))
        assert wish.rescheduling
        lapse = datetime.fromisoformat(wish.rescheduling.expires_at)
        await hall.pool.execute("UPDATE kernel.clock SET shift = $1", lapse - datetime.now(lapse.tzinfo) - timedelta(milliseconds=20))
        calls = [
            *(outcome(hall.run, accept_proposal, learner, session.id) for _ in range(6)),
            *(outcome(hall.run, decline_proposal, learner, session.id) for _ in range(2)),
            *(outcome(hall.work, _pass, session.id) for _ in range(8)),
        ]
        answers = await hall.race(*calls)
        assert set(answers) <= {"ok", "learning.no_proposal"}
        assert Counter(answers[:8])["ok"] <= 1
        at = await hall.pool.fetchval("SELECT starts_at FROM learning.session WHERE id = $1", session.id)
        assert at == (later if "ok" in answers[:6] else later - DAY)
        assert (await people.busy(host), await people.busy(learner)) == (1, 1)
        await hall.verify()


@pytest.mark.full
async def test_two_hundred_learners_are_moved_and_refunded_with_as_few_statements_as_four(people: People, monkeypatch: Any) -> None:
    hall = people.hall
    found: list[list[Counter[str]]] = []
    for size in (4, 200):
        host, other = await people.host(), await people.host()
        session, at = await people.group(host, size), await people.start_in(9)
        learners = await asyncio.gather(*(people.person(wallet=31) for _ in range(size)))
        for batch in (learners[index : index + MANY] for index in range(0, size, MANY)):
            await asyncio.gather(*(people.seat(learner, session.id) for learner in batch))
        elsewhere = await people.group(other, 2, price=0, days=9)
        for learner in learners[:2]:
            await people.seat(learner, elsewhere.id)
        before = await hall.pool.fetchval("SELECT count(*) FROM ledger.transfer")
        moved = await _told(monkeypatch, hall.run, propose, host, session.id, Reschedule(starts_at=at))
        cancelled = await _told(monkeypatch, hall.run, cancel, host, session.id, NO_REASON)
        assert await hall.pool.fetchval("SELECT count(*) FROM ledger.transfer") == before + 2
        assert await people.seats(session.id) == [("cancelled", "refunded")] * size
        assert [await people.spendable(learner) for learner in learners] == [31] * size
        assert [await people.busy(learner) for learner in learners] == [1] * 2 + [0] * (size - 2)
        found.append([moved, cancelled])
    assert found[0] == found[1]
    cancelled = found[1][1]
    assert cancelled["learning.seat"] == cancelled["learning.session"] == cancelled["calendar.entry"] == cancelled["ledger.post"] == 1
    assert cancelled["messaging.conversation"] == 1
    assert cancelled.total() == 18
    await hall.verify()


@pytest.mark.full
async def test_leaving_and_the_start_meet(people: People) -> None:
    hall = people.hall
    for _ in range(3):
        host = await people.host()
        session, learners = await people.filled(host, 4, 2)
        await people.until(datetime.fromisoformat(session.starts_at) - 5 * MINUTE)
        calls = [
            *(outcome(hall.run, give_up_seat, learner, session.id) for learner in learners for _ in range(2)),
            *(outcome(hall.run, start, host, session.id) for _ in range(2)),
            *(outcome(hall.work, _fill, session.id) for _ in range(2)),
        ]
        answers = await hall.race(*calls)
        assert set(answers[:12]) <= {"ok", "learning.session_moved"}
        assert set(answers[12:14]) <= {"ok", "learning.nobody_seated"}
        assert set(answers[14:]) == {"ok"}
        state = await hall.pool.fetchval("SELECT state FROM learning.session WHERE id = $1", session.id)
        has_begun = state == "in_progress"
        seated = (await people.seats(session.id)).count(("confirmed", "held"))
        assert has_begun == (seated > 0) == (answers[12] == answers[13] == "ok")
        left = 4 - seated
        assert sum([await people.held(learner) for learner in learners]) == 31 * seated
        assert await people.earned(host) == 14 * left
        assert sum([await people.spendable(learner) for learner in learners]) == 6 * 62 - 31 * seated - 15 * left
        await hall.verify()


async def test_nobody_is_promoted_past_a_suspension(people: People) -> None:
    hall = people.hall
    for _ in range(3):
        host = await people.host()
        session, (first, second, third) = await people.filled(host, 1, 2)
        await hall.run(give_up_seat, first, session.id)
        calls = [outcome(hall.run, suspend, STRICT, second.account_id, Suspend(reason="a complaint"))]
        calls += [outcome(hall.work, _fill, session.id) for _ in range(MANY - 1)]
        assert set(await hall.race(*calls)) == {"ok"}
        await hall.drain()
        assert [await people.held(learner) for learner in (first, second, third)] == [0, 0, 31]
        assert [await people.busy(learner) for learner in (first, second, third)] == [0, 0, 1]
        await hall.verify()


async def test_every_seat_of_a_group_is_settled_once(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, learners = await people.filled(host, 8)
    await people.until(datetime.fromisoformat(session.starts_at))
    for learner in learners:
        await hall.run(join, learner, session.id)
    await hall.run(start, host, session.id)
    ended = await hall.run(end, host, session.id)
    due = datetime.fromisoformat(ended.seats[0].settle_at)
    await hall.pool.execute("UPDATE kernel.clock SET shift = $1", due - datetime.now(due.tzinfo) + MINUTE)
    confirming = [outcome(hall.run, confirm, learner, session.id) for learner in learners]
    sweeping = [outcome(hall.work, _settle, seat.id) for seat in ended.seats]
    assert await hall.race(*confirming, *sweeping) == ["ok"] * MANY
    assert await people.seats(session.id) == [("attended", "settled")] * 8
    assert (await people.earned(host), sum([await people.spendable(learner) for learner in learners])) == (28 * 8, 31 * 8)
    await hall.verify()


async def test_the_line_is_served_in_its_order(people: People) -> None:
    hall, host = people.hall, await people.host()
    session, learners = await people.filled(host, 3)
    waiters = [await people.person(wallet=31) for _ in range(MANY)]
    assert await hall.race(*(outcome(hall.run, take_seat, waiter, session.id, LINE) for waiter in waiters)) == ["ok"] * MANY
    rows = await hall.pool.fetch("SELECT account_id, queued_at FROM learning.seat WHERE state = 'waiting' ORDER BY queued_at")
    assert all(one["queued_at"] < next_one["queued_at"] for one, next_one in pairwise(rows))
    for learner in learners:
        await hall.run(give_up_seat, learner, session.id)
    await hall.drain()
    first = {row["account_id"] for row in rows[:3]}
    assert {waiter.account_id for waiter in waiters if await people.held(waiter)} == first
    await hall.verify()


async def _told(monkeypatch: Any, work: Callable[..., Awaitable[Any]], *args: Any) -> Counter[str]:
    """Do it; return how often the database was told what, begin and commit included."""
    told: Counter[str] = Counter()

    def listen(name: str) -> None:
        plain = getattr(asyncpg.Connection, name)

        async def listening(self: Any, statement: str, *rest: Any, **options: Any) -> Any:
            if "kernel.clock" not in statement and "pg_notify" not in statement:  # now and then, for the whole process
                told[_table(statement)] += 1
            return await plain(self, statement, *rest, **options)

        monkeypatch.setattr(asyncpg.Connection, name, listening)

    with monkeypatch.context() as patched:
        monkeypatch = patched
        for name in ("execute", "executemany", "fetch", "fetchrow", "fetchval"):
            listen(name)
        await work(*args)
    return told


def _table(statement: str) -> str:
    """Return what a statement writes, or for others how it begins."""
    words = statement.split()
    if "ledger.post(" in statement:
        return "ledger.post"
    if words[:2] in (["DELETE", "FROM"], ["INSERT", "INTO"]):
        return words[2]
    return words[1] if words[0] == "UPDATE" else words[0]


async def _fill(tx: Tx, session_id: UUID) -> None:
    await fill_seats(session_id, tx)


async def _settle(tx: Tx, seat_id: UUID) -> None:
    await settle(seat_id, tx)


async def _pass(tx: Tx, session_id: UUID) -> None:
    await pass_time(session_id, tx)
