"""Calendars elsewhere that people import: their addresses, why one cannot be read, when to look again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.public_addresses import may_be_public
from skillhall.kernel.refusals import Conflict, FieldError, Invalid, NotFound, Refused

KIND: Final = "import"
"""The kind of subject that imported entries belong to."""

Problem = Literal["private_address", "unreachable", "insecure", "refused", "not_found", "server_error", "not_a_calendar", "too_large"]
PROBLEMS: Final[Mapping[Problem, str]] = MappingProxyType(
    {
        "private_address": "The address leads into a private network, where we do not look.",
        "unreachable": "The server does not answer.",
        "insecure": "The server's certificate is not valid.",
        "refused": "The server does not let us in. Is the link still the current one?",
        "not_found": "There is no calendar at this address any more.",
        "server_error": "The server answers with an error of its own.",
        "not_a_calendar": "What is at this address is no calendar (iCalendar, .ics).",
        "too_large": "The calendar is too large: more than 5 MB, more than 5,000 busy times, or rules that take too long to work out.",
    }
)
SCHEMES: Final = MappingProxyType({"webcal": "https", "webcals": "https", "https": "https", "http": "http"})
LONGEST_URL: Final = 2000
RETRIES_DOUBLE: Final = 6


class ImportNotFound(NotFound):
    """No such import, or it is another person's."""

    code = "calendar.import_not_found"
    message = "There is no such imported calendar."


class ImportExists(Conflict):
    """The person imports this address already."""

    code = "calendar.import_exists"
    message = "You import this calendar already."


class TooManyImports(Refused):
    """A person imports at most `limit` calendars."""

    code = "calendar.too_many_imports"
    message = "You can import at most {limit} calendars; remove one first."


class Import(Struct, frozen=True, kw_only=True):
    """What a reading of a calendar elsewhere starts from. `timezone` is the person's."""

    id: UUID
    account_id: UUID
    name: str
    url: str
    timezone: str
    etag: str | None
    modified: str | None
    digest: bytes | None
    read_at: datetime | None
    failures: int


class UnreadableError(Exception):
    """A calendar cannot be read now; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        """Keep the reason."""
        super().__init__(problem)
        self.problem: Problem = problem


def wait_after(failures: int, interval: timedelta, import_id: UUID) -> timedelta:
    """Return how long to wait after so many failures in a row: each doubles it, up to 64 times. Imports are spread over a sixth of it."""
    base = interval * 2 ** min(failures, RETRIES_DOUBLE)
    return base + base / 6 * (import_id.int % 1000) / 1000


def address_of(url: str, *, may_be_here: bool) -> str:
    """Return the address to ask, `webcal` as https; refuse what is no address of a server on the internet.

    `may_be_here` lets this machine itself pass. A name is resolved, and what it leads to is judged, each time it is asked.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
        if host and ":" not in host:
            host.encode("idna")
    except ValueError:  # also a port or name that cannot be
        raise _wrong("This is not an address.") from None
    scheme = SCHEMES.get(parts.scheme)
    if scheme is None or not host or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise _wrong("Must be the address of a calendar: https://…, http://… or webcal://….")
    if not may_be_public(host, may_be_here=may_be_here):
        raise _wrong(PROBLEMS["private_address"])
    return SplitResult(scheme, parts.netloc, parts.path or "/", parts.query, "").geturl()


def _wrong(message: str) -> Invalid:
    return Invalid(FieldError("url", "body", "calendar.address", message))
