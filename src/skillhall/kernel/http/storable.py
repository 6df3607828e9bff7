"""What no table could store, or would cost too much to look at: refused before it goes anywhere."""

import re
from decimal import Decimal, InvalidOperation
from typing import cast

import msgspec

from skillhall.kernel.http.problem import Malformed
from skillhall.kernel.refusals import FieldError, Invalid

DEEPEST, LARGEST_EXPONENT, INT64 = 32, 30, 2**63
SUSPICIOUS = re.compile(rb'\\u0000|[:\[,\s]-?(?:\d{16}|[\d.]+[eE])|"(?:000|9999)')
EDGE_OF_TIME = re.compile(r"(?:000\d|9999)-\d\d-\d\d")


class OutOfRange(Invalid):
    """A value that no column can hold: too large a number, too far a date."""

    code = "http.out_of_range"
    message = "A value is too large, or a date too far away, to be stored."


def examine(raw: bytes) -> None:
    """Refuse JSON that decodes but could not be stored or would cost too much: NUL, numbers beyond 64 bits, the ends of time, deep nesting.

    Nearly every body passes by one search of its bytes; a suspicious one is looked at value by value.
    """
    if not SUSPICIOUS.search(raw) and raw.count(b"[") + raw.count(b"{") <= DEEPEST:
        return

    def number(text: str) -> float:
        try:
            is_sane = abs(Decimal(text).adjusted()) <= LARGEST_EXPONENT
        except InvalidOperation:  # an exponent that not even a decimal number holds
            is_sane = False
        if not is_sane:
            raise Malformed(problem="a number is too large or too small")
        return float(text)

    found = _walk(msgspec.json.Decoder(float_hook=number).decode(raw))
    if found:
        raise Invalid(*(FieldError(path, "body", "not_storable", problem) for path, problem in found))


def _walk(root: object) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    waiting: list[tuple[str, object, int]] = [("", root, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > DEEPEST:
            raise Malformed(problem="it is nested too deeply")
        dot = f"{path}." if path else ""
        if isinstance(value, dict):
            members = cast("dict[str, object]", value)
            found += [(path, problem) for key in members if (problem := unstorable(key))]
            waiting += [(dot + key, member, depth + 1) for key, member in members.items()]
        elif isinstance(value, list):
            waiting += [(f"{dot}{index}", item, depth + 1) for index, item in enumerate(cast("list[object]", value))]
        elif problem := unstorable(value):
            found.append((path, problem))
    return found


def unstorable(value: object) -> str | None:
    """Return why a plain value cannot be kept, or nothing."""
    if isinstance(value, str):
        if "\0" in value:
            return "Text cannot hold the character NUL."
        if EDGE_OF_TIME.match(value):
            return "The date is too far away."
    if isinstance(value, int) and not -INT64 <= value < INT64:
        return "The number is too large."
    return None
