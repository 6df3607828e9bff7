"""Any verb by anybody at any time: a group never sells a seat twice, never loses or makes a credit, never holds one for nobody."""

from collections import Counter
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
from skillhall.learning.commands.record import entries
from skillhall.learning.model import booking, checkout, meeting, moving, paying, seating
from skillhall.learning.model.facts import facts
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.posting import moved_seats, posting
from skillhall.learning.model.states import GONE, IN_LINE, KEPT, LIVE, OCCUPIED, OPEN, TAKEN, SeatState, SessionState, Settlement
from skillhall.learning.model.terms import Terms
from skillhall.ledger.api import Transfer
from tests.learning.test_model import HOST, NOW, START, STRANGER, an_offer
from tests.support.full import IS_FULL

LEARNERS = [ids.new() for _ in range(5)]
MONEY: dict[UUID, int] = dict(zip(LEARNERS, (500, 500, 62, 31, 0), strict=True))
ANYBODY = st.sampled_from([HOST, HOST, *LEARNERS, STRANGER])
LEARNER = st.sampled_from(LEARNERS)
RARELY = st.integers(0, 5).map(lambda count: count == 0)
STEPS = st.sampled_from([timedelta(minutes=count) for count in (0, 1, 5, 30, 120, 24 * 60, 48 * 60, 6 * 24 * 60)])
OUTSIDE = "provider:bank"
MEETING = (meeting.joined, meeting.started, meeting.paused, meeting.resumed, meeting.ended, meeting.interrupted, meeting.missed)


class Short(Refusal):
    """Somebody cannot pay."""


class Books:
    """The ledger, as far as a group needs it: whole credits or cents, holds that are used once. A wallet is also a card."""

    def __init__(self) -> None:
        self.wallet = dict(MONEY)
        self.holds: dict[UUID, int] = {}
        self.payer: dict[UUID, UUID] = {}
        self.earned = Counter[str]()

    def post(self, transfer: Transfer) -> None:
        for line in transfer.lines:
            if line.account == OUTSIDE and line.hold_id is None:
                continue
            assert line.hold_id
            if line.account in {"hold", "held"}:
                assert line.owner
                assert line.amount
                assert line.hold_id not in self.holds
                if self.wallet[line.owner] < line.amount:
                    raise Short
                self.wallet[line.owner] -= line.amount
                self.holds[line.hold_id], self.payer[line.hold_id] = line.amount, line.owner
                continue
            amount = self.holds[line.hold_id] if line.amount is None else line.amount
            assert 0 < amount <= self.holds[line.hold_id]
            self.holds[line.hold_id] -= amount
            if line.account in {"back", OUTSIDE}:
                self.wallet[self.payer[line.hold_id]] += amount
            else:
                self.earned[line.account] += amount


