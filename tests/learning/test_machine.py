"""Any verb by anybody at any time: a lesson never reaches a state in which credits or time are wrong."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.kernel.money import CREDIT
from skillhall.kernel.refusals import Refusal
from skillhall.learning.model import booking, checkout, meeting, moving, paying
from skillhall.learning.model.facts import facts
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.states import GONE, KEPT, LIVE, OPEN, SeatState, SessionState, Settlement
from skillhall.learning.model.terms import Terms
from tests.learning.test_model import HOST, LEARNER, NOW, START, STRANGER, an_offer

PEOPLE = st.sampled_from([HOST, HOST, HOST, LEARNER, LEARNER, LEARNER, STRANGER])
RARELY = st.integers(0, 3).map(lambda count: count == 0)
STEPS = st.sampled_from([timedelta(minutes=count) for count in (0, 1, 5, 15, 30, 60, 24 * 60, 48 * 60, 6 * 24 * 60)])
MEETING = (meeting.joined, meeting.started, meeting.paused, meeting.resumed, meeting.ended, meeting.interrupted, meeting.missed)
ARROWS: dict[SessionState, set[SessionState]] = {
    SessionState.REQUESTED: {SessionState.SCHEDULED, SessionState.CANCELLED, SessionState.EXPIRED},
    SessionState.SCHEDULED: {SessionState.IN_PROGRESS, SessionState.CANCELLED, SessionState.NO_SHOW_HOST, SessionState.COMPLETED},
    SessionState.IN_PROGRESS: {SessionState.PAUSED, SessionState.INTERRUPTED, SessionState.COMPLETED},
    SessionState.PAUSED: {SessionState.IN_PROGRESS, SessionState.COMPLETED},
    SessionState.INTERRUPTED: {SessionState.SCHEDULED, SessionState.CANCELLED},
}
SETTLEMENTS: dict[Settlement, set[Settlement]] = {
    Settlement.HELD: {Settlement.FROZEN, Settlement.SETTLED, Settlement.REFUNDED, Settlement.SPLIT},
    Settlement.FROZEN: {Settlement.HELD, Settlement.SETTLED, Settlement.REFUNDED, Settlement.SPLIT},
}
WITHDRAWN = (Settlement.FROZEN, Settlement.HELD)


class LessonMachine(RuleBasedStateMachine):
    """One lesson; the clock only goes forward; sweeps may be late."""

    lesson: Lesson

    @initialize(
        price=st.integers(0, 500),
        asset=st.sampled_from([CREDIT, "EUR"]),
        instant=st.booleans(),
        stage=st.sampled_from(["asked", "the eve", "the room", "broken off"]),
    )
    def book(self, price: int, asset: str, instant: bool, stage: str) -> None:
        """Most lives begin further on, because few random ones get there."""
        self.now = NOW
        offer = replace(an_offer(price, is_instant=instant), asset=asset)
        self.lesson = booking.booked(offer, LEARNER, ids.new(), START, "room", Terms(), NOW)
        if stage == "asked":
            return
        if self.lesson.is_unpaid:
            self.pay()
        self.lesson, self.now = booking.accepted(self.lesson, HOST, NOW), START - timedelta(hours=12)
        if stage != "the eve":
            self.now = START
            self.lesson = meeting.started(meeting.joined(self.lesson, LEARNER, START), HOST, START)
        if stage == "broken off":
            self.lesson = meeting.interrupted(self.lesson, HOST, START)

    def step(self, verb: Callable[[Lesson], Lesson], *, is_ruling: bool = False) -> None:
        before = self.lesson
        try:
            after = verb(before)
        except Refusal:
            return
        (old,), (new,) = before.seats, after.seats
        if after.session.state is not before.session.state:
            assert after.session.state in ARROWS.get(before.session.state, set())
        if old.is_awaiting and new.settlement is not old.settlement:
            assert new.settlement is Settlement.HELD
        elif new.settlement is not old.settlement:
            assert is_ruling == (old.settlement is Settlement.FROZEN)
            assert new.settlement in SETTLEMENTS.get(old.settlement, set())
        is_quiet = after.session.state in {SessionState.PAUSED, SessionState.IN_PROGRESS} or (old.settlement, new.settlement) == WITHDRAWN
        assert is_quiet or [fact.name for fact in facts(before, after)] or (
            before.session.state, before.proposal, old.settlement,
        ) == (after.session.state, after.proposal, new.settlement)  # fmt: skip
        self.lesson = after

    @rule(by=STEPS, really=RARELY)
    def wait(self, by: timedelta, really: bool) -> None:
        if really or by < timedelta(hours=2):
            self.now += by

    @rule(before=st.booleans())
    @precondition(lambda self: self.lesson.session.due_at is not None)
    def wait_for_what_is_due(self, before: bool) -> None:
        due_at = self.lesson.session.due_at
        assert due_at
        self.now = max(self.now, due_at - timedelta(minutes=before))

    @rule()
    def wait_for_the_start(self) -> None:
        self.now = max(self.now, self.lesson.session.starts_at)

    @rule(data=st.data())
    def do_what_is_possible(self, data: st.DataObject) -> None:
        """Most random calls are refused; this one draws among those that change something, so that long lives are walked too."""
        possible = [name for name, verb in self.verbs().items() if self.changes(verb)]
        if possible:
            name = data.draw(st.sampled_from(sorted(possible)))
            self.step(self.verbs()[name], is_ruling=name.startswith("rule"))

    def changes(self, verb: Callable[[Lesson], Lesson]) -> bool:
        try:
            return verb(self.lesson) != self.lesson
        except Refusal:
            return False

    def verbs(self) -> dict[str, Callable[[Lesson], Lesson]]:
        now, later = self.now, self.now + timedelta(hours=3)
        found: dict[str, Callable[[Lesson], Lesson]] = {
            "pay": lambda lesson: checkout.paid(lesson, checkout.owed(lesson, LEARNER, now), now),
            "accept": lambda lesson: booking.accepted(lesson, HOST, now),
            "confirm": lambda lesson: paying.confirmed(lesson, LEARNER),
            "rule pay": lambda lesson: paying.ruled(lesson, lesson.seats[0].hold_id, 10_000),
            "rule half": lambda lesson: paying.ruled(lesson, lesson.seats[0].hold_id, 5_000),
            "rule back": lambda lesson: paying.ruled(lesson, lesson.seats[0].hold_id, 0),
            "rule nothing": lambda lesson: paying.thawed(lesson, lesson.seats[0].hold_id),
            "pass": lambda lesson: moving.passed(lesson, now),
        }
        for side, by in (("host", HOST), ("learner", LEARNER)):
            for verb in MEETING:
                found[f"{verb.__name__} {side}"] = lambda lesson, verb=verb, by=by: verb(lesson, by, now)
            found[f"propose {side}"] = lambda lesson, by=by: moving.proposed(lesson, by, later, None, now)
            found[f"agree {side}"] = lambda lesson, by=by: moving.agreed(lesson, by, "another", now)
            found[f"report {side}"] = lambda lesson, by=by: paying.reported(lesson, by, "no sound", now)
        return found

    @rule(by=PEOPLE)
    def accept(self, by: UUID) -> None:
        self.step(lambda lesson: booking.accepted(lesson, by, self.now))

    @rule()
    def pay(self) -> None:
        self.step(lambda lesson: checkout.paid(lesson, checkout.owed(lesson, LEARNER, self.now), self.now))

    @rule(by=PEOPLE, really=RARELY)
    def decline(self, by: UUID, really: bool) -> None:
        if really:
            self.step(lambda lesson: booking.declined(lesson, by, None, self.now))

    @rule(by=st.one_of(PEOPLE, st.none()), really=RARELY)
    def cancel(self, by: UUID | None, really: bool) -> None:
        if really:
            self.step(lambda lesson: booking.cancelled(lesson, by, None, self.now))

    @rule(by=PEOPLE, verb=st.sampled_from([*MEETING, moving.refused]))
    def meet(self, by: UUID, verb: Callable[..., Lesson]) -> None:
        self.step(lambda lesson: verb(lesson, by, self.now))

    @rule(by=PEOPLE, in_=STEPS)
    def propose(self, by: UUID, in_: timedelta) -> None:
        self.step(lambda lesson: moving.proposed(lesson, by, self.now + in_, None, self.now))

    @rule(by=PEOPLE)
    def agree(self, by: UUID) -> None:
        self.step(lambda lesson: moving.agreed(lesson, by, "another", self.now))

    @rule(by=PEOPLE)
    def confirm(self, by: UUID) -> None:
        self.step(lambda lesson: paying.confirmed(lesson, by))

    @rule(by=PEOPLE)
    def report(self, by: UUID) -> None:
        self.step(lambda lesson: paying.reported(lesson, by, "no sound", self.now))

    @rule(payee_bp=st.sampled_from([0, 1, 6_000, 10_000]))
    def decide(self, payee_bp: int) -> None:
        self.step(lambda lesson: paying.ruled(lesson, lesson.seats[0].hold_id, payee_bp), is_ruling=True)

    @rule()
    def withdraw(self) -> None:
        self.step(lambda lesson: paying.thawed(lesson, lesson.seats[0].hold_id), is_ruling=True)

    @rule()
    def sweep(self) -> None:
        for _ in range(2):  # a late sweep may start a lesson whose time is over; the next one ends it
            self.step(lambda lesson: moving.passed(lesson, self.now))
        self.step(lambda lesson: paying.settled(lesson, lesson.seats[0].id, self.now))
        assert moving.passed(self.lesson, self.now) == self.lesson

    @invariant()
    def credits_are_where_the_state_says(self) -> None:
        if not hasattr(self, "lesson"):
            return
        session, (seat,) = self.lesson.session, self.lesson.seats
        assert 0 <= seat.fee <= seat.gross <= seat.price
        is_unpaid = seat.asset != CREDIT and (seat.is_awaiting or seat.state in GONE)  # given up before it was paid, nothing was ever held
        assert seat.price == 0 or is_unpaid or seat.settlement is not Settlement.NONE
        assert seat.settlement is Settlement.NONE or (seat.price > 0 and not seat.is_awaiting)
        assert seat.is_awaiting == (seat.pay_until is not None) == self.lesson.is_unpaid
        assert seat.fee == (session.terms.fee(seat.gross) if seat.gross else 0)
        match seat.settlement:
            case Settlement.SETTLED:
                assert seat.gross == seat.price
                assert session.state is SessionState.COMPLETED or seat.problem
            case Settlement.SPLIT:
                assert seat.problem or (seat.gross, session.state) == (seat.price // 2, SessionState.CANCELLED)
            case Settlement.REFUNDED:
                assert session.state in {SessionState.CANCELLED, SessionState.EXPIRED, SessionState.NO_SHOW_HOST} or seat.problem
            case Settlement.HELD:
                assert session.state in LIVE | {SessionState.COMPLETED}
            case _:
                assert seat.settlement not in OPEN or seat.problem

    @invariant()
    def times_follow_the_state(self) -> None:
        if not hasattr(self, "lesson"):
            return
        session, (seat,) = self.lesson.session, self.lesson.seats
        assert (session.due_at is not None) == (session.state in LIVE)
        assert (session.ended_at is not None) == (session.state not in LIVE)
        assert session.remind_at is None or session.state is SessionState.SCHEDULED
        assert seat.settle_at == session.ends_at + timedelta(hours=48)
        assert (seat.state in KEPT) == (session.state in LIVE | {SessionState.COMPLETED})
        assert self.lesson.open_proposal is None or session.state in {SessionState.SCHEDULED, SessionState.INTERRUPTED}
        if session.state is SessionState.COMPLETED:
            assert seat.state is (SeatState.ATTENDED if seat.joined_at else SeatState.NO_SHOW)
            assert session.host_joined_at


LessonMachine.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestLesson = pytest.mark.filterwarnings("default")(LessonMachine.TestCase)
