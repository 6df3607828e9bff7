"""A lesson that was held elsewhere, told again: what its people did and when; what time alone did follows from that. Pure."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.learning.model import booking, checkout, meeting, moving, paying, seating
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.states import SessionState, Settlement
from skillhall.learning.model.terms import Terms

Verb = Literal[
    "accept", "decline", "cancel", "take", "wait", "leave", "join", "start", "pause", "resume", "interrupt", "end", "confirm", "report",
    "pay",
]  # fmt: skip
Change = tuple[datetime, Lesson | None, Lesson]


class Step(Struct, frozen=True):
    """What somebody did; `text` is the reason of a refusal or the problem reported, `profile_id` the face with which a seat is taken."""

    at: datetime
    verb: Verb
    by: UUID
    text: str | None = None
    profile_id: UUID | None = None


class History(Struct, frozen=True, kw_only=True):
    """A one-to-one lesson from its booking on, with the steps of its people in order of time."""

    session_id: UUID
    seat_id: UUID
    offer: Offer
    learner_id: UUID
    profile_id: UUID
    starts_at: datetime
    booked_at: datetime
    steps: tuple[Step, ...]

    def begun(self, room: str, terms: Terms) -> Lesson:
        """Return the lesson as it was booked."""
        lesson = booking.booked(self.offer, self.learner_id, self.profile_id, self.starts_at, room, terms, self.booked_at)
        seat = replace(lesson.seats[0], id=self.seat_id, session_id=self.session_id)
        return replace(lesson, session=replace(lesson.session, id=self.session_id), seats=(seat,))


class GroupHistory(Struct, frozen=True, kw_only=True):
    """A group from its opening on. A seat that came free went to the first in line, who must have been able to take it."""

    session_id: UUID
    offer: Offer
    seats: int
    starts_at: datetime
    booked_at: datetime
    steps: tuple[Step, ...]

    def begun(self, room: str, terms: Terms) -> Lesson:
        """Return the group as it was opened."""
        lesson = booking.opened(self.offer, self.seats, self.starts_at, room, terms, self.booked_at)
        return replace(lesson, session=replace(lesson.session, id=self.session_id))


def replay(history: History | GroupHistory, room: str, terms: Terms, now: datetime) -> Iterator[Change]:
    """Yield each change of the lesson until `now`: when, the lesson before (None at its beginning) and after.

    The rules are those of the verbs, so a history that breaks them is refused. Steps later than `now` have not happened.
    """
    lesson = history.begun(room, terms)
    yield history.booked_at, None, lesson
    for step in history.steps:
        if step.at > now:
            break
        for change in _by_time(lesson, step.at):
            yield change
            lesson = change[2]
        after = seating.awaited(lesson, _BY_PERSON[step.verb](lesson, step), step.at)
        if after != lesson:
            yield step.at, lesson, after
        lesson = after
    yield from _by_time(lesson, now)


def _by_time(lesson: Lesson, until: datetime) -> Iterator[Change]:
    while (times := [at for at in (lesson.session.due_at, lesson.session.fill_at) if at]) and (at := min(times)) <= until:
        passed = moving.passed(lesson, at)
        if passed == lesson and lesson.can_fill:
            passed = seating.promoted(lesson, lesson.queue[0], at)
        after = seating.awaited(lesson, passed, at)
        yield at, lesson, after
        lesson = after
    if lesson.session.state is SessionState.COMPLETED:
        for seat in lesson.seats:
            if seat.settlement is Settlement.HELD and seat.settle_at <= until:
                after = paying.settled(lesson, seat.id, seat.settle_at)
                yield seat.settle_at, lesson, after
                lesson = after


_BY_PERSON: dict[Verb, Callable[[Lesson, Step], Lesson]] = {
    "accept": lambda lesson, step: booking.accepted(lesson, step.by, step.at),
    "decline": lambda lesson, step: booking.declined(lesson, step.by, step.text, step.at),
    "cancel": lambda lesson, step: booking.cancelled(lesson, step.by, step.text, step.at),
    "take": lambda lesson, step: seating.seated(lesson, step.by, step.profile_id, None, step.at),
    "wait": lambda lesson, step: seating.seated(lesson, step.by, step.profile_id, None, step.at, can_wait=True),
    "leave": lambda lesson, step: booking.given_up(lesson, step.by, step.at),
    "join": lambda lesson, step: meeting.joined(lesson, step.by, step.at),
    "start": lambda lesson, step: meeting.started(lesson, step.by, step.at),
    "pause": lambda lesson, step: meeting.paused(lesson, step.by, step.at),
    "resume": lambda lesson, step: meeting.resumed(lesson, step.by, step.at),
    "interrupt": lambda lesson, step: meeting.interrupted(lesson, step.by, step.at),
    "end": lambda lesson, step: meeting.ended(lesson, step.by, step.at),
    "pay": lambda lesson, step: checkout.paid(lesson, checkout.owed(lesson, step.by, step.at), step.at),
    "confirm": lambda lesson, step: paying.confirmed(lesson, step.by),
    "report": lambda lesson, step: paying.reported(lesson, step.by, step.text or "", step.at),
}