class GroupMachine(RuleBasedStateMachine):
    """One group of few seats; the clock only goes forward; sweeps may be late."""

    lesson: Lesson

    @initialize(
        price=st.sampled_from([0, 1, 31, 31]),
        asset=st.sampled_from([CREDIT, "EUR"]),
        seats=st.integers(1, 3),
        stage=st.sampled_from(["new", "full", "the eve", "the room", "broken off"]),
    )
    def open(self, price: int, asset: str, seats: int, stage: str) -> None:
        """Most lives begin further on, because few random ones get there."""
        self.now, self.books = NOW, Books()
        self.lesson = booking.opened(replace(an_offer(price), asset=asset), seats, START, "room", Terms(), NOW)
        if stage == "new":
            return
        for learner in LEARNERS[: seats + 1]:
            self.take(learner, can_wait=True)
            self.pay(learner)
        if stage == "the eve":
            self.now = START - timedelta(hours=12)
        if stage in {"the room", "broken off"}:
            self.now = START
            self.step(lambda lesson: moving.passed(lesson, START))
            self.step(lambda lesson: meeting.joined(lesson, LEARNERS[0], START))
            self.step(lambda lesson: meeting.started(lesson, HOST, START))
        if stage == "broken off":
            self.now = START + timedelta(minutes=20)
            self.step(lambda lesson: meeting.missed(lesson, HOST, self.now))
            self.step(lambda lesson: meeting.interrupted(lesson, HOST, self.now))

    def step(self, verb: Callable[[Lesson], Lesson]) -> bool:
        """Do it as `record` would: nothing of it when credits are short."""
        before = self.lesson
        try:
            after = verb(before)
            if after == before:
                return True
            after = seating.awaited(before, after, self.now)
            if transfer := posting(before, after, outside=OUTSIDE):
                self.books.post(transfer)
        except Refusal:
            return False
        told = [fact.name for fact in facts(before, after)]
        old = {seat.id: seat.state for seat in before.seats}
        entered = [seat for seat in after.seats if seat.state in TAKEN | IN_LINE and old.get(seat.id) not in TAKEN | IN_LINE | OCCUPIED]
        assert len([name for name in told if name in {"learning.seat_taken", "learning.seat_waiting"}]) >= len(entered)
        assert len(told) >= len([seat for seat in moved_seats(before, after) if seat.settlement is not Settlement.HELD])
        self.lesson = after
        return True

    @rule(by=STEPS, really=RARELY)
    def wait(self, by: timedelta, really: bool) -> None:
        if really or by < timedelta(hours=3):
            self.now += by

    @rule(before=st.booleans(), really=RARELY)
    @precondition(lambda self: self.lesson.session.due_at is not None)
    def wait_for_what_is_due(self, before: bool, really: bool) -> None:
        due_at = self.lesson.session.due_at
        assert due_at
        if really or self.lesson.session.state is not SessionState.SCHEDULED:
            self.now = max(self.now, due_at - timedelta(minutes=before))

    @rule(data=st.data())
    def do_what_is_possible(self, data: st.DataObject) -> None:
        """Most random calls are refused or change nothing; this one draws among those that do, so that long lives are walked too."""
        possible = [name for name, verb in self.verbs().items() if self.changes(verb)]
        if possible:
            self.step(self.verbs()[data.draw(st.sampled_from(sorted(possible)))])

    def changes(self, verb: Callable[[Lesson], Lesson]) -> bool:
        try:
            return verb(self.lesson) != self.lesson
        except Refusal:
            return False

    def verbs(self) -> dict[str, Callable[[Lesson], Lesson]]:
        now, later = self.now, self.now + timedelta(hours=30)
        found: dict[str, Callable[[Lesson], Lesson]] = {
            "start": lambda lesson: meeting.started(lesson, HOST, now),
            "missed": lambda lesson: meeting.missed(lesson, HOST, now),
            "interrupt": lambda lesson: meeting.interrupted(lesson, HOST, now),
            "move": lambda lesson: moving.moved(lesson, HOST, later, None, "another", (), now),
        }
        for index, by in enumerate(LEARNERS[:4]):
            found[f"take {index}"] = lambda lesson, by=by: seating.seated(lesson, by, None, None, now, can_wait=True)
            found[f"pay {index}"] = lambda lesson, by=by: checkout.paid(lesson, checkout.owed(lesson, by, now), now)
            found[f"leave {index}"] = lambda lesson, by=by: booking.given_up(lesson, by, now)
            found[f"join {index}"] = lambda lesson, by=by: meeting.joined(lesson, by, now)
            found[f"report {index}"] = lambda lesson, by=by: paying.reported(lesson, by, "no sound", now)
        return found

    @rule(by=ANYBODY, can_wait=st.booleans())
    def take(self, by: UUID, can_wait: bool) -> None:
        if by != STRANGER:
            self.step(lambda lesson: seating.seated(lesson, by, None, None, self.now, can_wait=can_wait))

    @rule(by=LEARNER)
    def pay(self, by: UUID) -> None:
        self.step(lambda lesson: checkout.paid(lesson, checkout.owed(lesson, by, self.now), self.now))

    @rule(by=LEARNER, part=st.sampled_from([1, 2]), really=RARELY)
    def take_money_back(self, by: UUID, part: int, really: bool) -> None:
        """What the bank reclaims comes out of the hold, or else of what the host has earned."""
        seat = self.lesson.find_seat(by)
        if not really or seat is None or not seat.is_paid_outside:
            return
        books, amount = self.books, -(-seat.price // part)
        if seat.is_open:
            self.lesson = seating.awaited(self.lesson, checkout.reclaimed(self.lesson, seat, amount, self.now), self.now)
            books.holds[seat.hold_id] -= amount
        elif amount := min(amount, checkout.earned_in(seat, seat.hold_id)):
            self.lesson, fee = checkout.returned(self.lesson, seat, seat.hold_id, amount)
            books.earned["payee"] -= amount - fee
            books.earned["platform_fee"] -= fee
        books.wallet[by] += amount

    @rule(by=LEARNER, comes_back=st.booleans())
    def leave(self, by: UUID, comes_back: bool) -> None:
        self.step(lambda lesson: booking.given_up(lesson, by, self.now))
        if comes_back:
            self.take(by, can_wait=True)

    @rule(by=LEARNER, really=RARELY)
    def lose(self, by: UUID, really: bool) -> None:
        if really and self.lesson.session.state is SessionState.SCHEDULED:
            self.step(lambda lesson: seating.removed(lesson, {by}, seating.ClosedAs.SUSPENDED))

    @rule(by=st.one_of(ANYBODY, st.none()), really=RARELY)
    def cancel(self, by: UUID | None, really: bool) -> None:
        if really or by in LEARNERS:
            self.step(lambda lesson: booking.cancelled(lesson, by, None, self.now))

    @rule(by=ANYBODY, after=STEPS, busy=st.sets(LEARNER, max_size=2))
    def move(self, by: UUID, after: timedelta, busy: set[UUID]) -> None:
        self.step(lambda lesson: moving.moved(lesson, by, self.now + after, None, "another", busy, self.now))

    @rule(by=ANYBODY, verb=st.sampled_from([*MEETING, moving.refused]))
    def meet(self, by: UUID, verb: Callable[..., Lesson]) -> None:
        self.step(lambda lesson: verb(lesson, by, self.now))

    @rule(who=st.sets(LEARNER))
    def all_join(self, who: set[UUID]) -> None:
        for one in who:
            self.step(lambda lesson, one=one: meeting.joined(lesson, one, self.now))
        self.step(lambda lesson: meeting.started(lesson, HOST, self.now))

    @rule(by=ANYBODY)
    def confirm(self, by: UUID) -> None:
        self.step(lambda lesson: paying.confirmed(lesson, by))

    @rule(by=ANYBODY, named=st.one_of(LEARNER, st.none()))
    def report(self, by: UUID, named: UUID | None) -> None:
        self.step(lambda lesson: paying.reported(lesson, by, "no sound", self.now, _hold_of(lesson, named)))

    @rule(payee_bp=st.sampled_from([0, 6_000, 10_000]), named=LEARNER)
    def decide(self, payee_bp: int, named: UUID) -> None:
        self.step(lambda lesson: paying.ruled(lesson, _hold_of(lesson, named) or named, payee_bp))

    @rule(named=LEARNER)
    def withdraw(self, named: UUID) -> None:
        self.step(lambda lesson: paying.thawed(lesson, _hold_of(lesson, named) or named))

    @rule()
    def fill(self) -> None:
        """Do what the sweep does."""
        if not self.lesson.can_fill:
            return
        tried = seating.next_in_line(self.lesson)
        for seat in tried:
            if self.step(lambda lesson, seat=seat: seating.promoted(lesson, seat, self.now)):
                return
        self.lesson = seating.passed_over(self.lesson, tried, self.now)

    @rule()
    def sweep(self) -> None:
        for _ in range(2):
            self.step(lambda lesson: moving.passed(lesson, self.now))
        for seat in self.lesson.seats:
            self.step(lambda lesson, seat=seat: paying.settled(lesson, seat.id, self.now))
        assert moving.passed(self.lesson, self.now) == self.lesson

    @invariant()
    def no_credit_is_lost_or_made(self) -> None:
        if not hasattr(self, "lesson"):
            return
        books, lesson = self.books, self.lesson
        assert sum(books.wallet.values()) + sum(books.holds.values()) + books.earned.total() == sum(MONEY.values())
        held = {seat.hold_id: seat.price for seat in lesson.seats if seat.settlement in OPEN}
        assert {hold_id: left for hold_id, left in books.holds.items() if left} == held
        assert books.earned["platform_fee"] == sum(seat.fee + seat.past_fee for seat in lesson.seats)
        assert books.earned.total() == sum(seat.gross + seat.past_gross for seat in lesson.seats)
        for seat in lesson.seats:
            mine = MONEY[seat.account_id] - books.wallet[seat.account_id]
            assert mine == seat.gross + seat.past_gross + (seat.price if seat.settlement in OPEN else 0)

    @invariant()
    def seats_are_what_they_say(self) -> None:
        if not hasattr(self, "lesson"):
            return
        lesson, session = self.lesson, self.lesson.session
        assert lesson.taken <= session.capacity
        assert len({seat.account_id for seat in lesson.seats}) == len(lesson.seats)
        assert len({seat.queued_at for seat in lesson.queue}) == lesson.waiting == len(lesson.queue)
        for seat in lesson.seats:
            if seat.state in IN_LINE:
                assert seat.settlement is Settlement.NONE
                assert session.state is SessionState.SCHEDULED
            assert seat.is_awaiting == (seat.pay_until is not None)
            if seat.is_awaiting:
                assert (seat.settlement, session.state, seat.is_paid_outside) == (Settlement.NONE, SessionState.SCHEDULED, True)
            if seat.queued_at:
                assert seat.state in IN_LINE | GONE
                assert seat.settlement is Settlement.NONE
            if seat.state in OCCUPIED and seat.price:
                assert seat.settlement is not Settlement.NONE
            assert seat.closed_as is None or seat.state in GONE
            assert (seat.offered_until is not None) == (seat.state is SeatState.OFFERED)
            assert seat.state not in GONE or seat.settlement is not Settlement.HELD
        if session.state is SessionState.COMPLETED:
            assert lesson.taken
            assert not lesson.learners

    @invariant()
    def times_follow_the_state(self) -> None:
        if not hasattr(self, "lesson"):
            return
        lesson, session = self.lesson, self.lesson.session
        assert (session.fill_at is not None) == lesson.can_fill
        assert session.fill_after is None or lesson.can_fill
        assert (session.due_at is not None) == (session.state in LIVE)
        offers = [until for seat in lesson.seats if (until := seat.offered_until or seat.pay_until)]
        assert session.due_at is None or all(session.due_at <= until <= session.starts_at for until in offers)
        busy = [entry.account_id for entry in entries(lesson, session.starts_at, session.ends_at)]
        assert busy == [HOST, *(seat.account_id for seat in lesson.seats if seat.state in KEPT)]


GroupMachine.TestCase.settings = settings(max_examples=120 if IS_FULL else 50, stateful_step_count=50, deadline=None)
TestGroup = pytest.mark.filterwarnings("default")(GroupMachine.TestCase)


def _hold_of(lesson: Lesson, learner: UUID | None) -> UUID | None:
    return next((seat.hold_id for seat in lesson.seats if seat.account_id == learner), None)
