"""What is said to clients: one event, encoded once per wire; and the bounded box of what one client has not yet taken."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from skillhall.kernel.events import Hint
from skillhall.kernel.shapes import camel

T = TypeVar("T")
GAP: Final = "live:gap"


class Said:
    """One event on its way to clients: `number` is its place in the account's backlog; `accounts`, where given, who may hear it."""

    __slots__ = ("_encoded", "accounts", "data", "name", "number")

    def __init__(self, name: str, data: object, number: int | None = None, accounts: frozenset[UUID] | None = None) -> None:
        """Keep what to say; nothing is encoded yet."""
        self.accounts = accounts
        self.name = name
        self.data = data
        self.number = number
        self._encoded: dict[str, Any] = {}

    def once(self, wire: str, encode: Callable[["Said"], T]) -> T:
        """Return what `encode` makes of this for a wire: of the first client there, for all others too."""
        found = self._encoded.get(wire)
        if found is None:
            found = self._encoded[wire] = encode(self)
        return cast("T", found)


class Box:
    """What waits for one client, at most `limit` events; the oldest go first, and how many is told with the next one taken."""

    __slots__ = ("_limit", "_waiting", "dropped")

    def __init__(self, limit: int) -> None:
        """Begin empty."""
        self._limit = limit
        self._waiting: deque[Said] = deque()
        self.dropped = 0

    def __len__(self) -> int:
        """Return how many wait, the word of those dropped included."""
        return len(self._waiting) + bool(self.dropped)

    def put(self, said: Said) -> bool:
        """Add an event; False when the oldest had to go for it."""
        is_full = len(self._waiting) >= self._limit
        if is_full:
            self.dropped += _weight(self._waiting.popleft())
        self._waiting.append(said)
        return not is_full

    def take(self) -> Said:
        """Return what comes next; ask only while something waits."""
        if self.dropped:
            told = gap(self.dropped)
            self.dropped = 0
            return told
        return self._waiting.popleft()


def gap(dropped: int | None) -> Said:
    """Return the event that tells a client to catch up; None when nobody knows how many it has missed."""
    return Said(GAP, {"dropped": dropped})


def _weight(said: Said) -> int:
    """Return how many events go with this one: the word of dropped ones stands for those."""
    data = cast("dict[str, int | None]", said.data) if said.name == GAP else {}
    return data.get("dropped") or 1


def plain(hint: Hint) -> dict[str, object]:
    """Return a hint's ids as clients read them, in camelCase."""
    return {camel(key): value for key, value in hint.ids.items()}


def number_of(ids: Mapping[str, str]) -> int | None:
    """Return the sequence among a hint's ids, or nothing."""
    text = ids.get("sequence", "")
    return int(text) if text.isdecimal() else None
