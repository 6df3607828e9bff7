"""One connected client, whatever it is connected by; and how much it may say."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from skillhall.kernel import ids, tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.events import Hint
from skillhall.kernel.http.limits import RateLimited
from skillhall.kernel.live.said import Box, Said
from skillhall.kernel.refusals import Forbidden, Refusal, TooMany


class LoginNeeded(Forbidden):
    """An API key asked for a live connection, which ends with a login."""

    code = "live.login_needed"
    message = "Live connections take the access token of a login, not an API key."


class TooManyClients(TooMany):
    """An account opened more live connections than one process takes; the oldest one ends."""

    code = "live.too_many_clients"
    message = "Another device of yours has connected, and this was your oldest connection."


class LiveSettings(Struct, frozen=True, kw_only=True):
    """Limits of live connections in one process."""

    waiting: int = 256
    clients_per_account: int = 8
    rooms_per_client: int = 200
    events_per_second: float = 20.0
    connects_per_minute: int = 120
    warning_seconds: int = 60
    heartbeat_seconds: float = 15.0
    watch_seconds: float = 1.0
    devices_seconds: float = 30.0
    rooms_seconds: float = 30.0
    passing_seconds: float = 3.0


def live_settings(config: Config) -> LiveSettings:
    """Return the limits, looser by the factor all rate limits have."""
    plain = LiveSettings()
    factor = config.limit_factor
    return LiveSettings(
        clients_per_account=max(1, round(plain.clients_per_account * factor)),
        events_per_second=plain.events_per_second * factor,
        connects_per_minute=max(1, round(plain.connects_per_minute * factor)),
    )


class Allowance:
    """What one client may still say: `rate` events a second, twice as many at once."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: float) -> None:
        """Begin full."""
        self._rate = rate
        self._left = rate * 2
        self._at = time.monotonic()

    def take(self) -> None:
        """Use one, or refuse: there is none left."""
        now = time.monotonic()
        self._left = min(self._rate * 2, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            raise RateLimited(limit="live", retry_after=1)
        self._left -= 1


class Client:
    """A connection of a signed-in account; the ways of connecting say how it is woken and closed.

    `last_word` is what its rooms are told when it goes: the end of what it began last and that passes (typing).
    """

    def __init__(self, actor: Actor, token: str, config: Config, settings: LiveSettings) -> None:
        """Begin in no room. Refuses an API key."""
        if actor.login_id is None:
            raise LoginNeeded
        self.id = ids.new()
        self.actor = actor
        self.rooms: set[str] = set()
        self.box = Box(settings.waiting)
        self.allowance = Allowance(settings.events_per_second)
        self.turn = asyncio.Lock()
        self.round = 0
        self.last_word: Hint | None = None
        self.renew(actor, token, config)

    def renew(self, actor: Actor, token: str, config: Config) -> None:
        """Go on with this token, which must be the same account's."""
        self.actor = msgspec.structs.replace(actor, profile_id=self.actor.profile_id)
        self.token = token
        self.expires_at = expiry(config, token)
        self.is_warned = False

    @property
    def own_room(self) -> str:
        """The room every connection of this account is in."""
        return f"user:{self.actor.account_id}"

    def offer(self, said: Said) -> bool:
        """Put an event into the box and wake the writer; never waits. False when an older one was dropped for it."""
        kept = self.box.put(said)
        self.wake()
        return kept

    def wake(self) -> None:
        """Take from the box what can be written now."""
        raise NotImplementedError

    async def close(self, refusal: Refusal | None) -> None:
        """End the connection: with a refusal for good, without one (the server stops) so that the client connects anew."""
        raise NotImplementedError


def expiry(config: Config, token: str) -> datetime | None:
    """Return when an access token ends; nothing when it is none of ours, which the gate has to know."""
    try:
        claims: dict[str, Any] = tokens.read_access(config.secret, token)
    except Refusal:
        return None
    return datetime.fromtimestamp(float(claims["exp"]), UTC)


def closing(refusal: Refusal) -> Said:
    """Return the last event of a connection that ends for good."""
    return Said("live:closed", {"reason": refusal.code, "message": refusal.sentence})
