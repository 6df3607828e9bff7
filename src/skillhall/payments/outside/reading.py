"""What all adapters read alike: a header whatever its case, an instant in seconds, our id in somebody's metadata."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

TIMED: Final = 7


def header(headers: Mapping[str, str], name: str) -> str:
    """Return a header whatever its case, or an empty text."""
    return next((value for key, value in headers.items() if key.lower() == name), "")


def since_epoch(seconds: float) -> datetime:
    """Return the instant so many seconds after 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def made_at(new_id: UUID) -> datetime:
    """Return when an id of ours was made, by its own first 48 bits; long ago for one that does not say."""
    return since_epoch((new_id.int >> 80) / 1000 if new_id.version == TIMED else 0)


def our_id(text: object) -> UUID | None:
    """Return the id that we put there, or nothing: somebody else's text."""
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
