"""The door: whose access token or API key this is, answered from memory for a few seconds.

A token is verified and looked up once; then it is believed until it expires or its login changes. Every process asks every
`POLL_SECONDS`, when requests come, which logins have changed, and forgets them: so an ended login, an older revision, a taken role
are refused everywhere within five seconds.
"""

import time
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.identity.commands.keys import PREFIX
from skillhall.identity.model.account import MAY_BIND, permissions_of
from skillhall.identity.model.refusals import TokenOutdated, WrongToken
from skillhall.identity.ports import Faces
from skillhall.identity.queries import door
from skillhall.kernel import tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read

POLL_SECONDS: Final = 2.0
KEY_SECONDS: Final = 4.0
OVERLAP: Final = timedelta(seconds=60)
"""How far back each poll looks: longer than any transaction lives between taking its time and its commit, and than clocks differ."""
LARGEST: Final = 20_000


class Admitted(Struct, frozen=True):
    """A caller believed until `until` (seconds of the wall clock)."""

    actor: Actor
    until: float


class Memory(Struct, kw_only=True):
    """Whom this process believes, and which tokens are of which login. One per house, so it rests among the settings."""

    admitted: dict[str, Admitted] = msgspec.field(default_factory=dict[str, Admitted])
    tokens: dict[UUID, set[str]] = msgspec.field(default_factory=dict[UUID, set[str]])
    next_poll: float = 0.0
    polled_at: datetime | None = None

    def believe(self, token: str, found: Admitted) -> None:
        """Remember a token; the oldest goes when there are too many."""
        while len(self.admitted) >= LARGEST:
            self.forget(next(iter(self.admitted)))
        self.admitted[token] = found
        if found.actor.login_id is not None:
            self.tokens.setdefault(found.actor.login_id, set()).add(token)

    def forget(self, token: str) -> None:
        """Believe a token no longer."""
        known = self.admitted.pop(token, None)
        login_id = None if known is None else known.actor.login_id
        if login_id is not None and (left := self.tokens.get(login_id)) is not None:
            left.discard(token)
            if not left:
                del self.tokens[login_id]

    def forget_login(self, login_id: UUID) -> None:
        """Believe none of a login's tokens any longer."""
        for token in self.tokens.pop(login_id, ()):
            self.admitted.pop(token, None)


class LoginGate:
    """Fills the kernel's `Gate`."""

    async def admit(self, read: Read, token: str) -> Actor:
        """Return whose token this is, or refuse with an `Unauthenticated`."""
        memory = read.setting(Memory)
        if time.monotonic() >= memory.next_poll:
            await _poll(read, memory)
        known = memory.admitted.get(token)
        if known is not None and known.until > time.time():
            return known.actor
        memory.forget(token)
        found = await (_key(read, token) if token.startswith(PREFIX) else _login(read, token))
        memory.believe(token, found)
        return found.actor

    async def as_profile(self, read: Read, actor: Actor, profile_id: UUID) -> Actor:
        """Return the same account behind another of its own profiles."""
        face = await read.port(Faces).face(read, actor.account_id, profile_id)
        return msgspec.structs.replace(actor, profile_id=face.id)


async def _poll(read: Read, memory: Memory) -> None:
    """Forget the tokens of logins that have changed. The next poll is set first: whoever comes meanwhile does not wait."""
    memory.next_poll = time.monotonic() + POLL_SECONDS
    try:
        changed = await door.changed_since(read, (memory.polled_at or read.wall) - OVERLAP)  # nobody may have come for long
    except BaseException:
        memory.next_poll = 0.0
        raise
    memory.polled_at = read.wall
    for login_id in changed:
        memory.forget_login(login_id)


async def _login(read: Read, token: str) -> Admitted:
    claims = tokens.read_access(read.house.config.secret, token)
    try:
        login_id, revision, until = UUID(claims["sid"]), int(claims["rev"]), float(claims["exp"])
    except (KeyError, ValueError, TypeError) as error:
        raise WrongToken from error
    row = await door.find_login(read, login_id)
    if row is None or not row.is_live or row.state not in MAY_BIND:
        raise WrongToken
    if revision < row.revision:
        raise TokenOutdated
    actor = Actor(
        account_id=row.account_id,
        profile_id=row.profile_id,
        login_id=login_id,
        email=row.email or "",
        email_verified=row.email_verified,
        roles=frozenset({"user", *row.roles}),
        permissions=permissions_of(row.roles),
    )
    return Admitted(actor, until)


async def _key(read: Read, token: str) -> Admitted:
    row = await door.find_key(read, tokens.digest(token))
    if row is None or not row.is_live or row.state not in MAY_BIND:
        raise WrongToken
    scopes = frozenset(row.scopes)
    actor = Actor(
        account_id=row.account_id,
        profile_id=row.profile_id,
        api_key_id=row.id,
        email=row.email or "",
        email_verified=row.email_verified,
        roles=frozenset({"user", *row.roles}),
        permissions=permissions_of(row.roles) & scopes,
        scopes=scopes,
    )
    return Admitted(actor, time.time() + KEY_SECONDS)
