"""Statements as the database counts them, and the names they have in our source."""

import re
import sys
from types import ModuleType

import asyncpg

from skillhall.identity.queries import door
from skillhall.kernel.db import runner
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.outside import fanout
from skillhall.kernel.work import wake

RESET = "SELECT pg_stat_statements_reset()"
COUNTED = """
SELECT s.query, sum(s.calls)::bigint AS calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
WHERE d.datname = current_database() AND s.toplevel GROUP BY s.query
"""
OURS = ("pg_stat_statements", "bench.")
"""What a statement of the measurement itself contains."""
BRACKETS = frozenset({"BEGIN", "COMMIT"})
SAVEPOINTS = ("SAVEPOINT ", "RELEASE ")
"""Neither is compared: the database counts a prepared one only the first time. The floor has them where they were recorded."""
VALUE = re.compile(r"\$\d+|'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|\b(?:NULL|TRUE|FALSE)\b", re.IGNORECASE)
MANY = re.compile(r"\?(?: /\*, \.\.\. \*/|(?:, \?)+)")

EXTRACTED = re.compile(r"extract\(\w+ FROM", re.IGNORECASE)


def canonical(text: str) -> str:
    """Return a statement without its layout and values: our constants, and what the database shows of them, become the same."""
    plain = re.sub(r"\s+", " ", re.sub(r"--[^\n]*", "", text)).strip(" ;")
    return MANY.sub("?", EXTRACTED.sub("extract(? FROM", VALUE.sub("?", plain)))


BACKGROUND = frozenset(canonical(text) for text in (door.CHANGED, door.LOGIN, wake.NOTIFY, fanout.NOTIFY, runner.SHIFT))
"""What a process asks now and then, not with each request: changed logins, a token's first use, wake-ups, the moved clock."""

DRIVER = ("pg_type", "current_setting(", "set_config(")
"""What the driver's own questions about types contain, asked once per connection."""


def is_background(text: str) -> bool:
    """Return whether a statement belongs to no request: ours, one of `BACKGROUND`, or the driver asking about types."""
    return canonical(text) in BACKGROUND or any(mark in text for mark in DRIVER) or text.startswith(("LISTEN", "UNLISTEN"))


async def reset(connection: asyncpg.Connection) -> None:
    """Count from zero."""
    await connection.execute(RESET)


async def per_request(connection: asyncpg.Connection, requests: int) -> tuple[dict[str, float], float]:
    """Return the calls per request of each statement of this database, and how many background calls came on each request."""
    found: dict[str, float] = {}
    beside = 0.0
    for row in await connection.fetch(COUNTED):
        if row["query"] in BRACKETS or row["query"].startswith(SAVEPOINTS) or any(mark in row["query"] for mark in OURS):
            continue
        if is_background(row["query"]):
            beside += row["calls"] / requests
        else:
            text = canonical(row["query"])
            found[text] = found.get(text, 0) + row["calls"] / requests
    return found, beside


def difference(server: dict[str, float], floor: dict[str, float]) -> list[str]:
    """Return in what the two differ, a line each; nothing when the floor did exactly what the server did."""
    return [
        f"{server.get(text, 0):g} calls a request by the server, {floor.get(text, 0):g} by the floor: {text[:160]}"
        for text in sorted({*server, *floor})
        if abs(server.get(text, 0) - floor.get(text, 0)) > 0.001
    ]


def names() -> dict[str, str]:
    """Return the name of every statement constant of the house by its canonical text."""
    return {
        canonical(value): f"{module.__name__.removeprefix('skillhall.')}.{name}"
        for module in _house()
        for name, value in vars(module).items()
        if isinstance(value, str) and name.isupper() and " " in value.strip()
    }


def name_of(text: str, known: dict[str, str]) -> str:
    """Return the name of a statement: a constant, or the list it is composed by; a nameless one must not be measured."""
    if (name := known.get(canonical(text))) is not None:
        return name
    for module in _house():
        for name, value in vars(module).items():
            if isinstance(value, Listing) and canonical(value.source) in canonical(text):
                return f"{module.__name__.removeprefix('skillhall.')}.{name}"
    raise LookupError(f"No constant of the source is this statement: {text}")


def _house() -> list[ModuleType]:
    return [module for name, module in sys.modules.items() if name.startswith("skillhall.")]
