"""The ports by which contexts take part in the live traffic: rooms, what a client has missed, who is online."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, Literal, Protocol
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.events import Hint


class Skip(Enum):
    """The type of `SKIP`."""

    SKIP = "skip"


SKIP: Final[Literal[Skip.SKIP]] = Skip.SKIP
"""What `Room.shown` returns for a hint that clients get nothing of."""


class Shown(Struct, frozen=True):
    """What clients get of a hint (None: its ids), and who of the room may hear it; others in it have no place there any more."""

    data: dict[str, object] | None
    accounts: frozenset[UUID]


class Room(Protocol):
    """All rooms of one kind, named "<kind>:<id>"; filled by the context that knows who belongs in them."""

    kind: str

    async def may_enter(self, read: Read, actor: Actor, room_id: UUID, /) -> bool:
        """Return whether this caller belongs in the room; asked on joining and again on every event."""
        ...

    async def heard(self, tx: Tx, actor: Actor, room_id: UUID, signal: str, data: dict[str, object], /) -> object:
        """Act on a client's event, in a transaction of its own, and return the answer; a refusal becomes the answer {"error": …}."""
        ...

    async def shown(self, read: Read, hint: Hint, /) -> dict[str, object] | Shown | Literal[Skip.SKIP] | None:
        """Return what clients get of a hint, the same for everybody in the room; None: its ids in camelCase. Called once per process.

        By `Shown` those who may not hear it are put out of the room, whether or not the hint of their leaving has come.
        """
        ...


class Missed(Struct, frozen=True):
    """One numbered event that a client has not had."""

    sequence: int
    name: str
    data: object


class Backlog(Protocol):
    """Knows the numbered events of an account, so that a stream goes on where it was cut."""

    async def last(self, read: Read, actor: Actor) -> int:
        """Return the number of the latest event, 0 before any: there a stream begins that was not cut."""
        ...

    async def missed(self, read: Read, actor: Actor, after: int) -> Sequence[Missed]:
        """Return the next events numbered above `after`, rising; asked again behind the last one until there are none."""
        ...


class Devices(Protocol):
    """Keeps who is online. A device is one connection; one whose process was killed is never said to have left: it only stays away."""

    async def came(self, tx: Tx, actor: Actor, device_id: UUID) -> None:
        """Note that a device has connected."""
        ...

    async def stayed(self, tx: Tx, devices: Mapping[UUID, UUID]) -> None:
        """Note that these devices (of these accounts) are still connected; said every 30 s."""
        ...

    async def left(self, tx: Tx, actor: Actor, device_id: UUID) -> None:
        """Note that a device is gone."""
        ...
