"""Answers: what handlers return, and the bytes around it.

`data` is encoded once, inside the command's transaction, and stored as it is; the envelope is put around it as bytes.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel.db.idempotency import Encoded
from skillhall.kernel.http.streaming import stream
from skillhall.kernel.shapes import Page, View, instant

T = TypeVar("T")
VERSION = "1.0"
Header = tuple[bytes, bytes]
JSON_MEDIA = b"application/json"
NOT_CACHED: Header = (b"cache-control", b"private, no-cache")
JSON_HEAD: tuple[Header, ...] = ((b"content-type", JSON_MEDIA), NOT_CACHED)
encoder = msgspec.json.Encoder(decimal_format="string")


class Answer(Generic[T]):
    """A command's answer, encoded in its transaction or replayed from an earlier one."""

    __slots__ = ("encoded",)

    def __init__(self, encoded: Encoded) -> None:
        """Wrap what the runner returned."""
        self.encoded = encoded


class Raw(Struct, frozen=True):
    """A body sent as it is, in one piece or streamed; `headers` are added, `csp` replaces the content security policy."""

    body: bytes | AsyncIterator[bytes]
    media: str = "application/octet-stream"
    headers: dict[str, str] = {}
    status: int = 200
    csp: str | None = None


class Redirect(Struct, frozen=True):
    """Send the client elsewhere: 303 by default, so that the next request is a GET."""

    url: str
    status: int = 303


class Reply:
    """Status, headers and body, sent as an ASGI answer."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: list[Header], body: Any) -> None:  # noqa: ANN401 - bytes, or an iterator of them
        """Keep what to send."""
        self.status, self.headers, self.body = status, headers, body

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:  # noqa: ANN401
        """Send it; a HEAD gets the same headers and no body. A streamed body ends when the client leaves, or stays but does not read."""
        body = self.body
        if isinstance(body, bytes):
            self.headers.append((b"content-length", str(len(body)).encode()))
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
            return
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        if scope["method"] != "HEAD" and not await stream(body, receive, send):
            return  # unfinished, so the server closes the connection
        await send({"type": "http.response.body", "body": b""})


class Deleted(View, frozen=True, kw_only=True):
    """What every DELETE answers."""

    id: UUID
    deleted: bool = True


class Job(View, frozen=True, kw_only=True):
    """Work that goes on after the answer (202)."""

    job: str


class Meta(View, frozen=True, kw_only=True):
    """About the answer: when, which version of the wire, which request."""

    timestamp: str
    version: str
    request_id: str


class Pagination(View, frozen=True, kw_only=True):
    """Where a page lies in its list. With a cursor nothing is counted: `total` and `totalPages` are null."""

    page: int
    limit: int
    total: int | None
    total_pages: int | None
    total_is_capped: bool
    has_next: bool
    has_prev: bool
    next_cursor: str | None


def meta_bytes(request_id: str) -> bytes:
    """Return the meta object; request ids hold only plain characters."""
    return f'{{"timestamp":"{instant(datetime.now(UTC))}","version":"{VERSION}","requestId":"{request_id}"}}'.encode()


def enveloped(data: bytes, request_id: str) -> bytes:
    """Return the success envelope around one encoded `data`."""
    return b'{"success":true,"data":' + data + b',"meta":' + meta_bytes(request_id) + b"}"


def enveloped_page(page: Page[Any], fields: Sequence[str], request_id: str, *, by_cursor: bool) -> bytes:
    """Return the list envelope; `fields` (if any) are the top-level keys to keep of each item."""
    items = encoder.encode(picked(page.items, fields) if fields else page.items)
    total = page.total
    where = Pagination(
        page=page.page,
        limit=page.limit,
        total=total,
        total_pages=None if total is None else -(-total // page.limit),
        total_is_capped=page.is_capped,
        has_next=page.has_next,
        has_prev=by_cursor or page.page > 1,
        next_cursor=page.next_cursor,
    )
    parts = (b'{"success":true,"data":', items, b',"pagination":', encoder.encode(where), b',"meta":', meta_bytes(request_id), b"}")
    return b"".join(parts)


def picked(value: object, fields: Sequence[str]) -> object:
    """Return `value` (an item or a list of items) with only these top-level keys."""
    plain = msgspec.to_builtins(value)
    if isinstance(plain, list):
        return [picked(item, fields) for item in cast("list[object]", plain)]
    if not isinstance(plain, dict):
        return plain
    found = cast("dict[str, object]", plain)
    return {key: found[key] for key in fields if key in found}


def etag_of(version: object, body: bytes | None = None) -> str:
    """Return the entity tag of a version; with its `body` also of what this caller was shown of it, which a 304 must not mix up."""
    shown = "" if body is None else "-" + hashlib.sha256(body).hexdigest()[:8]
    return '"' + hashlib.sha256(str(version).encode()).hexdigest()[:16] + shown + '"'


def version_tags(header: str) -> set[str]:
    """Return the tags of If-Match without what each caller was shown: versions alone are compared."""
    return {tag.strip().removeprefix("W/").partition("-")[0].rstrip('"') + '"' for tag in header.split(",")}


def encoded(value: object, *, status: int, created: str | None = None, etag: bool = False, secret: bool = False) -> Encoded:
    """Encode a view: its JSON, `Location` from `created` ("/sessions/{id}", filled from the view), and the tag of its version."""
    headers: dict[str, str] = {}
    if created is not None:
        headers["location"] = created.format_map(_Attributes(value)) if "{" in created else created
    body = encoder.encode(value)
    if etag:
        headers["etag"] = etag_of(getattr(value, "version"), body)  # noqa: B009 - the declaration has checked that the view has it
    return Encoded(status=status, body=body, headers=headers, secret=secret)


class _Attributes(dict[str, object]):
    """A view's attributes for `str.format_map`; a dotted name is resolved by format itself."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self._value = value

    def __missing__(self, name: str) -> object:
        return getattr(self._value, name)
