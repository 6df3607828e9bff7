"""Identifiers: time-ordered new ones, and derived ones that are the same for the same parts."""

import hashlib
import os
import time
from typing import Final
from uuid import UUID

NIL: Final = UUID(int=0)
_VERSION_7: Final = 0x7 << 76
_VERSION_8: Final = 0x8 << 76
_VARIANT: Final = 0x2 << 62
_LOW_62: Final = (1 << 62) - 1


def new() -> UUID:
    """Return a UUIDv7: 48 bits of wall-clock milliseconds, 74 random bits. Sorts by the time it was made."""
    random = int.from_bytes(os.urandom(10), "big")
    stamp = time.time_ns() // 1_000_000
    return UUID(int=stamp << 80 | _VERSION_7 | (random >> 68) << 64 | _VARIANT | random & _LOW_62)


def derived(*parts: object) -> UUID:
    """Return the UUIDv8 that belongs to these parts: same parts in the same order, same id.

    Parts are compared by `str()`; a separator that text cannot hold keeps ("a", "bc") and ("ab", "c") apart.
    """
    digest = hashlib.sha256("\x00".join(str(part) for part in parts).encode("utf-8", "surrogatepass")).digest()
    raw = int.from_bytes(digest[:16], "big")
    return UUID(int=(raw >> 80) << 80 | _VERSION_8 | (raw >> 64 & 0xFFF) << 64 | _VARIANT | raw & _LOW_62)
