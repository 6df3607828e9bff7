"""The verbs on real PostgreSQL: what they do to session, seat, credits and calendars, and that a refusal does nothing."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from skillhall.calendar.api import Busy
from skillhall.disputes.commands.open_dispute import report_problem
from skillhall.disputes.model.bodies import Problem
from skillhall.kernel import ids
from skillhall.kernel.money import Money
from skillhall.kernel.money import credits as credit
from skillhall.kernel.refusals import Invalid
from skillhall.learning.commands.accept import accept
from skillhall.learning.commands.book import Book, book
from skillhall.learning.commands.cancel import cancel
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.decline import decline
from skillhall.learning.commands.end import end
from skillhall.learning.commands.interrupt import interrupt
from skillhall.learning.commands.join import join, leave
from skillhall.learning.commands.pause import pause
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.report_no_show import report_no_show
from skillhall.learning.commands.reschedule import Reschedule, accept_proposal, decline_proposal, propose
from skillhall.learning.commands.resume import resume
from skillhall.learning.commands.set_status import SetStatus, set_status
from skillhall.learning.commands.start import start
from skillhall.learning.model import refusals
from skillhall.learning.model.states import Kind
from skillhall.learning.queries.session import session_view
from skillhall.ledger.api import Insufficient
from tests.disputes.builders import Court
from tests.learning.builders import DAY, HOUR, MINUTE, STAFF, People, outcome

NO_REASON = Reason()


async def test_booking_sets_slot_and_credits_aside_and_settles_when_the_learner_confirms(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=100)
    session = await people.booked(host, learner, price=31)
    assert (session.status, session.legacy_status, session.price) == ("requested", "PENDING", Money(31, "CREDIT"))
    assert (await people.spendable(learner), await people.held(learner)) == (69, 31)
    assert (await people.busy(host), await people.busy(learner)) == (1, 1)
    await hall.verify()
    accepted = await hall.run(accept, host, session.id)
    assert accepted.status == "scheduled"
    await people.until(datetime.fromisoformat(session.opens_at))
    joined = await hall.run(join, learner, session.id)
    assert joined.room.join_url.startswith("https://meet.jit.si/skillhall-")
    assert (await hall.run(start, host, session.id)).status == "in_progress"
    assert (await hall.run(pause, host, session.id)).status == "paused"
    assert (await hall.run(resume, host, session.id)).status == "in_progress"
    assert (await hall.run(leave, learner, session.id)).status == "in_progress"
    assert (await hall.run(end, host, session.id)).status == "completed"
    assert await people.held(learner) == 31
    confirmed = await hall.run(confirm, learner, session.id)
    (seat,) = confirmed.seats
    assert (seat.settlement, seat.paid_to_host, seat.fee, seat.returned) == ("settled", *(Money(n, "CREDIT") for n in (28, 3, 0)))
    assert (await people.spendable(learner), await people.held(learner), await people.earned(host)) == (69, 0, 28)
    await hall.verify()


async def test_the_host_is_paid_by_time_when_nobody_objects(people: People) -> None:
    host, learner = await people.host(), await people.person(wallet=31)
    session = await people.done(host, learner)
    settle_at = datetime.fromisoformat(session.seats[0].settle_at)
    assert settle_at == datetime.fromisoformat(session.ends_at) + timedelta(hours=48)
    await people.until(settle_at - MINUTE)
    assert await people.earned(host) == 0
    await people.until(settle_at)
    assert (await people.state(session.id), await people.earned(host)) == (("completed", "attended", "settled"), 28)
    await people.hall.verify()


async def test_the_older_body_finds_the_hosts_offer(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=60)
    offer, at = await people.offer(host), await people.start_in(3)
    body = Book(skill_id=offer.skill.id, host_id=host.account_id, start_time=at, duration=60)
    assert (await hall.run(book, learner, body)).offer.id == offer.id
    by_profile = Book(skill_id=offer.skill.id, host_id=host.profile_id, start_time=at + 2 * HOUR, duration=60)
    assert (await hall.run(book, learner, by_profile)).offer.id == offer.id
    with pytest.raises(refusals.NoMatchingOffer):
        await hall.run(book, learner, Book(skill_id=offer.skill.id, host_id=host.account_id, start_time=at, duration=45))
    for half in (Book(skill_id=offer.skill.id, start_time=at), Book(offer_id=offer.id), Book()):
        with pytest.raises(Invalid) as caught:
            await hall.run(book, learner, half)
        assert caught.value.errors
    assert await people.held(learner) == 60


async def test_a_refused_booking_leaves_nothing(people: People) -> None:
    hall, host, learner, rival = people.hall, await people.host(), await people.person(wallet=40), await people.person(wallet=40)
    offer, at = await people.offer(host, 30), await people.start_in(3)
    await hall.run(book, learner, Book(offer_id=offer.id, starts_at=at))
    money = Money(3000, "EUR")
    refused = [
        (rival, Book(offer_id=offer.id, starts_at=at + 30 * MINUTE), Busy),
        (rival, Book(offer_id=offer.id, starts_at=at - 69 * MINUTE), Busy),
        (learner, Book(offer_id=offer.id, starts_at=at + DAY), Insufficient),
        (host, Book(offer_id=offer.id, starts_at=at + DAY), refusals.OwnOffer),
        (rival, Book(offer_id=ids.new(), starts_at=at), refusals.OfferNotFound),
        (rival, Book(offer_id=offer.id, starts_at=at + DAY, price=credit(29)), refusals.PriceChanged),
        (rival, Book(offer_id=offer.id, starts_at=at + DAY, price=money), refusals.PriceChanged),
        (rival, Book(kind=Kind.GROUP, offer_id=offer.id, starts_at=at, seats=2), refusals.HostOnly),
    ]
    before = await _counts(people)
    for by, body, kind in refused:
        with pytest.raises(kind):
            await hall.run(book, by, body)
    assert await _counts(people) == before
    assert (await people.spendable(rival), await people.busy(rival)) == (40, 0)
    await hall.run(book, rival, Book(offer_id=offer.id, starts_at=at + 70 * MINUTE))
    await hall.verify()


async def test_cancel_then_book_the_same_slot_again(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=30)
    offer, at = await people.offer(host, 30), await people.start_in(3)
    for _ in range(3):
        session = await hall.run(book, learner, Book(offer_id=offer.id, starts_at=at))
        await hall.run(cancel, learner, session.id, NO_REASON)
        assert (await people.spendable(learner), await people.busy(host), await people.busy(learner)) == (30, 0, 0)
    await hall.verify()


async def test_instant_booking_only_within_the_hosts_hours(people: People) -> None:
    hall, learner = people.hall, await people.person(wallet=100)
    open_host, closed_host = await people.host(), await people.host(hours=False)
    at = await people.start_in(3)
    offer = await people.offer(open_host, instant_booking=True)
    assert (await hall.run(book, learner, Book(offer_id=offer.id, starts_at=at))).status == "scheduled"
    closed = await people.offer(closed_host, instant_booking=True)
    with pytest.raises(refusals.OutsideHours):
        await hall.run(book, learner, Book(offer_id=closed.id, starts_at=at + DAY))
    assert (await people.held(learner), await people.busy(closed_host)) == (30, 0)


@pytest.mark.parametrize(
    ("hours_before", "by_host", "learner_has", "host_earns", "settlement"),
    [(25, False, 31, 0, "refunded"), (1, False, 16, 14, "split"), (1, True, 31, 0, "refunded")],
)
async def test_cancelling(people: People, hours_before: int, by_host: bool, learner_has: int, host_earns: int, settlement: str) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=31)
    session = await people.scheduled(host, learner, price=31)
    await people.until(datetime.fromisoformat(session.starts_at) - hours_before * HOUR)
    view = await hall.run(cancel, host if by_host else learner, session.id, Reason(reason="ill"))
    assert (view.status, view.cancelled_as, view.cancel_reason, view.seats[0].settlement) == ("cancelled", "cancelled", "ill", settlement)
    assert (await people.spendable(learner), await people.held(learner), await people.earned(host)) == (learner_has, 0, host_earns)
    assert (await people.busy(host), await people.busy(learner)) == (0, 0)
    await hall.verify()


async def test_declined_and_unanswered_requests_give_everything_back(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=62)
    first, second = await people.booked(host, learner, days=7), await people.booked(host, learner, days=8)
    declined = await hall.run(decline, host, first.id, Reason(reason="on holiday"))
    assert (declined.status, declined.cancelled_as) == ("cancelled", "declined")
    assert await people.spendable(learner) == 31
    await hall.advance(timedelta(hours=48))
    assert await people.state(second.id) == ("expired", "expired", "refunded")
    assert (await people.spendable(learner), await people.busy(host)) == (62, 0)
    with pytest.raises(refusals.SessionMoved):
        await hall.run(accept, host, second.id)
    await hall.verify()


async def test_attendance_decides(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=93)
    nobody, alone, both = [await people.scheduled(host, learner, hour=hour) for hour in (6, 10, 14)]
    await people.until(datetime.fromisoformat(nobody.starts_at) + 30 * MINUTE)
    assert await people.state(nobody.id) == ("no_show_host", "cancelled", "refunded")
    await people.until(datetime.fromisoformat(alone.starts_at))
    await hall.run(join, host, alone.id)
    await hall.advance(30 * MINUTE)
    assert await people.state(alone.id) == ("completed", "no_show", "held")
    await people.until(datetime.fromisoformat(both.starts_at) + 29 * MINUTE)
    for person in (host, learner):
        await hall.run(join, person, both.id)
        await hall.run(leave, person, both.id)
    await hall.advance(MINUTE)
    assert await people.state(both.id) == ("in_progress", "joined", "held")
    await people.until(datetime.fromisoformat(both.ends_at) + 15 * MINUTE)
    assert await people.state(both.id) == ("completed", "attended", "held")
    await hall.verify()
    await hall.advance(timedelta(hours=49))
    assert (await people.spendable(learner), await people.earned(host)) == (31, 56)
    await hall.verify()


async def test_claims_of_absence(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=62)
    missed, alone = await people.scheduled(host, learner, hour=6), await people.scheduled(host, learner, hour=10)
    await people.until(datetime.fromisoformat(missed.starts_at) + 15 * MINUTE)
    with pytest.raises(refusals.NotPresent):
        await hall.run(report_no_show, learner, missed.id)
    assert await people.state(missed.id) == ("scheduled", "confirmed", "held")
    await hall.run(join, learner, missed.id)
    assert (await hall.run(report_no_show, learner, missed.id)).status == "no_show_host"
    await people.until(datetime.fromisoformat(alone.starts_at))
    await hall.run(start, host, alone.id)
    await hall.advance(15 * MINUTE)
    assert (await hall.run(report_no_show, host, alone.id)).status == "completed"
    assert await people.state(alone.id) == ("completed", "no_show", "held")
    await hall.verify()


@pytest.mark.parametrize(("payee_bp", "learner_has", "host_earns"), [(10_000, 0, 28), (0, 31, 0), (6_000, 13, 17)])
async def test_a_reported_session_waits_for_a_ruling(people: People, payee_bp: int, learner_has: int, host_earns: int) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=31)
    session = await people.done(host, learner)
    assert (await Court(people).report(learner, session.id)).seats[0].settlement == "frozen"
    await hall.verify()
    with pytest.raises(refusals.SeatClosed):
        await hall.run(confirm, learner, session.id)
    await hall.advance(timedelta(days=5))
    assert (await people.held(learner), await people.earned(host)) == (31, 0)
    await Court(people).settle(session.id, payee_bp)
    assert (await people.spendable(learner), await people.held(learner), await people.earned(host)) == (learner_has, 0, host_earns)
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.audit WHERE action = 'learning.rule_seat'") == 1
    await hall.verify()


async def test_an_interrupted_session_moves_or_is_given_back(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=62)
    session = await people.begun(host, learner)
    room = await hall.pool.fetchval("SELECT room FROM learning.session WHERE id = $1", session.id)
    assert (await hall.run(interrupt, learner, session.id)).status == "interrupted"
    later = await people.start_in(5)
    proposed = await hall.run(propose, learner, session.id, Reschedule(starts_at=later, reason="storm"))
    assert proposed.rescheduling is not None
    assert (await people.busy(host), await people.busy(learner)) == (2, 2)
    with pytest.raises(refusals.OwnProposal):
        await hall.run(accept_proposal, learner, session.id)
    moved = await hall.run(accept_proposal, host, session.id)
    assert (moved.status, datetime.fromisoformat(moved.starts_at), moved.rescheduling) == ("scheduled", later, None)
    assert (await people.busy(host), await people.busy(learner)) == (1, 1)
    assert await hall.pool.fetchval("SELECT room FROM learning.session WHERE id = $1", session.id) != room
    await hall.verify()
    again = await people.begun(host, learner)
    await hall.run(interrupt, host, again.id)
    await hall.advance(timedelta(hours=48))
    assert await people.state(again.id) == ("cancelled", "cancelled", "refunded")
    await hall.verify()


async def test_a_declined_or_lapsed_proposal_frees_the_time_it_kept(people: People) -> None:
    hall, host, learner, other = people.hall, await people.host(), await people.person(wallet=31), await people.person(wallet=31)
    session, later = await people.scheduled(host, learner), await people.start_in(9)
    offer = await people.offer(host, 31)
    for ending in ("decline", "lapse"):
        await hall.run(propose, host, session.id, Reschedule(starts_at=later))
        with pytest.raises(Busy):
            await hall.run(book, other, Book(offer_id=offer.id, starts_at=later))
        if ending == "decline":
            await hall.run(decline_proposal, learner, session.id)
        else:
            await hall.advance(timedelta(hours=48))
        assert (await people.busy(host), await people.busy(learner)) == (1, 1)
        await hall.verify()
    await hall.run(book, other, Book(offer_id=offer.id, starts_at=later))
    with pytest.raises(Busy):
        await hall.run(propose, host, session.id, Reschedule(starts_at=later))
    assert await people.busy(learner) == 1
    await hall.verify()


async def test_strangers_learn_nothing_and_learners_do_no_hosts_work(people: People) -> None:
    hall, host, learner, stranger = people.hall, await people.host(), await people.person(wallet=31), await people.person()
    session = await people.scheduled(host, learner)
    calls = [accept, start, pause, resume, end, interrupt, report_no_show, confirm, join, leave]
    for command in calls:
        with pytest.raises(refusals.SessionNotFound):
            await hall.run(command, stranger, session.id)
        with pytest.raises(refusals.SessionNotFound):
            await hall.run(command, stranger, ids.new())
    for command in (start, pause, resume, end, accept):
        with pytest.raises(refusals.HostOnly):
            await hall.run(command, learner, session.id)
    with pytest.raises(refusals.SessionNotFound):
        await session_view(await hall.read(), session.id, stranger)
    assert (await session_view(await hall.read(), session.id, STAFF)).id == session.id
    assert await people.state(session.id) == ("scheduled", "confirmed", "held")


async def test_the_second_door_runs_the_same_verbs(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=31)
    session = await people.booked(host, learner)
    assert (await hall.run(set_status, host, session.id, SetStatus(status="CONFIRMED"))).status == "scheduled"
    with pytest.raises(refusals.NotOpenYet):
        await hall.run(set_status, host, session.id, SetStatus(status="ongoing"))
    await people.until(datetime.fromisoformat(session.starts_at))
    await hall.run(join, learner, session.id)
    for word, state in (("ongoing", "in_progress"), ("paused", "paused"), ("IN_PROGRESS", "in_progress"), ("COMPLETED", "completed")):
        assert (await hall.run(set_status, host, session.id, SetStatus(status=word))).status == state
    for word in ("requested", "expired", "whatever"):
        with pytest.raises(refusals.StatusNotSettable):
            await hall.run(set_status, host, session.id, SetStatus(status=word))
    with pytest.raises(refusals.SessionMoved):
        await hall.run(set_status, host, session.id, SetStatus(status="cancelled"))
    assert await people.state(session.id) == ("completed", "attended", "held")


async def test_every_verb_twice_and_six_at_once_does_it_once(people: People) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=200)
    session = await people.booked(host, learner)
    rival = await people.booked(host, learner, days=9)
    await _many(people, "SessionScheduled", accept, host, session.id)
    await _many(people, "SessionCancelled", cancel, learner, rival.id, NO_REASON)
    await people.until(datetime.fromisoformat(session.starts_at))
    await _many(people, None, join, learner, session.id)
    await _many(people, "SessionStarted", start, host, session.id)
    await _many(people, None, pause, host, session.id)
    await _many(people, None, resume, host, session.id)
    await _many(people, "SessionCompleted", end, host, session.id)
    await _many(people, "SeatSettled", confirm, learner, session.id)
    assert await hall.pool.fetchval("SELECT count(*) FROM learning.attendance WHERE account_id = $1", learner.account_id) == 1
    assert (await people.spendable(learner), await people.earned(host)) == (169, 28)
    other = await people.done(host, learner)
    await _many(people, "ProblemReported", report_problem, learner, other.id, Problem(description="no sound"))
    await hall.verify()


async def _many(people: People, event: str | None, command: Callable[..., Awaitable[Any]], *args: Any) -> None:
    """Call twice in a row after six at once; all succeed, and the fact is told once."""
    hall = people.hall
    session_id = args[1]
    answers = await hall.race(*(outcome(hall.run, command, *args) for _ in range(6)))
    answers += [await outcome(hall.run, command, *args)() for _ in range(2)]
    assert answers == ["ok"] * 8
    if event:
        name = {
            "SessionScheduled": "learning.session_scheduled", "SessionCancelled": "learning.session_cancelled",
            "SessionStarted": "learning.session_started", "SessionCompleted": "learning.session_completed",
            "SeatSettled": "learning.seat_settled", "ProblemReported": "learning.problem_reported",
        }[event]  # fmt: skip
        assert await hall.pool.fetchval("SELECT count(*) FROM kernel.event WHERE type = $1 AND subject_id = $2", name, session_id) == 1


async def _counts(people: People) -> tuple[int, ...]:
    names = ("learning.session", "learning.seat", "calendar.entry", "ledger.transfer", "ledger.hold", "kernel.event")
    return tuple([await people.hall.pool.fetchval(f"SELECT count(*) FROM {name}") for name in names])
