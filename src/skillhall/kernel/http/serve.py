"""One endpoint at work: limit, caller, permission, input, handler, answer."""

from typing import Any, cast
from uuid import UUID

import asyncpg
import structlog
from msgspec import Struct

from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import Read
from skillhall.kernel.http import envelope
from skillhall.kernel.http.call import Call, claim_of
from skillhall.kernel.http.decode import BodyDecoder, QueryDecoder
from skillhall.kernel.http.endpoint import Endpoint
from skillhall.kernel.http.envelope import JSON_HEAD, NOT_CACHED, Answer, Header, Raw, Redirect, Reply
from skillhall.kernel.http.gate import Gate, authorize, behind_profile, caller, own_id
from skillhall.kernel.http.limits import StrictLimits, Windows, address_key, checked
from skillhall.kernel.http.problem import (
    PROBLEM_MEDIA,
    Bug,
    Busy,
    RouteNotFound,
    family_of,
    is_transient,
    problem_bytes,
    refusal_bytes,
    refusal_headers,
)  # fmt: skip
from skillhall.kernel.http.request import Exchange, read_body, read_upload
from skillhall.kernel.http.storable import OutOfRange
from skillhall.kernel.refusals import FieldError, Findings, Invalid, Refusal, Unauthenticated
from skillhall.kernel.shapes import Page

LOG = structlog.stdlib.get_logger("skillhall.http")
UUID_LENGTH = 36


class Doors(Struct, frozen=True):
    """What every endpoint of a process shares."""

    runner: Runner
    gate: Gate
    strict: StrictLimits
    strangers: Windows
    members: Windows


