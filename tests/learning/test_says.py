"""What a lesson says of itself: to whom, where, in which words, and how seldom."""

from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel import ids
from skillhall.learning.model import booking, checkout, meeting, moving, paying, seating
from skillhall.learning.model.facts import facts
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.says import says
from skillhall.learning.model.states import ClosedAs
from skillhall.messaging.api import Say
from tests.learning.test_model import HOST, HOUR, LEARNER, NOW, START, TERMS, an_offer, requested
from tests.learning.test_seating import DAY, ONE, TWO, group

WHEN = "Monday, 30 November 2026, 12:00 (UTC)"


def said(before: Lesson | None, after: Lesson) -> list[Say]:
    return says(before, after, list(facts(before, after)))


def entered(lesson: Lesson, *learners: UUID) -> Lesson:
    for learner in learners:
        lesson = seating.seated(lesson, learner, ids.derived("profile", learner), None, NOW)
    return lesson


def test_a_lesson_for_one_is_spoken_of_between_the_two() -> None:
    asked = requested()
    (request,) = said(None, asked)
    assert (request.kind, request.subject, request.title) == ("direct", asked.session.subject, "Guitar for beginners")
    assert [member.account_id for member in request.members] == [HOST, LEARNER]
    assert [member.profile_id for member in request.members] == [asked.session.host_profile_id, asked.seats[0].profile_id]
    assert request.text == f"“Guitar for beginners” is requested for {WHEN}."
    assert (request.code, request.params) == (
        "learning.session_requested",
        {"title": "Guitar for beginners", "startsAt": "2026-11-30T12:00:00.000Z"},
    )
    assert not said(asked, asked)
    plan = booking.accepted(asked, HOST, NOW)
    (cancelled,) = said(plan, booking.cancelled(plan, LEARNER, "I wrote a secret", NOW))
    assert cancelled.params["byProfileId"] == str(asked.seats[0].profile_id)
    assert "secret" not in f"{cancelled.text}{cancelled.params}"


def test_each_turn_is_said_once_and_money_is_not() -> None:
    asked = requested()
    plan = booking.accepted(asked, HOST, NOW)
    there = meeting.joined(plan, LEARNER, START)
    lesson = meeting.started(there, HOST, START)
    over = meeting.ended(lesson, HOST, START + HOUR)
    proposal = moving.proposed(plan, LEARNER, START + DAY, "why", NOW)
    moved = moving.agreed(proposal, HOST, "another", NOW)
    turns = [
        (asked, plan, "“{}” is confirmed for {when}."),
        (asked, booking.declined(asked, HOST, None, NOW), "The request for “{}” on {when} is declined."),
        (asked, booking.expired(asked, NOW), "The request for “{}” on {when} was not answered in time."),
        (plan, proposal, "Another time is proposed for “{}”: Tuesday, 01 December 2026, 12:00 (UTC) instead of {when}."),
        (proposal, moving.refused(proposal, HOST, NOW), "“{}” stays at {when}: no other time was agreed."),
        (proposal, moved, "“{}” has moved from {when} to Tuesday, 01 December 2026, 12:00 (UTC)."),
        (plan, booking.cancelled(plan, HOST, None, NOW), "“{}” on {when} is cancelled."),
        (there, lesson, "“{}” has begun."),
        (lesson, meeting.interrupted(lesson, HOST, START), "“{}” broke off. Another time can be agreed."),
        (lesson, over, "“{}” is over."),
        (there, meeting.decided(there, START + HOUR), "“{}” did not take place: its host did not come."),
    ]
    for before, after, text in turns:
        assert [one.text for one in said(before, after)] == [text.format("Guitar for beginners", when=WHEN)]
    assert not said(over, paying.settled(over, over.seats[0].id, START + 3 * DAY))


def test_what_nobody_but_its_learner_knows_is_not_said() -> None:
    offer = replace(an_offer(2_500), asset="EUR")
    unpaid = booking.booked(offer, LEARNER, ids.new(), START, "room", TERMS, NOW)
    assert unpaid.is_unpaid
    assert not said(None, unpaid)
    assert not said(unpaid, booking.unpaid(unpaid, START))
    assert [one.code for one in said(unpaid, checkout.paid(unpaid, unpaid.seats[0], NOW))] == ["learning.session_requested"]


def test_a_group_has_its_own_conversation_which_one_enters_and_leaves_with_the_seat() -> None:
    opened = group(seats=3)
    assert not said(None, opened)
    one = entered(opened, ONE)
    (came,) = said(opened, one)
    assert (came.kind, came.code, came.text) == ("session", "learning.seat_taken", "Another person has a seat in “Guitar for beginners”.")
    assert came.params == {
        "title": "Guitar for beginners", "count": 1, "taken": 1, "capacity": 3, "profileId": str(ids.derived("profile", ONE)),
    }  # fmt: skip
    assert [member.account_id for member in came.members] == [HOST, ONE]
    two = entered(one, TWO)
    gone = seating.left(two, ONE, NOW)
    (left,) = said(two, gone)
    assert (left.text, [member.account_id for member in left.left]) == ("One person has left “Guitar for beginners”.", [ONE])
    assert [member.account_id for member in left.members] == [HOST, TWO]
    assert not said(gone, seating.left(gone, ONE, NOW))
    moved = moving.moved(two, HOST, START + DAY, None, "another", {TWO}, NOW)
    assert [(one.code, len(one.members), len(one.left)) for one in said(two, moved)] == [
        ("learning.session_rescheduled", 2, 0), ("learning.seat_left", 2, 1),
    ]  # fmt: skip


def test_who_waits_is_not_in_it_and_a_seat_without_a_profile_neither() -> None:
    full = group(ONE, TWO, seats=1)
    (session_only,) = [one for one in said(group(seats=1), group(ONE, seats=1)) if one.kind == "session"]
    assert [member.account_id for member in session_only.members] == [HOST]
    assert not said(full, seating.left(full, TWO, NOW))
    assert not said(full, seating.removed(full, {TWO}, ClosedAs.SUSPENDED))


def test_two_hundred_hear_of_it_once() -> None:
    learners = [ids.new() for _ in range(200)]
    filled = entered(booking.opened(an_offer(), 200, START, "room", TERMS, NOW), *learners)
    (cancelled,) = said(filled, booking.cancelled(filled, HOST, None, NOW))
    assert (cancelled.code, len(cancelled.members), len(cancelled.left)) == ("learning.session_cancelled", 201, 0)
