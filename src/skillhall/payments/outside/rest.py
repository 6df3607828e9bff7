"""Calls to a party's REST interface: its answer, a definite no, or no answer, of which nobody knows what it did."""

from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from skillhall.kernel.outside.http import Caller, PartyUnavailable

T = TypeVar("T")
REFUSED, MISSING, BUSY = 400, 404, 409


class Unanswered(Exception):
    """Nobody knows whether the party has done it: a time out, a reset, a fault of its own, or it is at it just now."""


class Declined(Exception):
    """The party has definitely not done it; `code` is its reason, `link` where it says that the thing is already."""

    def __init__(self, code: str, *, is_missing: bool = False, link: str = "") -> None:
        """Keep the reason."""
        super().__init__(code)
        self.code = code
        self.is_missing = is_missing
        self.link = link


class Problem(Struct):
    """One detail of a refusal, as PayPal gives it."""

    issue: str = ""
    link: list[dict[str, str]] = []


class Said(Struct):
    """Why, as Razorpay says it."""

    code: str = ""
    reason: str | None = None


class Refusal(Struct):
    """The body of an answer that refuses, as Razorpay (`error`) or PayPal (`name`, `details`) writes it."""

    error: Said | str = ""
    name: str = ""
    details: list[Problem] = []


async def asked(caller: Caller, kind: type[T], method: str, url: str, **options: Any) -> T:  # noqa: ANN401 - aiohttp's own
    """Return the answer as `kind`. `options` are aiohttp's: headers, params, json, data."""
    try:
        reply = await caller.send(method, url, **options)
    except PartyUnavailable as error:
        raise Unanswered from error
    if reply.status == BUSY:
        raise Unanswered
    if reply.status >= REFUSED:
        raise _declined(reply.status, reply.body)
    try:
        return msgspec.json.decode(reply.body or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise Unanswered from error


def _declined(status: int, body: bytes) -> Declined:
    try:
        said = msgspec.json.decode(body, type=Refusal)
    except msgspec.DecodeError:
        return Declined(f"status_{status}", is_missing=status == MISSING)
    detail = said.details[0] if said.details else Problem()
    reason = (said.error.reason or said.error.code) if isinstance(said.error, Said) else said.error
    link = next((link.get("href", "") for link in detail.link), "")
    return Declined(detail.issue or reason or said.name or f"status_{status}", is_missing=status == MISSING, link=link)
