"""The registry: every type of notice there is. `Type` is in `kind`, the types of each part of the hall beside it."""

from typing import Final

from skillhall.notifications.model.types import hall, people, work
from skillhall.notifications.model.types.kind import CATEGORIES, CHANNELS, Category, Channel, Priority, Type

__all__ = ["CATEGORIES", "CHANNELS", "TYPES", "Category", "Channel", "Priority", "Type", "find_type", "type_of"]

TYPES: Final[dict[str, Type]] = {one.code: one for one in (*hall.TYPES, *people.TYPES, *work.TYPES)}
_ALIASES: Final[dict[str, Type]] = {alias.lower(): one for one in TYPES.values() for alias in (*one.aliases, one.code)}


def type_of(code: str) -> Type:
    """Return a type by its code; `KeyError` when there is none: a mistake in the program."""
    return TYPES[code]


def find_type(name: str) -> Type | None:
    """Return a type by its code or by any word older clients have for it, in any case; nothing when there is none."""
    return _ALIASES.get(name.strip().lower().replace(" ", "_").replace("-", "_"))
