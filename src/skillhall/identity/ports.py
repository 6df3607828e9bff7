"""What identity asks of the contexts above it. Each `module.py` that answers says `Fills(port=Faces, by=…)`."""

from typing import Protocol
from uuid import UUID

from msgspec import Struct

from skillhall.identity.model.account import Account, OutsidePerson
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.shapes import View


class Face(View, frozen=True, kw_only=True):
    """A profile as the answers of sign-in show it."""

    id: UUID
    kind: str
    display_name: str
    username: str | None
    avatar_url: str | None
    is_primary: bool
    completion_percentage: int


class Faces(Protocol):
    """Filled once, by profiles."""

    async def open_first(self, tx: Tx, account: Account, origin: str) -> Face:
        """Open the primary profile of a new account: `professional` when its abilities hold worker or host, else `innovator`.

        Its display name is `account.display_name`; it only inserts, and locks nothing.
        """
        ...

    async def faces(self, read: Read, account_id: UUID) -> list[Face]:
        """Return the account's live profiles, primary first."""
        ...

    async def face(self, read: Read, account_id: UUID, profile_id: UUID) -> Face:
        """Return this profile of this account; refuse with a NotFound when it is not the account's or not live."""
        ...


class Verified(Protocol):
    """Filled by whoever acts when an address is first proven: ledger pays the sign-up grant."""

    async def verified(self, tx: Tx, account_id: UUID, origin: str) -> None:
        """Act inside the transaction of the proof, after everything of identity, once per account. `origin` import: pay nothing."""
        ...


class Obligation(Struct, frozen=True, kw_only=True):
    """Something open that keeps an account from closing. `kind` is "context.noun"; `text` tells the person what to finish."""

    kind: str
    count: int
    text: str


class Obligations(Protocol):
    """Filled by every context in which a person can owe or be owed something."""

    async def obligations(self, read: Read, account_id: UUID) -> list[Obligation]:
        """Return what is open; empty lets the account close. Reads only: the account's row is locked by the caller."""
        ...


class PersonalData(Protocol):
    """Filled by every context that stores anything about a person. `name` is the context's."""

    name: str

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        """Return everything stored about this person, JSON-encodable, readable without our code."""
        ...

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:
        """Erase at most about `limit` rows and put `pseudonym` where a name must stay; return True when nothing is left.

        Called alone in its transaction, again in later ones until it returns True, and perhaps once more after that.
        """
        ...


class SignInProvider(Protocol):
    """An outside party that vouches for people, one per configured provider. Filled by `deploy` from `identity/outside`."""

    name: str

    async def authorization_url(self, *, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        """Return where the person's browser goes; `challenge` is the PKCE S256 one."""
        ...

    async def person(self, *, code: str, redirect_uri: str, nonce: str, verifier: str) -> OutsidePerson:
        """Exchange the code; refuse when it does not hold, the address is not verified, or the provider does not answer."""
        ...
