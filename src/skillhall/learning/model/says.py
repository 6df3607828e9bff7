"""What is said of a lesson in its people's conversation: one message for each thing they have to know. Pure.

A lesson for one is spoken of in the conversation of the two; a group has one of its own, which people enter and leave with their seats.
Nothing that anybody wrote is repeated, so that it is forgotten with its writer. Who has no profile is in no conversation.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from skillhall.kernel.events import Event
from skillhall.kernel.letters import local
from skillhall.kernel.shapes import instant
from skillhall.learning import events
from skillhall.learning.model.facts import facts
from skillhall.learning.model.history import History, replay
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.seat import Seat
from skillhall.learning.model.states import OCCUPIED
from skillhall.learning.model.terms import Terms
from skillhall.messaging.api import Member, Say

ZONE: Final = "UTC"
JOINED: Final = "learning.seat_taken"
LEFT: Final = "learning.seat_left"
_PAIR: Final = 2
_TEXTS: Final[dict[type[Event], str]] = {
    events.SessionRequested: "“{title}” is requested for {starts_at}.",
    events.SessionScheduled: "“{title}” is confirmed for {starts_at}.",
    events.SessionDeclined: "The request for “{title}” on {starts_at} is declined.",
    events.SessionExpired: "The request for “{title}” on {starts_at} was not answered in time.",
    events.SessionCancelled: "“{title}” on {starts_at} is cancelled.",
    events.SessionRescheduled: "“{title}” has moved from {from_starts_at} to {starts_at}.",
    events.RescheduleProposed: "Another time is proposed for “{title}”: {proposed_starts_at} instead of {starts_at}.",
    events.RescheduleDeclined: "“{title}” stays at {starts_at}: no other time was agreed.",
    events.SessionStarted: "“{title}” has begun.",
    events.SessionInterrupted: "“{title}” broke off. Another time can be agreed.",
    events.SessionCompleted: "“{title}” is over.",
    events.HostMissedSession: "“{title}” did not take place: its host did not come.",
}
_TIMES: Final = {"startsAt": "starts_at", "fromStartsAt": "from_starts_at", "proposedStartsAt": "proposed_starts_at"}
_DOERS: Final = ("cancelled_by", "proposed_by")


def says(before: Lesson | None, after: Lesson, news: Sequence[Event]) -> list[Say]:
    """Return what to say of `news`, the facts of this change. However many are concerned, a group hears of each thing once."""
    found = [said for fact in news if type(fact) in _TEXTS and isinstance(fact, events.SessionFact) for said in _of_session(after, fact)]
    return [*found, *_of_seats(before, after)] if after.is_group else found


def retold(history: History, terms: Terms, now: datetime) -> list[tuple[datetime, Say]]:
    """Return what would have been said of an adopted lesson until `now`, and when."""
    told = replay(history, "", terms, now)
    return [(at, said) for at, before, after in told for said in says(before, after, list(facts(before, after)))]


def _of_session(lesson: Lesson, fact: events.SessionFact) -> Iterator[Say]:
    learners = set(fact.learner_ids)
    members = _members(lesson, [seat for seat in lesson.seats if seat.account_id in learners])
    times = {key: at for key, name in _TIMES.items() if isinstance(at := getattr(fact, name, None), datetime)}
    title, session = lesson.session.title, lesson.session
    doers = [member for name in _DOERS for member in members if member.account_id == getattr(fact, name, None)]
    params: dict[str, str | int] = {"title": title, **{key: instant(at) for key, at in times.items()}}
    if doers:
        params["byProfileId"] = str(doers[0].profile_id)
    if len(members) >= _PAIR:
        text = _TEXTS[type(fact)].format(title=title, **{_TIMES[key]: local(at, ZONE) for key, at in times.items()})
        yield Say(
            subject=session.subject,
            title=title,
            kind="session" if lesson.is_group else "direct",
            members=members,
            code=fact.name,
            params=params,
            text=text,
        )


def _of_seats(before: Lesson | None, after: Lesson) -> Iterator[Say]:
    """Yield who has entered a group and who has left it; with one that is called off nobody leaves."""
    old = {seat.id: seat.state in OCCUPIED for seat in before.seats} if before else {}
    came = [seat for seat in after.seats if seat.state in OCCUPIED and not old.get(seat.id)]
    gone = [seat for seat in after.seats if seat.closed_as and old.get(seat.id)]
    if came:
        yield _seat_say(after, JOINED, came, "Another person has" if len(came) == 1 else f"{len(came)} more people have")
    if gone:
        yield _seat_say(after, LEFT, gone, "One person has" if len(gone) == 1 else f"{len(gone)} people have")


def _seat_say(lesson: Lesson, code: str, moved: Sequence[Seat], who: str) -> Say:
    session = lesson.session
    params: dict[str, str | int] = {"title": session.title, "count": len(moved), "taken": lesson.taken, "capacity": session.capacity}
    people = _profiled(moved)
    if len(people) == 1:
        params["profileId"] = str(people[0].profile_id)
    return Say(
        subject=session.subject,
        title=session.title,
        kind="session",
        members=_members(lesson, [seat for seat in lesson.seats if seat.state in OCCUPIED]),
        code=code,
        params=params,
        text=f"{who} {'left' if code == LEFT else 'a seat in'} “{session.title}”.",
        left=people if code == LEFT else (),
    )


def _members(lesson: Lesson, seats: Sequence[Seat]) -> list[Member]:
    session = lesson.session
    return [Member(account_id=session.host_id, profile_id=session.host_profile_id), *_profiled(seats)]


def _profiled(seats: Sequence[Seat]) -> list[Member]:
    return [Member(account_id=seat.account_id, profile_id=seat.profile_id) for seat in seats if seat.profile_id]
