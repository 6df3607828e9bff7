"""From endpoints to Litestar's routes: second names, documented paths that are not built, contexts served elsewhere, unknown paths."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

import msgspec
from litestar import Litestar, Request
from litestar.enums import HttpMethod
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from skillhall.kernel.http.endpoint import PREFIX, Endpoint
from skillhall.kernel.http.envelope import Reply
from skillhall.kernel.http.problem import MethodNotAllowed, Misdirected, NotBuilt, RouteNotFound
from skillhall.kernel.http.request import Exchange
from skillhall.kernel.http.serve import Doors, Served, broken, refused
from skillhall.kernel.refusals import Refusal

Renames = Mapping[tuple[str, str], tuple[str, str]]
Answering = Callable[[Any, Any], Awaitable[Reply]]
Routed = Request[Any, Any, Any]


class Trie(Litestar):
    """Litestar without the plugins it finds by itself: they load pydantic and attrs (8 MB), whose types no handler here sees."""

    @staticmethod
    def _get_default_plugins(plugins: list[Any]) -> list[Any]:
        return plugins


class DuplicateError(TypeError):
    """Two endpoints have the same method and shape of path, or the same operation id."""


def every_name(endpoints: Sequence[Endpoint], renames: Renames, *, sandbox: bool) -> tuple[Endpoint, ...]:
    """Return the endpoints of this mode, followed by their second names."""
    here = [endpoint for endpoint in endpoints if sandbox or not endpoint.sandbox]
    by_shape = {(endpoint.method, shape_of(endpoint.path)): endpoint for endpoint in here}
    for (method, path), (target_method, target) in renames.items():
        found = by_shape.get((target_method, shape_of(target)))
        if found is not None:
            kinds = iter(found.params)
            typed = re.sub(r"\{\w+\}", lambda _, kinds=kinds: "{{{}:{}}}".format(*next(kinds)), path)
            name = found.operation_id + "By" + "".join(part.title() for part in re.findall(r"[a-z0-9]+", f"{method} {path}".lower()))
            here.append(msgspec.structs.replace(found, method=method, path=typed, operation_id=name, alias_of=found.operation_id))
    return tuple(here)


def shape_of(path: str) -> str:
    """Return a path template with its parameters numbered: two endpoints of one shape and method cannot be told apart."""
    numbers = iter(range(99))
    return re.sub(r"\{[^}]*\}|:\w+", lambda _: f"{{p{next(numbers)}:str}}", path.rstrip("/") or "/")


def router(endpoints: Sequence[Endpoint], doors: Doors, *, pending: Sequence[tuple[str, str]], only: frozenset[str] | None) -> Litestar:
    """Return Litestar with one route per shape. Ids are checked by the endpoint, so that every route of a shape shares one node."""
    routes: dict[str, dict[str, Answering]] = {}
    names: set[str] = set()
    for endpoint in endpoints:
        if endpoint.operation_id in names:
            raise DuplicateError(f"{endpoint.operation_id} ({endpoint.context}) is the name of another operation too.")
        names.add(endpoint.operation_id)
        methods = routes.setdefault(shape_of((PREFIX if endpoint.prefix else "") + endpoint.path), {})
        if endpoint.method in methods:
            raise DuplicateError(f"{endpoint.operation_id}: {endpoint.method} {endpoint.path} is already declared.")
        elsewhere = only is not None and endpoint.prefix and endpoint.context not in only
        methods[endpoint.method] = _refusing(Misdirected(context=endpoint.context)) if elsewhere else Served(endpoint, doors).answer
    for method, path in pending:
        routes.setdefault(shape_of(path if path.startswith("/api/") else PREFIX + path), {}).setdefault(method, _refusing(NotBuilt()))
    return Trie(
        route_handlers=[_handler(shape, methods) for shape, methods in routes.items()],
        openapi_config=None,
        logging_config=None,
        exception_handlers={Exception: _unrouted},  # pyright: ignore[reportArgumentType] - see `_Direct`
    )


def _handler(shape: str, methods: Mapping[str, Answering]) -> HTTPRouteHandler:
    """Return the one handler of a shape; GET answers HEAD, and OPTIONS says what there is."""
    allowed = sorted({*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods else set[str]()))

    async def options(scope: Any, receive: Any) -> Reply:  # noqa: ANN401, ARG001 - ASGI
        return Reply(200, [(b"allow", ", ".join(allowed).encode())], b"")

    table: dict[str, Answering] = {method: methods.get("GET" if method == "HEAD" else method, options) for method in allowed}

    async def handle(request: Routed) -> Reply:
        return await table[request.method](request.scope, request.receive)

    return HTTPRouteHandler(shape, http_method=[HttpMethod(method) for method in allowed], status_code=200)(handle)


def _refusing(refusal: Refusal) -> Answering:
    async def refuse(scope: Any, receive: Any) -> Reply:  # noqa: ANN401, ARG001 - ASGI
        return refused(scope["exchange"], refusal)

    return refuse


class _Direct(Struct, frozen=True):
    """What Litestar takes from an exception handler: something that turns into an ASGI answer."""

    reply: Reply

    def to_asgi_response(self, **_: object) -> Reply:
        """Return the reply as it is."""
        return self.reply


def _unrouted(request: Routed, error: Exception) -> _Direct:
    exchange = cast("dict[str, Exchange]", request.scope)["exchange"]
    if isinstance(error, NotFoundException):
        return _Direct(refused(exchange, RouteNotFound()))
    if isinstance(error, MethodNotAllowedException):
        allow = (error.headers or {}).get("allow", "")
        return _Direct(refused(exchange, MethodNotAllowed(method=request.scope["method"], allow=", ".join(sorted(allow.split(", "))))))
    return _Direct(broken(exchange, error))


def camel_path(route: str) -> str:
    """Return the path with its parameters as the wire names them."""
    return re.sub(r"\{(\w+)\}", lambda found: "{" + re.sub(r"_(\w)", lambda letter: letter[1].upper(), found[1]) + "}", route)
