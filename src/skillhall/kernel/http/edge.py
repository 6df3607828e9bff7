"""The HTTP edge of a process: one ASGI shell (paths, request id, CORS, headers, log, metrics) around Litestar's router."""

import re
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from skillhall.kernel.config import Config
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.http.endpoint import Endpoint, get
from skillhall.kernel.http.envelope import Header, Raw, Reply
from skillhall.kernel.http.gate import Gate
from skillhall.kernel.http.limits import ANONYMOUS, SIGNED_IN, StrictLimits, Windows
from skillhall.kernel.http.openapi import document
from skillhall.kernel.http.problem import RouteNotFound
from skillhall.kernel.http.request import Exchange, address_of, networks
from skillhall.kernel.http.router import Renames, every_name, router
from skillhall.kernel.http.serve import Doors, refused

App = Callable[[Any, Any, Any], Awaitable[None]]
Observe = Callable[[str, str, int, float], None]
LOG = structlog.stdlib.get_logger("skillhall.access")
SHORT = re.compile(r"/api/(?!v\d+/|docs|openapi\.json$)")
LOCAL_ORIGIN = re.compile(rb"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")
CSP = b"default-src 'none'; frame-ancestors 'none'"
SECURITY: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"vary", b"Origin"),
)
HSTS: Header = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
EXPOSED = b"ETag, Location, RateLimit, RateLimit-Policy, Retry-After, Idempotency-Replayed, X-Request-ID"
PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-ID, X-Profile-Id, X-Auth-Mode, Last-Event-ID",
    ),
    (b"access-control-max-age", b"600"),
)


class Surroundings(Struct, frozen=True, kw_only=True):
    """What a process gives the edge besides its endpoints.

    `pending`: (method, path) pairs that are documented and not built (501). `renames`: (method, path) of a second name → (method, path) of
    the endpoint, both without prefix, same parameter names. `only`: the contexts served here, the others answer 421; None serves all.
    `mounts`: path prefixes handed to other ASGI apps untouched. `observe(method, template, status, seconds)` feeds the metrics.
    """

    config: Config
    runner: Runner
    gate: Gate
    strict: StrictLimits
    observe: Observe
    pending: Sequence[tuple[str, str]] = ()
    renames: Renames = {}
    only: frozenset[str] | None = None
    mounts: Mapping[str, App] = {}


class Edge:
    """The ASGI application of a process."""

    def __init__(self, endpoints: Sequence[Endpoint], around: Surroundings) -> None:
        """Build the routes; nothing is opened."""
        config = around.config
        factor = config.limit_factor
        doors = Doors(around.runner, around.gate, around.strict, Windows(ANONYMOUS * factor), Windows(SIGNED_IN * factor))
        named = every_name(endpoints, around.renames, sandbox=config.is_sandbox)
        self.endpoints = (*named, *documentation(named, config.community_name))
        self._mounts = dict(around.mounts)
        self._observe = around.observe
        self._trusted = networks(config.trusted_proxies)
        self._base = (*SECURITY, HSTS) if config.base_url.startswith("https://") else SECURITY
        self._origins = frozenset(origin.encode() for origin in config.web_origins)
        self._admits_local = config.is_sandbox
        self._router = router(self.endpoints, doors, pending=around.pending, only=around.only)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Answer one request; hand lifespan to the router and mounted paths to their apps."""
        if scope["type"] == "lifespan":
            await self._router(scope, receive, send)
            return
        path: str = scope["path"]
        for prefix, app in self._mounts.items():
            if path.startswith(prefix):
                await app(scope, receive, send)
                return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        exchange = Exchange(scope, address_of(scope, self._trusted))
        structlog.contextvars.bind_contextvars(request_id=exchange.request_id)

        async def answer(message: Any) -> None:  # noqa: ANN401
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                message["headers"] = [*message["headers"], *self._headers(exchange)]
            await send(message)

        try:
            await self._route(scope, path, exchange, receive, answer)
        finally:
            self._note(scope["method"], path, exchange)

    async def _route(self, scope: Any, path: str, exchange: Exchange, receive: Any, answer: Any) -> None:  # noqa: ANN401
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in exchange.headers:
            await Reply(200, list(PREFLIGHT) if self._allows(exchange) else [], b"")(scope, receive, answer)
            return
        if "\0" in path:
            await refused(exchange, RouteNotFound())(scope, receive, answer)
            return
        if SHORT.match(path):
            path = "/api/v1" + path[4:]
        if path[-1:] == "/" and path != "/":
            path = path[:-1]
        inner: Any = {**scope, "path": path, "exchange": exchange}
        await self._router(inner, receive, answer)

    def _headers(self, exchange: Exchange) -> list[Header]:
        own = (b"content-security-policy", exchange.csp or CSP), (b"x-request-id", exchange.request_id.encode())
        headers = [*self._base, *own, *exchange.limits]
        if self._allows(exchange):
            headers += (
                (b"access-control-allow-origin", exchange.headers[b"origin"]),
                (b"access-control-allow-credentials", b"true"),
                (b"access-control-expose-headers", EXPOSED),
            )
        return headers

    def _allows(self, exchange: Exchange) -> bool:
        origin = exchange.headers.get(b"origin")
        return origin is not None and (origin in self._origins or (self._admits_local and LOCAL_ORIGIN.fullmatch(origin) is not None))

    def _note(self, method: str, path: str, exchange: Exchange) -> None:
        seconds = time.perf_counter() - exchange.started
        self._observe(method, exchange.template or "unmatched", exchange.status, seconds)
        shown = exchange.template if "{token}" in exchange.template else path  # whoever reads the log shall not be able to use it
        facts = {"method": method, "path": shown, "status": exchange.status, "ms": round(seconds * 1000, 2)}
        LOG.info("request", **facts, account=exchange.account, address=exchange.address)


def documentation(endpoints: Sequence[Endpoint], title: str) -> tuple[Endpoint, ...]:
    """Return the endpoints that show these ones to people and to programs; the document is made when first asked for."""
    page = (files("skillhall.kernel.http") / "docs.html").read_bytes()
    made: list[bytes] = []

    @get("/api/openapi.json", prefix=False, public=True, bare=True, media="application/json")
    async def read_open_api() -> Raw:
        """Read the OpenAPI document."""
        if not made:
            made.append(msgspec.json.encode(document(endpoints, title)))
        return Raw(made[0], "application/json", {"cache-control": "public, max-age=60"})

    @get("/api/docs", prefix=False, public=True, bare=True, media="text/html")
    async def read_docs() -> Raw:
        """Read the API's pages."""
        return Raw(page, "text/html; charset=utf-8", csp=page_policy(page))

    return tuple(one for function in (read_open_api, read_docs) for one in function.__dict__["endpoints"])


def page_policy(page: bytes) -> str:
    """Return the policy that lets a page run its own inline script and style, and nothing else."""
    found = re.findall(rb"<(script|style)>(.*?)</", page, re.DOTALL)
    allowed = "; ".join(f"{tag.decode()}-src 'sha256-{b64encode(sha256(text).digest()).decode()}'" for tag, text in found)
    return f"default-src 'none'; {allowed}; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
