"""A lesson told again ends where its people and time left it, by the rules of the verbs."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.learning.model.history import GroupHistory, History, Step, replay
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.posting import posting
from skillhall.learning.model.refusals import HostOnly, SessionMoved
from skillhall.learning.model.terms import Terms

START = datetime(2027, 3, 10, 12, tzinfo=UTC)
HOST, LEARNER = ids.new(), ids.new()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFER = Offer(
    id=ids.new(), host_id=HOST, profile_id=ids.new(), skill_id=ids.new(), title="Guitar", description="", duration_minutes=60,
    buffer_before_minutes=5, buffer_after_minutes=5, price=31, is_instant=False, notice_minutes=60, days_ahead=60, version=1,
)  # fmt: skip
ACCEPTED = Step(START - 6 * DAY, "accept", HOST)
GIVEN = (
    ACCEPTED,
    Step(START - MINUTE, "join", HOST),
    Step(START, "join", LEARNER),
    Step(START + MINUTE, "start", HOST),
    Step(START + HOUR, "end", HOST),
)


def told(*steps: Step, now: datetime) -> list[tuple[datetime, Lesson | None, Lesson]]:
    history = History(
        session_id=ids.new(), seat_id=ids.new(), offer=OFFER, learner_id=LEARNER, profile_id=ids.new(), starts_at=START,
        booked_at=START - 7 * DAY, steps=steps,
    )  # fmt: skip
    return list(replay(history, "a-room", Terms(), now))


@pytest.mark.parametrize(
    ("steps", "now", "state", "settlement"),
    [
        ((), START - 6 * DAY, "requested", "held"),
        ((), START, "expired", "refunded"),
        ((ACCEPTED,), START - DAY, "scheduled", "held"),
        ((ACCEPTED,), START + HOUR, "no_show_host", "refunded"),
        ((ACCEPTED, Step(START - 3 * DAY, "cancel", LEARNER)), START, "cancelled", "refunded"),
        ((ACCEPTED, Step(START - 3 * HOUR, "cancel", LEARNER)), START, "cancelled", "split"),
        (GIVEN[:2], START + HOUR, "completed", "held"),
        (GIVEN, START - DAY, "scheduled", "held"),
        (GIVEN, START + 30 * MINUTE, "in_progress", "held"),
        (GIVEN[:4], START + 2 * HOUR, "completed", "held"),
        (GIVEN, START + 2 * DAY, "completed", "held"),
        (GIVEN, START + 3 * DAY, "completed", "settled"),
        ((*GIVEN, Step(START + 2 * HOUR, "confirm", LEARNER)), START + DAY, "completed", "settled"),
        ((*GIVEN, Step(START + 2 * HOUR, "report", LEARNER, "Nobody spoke.")), START + 9 * DAY, "completed", "frozen"),
        ((*GIVEN[:4], Step(START + 9 * MINUTE, "interrupt", HOST)), START + DAY, "interrupted", "held"),
        ((*GIVEN[:4], Step(START + 9 * MINUTE, "interrupt", HOST)), START + 3 * DAY, "cancelled", "refunded"),
    ],
)
def test_where_it_ends(steps: tuple[Step, ...], now: datetime, state: str, settlement: str) -> None:
    last = told(*steps, now=now)[-1][2]
    assert (last.session.state, last.seats[0].settlement) == (state, settlement)
    assert last.session.due_at is None or last.session.due_at > now


def test_each_change_follows_the_one_before_at_its_own_time() -> None:
    changes = told(*GIVEN, now=START + 3 * DAY)
    assert [at for at, _, _ in changes] == sorted(at for at, _, _ in changes)
    assert all(before is earlier[2] for earlier, (_, before, _) in pairwise(changes))
    moved = [(at, transfer.kind) for at, before, after in changes if (transfer := posting(before, after))]
    assert moved == [(START - 7 * DAY, "hold"), (START + 2 * DAY + HOUR, "settle")]


def test_steps_that_break_the_rules_are_refused() -> None:
    with pytest.raises(HostOnly):
        told(Step(START - 6 * DAY, "accept", LEARNER), now=START)
    with pytest.raises(SessionMoved):
        told(Step(START - 6 * DAY, "decline", HOST, "No."), Step(START, "join", LEARNER), now=START)


def group(*steps: Step, now: datetime, seats: int = 1) -> list[tuple[datetime, Lesson | None, Lesson]]:
    history = GroupHistory(session_id=ids.new(), offer=OFFER, seats=seats, starts_at=START, booked_at=START - 7 * DAY, steps=steps)
    return list(replay(history, "a-room", Terms(), now))


SECOND, THIRD, FACE = ids.new(), ids.new(), ids.new()
FULL = (
    Step(START - 6 * DAY, "take", LEARNER, profile_id=FACE),
    Step(START - 5 * DAY, "wait", SECOND, profile_id=FACE),
    Step(START - 4 * DAY, "wait", THIRD, profile_id=FACE),
)
HELD = (
    Step(START, "join", HOST),
    Step(START, "join", SECOND),
    Step(START + MINUTE, "start", HOST),
    Step(START + HOUR, "end", HOST),
    Step(START + 2 * HOUR, "confirm", SECOND),
)


@pytest.mark.parametrize(
    ("steps", "now", "state", "seats"),
    [
        ((), START + HOUR, "expired", []),
        (FULL, START - 3 * DAY, "scheduled", ["confirmed held", "waiting none", "waiting none"]),
        ((*FULL, Step(START - 3 * DAY, "leave", LEARNER)), START - 2 * DAY, "scheduled",
            ["cancelled refunded", "confirmed held", "waiting none"]),
        ((*FULL, Step(START - 3 * HOUR, "leave", LEARNER)), START - 2 * HOUR, "scheduled",
            ["cancelled split", "offered none", "waiting none"]),
        ((*FULL, Step(START - 5 * HOUR, "leave", LEARNER)), START - 2 * HOUR, "scheduled",
            ["cancelled split", "expired none", "offered none"]),
        ((*FULL, Step(START - 3 * DAY, "cancel", HOST)), START, "cancelled", ["cancelled refunded", "cancelled none", "cancelled none"]),
        ((*FULL, Step(START - 3 * DAY, "leave", LEARNER), *HELD), START + 3 * HOUR, "completed",
            ["cancelled refunded", "attended settled", "expired none"]),
    ],
)  # fmt: skip
def test_where_a_group_ends(steps: tuple[Step, ...], now: datetime, state: str, seats: list[str]) -> None:
    last = group(*steps, now=now)[-1][2]
    assert (last.session.state, [f"{seat.state} {seat.settlement}" for seat in last.seats]) == (state, seats)
    assert last.session.due_at is None or last.session.due_at > now


def test_every_free_seat_of_a_group_is_filled_in_the_order_of_the_line() -> None:
    steps = [Step(START - 6 * DAY + index * MINUTE, "wait", ids.new(), profile_id=FACE) for index in range(6)]
    gone = [Step(START - 3 * DAY, "leave", step.by) for step in steps[:2]]
    last = group(*steps, *gone, now=START - 2 * DAY, seats=3)[-1][2]
    assert [str(seat.state) for seat in last.seats] == ["cancelled"] * 2 + ["confirmed"] * 3 + ["waiting"]
    assert (last.taken, last.waiting, last.session.fill_at) == (3, 1, None)


def test_money_comes_from_outside_and_goes_back_there() -> None:
    offer = replace(OFFER, asset="EUR", price=3100)
    paid = Step(START - 7 * DAY, "pay", LEARNER)
    late = Step(START - HOUR, "cancel", LEARNER)
    given = _money((paid, *GIVEN), offer)
    assert [(kind, lines) for kind, lines in given] == [
        ("fund", [("provider:bank", -3100), ("held", 3100)]),
        ("settle", [("payee", 2790), ("platform_fee", 310)]),
    ]
    assert _money((paid, ACCEPTED, late), offer)[1] == ("settle", [("payee", 1395), ("platform_fee", 155), ("provider:bank", 1550)])
    assert _money((paid,), offer)[1] == ("refund_done", [("provider:bank", 3100)])
    assert _money((), offer) == []


def _money(steps: tuple[Step, ...], offer: Offer) -> list[tuple[str, list[tuple[str, int | None]]]]:
    history = History(
        session_id=ids.new(), seat_id=ids.new(), offer=offer, learner_id=LEARNER, profile_id=ids.new(), starts_at=START,
        booked_at=START - 7 * DAY, steps=steps,
    )  # fmt: skip
    changes = replay(history, "room", Terms(), START + 4 * DAY)
    moved = [found for _, before, after in changes if (found := posting(before, after, outside="provider:bank"))]
    return [(transfer.kind, [(line.account, line.amount) for line in transfer.lines]) for transfer in moved]
