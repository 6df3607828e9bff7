"""What the sides of a dispute are written: plain English, times in the reader's own zone, and what silence means. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from skillhall.disputes import events


class Letter(Struct, frozen=True):
    """One message, ready to send."""

    subject: str
    text: str


class Facts(Struct, frozen=True, kw_only=True):
    """What a letter may speak of. `payee` is the name of who would be paid."""

    name: str
    title: str
    payee: str
    zone: str
    link: str
    community: str


def letter(event: events.DisputeFact, facts: Facts) -> Letter:
    """Return what this reader is written about this event."""
    subject, template = _TEMPLATES[type(event)]
    about = f'The payment for "{facts.title}"'
    parts = [f"Hello {facts.name},", template(event, facts, about), f"Details: {facts.link}", facts.community]
    return Letter(f"{subject}: {' '.join(facts.title.split())}", "\n\n".join(parts) + "\n")


def readers(event: events.DisputeFact) -> list[UUID]:
    """Return who is written to: both sides, but not the one who did it."""
    both = [event.payer_id, event.payee_id]
    match event:
        case events.Opened() | events.Withdrawn():
            return [who for who in both if who != event.opener_id]
        case events.Appealed() | events.MessageSent():
            return [who for who in both if who != event.by_id]
        case events.Ruled(is_final=True):
            return []  # it is carried out at once, and that is written
        case _:
            return both


def _opened(event: events.Opened, facts: Facts, about: str) -> str:
    until = _until(event.answer_by, facts, "Please answer by")
    silence = "Without an answer support looks at it as it stands."
    return f"{about} is disputed by the other side, and frozen until that is decided.{until}\n\n{silence}"


def _reviewed(event: events.UnderReview, facts: Facts, about: str) -> str:
    why = "The other side has answered." if event.is_answered else "Nobody has answered in time."
    return f"{about} stays frozen. {why} Support looks at the dispute now.{_until(event.review_by, facts, 'It decides by')}"


def _said(_event: events.MessageSent, _facts: Facts, about: str) -> str:
    return f"{about} is disputed, and there is a new message about it."


def _proposed(event: events.Proposed, facts: Facts, about: str) -> str:
    return f"{about} is disputed. Support proposes that {_division(event.payee_bp, facts)}\n\nIf both sides accept, that is done at once."


def _ruled(event: events.Ruled, facts: Facts, about: str) -> str:
    until = _until(event.executes_at, facts, "It is carried out on")
    return f"{about} was disputed. The ruling is that {_division(event.payee_bp, facts)}{until}\n\nUntil then either side may appeal, once."


def _appealed(event: events.Appealed, facts: Facts, about: str) -> str:
    return f"{about} stays frozen: the other side appeals against the ruling.{_until(event.review_by, facts, 'Another person decides by')}"


def _resolved(event: events.Resolved, facts: Facts, about: str) -> str:
    return f"{about} is no longer disputed: {_division(event.payee_bp, facts)}"


def _ended(_event: events.DisputeFact, _facts: Facts, about: str) -> str:
    return f"{about} is no longer disputed, and goes on as before."


def _division(payee_bp: int, facts: Facts) -> str:
    match payee_bp:
        case 0:
            return "everything is given back to who paid."
        case 10_000:
            return f"everything goes to {facts.payee}."
        case _:
            return f"{payee_bp / 100:g} % of it goes to {facts.payee}, and the rest back to who paid."


def _until(at: datetime | None, facts: Facts, words: str) -> str:
    return f"\n\n{words}: {at.astimezone(ZoneInfo(facts.zone)):%A, %d %B %Y, %H:%M} ({facts.zone})" if at else ""


_TEMPLATES: Final[dict[type[events.DisputeFact], tuple[str, Callable[[Any, Facts, str], str]]]] = {
    events.Opened: ("Payment disputed", _opened),
    events.UnderReview: ("Dispute under review", _reviewed),
    events.MessageSent: ("Message in a dispute", _said),
    events.Proposed: ("Proposal in a dispute", _proposed),
    events.Ruled: ("Ruling in a dispute", _ruled),
    events.Appealed: ("Appeal in a dispute", _appealed),
    events.Resolved: ("Dispute resolved", _resolved),
    events.Rejected: ("Dispute rejected", _ended),
    events.Withdrawn: ("Dispute withdrawn", _ended),
}
MAILED: Final = tuple(_TEMPLATES)
