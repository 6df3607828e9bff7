"""Who is calling: a signed-in account behind one of its profiles, an API key, a stranger, or a context of our own."""

from typing import Self
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.ids import NIL


class Actor(Struct, frozen=True, kw_only=True):
    """The caller of a command.

    `account_id` is the nil UUID for a stranger or a context; `context` names the context that acts by itself and
    `reason` says why (audited). `scopes` limits an API key; `None` means everything the account may do.
    """

    account_id: UUID = NIL
    profile_id: UUID | None = None
    login_id: UUID | None = None
    api_key_id: UUID | None = None
    email: str = ""
    email_verified: bool = False
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    context: str | None = None
    reason: str | None = None

    @classmethod
    def of(cls, context: str, reason: str) -> Self:
        """Return the actor of a context or timer that acts by itself."""
        return cls(context=context, reason=reason)

    @property
    def is_stranger(self) -> bool:
        """Nobody has signed in and no context acts."""
        return self.account_id == NIL and self.context is None

    def may(self, permission: str) -> bool:
        """Return whether a staff permission is held."""
        return permission in self.permissions


STRANGER = Actor()
