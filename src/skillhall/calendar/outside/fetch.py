"""Fetching a calendar file from an address that a member gave: only from servers on the internet, only so much, only so long.

Every hop is judged, and so is what its name leads to (`kernel.outside.resolver`): no name can lead elsewhere between look and call.
"""

import zlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp
from msgspec import Struct

from skillhall.calendar.model.imports import SCHEMES, UnreadableError
from skillhall.kernel.outside.resolver import is_not_public, public_connector
from skillhall.kernel.public_addresses import may_be_public

LARGEST: Final = 5 * 1024 * 1024
TIMEOUT: Final = aiohttp.ClientTimeout(total=30, connect=10, sock_read=10)
MOST_REDIRECTS: Final = 5
LONGEST_TAG: Final = 500
OK, NOT_MODIFIED, NOT_FOUND, GONE, SERVER_ERROR = 200, 304, 404, 410, 500
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
HEADERS: Final = {"Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "gzip", "User-Agent": "Skillhall (calendar import)"}


class Fetched(Struct, frozen=True):
    """The file, and what to say when asking for it again; no body: it is the same as last time."""

    body: bytes | None
    etag: str | None
    modified: str | None


async def fetch(url: str, *, etag: str | None, modified: str | None, may_be_here: bool) -> Fetched:
    """Return what is at `url` now; raise `UnreadableError`."""
    asked = {"If-None-Match": etag, "If-Modified-Since": modified}
    headers = {**HEADERS, **{name: value for name, value in asked.items() if value is not None}}
    try:
        async with _answer(url, headers, may_be_here=may_be_here) as answer:
            status = answer.status
            if status == NOT_MODIFIED and (etag or modified):
                return Fetched(None, etag, modified)
            if status != OK:
                raise UnreadableError(
                    "not_found" if status in (NOT_FOUND, GONE) else "server_error" if status >= SERVER_ERROR else "refused"
                )
            body = _unpacked(await _read(answer), answer.headers.get("content-encoding", ""))
            return Fetched(body, _tag(answer.headers.get("etag")), _tag(answer.headers.get("last-modified")))
    except aiohttp.ClientConnectorCertificateError as error:
        raise UnreadableError("insecure") from error
    except aiohttp.ClientSSLError as error:
        raise UnreadableError("insecure") from error
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise UnreadableError("private_address" if is_not_public(error) else "unreachable") from error


@asynccontextmanager
async def _answer(url: str, headers: dict[str, str], *, may_be_here: bool) -> AsyncGenerator[aiohttp.ClientResponse]:
    """Yield the first answer that leads nowhere else; each hop is judged like the first."""
    connector = public_connector(may_be_here=may_be_here, force_close=True)
    async with aiohttp.ClientSession(
        connector=connector, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
    ) as session:
        for _hop in range(MOST_REDIRECTS + 1):
            parts = urlsplit(url)
            if parts.scheme not in SCHEMES or not may_be_public(parts.hostname or "localhost", may_be_here=may_be_here):
                raise UnreadableError("private_address")
            async with session.get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status not in REDIRECTS or "location" not in answer.headers:
                    yield answer
                    return
                url = urljoin(url, answer.headers["location"])
                scheme, colon, rest = url.partition(":")
                url = SCHEMES.get(scheme.lower(), scheme) + colon + rest
    raise UnreadableError("server_error")


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_any():
        body += part
        if len(body) > LARGEST:
            raise UnreadableError("too_large")
    return bytes(body)


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding.lower() in {"", "identity"}:
        return body
    if encoding.lower() not in {"gzip", "x-gzip"}:
        raise UnreadableError("not_a_calendar")
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise UnreadableError("not_a_calendar") from error
    if len(unpacked) > LARGEST:
        raise UnreadableError("too_large")
    return unpacked


def _tag(value: str | None) -> str | None:
    return value if value and len(value) <= LONGEST_TAG and value.isprintable() else None
