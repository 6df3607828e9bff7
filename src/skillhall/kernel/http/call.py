"""What a handler is given: who calls, what to read from, and how to run a command."""

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Concatenate, Literal, ParamSpec, TypeVar

import msgspec

from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.idempotency import Claim, Encoded
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import Facts, Read, Tx
from skillhall.kernel.http.endpoint import Endpoint, Key
from skillhall.kernel.http.envelope import Answer, encoded, etag_of, version_tags
from skillhall.kernel.http.problem import MatchRequired, PreconditionFailed
from skillhall.kernel.http.request import Exchange
from skillhall.kernel.refusals import FieldError, Invalid

T = TypeVar("T")
P = ParamSpec("P")
SHORTEST_KEY, LONGEST_KEY = 8, 255


class Match:
    """If-Match of one request. A command that locks the row calls `check(row.version)`; without the header everything matches."""

    __slots__ = ("tags",)

    def __init__(self, header: str | None) -> None:
        """Read the header: entity tags, or `*`."""
        self.tags = None if header is None or header.strip() == "*" else version_tags(header)

    def check(self, version: object) -> None:
        """Refuse when the client has read another version."""
        if self.tags is not None and etag_of(version) not in self.tags:
            raise PreconditionFailed


class Call:
    """One request inside a handler. `by` is the caller, `read` runs statements, `runner` runs commands."""

    __slots__ = ("_exchange", "_read", "by", "claim", "cookies", "endpoint", "facts", "match", "runner")

    def __init__(
        self, endpoint: Endpoint, exchange: Exchange, runner: Runner, read: Read | None, by: Actor, claim: Claim | None = None
    ) -> None:
        """Bind the request; nothing is run yet."""
        self.endpoint = endpoint
        self.by = by
        self.facts = Facts(request_id=exchange.request_id, address=exchange.address, operation=endpoint.operation_id)
        self.claim = claim
        self.cookies: list[bytes] = []
        self.match = Match(exchange.header("if-match"))
        self._exchange = exchange
        self._read = read
        self.runner = runner
        if endpoint.must_match and exchange.header("if-match") is None:
            raise MatchRequired

    @property
    def read(self) -> Read:
        """What queries run on, each statement alone."""
        if self._read is None:
            raise LookupError(f"{self.endpoint.operation_id} is declared bare: it has no database.")
        return self._read

    @property
    def address(self) -> str:
        """The client's address, as told by trusted proxies."""
        return self._exchange.address

    @property
    def request_id(self) -> str:
        """The id of this request in logs, audit and events."""
        return self._exchange.request_id

    def header(self, name: str) -> str | None:
        """Return a request header, or nothing."""
        return self._exchange.header(name)

    def cookie(self, name: str) -> str | None:
        """Return a request cookie, or nothing."""
        for part in (self._exchange.header("cookie") or "").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
        return None

    def set_cookie(
        self, name: str, value: str, *, path: str, max_age: int, same_site: Literal["Strict", "Lax"] = "Strict", secure: bool = True
    ) -> None:
        """Send a cookie scripts cannot read with the answer; `max_age` 0 removes it."""
        text = f"{name}={value}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite={same_site}{'; Secure' if secure else ''}"
        self.cookies.append(text.encode())

    async def run(self, command: Callable[Concatenate[Tx, Actor, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
        """Run `command(tx, by, …)` in one transaction and encode its view there; a retry with the same key gets the stored answer."""
        endpoint = self.endpoint

        async def work(tx: Tx) -> Encoded:
            view = await command(tx, self.by, *args, **kwargs)
            return encoded(view, status=endpoint.status, created=endpoint.created, etag=endpoint.etag, secret=endpoint.key is Key.NEVER)

        return Answer(await self.runner.answer(work, actor=self.by, facts=self.facts, claim=self.claim))

    async def act(self, command: Callable[Concatenate[Tx, Actor, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `command(tx, by, …)` in one transaction and return its value, unencoded and never stored: for flows, cookies and tokens."""
        return await self.runner.run(lambda tx: command(tx, self.by, *args, **kwargs), actor=self.by, facts=self.facts)

    def snapshot(self) -> AbstractAsyncContextManager[Read]:
        """Return a context that gives a `Read` whose statements all see one moment."""
        return self.runner.snapshot()


def claim_of(endpoint: Endpoint, exchange: Exchange, by: Actor, place: str, body: bytes) -> Claim | None:
    """Return what the Idempotency-Key of this request claims; a stranger's is ignored, and where nothing is ever stored.

    `place` is path parameters and query as sent: under its second name an operation is the same operation.
    """
    if by == STRANGER or endpoint.key is Key.NEVER:
        return None
    key = exchange.header("idempotency-key")
    if key is None:
        if endpoint.key is Key.REQUIRED:
            raise Invalid(FieldError("Idempotency-Key", "header", "missing", "Send an Idempotency-Key: a text new for each intent."))
        return None
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        problem = f"Must be {SHORTEST_KEY} to {LONGEST_KEY} printable ASCII characters."
        raise Invalid(FieldError("Idempotency-Key", "header", "invalid", problem))
    operation = endpoint.alias_of or endpoint.operation_id
    text = msgspec.json.encode((operation, place))
    return Claim(by.api_key_id or by.account_id, key, operation, hashlib.sha256(text + b"\n" + body).digest())
