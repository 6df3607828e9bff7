"""Sixteen at once: one slot, one credit, one decision; nobody waits in a circle."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from skillhall.identity.commands.suspend import suspend
from skillhall.identity.schemas.bodies import Suspend
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.accept import accept
from skillhall.learning.commands.book import Book, book
from skillhall.learning.commands.cancel import cancel
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.pass_time import pass_time, settle
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.reschedule import Reschedule, accept_proposal, propose
from skillhall.ledger.api import Transfer, opening, post
from tests.disputes.builders import Court
from tests.learning.builders import MINUTE, STAFF, People, outcome

MANY = 16
NO_REASON = Reason()


async def test_one_slot_has_one_learner(people: People) -> None:
    hall, host = people.hall, await people.host()
    learners = [await people.person(wallet=30) for _ in range(MANY)]
    offer, at = await people.offer(host, 30), await people.start_in(3)
    shifts = [index % 4 * 15 * MINUTE for index in range(MANY)]
    bodies = [Book(offer_id=offer.id, starts_at=at + shift) for shift in shifts]
    answers = await hall.race(*(outcome(hall.run, book, learner, body) for learner, body in zip(learners, bodies, strict=True)))
    assert Counter(answers) == {"ok": 1, "calendar.busy": MANY - 1}
    assert sum([await people.held(learner) for learner in learners]) == 30
    assert sum([await people.busy(learner) for learner in learners]) == await people.busy(host) == 1
    await hall.verify()


async def test_people_who_book_each_other_never_deadlock(people: People) -> None:
    hall, at = people.hall, await people.start_in(3)
    everybody = [await people.host() for _ in range(8)]
    offers = [await people.offer(person, 0) for person in everybody]
    pairs = [(index, other) for index in range(8) for other in ((index + 1) % 8, (index + 7) % 8)]
    calls = [outcome(hall.run, book, everybody[index], Book(offer_id=offers[other].id, starts_at=at)) for index, other in pairs]
    answers = Counter(await hall.race(*calls))
    assert set(answers) == {"ok", "calendar.busy"}
    assert 3 <= answers["ok"] <= 4  # eight people in a circle, each in at most one lesson: a maximal matching
    assert [await people.busy(person) for person in everybody].count(1) == 2 * answers["ok"]
    await hall.verify()


async def test_the_last_credit_is_held_once(people: People) -> None:
    hall, learner = people.hall, await people.person(wallet=30)
    hosts = [await people.host() for _ in range(MANY)]
    offers = [await people.offer(host, 30) for host in hosts]
    times = [await people.start_in(3 + index // 4, 8 + 2 * (index % 4)) for index in range(MANY)]
    bodies = [Book(offer_id=offer.id, starts_at=at) for offer, at in zip(offers, times, strict=True)]
    answers = await hall.race(*(outcome(hall.run, book, learner, body) for body in bodies))
    assert Counter(answers) == {"ok": 1, "ledger.insufficient": MANY - 1}
    assert (await people.spendable(learner), await people.held(learner), await people.busy(learner)) == (0, 30, 1)
    await hall.verify()


async def test_sessions_that_share_people_are_cancelled_at_once(people: People) -> None:
    hall, one, other = people.hall, await people.host(), await people.host()
    await _fund(people, one, other)
    sessions = [await people.scheduled(*((one, other) if index % 2 else (other, one)), days=3 + index) for index in range(8)]
    calls = [partial(hall.run, cancel, person, session.id, NO_REASON) for session in sessions for person in (one, other)]
    answers = await hall.race(*calls)
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    assert (await people.busy(one), await people.busy(other), await people.held(one), await people.held(other)) == (0, 0, 0, 0)
    assert (await people.spendable(one), await people.spendable(other)) == (500, 500)
    await hall.verify()


async def test_confirm_sweep_and_report_decide_once(people: People) -> None:
    hall = people.hall
    for _ in range(4):
        host, learner = await people.host(), await people.person(wallet=31)
        session = await people.done(host, learner)
        await _stop_before(people, datetime.fromisoformat(session.seats[0].settle_at))
        seat_id = session.seats[0].id
        calls = [
            *(outcome(hall.run, confirm, learner, session.id) for _ in range(6)),
            *(outcome(hall.work, _sweep_seat, seat_id) for _ in range(4)),
            *(outcome(Court(people).report, learner, session.id) for _ in range(6)),
        ]
        answers = await hall.race(*calls)
        state = await people.state(session.id)
        assert state[2] in {"settled", "frozen"}
        assert set(answers[6:10]) == {"ok"}
        losers = answers[10:] if state[2] == "settled" else answers[:6]
        assert set(losers) == {"learning.seat_closed"}
        assert await people.earned(host) == (28 if state[2] == "settled" else 0)
        await hall.verify()


async def test_accept_cancel_and_expiry_decide_once(people: People) -> None:
    hall = people.hall
    for _ in range(3):
        host, learner = await people.host(), await people.person(wallet=31)
        session = await people.booked(host, learner, days=2)
        calls = [
            *(outcome(hall.run, accept, host, session.id) for _ in range(6)),
            *(outcome(hall.run, cancel, learner, session.id, NO_REASON) for _ in range(6)),
            *(outcome(hall.work, _sweep_session, session.id) for _ in range(4)),
        ]
        answers = await hall.race(*calls)
        assert set(answers[6:]) == {"ok"}
        assert set(answers[:6]) <= {"ok", "learning.session_moved"}
        assert await people.state(session.id) == ("cancelled", "cancelled", "refunded")
        assert (await people.spendable(learner), await people.busy(host)) == (31, 0)
        await hall.verify()


async def test_a_proposal_and_bookings_want_the_same_time(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=31)
    session, later = await people.scheduled(host, learner), await people.start_in(9)
    offer = await people.offer(host, 0)
    rivals = [await people.person() for _ in range(MANY - 1)]
    calls = [outcome(hall.run, propose, host, session.id, Reschedule(starts_at=later))]
    calls += [outcome(hall.run, book, rival, Book(offer_id=offer.id, starts_at=later)) for rival in rivals]
    answers = await hall.race(*calls)
    assert Counter(answers) == {"ok": 1, "calendar.busy": MANY - 1}
    if answers[0] == "ok":
        await hall.run(accept_proposal, learner, session.id)
    assert await people.busy(host) == (1 if answers[0] == "ok" else 2)
    await hall.verify()


async def test_nothing_is_booked_past_a_suspension(people: People) -> None:
    hall = people.hall
    host = await people.host()
    learners = [await people.person(wallet=30) for _ in range(MANY - 1)]
    offer = await people.offer(host, 30)
    starts = [await people.start_in(3 + index // 4, 4 + 4 * (index % 4)) for index in range(MANY - 1)]
    calls = [outcome(hall.run, book, who, Book(offer_id=offer.id, starts_at=at)) for who, at in zip(learners, starts, strict=True)]
    answers = await hall.race(*calls[:8], outcome(_suspend, people, host), *calls[8:])
    assert set(answers) <= {"ok", "identity.account_not_active"}
    await hall.drain()
    states = await hall.pool.fetch("SELECT state, closed_as, closed_by FROM learning.session")
    assert len(states) == answers.count("ok") - 1
    assert all(tuple(row) == ("cancelled", "suspended", None) for row in states)
    assert sum([await people.spendable(learner) for learner in learners]) == 30 * len(learners)
    assert await people.busy(host) == 0
    await hall.verify()


async def _suspend(people: People, who: Actor) -> None:
    staff = Actor(account_id=STAFF.account_id, roles=frozenset({"super_admin"}), permissions=frozenset({"account.suspend", "account.ban"}))
    await people.hall.run(suspend, staff, who.account_id, Suspend(reason="a complaint"))


async def _fund(people: People, *who: Actor) -> None:
    for person in who:
        lines = opening(person.account_id, wallet=500)
        await people.hall.work(post, Transfer(id=ids.new(), kind="opening", subject=Subject("test", person.account_id), lines=lines))


async def _stop_before(people: People, at: datetime) -> None:
    """Move business time to a moment before `at`, so that the race runs over it; nothing is swept on the way."""
    shift = at - datetime.now(UTC) - timedelta(milliseconds=30)
    await people.hall.pool.execute("UPDATE kernel.clock SET shift = $1", shift)


async def _sweep_seat(tx: Tx, seat_id: UUID) -> None:
    await settle(seat_id, tx)


async def _sweep_session(tx: Tx, session_id: UUID) -> None:
    await pass_time(session_id, tx)
