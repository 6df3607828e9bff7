"""Calls to other servers over HTTP: a time out on each, retries where repeating is safe, and a breaker per host."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import stamina
from msgspec import Struct

from skillhall.kernel.refusals import Unavailable

TIMEOUT_SECONDS: Final = 10.0
ATTEMPTS: Final = 3
LARGEST_ANSWER: Final = 1024 * 1024
SAFE: Final = frozenset({"GET", "HEAD"})
TRANSIENT: Final = frozenset({429, 500, 502, 503, 504})


class PartyUnavailable(Unavailable):
    """A server outside does not answer, or answers with faults of its own."""

    code = "outside.unavailable"
    message = "{host} does not answer right now; try again in a minute."


class TransientError(Exception):
    """The call may work when repeated."""


class Breaker:
    """Lets nobody wait for a server that has just failed several times in a row; after a pause one call tries it again."""

    def __init__(self, *, failures: int = 5, pause_seconds: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Open after so many failures in a row, for so long."""
        self._failures = failures
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._count = 0
        self._closed_from = 0.0

    def admits(self) -> bool:
        """Return whether a call may be made now; while half open, one call at a time gets through per pause."""
        if self._count < self._failures:
            return True
        now = self._clock()
        if now < self._closed_from:
            return False
        self._closed_from = now + self._pause_seconds
        return True

    def succeeded(self) -> None:
        """Note a success: the breaker is closed again."""
        self._count = 0

    def failed(self) -> None:
        """Note a failure; the last allowed one opens the breaker."""
        self._count += 1
        if self._count >= self._failures:
            self._closed_from = self._clock() + self._pause_seconds


class Reply(Struct, frozen=True):
    """What came back, whatever its status below 500."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Caller:
    """Makes the calls of one process; the session opens with the first and `close` ends it."""

    def __init__(self, *, timeout_seconds: float = TIMEOUT_SECONDS, new_breaker: Callable[[], Breaker] = Breaker) -> None:
        """Open nothing yet."""
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._new_breaker = new_breaker
        self._breakers: dict[str, Breaker] = {}
        self._session: aiohttp.ClientSession | None = None

    async def send(self, method: str, url: str, *, idempotent: bool | None = None, **options: Any) -> Reply:  # noqa: ANN401 - aiohttp's own
        """Return the reply, or refuse with `PartyUnavailable`. `options` are aiohttp's (headers, params, data, json).

        GET and HEAD are repeated after a failure; others only when the caller says that they are `idempotent`.
        """
        host = urlsplit(url).netloc
        breaker = self._breakers.setdefault(host, self._new_breaker())
        if not breaker.admits():
            raise PartyUnavailable(host=host)
        attempts = ATTEMPTS if idempotent or (idempotent is None and method in SAFE) else 1
        try:
            async for attempt in stamina.retry_context(on=TransientError, attempts=attempts, timeout=None, wait_initial=0.1, wait_max=2.0):
                with attempt:
                    reply = await self._once(method, url, options)
        except TransientError as error:
            breaker.failed()
            raise PartyUnavailable(host=host) from error
        breaker.succeeded()
        return reply  # pyright: ignore[reportPossiblyUnboundVariable] - the loop ends with a reply or an error

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _once(self, method: str, url: str, options: dict[str, Any]) -> Reply:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.request(method, url, allow_redirects=False, **options) as answer:
                body = await answer.content.read(LARGEST_ANSWER + 1)
                while len(body) <= LARGEST_ANSWER and (part := await answer.content.read(LARGEST_ANSWER + 1 - len(body))):
                    body += part
                if len(body) > LARGEST_ANSWER or answer.status in TRANSIENT:
                    raise TransientError(f"{answer.status}, {len(body)} bytes")
                return Reply(answer.status, dict(answer.headers), body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TransientError(repr(error)) from error
