"""What people are written: plain English, times in the reader's own zone. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from skillhall.learning import events
from skillhall.learning.model.states import ClosedAs


class Letter(Struct, frozen=True):
    """One message, ready to send."""

    subject: str
    text: str


class Facts(Struct, frozen=True, kw_only=True):
    """What a letter may speak of. `other` is the name of the other side, `reader_is_host` the side that reads."""

    name: str
    other: str
    title: str
    price: int
    is_group: bool
    zone: str
    reader_is_host: bool
    cancelled_as: str | None
    reason: str | None
    link: str
    community: str


def letter(event: events.SessionFact | events.PlaceFact, facts: Facts) -> Letter:
    """Return what this reader is written about this event."""
    subject, template = _TEMPLATES[type(event)]
    body = template(event, facts, f'"{facts.title}"', local(event.starts_at, facts.zone))
    parts = [f"Hello {facts.name},", body, f"Details: {facts.link}", facts.community]
    return Letter(f"{subject}: {' '.join(facts.title.split())}", "\n\n".join(parts) + "\n")


def local(at: datetime, zone: str) -> str:
    """Return an instant as the reader's clock shows it."""
    return f"{at.astimezone(ZoneInfo(zone)):%A, %d %B %Y, %H:%M} ({zone})"


def _requested(event: events.SessionRequested, facts: Facts, lesson: str, when: str) -> str:
    if facts.reader_is_host:
        until = f"\nPlease answer by: {local(event.expires_at, facts.zone)}" if event.expires_at else ""
        return f"{facts.other} would like to book {lesson}.\n\nWhen: {when}{until}"
    held = f" {facts.price} credits are set aside until {facts.other} answers." if facts.price else ""
    return f"Your request for {lesson} is with {facts.other}.{held}\n\nWhen: {when}"


def _scheduled(_event: events.SessionFact, facts: Facts, lesson: str, when: str) -> str:
    return f"{lesson} with {facts.other} is confirmed.\n\nWhen: {when}"


def _declined(_event: events.SessionFact, facts: Facts, lesson: str, when: str) -> str:
    return f"{facts.other} cannot take {lesson} on {when}.{_returned(facts)}{_reason(facts)}"


def _expired(_event: events.SessionFact, facts: Facts, lesson: str, when: str) -> str:
    if facts.is_group:
        return f"Nobody had a seat in {lesson} on {when}, so it did not take place."
    return f"The request for {lesson} on {when} was not answered in time.{_returned(facts)}"


def _cancelled(_event: events.SessionFact, facts: Facts, lesson: str, when: str) -> str:
    why = {"suspended": " One of the accounts is suspended.", "interrupted": " No new time was agreed after it broke off."}
    return f"{lesson} with {facts.other} on {when} is cancelled.{why.get(facts.cancelled_as or '', '')}{_reason(facts)}"


def _rescheduled(event: events.SessionRescheduled, facts: Facts, lesson: str, when: str) -> str:
    moved = f"{lesson} with {facts.other} has moved from {local(event.from_starts_at, facts.zone)}.\n\nNew time: {when}"
    return f"{moved}\n\nIf you cannot come then, you may leave for nothing until the start." if facts.is_group else moved


def _proposed(event: events.RescheduleProposed, facts: Facts, lesson: str, when: str) -> str:
    wanted, until = local(event.proposed_starts_at, facts.zone), local(event.expires_at, facts.zone)
    return f"{facts.other} would like to move {lesson} from {when}.\n\nNew time: {wanted}\nPlease answer by: {until}"


def _stays(_event: events.SessionFact, facts: Facts, lesson: str, when: str) -> str:
    return f"{lesson} with {facts.other} is not moved.\n\nWhen: {when}"


def _missed(_event: events.SessionFact, facts: Facts, lesson: str, when: str) -> str:
    if facts.reader_is_host:
        return f"You did not come to {lesson} on {when}. What the learner had set aside has been given back."
    return f"{facts.other} did not come to {lesson} on {when}. We are sorry.{_returned(facts)}"


def _reminder(_event: events.SessionFact, facts: Facts, lesson: str, when: str) -> str:
    return f"{lesson} with {facts.other} is near.\n\nWhen: {when}"


def _seated(_event: events.PlaceFact, facts: Facts, lesson: str, when: str) -> str:
    return f"You have a seat in {lesson} with {facts.other}.{_held(facts)}\n\nWhen: {when}"


def _promoted(_event: events.PlaceFact, facts: Facts, lesson: str, when: str) -> str:
    return f"A seat came free in {lesson} with {facts.other}, and it is yours.{_held(facts)}\n\nWhen: {when}"


def _offered(event: events.SeatOffered, facts: Facts, lesson: str, when: str) -> str:
    until = f"\nTake it by: {local(event.expires_at, facts.zone)}" if event.expires_at else ""
    price = f" It costs {facts.price} credits." if facts.price else ""
    return f"A seat came free in {lesson} with {facts.other}, and is kept for you.{price}\n\nWhen: {when}{until}"


def _gone(event: events.SeatLeft, facts: Facts, lesson: str, when: str) -> str:
    match event.left_as:
        case ClosedAs.BUSY:
            why = f"has moved to {when}, when you have something else, so you are no longer in it.{_returned(facts)}"
            return f"{lesson} with {facts.other} {why}"
        case ClosedAs.LAPSED:
            return f"You have not taken the seat kept for you in {lesson} with {facts.other} on {when}. It goes to the next in line."
        case _:
            return f"No seat came free for you in {lesson} with {facts.other} on {when}. Nothing was charged."


def _held(facts: Facts) -> str:
    return f" {facts.price} credits are set aside for it." if facts.price else ""


def _reason(facts: Facts) -> str:
    return f"\n\nReason: {facts.reason}" if facts.reason else ""


def _returned(facts: Facts) -> str:
    return f" {facts.price} credits have been given back." if facts.price and not facts.reader_is_host else ""


_TEMPLATES: Final[dict[type[events.SessionFact | events.PlaceFact], tuple[str, Callable[[Any, Facts, str, str], str]]]] = {
    events.SessionRequested: ("Lesson requested", _requested),
    events.SessionScheduled: ("Lesson confirmed", _scheduled),
    events.SessionDeclined: ("Lesson declined", _declined),
    events.SessionExpired: ("Lesson request expired", _expired),
    events.SessionCancelled: ("Lesson cancelled", _cancelled),
    events.SessionRescheduled: ("Lesson moved", _rescheduled),
    events.RescheduleProposed: ("Another time proposed", _proposed),
    events.RescheduleDeclined: ("Lesson not moved", _stays),
    events.HostMissedSession: ("Lesson missed", _missed),
    events.ReminderDue: ("Reminder", _reminder),
    events.SeatTaken: ("Seat taken", _seated),
    events.SeatPromoted: ("You have a seat", _promoted),
    events.SeatOffered: ("A seat is kept for you", _offered),
    events.SeatLeft: ("No seat", _gone),
}
MAILED: Final = tuple(_TEMPLATES)
