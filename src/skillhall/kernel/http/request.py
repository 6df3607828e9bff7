"""What arrives: one request's head and address, and its body, counted while it streams."""
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# `multipart` is typed, but the test tools bring another package of that name which type checkers see first.

import hashlib
import re
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import IO, Any

import multipart

from skillhall.kernel import ids
from skillhall.kernel.http.envelope import Header
from skillhall.kernel.http.problem import TooLarge, WrongMedia
from skillhall.kernel.refusals import FieldError, Invalid

Receive = Callable[[], Awaitable[Any]]
Networks = tuple[IPv4Network | IPv6Network, ...]
MEBIBYTE = 1024 * 1024
LARGEST_BODY, LARGEST_UPLOAD, LARGEST_FIELD = MEBIBYTE, 50 * MEBIBYTE, 64 * 1024
REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{8,128}")


class Incomplete(Invalid):
    """The client went away before its body was complete."""

    code = "http.incomplete"
    message = "The body ended before it was complete."


class Exchange:
    """What the edge knows of one request, and adds to its answer. `template` and `account` are filled on the way, for log and metrics."""

    __slots__ = ("account", "address", "csp", "headers", "limits", "request_id", "started", "status", "template")

    def __init__(self, scope: Any, address: str) -> None:  # noqa: ANN401 - an ASGI scope
        """Read the head; a request id that is not plain text of 8 to 128 characters is replaced."""
        self.started = time.perf_counter()
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        given = self.headers.get(b"x-request-id")
        self.request_id = given.decode() if given is not None and REQUEST_ID.fullmatch(given) else str(ids.new())
        self.address = address
        self.status = 0
        self.template = ""
        self.account = ""
        self.csp: bytes | None = None
        self.limits: tuple[Header, ...] = ()

    def header(self, name: str) -> str | None:
        """Return a header as text, or nothing."""
        value = self.headers.get(name.lower().encode())
        return None if value is None else value.decode("latin-1")


class Upload:
    """A received form: its text fields and its one file, spooled to disk beyond a mebibyte and gone when the request ends."""

    def __init__(self) -> None:
        """Start with nothing received."""
        self.fields: dict[str, str] = {}
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=MEBIBYTE)  # noqa: SIM115 - closed by the edge
        self.name: str | None = None
        self.media = "application/octet-stream"
        self.size = 0
        self._sum = hashlib.sha256()

    def take(self, data: bytes) -> None:
        """Append a piece of the file."""
        self.size += self.file.write(data)
        self._sum.update(data)

    @property
    def fingerprint(self) -> bytes:
        """What makes this form the same as another one."""
        return repr((sorted(self.fields.items()), self.name, self.media, self._sum.hexdigest())).encode()


async def chunks(receive: Receive, exchange: Exchange, limit: int) -> AsyncIterator[bytes]:
    """Yield the body as it comes; refuse as soon as it is known to be larger than `limit` bytes."""
    announced = exchange.headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced[:12]) > limit:
        raise TooLarge(limit=limit)
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Incomplete
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge(limit=limit)
        more = message.get("more_body", False)
        yield part


async def read_body(receive: Receive, exchange: Exchange, limit: int = LARGEST_BODY) -> bytes:
    """Return the whole body."""
    return b"".join([part async for part in chunks(receive, exchange, limit)])


async def read_upload(receive: Receive, exchange: Exchange) -> Upload:
    """Return a multipart form: the file under `file`, everything else as text."""
    kind, options = multipart.parse_options_header(exchange.header("content-type") or "")
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise WrongMedia(expected="multipart/form-data")
    upload, parts = Upload(), dict[str, bytearray]()
    try:
        segment: multipart.MultipartSegment | None = None
        with multipart.PushMultipartParser(options["boundary"], max_segment_count=20, strict=True) as parser:
            async for chunk in chunks(receive, exchange, LARGEST_UPLOAD):
                for event in parser.parse(chunk) if chunk else ():
                    if isinstance(event, multipart.MultipartSegment):
                        segment = _begin(upload, parts, event)
                    elif event and segment is not None:
                        _take(upload, parts, segment, event)
        upload.fields = {name: bytes(text).decode() for name, text in parts.items()}
    except (multipart.MultipartError, UnicodeDecodeError) as error:
        upload.file.close()
        raise Invalid(FieldError("", "body", "malformed", "The form is not valid multipart/form-data.")) from error
    except BaseException:
        upload.file.close()
        raise
    if upload.name is None or any("\0" in text for text in upload.fields.values()):
        upload.file.close()
        raise Invalid(FieldError("file", "body", "missing", "Send one file in the field `file`, and plain text in the others."))
    upload.file.seek(0)
    return upload


def _begin(upload: Upload, parts: dict[str, bytearray], segment: multipart.MultipartSegment) -> multipart.MultipartSegment:
    name = segment.name or ""
    if name == "file":
        if upload.name is not None:
            raise Invalid(FieldError("file", "body", "repeated", "Send one file."))
        if "\0" in (segment.filename or ""):
            raise Invalid(FieldError("file", "body", "not_storable", "The file's name cannot hold the character NUL."))
        upload.name = segment.filename or "file"
        upload.media = segment.content_type or upload.media
    elif name in parts:
        raise Invalid(FieldError(name, "body", "repeated", "Give this once."))
    else:
        parts[name] = bytearray()
    return segment


def _take(upload: Upload, parts: dict[str, bytearray], segment: multipart.MultipartSegment, data: bytes) -> None:
    if segment.name == "file":
        upload.take(data)
        return
    text = parts[segment.name or ""]
    if len(text) + len(data) > LARGEST_FIELD:
        raise TooLarge(limit=LARGEST_FIELD)
    text += data


def networks(text: str) -> Networks:
    """Return the networks of a comma-separated list of CIDRs or addresses."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def address_of(scope: Any, trusted: Networks) -> str:  # noqa: ANN401 - an ASGI scope
    """Return the client's address: the peer's or, behind trusted proxies only, the rightmost untrusted one of X-Forwarded-For."""
    address: str = (scope.get("client") or [""])[0]
    if not trusted or not _within(address, trusted):
        return address
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
    for hop in reversed(forwarded.split(",")):
        host = _host(hop.strip())
        if host is None:
            break
        address = host
        if not _within(host, trusted):
            break
    return address


@lru_cache(4096)
def _within(address: str, trusted: Networks) -> bool:
    try:
        whole = ip_address(address)
    except ValueError:
        return False
    whole = whole.ipv4_mapped or whole if isinstance(whole, IPv6Address) else whole
    return any(whole in network for network in trusted)


@lru_cache(4096)
def _host(hop: str) -> str | None:
    """Return the address of one hop, which may carry a port: `1.2.3.4:5`, `[::1]:5`."""
    host = hop[1:].split("]", maxsplit=1)[0] if hop.startswith("[") else hop.split(":", maxsplit=1)[0] if hop.count(":") == 1 else hop
    try:
        return str(ip_address(host))
    except ValueError:
        return None