class Served:
    """One endpoint made ready: its decoders are compiled, its checks are chosen."""

    def __init__(self, endpoint: Endpoint, doors: Doors) -> None:
        """Compile once."""
        self.endpoint = endpoint
        self.doors = doors
        self.query = QueryDecoder(endpoint.query)
        self.body = BodyDecoder(endpoint.body) if endpoint.takes_json else None
        self.route = endpoint.route
        self.keys: frozenset[str] = frozenset(getattr(endpoint.answer, "__struct_encode_fields__", ()))

    async def answer(self, scope: Any, receive: Any) -> Reply:  # noqa: ANN401 - ASGI
        """Answer one request, whatever happens."""
        exchange: Exchange = scope["exchange"]
        exchange.template = self.route
        try:
            return await self._answer(exchange, scope, receive)
        except Refusal as refusal:
            return refused(exchange, refusal)
        except Exception as error:  # noqa: BLE001 - the edge is where everything unforeseen ends
            return broken(exchange, error)

    async def _answer(self, exchange: Exchange, scope: Any, receive: Any) -> Reply:  # noqa: ANN401
        endpoint = self.endpoint
        values = self._path(list(scope["path_params"].values()))
        read = None if endpoint.bare else await self.doors.runner.read()
        by = STRANGER if read is None else await self._admit(exchange, read)
        if endpoint.me is not None:
            values[endpoint.me] = own_id(endpoint.me, by)
        query, findings = scope["query_string"], Findings()
        if endpoint.query is not None or query:
            values["query"] = findings.of(self.query.decode, query)
        raw, upload = b"", None
        if endpoint.upload:
            upload = values["data"] = await read_upload(receive, exchange)
        elif endpoint.body is not None:
            raw = await read_body(receive, exchange)
            media = exchange.headers.get(b"content-type", b"")
            values["data"] = raw if self.body is None else findings.of(self.body.decode, raw, media)
        place, sent = f"{list(scope['path_params'].values())}?{query.decode('latin-1')}", raw if upload is None else upload.fingerprint
        claim = findings.of(claim_of, endpoint, exchange, by, place, sent)
        try:
            findings.check()
            call = Call(endpoint, exchange, self.doors.runner, read, by, claim)
            return self._reply(exchange, call, await self._handle(call, values), values.get("query"))
        finally:
            if upload is not None:
                upload.file.close()

    async def _handle(self, call: Call, values: dict[str, Any]) -> Any:  # noqa: ANN401
        if self.endpoint.query is None:
            values.pop("query", None)
        return await (self.endpoint.handler(call, **values) if self.endpoint.takes_call else self.endpoint.handler(**values))

    def _path(self, given: list[str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for param, text in zip(self.endpoint.params, given, strict=True):
            if param.kind == "str":
                values[param.name] = text
                continue
            try:
                values[param.name] = UUID(text)
            except ValueError as error:
                raise RouteNotFound from error
            if len(text) != UUID_LENGTH:
                raise RouteNotFound
        return values

    async def _admit(self, exchange: Exchange, read: Read) -> Actor:
        """Ask who it is, count, ask whether they may. A bad token counts against the address, and is a stranger's where strangers may."""
        doors, endpoint, address = self.doors, self.endpoint, address_key(exchange.address)
        if endpoint.limit == "none":
            return STRANGER
        try:
            by = await caller(doors.gate, read, exchange)
        except Unauthenticated:
            exchange.limits = checked("default", doors.strangers.hit(address))
            if not endpoint.public:  # a client that sends its expired token along must still be able to refresh it
                raise
            by = STRANGER
        else:
            exchange.account = "" if by is STRANGER else str(by.account_id)
            exchange.limits = checked("default", doors.members.hit(exchange.account) if exchange.account else doors.strangers.hit(address))
        if by is not STRANGER:
            by = await behind_profile(doors.gate, read, exchange, by)
        authorize(endpoint, by)
        if endpoint.limit is not None:  # where strangers may, the address counts: each new account would bring a new allowance
            key = address if endpoint.public else exchange.account
            exchange.limits = checked(endpoint.limit, await doors.strict.hit(endpoint.limit, key))
        return by

    def _reply(self, exchange: Exchange, call: Call, result: Any, query: Any) -> Reply:  # noqa: ANN401
        endpoint = self.endpoint
        cookies: list[Header] = [(b"set-cookie", cookie) for cookie in call.cookies]
        if isinstance(result, Raw):
            exchange.csp = None if result.csp is None else result.csp.encode()
            headers = [(name.lower().encode(), value.encode()) for name, value in result.headers.items()]
            return Reply(result.status, [(b"content-type", result.media.encode()), *headers, *cookies], result.body)
        if isinstance(result, Redirect):
            return Reply(result.status, [(b"location", result.url.encode()), *cookies], b"")
        fields = self._picked(query)
        if isinstance(result, Page):
            page = cast("Page[Any]", result)
            by_cursor = getattr(query, "cursor", None) is not None
            body = envelope.enveloped_page(page, fields, exchange.request_id, by_cursor=by_cursor)
            return Reply(200, [*JSON_HEAD, *cookies], body)
        if isinstance(result, Answer):
            answer = cast("Answer[Any]", result).encoded
        else:
            value = envelope.picked(result, fields) if fields else result
            answer = envelope.encoded(value, status=endpoint.status, created=endpoint.created, etag=endpoint.etag and not fields)
        headers = [*JSON_HEAD, *((name.encode(), value.encode()) for name, value in answer.headers.items()), *cookies]
        if answer.replayed:
            headers.append((b"idempotency-replayed", b"true"))
        known = exchange.header("if-none-match")
        if endpoint.is_read and known is not None and known == answer.headers.get("etag"):
            return Reply(304, headers, b"")
        return Reply(answer.status, headers, envelope.enveloped(answer.body, exchange.request_id))

    def _picked(self, query: Any) -> tuple[str, ...]:  # noqa: ANN401
        text: str | None = getattr(query, "fields", None)
        if not text:
            return ()
        names = tuple(name.strip() for name in text.split(","))
        wrong = [name for name in names if name not in self.keys]
        if wrong and self.keys:
            raise Invalid(*(FieldError("fields", "query", "not_an_option", f"{name!r} is not a field of this list.") for name in wrong))
        return names


def refused(exchange: Exchange, refusal: Refusal) -> Reply:
    """Return a refusal as the client wants it: our envelope, or RFC 9457."""
    headers = [*refusal_headers(refusal), NOT_CACHED]
    status = family_of(type(refusal))[0]
    if PROBLEM_MEDIA in exchange.headers.get(b"accept", b""):
        return Reply(status, [(b"content-type", PROBLEM_MEDIA), *headers], problem_bytes(refusal, exchange.request_id))
    return Reply(status, [(b"content-type", envelope.JSON_MEDIA), *headers], refusal_bytes(refusal, exchange.request_id))


def broken(exchange: Exchange, error: Exception) -> Reply:
    """Return 503 when the database is busy or away, 400 for a value it cannot hold, 500 for a bug; what happened goes to the log alone."""
    if isinstance(error, asyncpg.DataError):
        LOG.warning("out_of_range", operation=exchange.template, error=repr(error))
        return refused(exchange, OutOfRange())
    if is_transient(error):
        LOG.warning("unavailable", operation=exchange.template, error=repr(error))
        return refused(exchange, Busy(retry_after=1))
    LOG.error("bug", operation=exchange.template, exc_info=error)
    return refused(exchange, Bug())
