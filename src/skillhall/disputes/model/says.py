"""What is said of a dispute where its two sides talk: what became of it, never who of staff did it nor anybody's words. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from skillhall.disputes import events
from skillhall.disputes.model.case import CHARGEBACK
from skillhall.kernel.events import Event
from skillhall.kernel.letters import local
from skillhall.kernel.shapes import instant
from skillhall.messaging.api import Say

ZONE: Final = "UTC"
_TEXTS: Final[dict[type[Event], str]] = {
    events.Opened: "A dispute about “{title}” is open. The payment stays where it is until it is decided.",
    events.UnderReview: "Support looks at the dispute about “{title}”.",
    events.Proposed: "Support proposes for “{title}”: {part} of the payment to the payee. Both sides may accept.",
    events.ProposalDeclined: "The proposal for “{title}” is declined.",
    events.Ruled: "Support has ruled about “{title}”: {part} of the payment to the payee{until}.",
    events.Appealed: "The ruling about “{title}” is appealed: somebody else will decide.",
    events.Resolved: "The dispute about “{title}” is decided: {part} of the payment to the payee.",
    events.Rejected: "The dispute about “{title}” is closed without a decision.",
    events.Withdrawn: "The dispute about “{title}” is withdrawn: the payment goes on as before.",
}
_BANK_TEXTS: Final[dict[type[Event], str]] = {
    events.Opened: "The payer's bank takes back the payment for “{title}”. The payee may bring forward what the bank should know.",
    events.UnderReview: "The payer's bank decides about the payment for “{title}”.",
    events.Resolved: "The payer's bank has decided about the payment for “{title}”: {part} of it to the payee.",
}


def says(place: Say, title: str, news: Sequence[Event]) -> list[Say]:
    """Return what to say of `news`, the facts of this change, in their order; `place` is a message to both sides without its words."""
    return [said for fact in news if isinstance(fact, events.DisputeFact) for said in _say(place, title, fact)]


def _say(place: Say, title: str, fact: events.DisputeFact) -> Iterator[Say]:
    text = (_BANK_TEXTS if fact.kind == CHARGEBACK else _TEXTS).get(type(fact))
    if text is None:
        return
    params: dict[str, str | int] = {"title": title, "disputeId": str(fact.dispute_id), "kind": fact.kind}
    part, until = "", ""
    if isinstance(fact, events.Proposed | events.Ruled | events.Resolved):
        params["payeeBasisPoints"] = fact.payee_bp
        part = f"{fact.payee_bp / 100:g}%"
    if isinstance(fact, events.Ruled) and not fact.is_final and isinstance(fact.executes_at, datetime):
        params["executesAt"] = instant(fact.executes_at)
        until = f", unless a side appeals before {local(fact.executes_at, ZONE)}"
    yield replace(place, code=fact.name, params=params, text=text.format(title=title, part=part, until=until))
