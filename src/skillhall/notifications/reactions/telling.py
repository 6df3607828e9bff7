"""What the reactions about work and money share: their names, people's names, words that somebody wrote."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID

from skillhall.identity.api import people
from skillhall.kernel.db.tx import Read
from skillhall.kernel.events import Event
from skillhall.kernel.module import Reaction

MOST_WORDS: Final = 600
NOBODY: Final = "…"


def hears(run: Callable[[Any, Any], Awaitable[None]], *events: type[Event]) -> tuple[Reaction, ...]:
    """Return the reactions that run this for each of these events."""
    return tuple(Reaction(name=f"notifications.tell_{event.name.replace('.', '_')}", event=event, run=run) for event in events)


async def names(read: Read, account_ids: Sequence[UUID | None]) -> dict[UUID | None, str]:
    """Return what these people are called; None too has an entry, for who is not known."""
    known = await people(read, [one for one in account_ids if one is not None])
    called: dict[UUID | None, str] = dict.fromkeys([None, *account_ids], NOBODY)
    return called | {one: person.display_name for one, person in known.items()}


def quoted(words: str) -> str:
    """Return what somebody wrote as it stands in a notice: marked as theirs, and not too long."""
    text = words.strip()
    if len(text) > MOST_WORDS:
        text = f"{text[: MOST_WORDS - 1].rstrip()}…"
    return "\n".join(f"> {line}" for line in text.splitlines())


def yes_or_no(is_so: object) -> str:
    """Return the word by which texts choose what to say."""
    return "yes" if is_so else "no"
