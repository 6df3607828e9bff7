"""Endpoints: one declaration per operation, from which routes, OpenAPI, gateway and tests are made.

Declared by decorating a plain function; its annotations say what it takes: `call`, `data` (a Body, `bytes` or `Upload`),
`query` (a Struct), and its path parameters by name. The docstring's first line is the summary.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from enum import Enum
from types import ModuleType, UnionType
from typing import Any, Literal, NamedTuple, TypedDict, TypeVar, Unpack, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from skillhall.kernel.http.envelope import Answer, Raw, Redirect
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Page

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
PREFIX = "/api/v1"
PARAMETER = re.compile(r"\{(\w+):(uuid|str)\}")
OTHERS = ("call", "data", "query")


class DeclarationError(TypeError):
    """An endpoint is declared in a way that cannot work; the text says where and why."""


class Key(Enum):
    """What an Idempotency-Key means to an operation."""

    ACCEPTED = "accepted"
    REQUIRED = "required"
    NATURAL = "natural"
    NEVER = "never"


class Parameter(NamedTuple):
    """A path parameter: a row id (`uuid`) or text (`str`)."""

    name: str
    kind: str


class Options(TypedDict, total=False):
    """What a decorator may say; see `Endpoint`."""

    status: int
    created: str
    public: bool
    permission: str
    key: Key
    refuses: tuple[type[Refusal], ...]
    example: object
    answer_example: object
    limit: str
    etag: bool
    must_match: bool
    sandbox: bool
    media: str
    upload: bool
    prefix: bool
    bare: bool
    alias_of: str
    me: str


class Endpoint(Struct, frozen=True, kw_only=True):
    """One operation. `context` is the first package below ours.

    `path` lacks the prefix unless `prefix` is off. `created` makes the answer 201 with `Location`. `key` NATURAL: accepted, and a
    natural key protects a caller without one; NEVER: the header is ignored and answers are never stored. `limit` names a strict rate
    limit; "none": nobody is asked for and nothing counted (webhooks). `etag`: answers carry the tag of the view's `version`; `must_match`:
    428 without If-Match. `bare`: no limits, no caller, no database (health). `me` names the path parameter the segment `me` stands for.
    """

    method: str
    path: str
    handler: Callable[..., Awaitable[Any]]
    operation_id: str
    context: str
    summary: str
    description: str
    params: tuple[Parameter, ...]
    query: type[Struct] | None
    body: Any
    answer: Any
    shape: Literal["view", "page", "raw"]
    takes_call: bool
    key: Key
    status: int = 200
    created: str | None = None
    public: bool = False
    permission: str | None = None
    refuses: tuple[type[Refusal], ...] = ()
    example: object = None
    answer_example: object = None
    limit: str | None = None
    etag: bool = False
    must_match: bool = False
    sandbox: bool = False
    media: str | None = None
    upload: bool = False
    prefix: bool = True
    bare: bool = False
    alias_of: str | None = None
    me: str | None = None

    @property
    def route(self) -> str:
        """The whole path with its parameters by name: `/api/v1/sessions/{session_id}`."""
        return (PREFIX if self.prefix else "") + PARAMETER.sub(r"{\1}", self.path)

    @property
    def is_read(self) -> bool:
        """Whether it only reads: GET, which also answers HEAD."""
        return self.method == "GET"

    @property
    def takes_json(self) -> bool:
        """Whether it takes a JSON body."""
        return self.body is not None and self.body is not bytes and not self.upload


def declare(method: str, path: str, function: Callable[..., Awaitable[Any]], options: Options) -> tuple[Endpoint, ...]:
    """Return the endpoints of one decorated function: one, or two with `me`."""
    where = f"{function.__module__}.{function.__qualname__}"
    hints = get_type_hints(function, include_extras=True)
    params = tuple(Parameter(name, kind) for name, kind in PARAMETER.findall(path))
    taken = list(inspect.signature(function).parameters)
    expected = {param.name for param in params}
    if set(taken) - set(OTHERS) != expected or "{" in PARAMETER.sub("", path):
        raise DeclarationError(f"{where} takes {sorted(set(taken) - set(OTHERS))} and its path {path} has {sorted(expected)}.")
    if not function.__doc__:
        raise DeclarationError(f"{where} has no docstring; its first line is the summary in the API document.")
    summary, _, description = inspect.cleandoc(function.__doc__).partition("\n")
    answer, shape = _answer(hints.get("return"), where)
    if options.get("etag") and "version" not in getattr(answer, "__struct_fields__", ()):
        raise DeclarationError(f"{where} says etag, but its view has no field `version`.")
    first, *others = function.__name__.split("_")
    plain = Endpoint(
        method=method, path=path, handler=function, operation_id=first + "".join(word.title() for word in others),
        context=_context(function.__module__), summary=summary, description=description.strip(), params=params, query=hints.get("query"),
        body=hints.get("data"), answer=answer, shape=shape, takes_call="call" in taken,
        status=201 if "created" in options else 200, key=Key.ACCEPTED if method == "POST" else Key.NEVER,
    )  # fmt: skip
    changed: dict[str, Any] = {**options, "me": None}
    if "created" in options and options.get("prefix", True):
        changed["created"] = PREFIX + options["created"]
    endpoint = msgspec.structs.replace(plain, **changed)
    if (me := options.get("me")) is None:
        return (endpoint,)
    if me not in expected:
        raise DeclarationError(f"{where}: me={me!r} is no parameter of {path}.")
    own = re.sub(rf"\{{{me}:\w+\}}", "me", path)
    left = tuple(param for param in params if param.name != me)
    return endpoint, msgspec.structs.replace(endpoint, path=own, params=left, me=me, operation_id=endpoint.operation_id + "Me")


def endpoints_of(*modules: ModuleType) -> tuple[Endpoint, ...]:
    """Return every endpoint declared in these modules, in order."""
    own = (value for module in modules for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__)
    return tuple(endpoint for value in own for endpoint in getattr(value, "__dict__", {}).get("endpoints", ()))


class _Verb(NamedTuple):
    """A decorator that declares endpoints of one method; see `Endpoint` for what it may say."""

    method: str

    def __call__(self, path: str, **options: Unpack[Options]) -> Callable[[F], F]:
        def keep(function: F) -> F:
            endpoints = declare(self.method, path, function, options)
            function.__dict__["endpoints"] = (*function.__dict__.get("endpoints", ()), *endpoints)
            return function

        return keep


get, post, put, patch, delete = _Verb("GET"), _Verb("POST"), _Verb("PUT"), _Verb("PATCH"), _Verb("DELETE")


def _answer(hint: Any, where: str) -> tuple[Any, Literal["view", "page", "raw"]]:  # noqa: ANN401 - an annotation
    choices = [hint] if get_origin(hint) is not UnionType else list(get_args(hint))
    views = [choice for choice in choices if choice not in (Raw, Redirect)]
    if not views:
        return None, "raw"
    if len(views) != 1 or views[0] in (None, type(None)):
        raise DeclarationError(f"{where} must say what it answers: a View, Answer[View], Page[View], Raw or Redirect.")
    origin, arguments = get_origin(views[0]), get_args(views[0])
    if origin is Page:
        return arguments[0], "page"
    return (arguments[0] if origin is Answer else views[0]), "view"


def _context(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "skillhall" and len(parts) > 1 else parts[-1]
