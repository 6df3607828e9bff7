"""What the words of a notice speak of, and how that is kept."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from skillhall.kernel.money import Money
from skillhall.kernel.shapes import instant
from skillhall.notifications.words import Fact

__all__ = ["Fact", "kept"]


def kept(facts: Mapping[str, Fact]) -> dict[str, object]:
    """Return facts as a row keeps them."""
    return {name: _plain(fact) for name, fact in facts.items()}


def _plain(fact: Fact) -> object:
    match fact:
        case Money():
            return msgspec.to_builtins(fact)
        case datetime():
            return instant(fact)
        case date():
            return fact.isoformat()
        case _:
            return fact
