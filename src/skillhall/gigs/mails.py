"""What people are written about bids and invites: plain English. Pure."""

from typing import Final

from msgspec import Struct

from skillhall.gigs import events


class Letter(Struct, frozen=True):
    """One message, ready to send."""

    subject: str
    text: str


class Facts(Struct, frozen=True, kw_only=True):
    """What a letter may speak of. `other` is the name of the other side, `words` what it wrote."""

    name: str
    other: str
    title: str
    words: str
    link: str
    community: str


_TO_OWNER: Final = {
    events.BidSubmitted: ("New bid", '{other} would like to do "{title}".'),
    events.BidWithdrawn: ("Bid withdrawn", '{other} has taken back their bid on "{title}".'),
    events.InviteAccepted: ("Invite accepted", '{other} has accepted your invite to "{title}".'),
    events.InviteDeclined: ("Invite declined", '{other} has declined your invite to "{title}".'),
}
_TO_WORKER: Final = {
    events.BidShortlisted: ("You are on the shorter list", '{other} has shortlisted your bid on "{title}".'),
    events.BidInterviewing: ("Let us talk", '{other} would like to talk with you about "{title}".'),
    events.BidRejected: ("Bid not taken", 'Your bid on "{title}" was not taken this time.'),
    events.InviteSent: ("An invite", '{other} invites you to "{title}".'),
}
_TEXTS: Final[dict[type[events.BidFact | events.InviteFact], tuple[str, str]]] = {**_TO_OWNER, **_TO_WORKER}
MAILED: Final = (*_TO_OWNER, *_TO_WORKER)


def is_for_owner(event: events.BidFact | events.InviteFact) -> bool:
    """Return whether the owner of the project reads of this event, and not the other side."""
    return type(event) in _TO_OWNER


def letter(event: events.BidFact | events.InviteFact, facts: Facts) -> Letter:
    """Return what the reader is written about this event."""
    subject, sentence = _TEXTS[type(event)]
    if isinstance(event, events.InviteSent) and event.is_offer:
        subject, sentence = "A direct offer", '{other} offers you "{title}" for a fixed price.'
    title = " ".join(facts.title.split())
    parts = [
        f"Hello {facts.name}," if facts.name else "Hello,",
        sentence.format(other=facts.other, title=title),
        *(["\n".join(f"> {line}" for line in facts.words.splitlines())] if facts.words else []),
        f"Details: {facts.link}",
        facts.community,
    ]
    return Letter(f"{subject}: {title}", "\n\n".join(parts) + "\n")
