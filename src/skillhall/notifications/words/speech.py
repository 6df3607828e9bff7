"""Speaking: Project Fluent and Babel, which take a fifth of a second to load, so who never speaks never loads them (`deploy/late.py`)."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast
from fluent.syntax.visitor import Visitor

from skillhall.kernel.money import CREDIT, Money, exponent, major_units
from skillhall.notifications.words.plain import BOOKS, LANGUAGES, Fact, Words, WordsError, language_of, message_id, source

BESIDE: Final = re.compile(r"(?<=[A-Z])(?=\d)|(?<=\d)(?=[A-Z])")
"""Where a currency that has no sign of its own stands against its number."""

LONG: Final = 500
"""Of a text longer than this the library sees a mark: it refuses a thousand characters, an announcement has four."""


def render(code: str, facts: Mapping[str, Fact], locale: str, zone: str) -> Words:
    """Return the words of a type about these facts."""
    bundle, given = _bundle(language_of(locale)), {name: written(fact, locale, zone) for name, fact in facts.items()}
    name = message_id(code)
    if not bundle.has_message(name):
        raise WordsError(f"{code} has no words in {language_of(locale)}")
    message = bundle.get_message(name)
    title = _said(bundle, message.value, given, code)
    text = _said(bundle, message.attributes.get("text"), given, code)
    action = _said(bundle, message.attributes["action"], given, code) if "action" in message.attributes else ""
    return Words(" ".join(title.split()), text, " ".join(action.split()))


def phrase(name: str, locale: str, zone: str, facts: Mapping[str, Fact]) -> str:
    """Return one message of the frame."""
    bundle = _bundle(language_of(locale))
    if not bundle.has_message(name):
        raise WordsError(f"there is no phrase {name} in {language_of(locale)}")
    given = {key: written(fact, locale, zone) for key, fact in facts.items()}
    return _said(bundle, bundle.get_message(name).value, given, name)


def has_phrase(name: str) -> bool:
    """Return whether the frame has this message."""
    return _bundle(LANGUAGES[0]).has_message(name)


def variables(code: str, language: str) -> frozenset[str]:
    """Return the names of the facts that a type's words ask for, or those of messages they refer to."""
    messages = _messages(language)
    if (name := message_id(code)) not in messages:
        raise WordsError(f"{code} has no words in {language}")
    names = _Names()
    waiting, seen = [name], {name}
    while waiting:
        names.visit(messages[waiting.pop()])
        waiting += names.refers - seen
        seen |= names.refers
    return frozenset(names.found)


def written(fact: Fact, locale: str, zone: str) -> str | int:
    """Return a fact as the reader's language writes it."""
    place = _place(locale)
    match fact:
        case Money(currency=asset) if asset == CREDIT:
            return phrase("amount-credits", locale, zone, {"count": fact.amount})
        case Money():
            is_bare_rupee = (place.language, place.territory, fact.currency) == ("en", None, "INR")
            return _money(fact, Locale("en", "IN") if is_bare_rupee else place)
        case datetime():
            local = fact.astimezone(ZoneInfo(zone))
            day, clock = format_date(local, "full", locale=place), format_time(local, "short", locale=place)
            return f"{day}, {clock} ({zone})"
        case date():
            return format_date(fact, "full", locale=place)
        case _:
            return fact


def _money(fact: Money, place: Locale) -> str:
    """Write an amount with its sign, a whole one without decimals: nobody says ₹1,500.00."""
    amount, is_whole = major_units(fact.amount, fact.currency), fact.amount % 10 ** exponent(fact.currency) == 0
    pattern = place.currency_formats["standard"].pattern
    if is_whole:
        pattern = pattern.replace(".00", "")
    text = format_currency(amount, fact.currency, format=pattern, locale=place, currency_digits=not is_whole)
    return BESIDE.sub("\N{NO-BREAK SPACE}", text)


def _place(locale: str) -> Locale:
    """Return the place whose way of writing numbers and dates is used: the account's own, when we have words in its language."""
    try:
        found = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        found = Locale(LANGUAGES[0])
    return found if found.language in LANGUAGES else Locale(LANGUAGES[0])


def _said(bundle: FluentBundle, pattern: Any, facts: Mapping[str, str | int], what: str) -> str:  # noqa: ANN401 - fluent.runtime has no types
    if pattern is None:
        raise WordsError(f"{what} is not complete")
    long = {f"\ue000{place}\ue001": fact for place, fact in enumerate(facts.values()) if isinstance(fact, str) and len(fact) > LONG}
    marks = {fact: mark for mark, fact in long.items()}
    given = {name: marks.get(fact, fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    said, errors = cast("tuple[str, list[Exception]]", bundle.format_pattern(pattern, given))
    if errors:
        raise WordsError(f"{what}: {errors[0]}")
    for mark, fact in long.items():
        said = said.replace(mark, fact)
    return said.strip()


@lru_cache(len(LANGUAGES))
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    for book in BOOKS:
        bundle.add_resource(_resource(language, book))
    return bundle


@lru_cache(len(LANGUAGES) * len(BOOKS))
def _resource(language: str, book: str) -> Any:  # noqa: ANN401 - fluent.runtime has no types
    return FluentResource(source(language, book))


@lru_cache(len(LANGUAGES))
def _messages(language: str) -> dict[str, ast.Message]:
    entries = [entry for book in BOOKS for entry in _resource(language, book).body]
    return {entry.id.name: entry for entry in entries if isinstance(entry, ast.Message)}


class _Names(Visitor):
    """Collects what a message speaks of, and what it refers to."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.refers: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the library calls it by the node's name
        self.found.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802 - the library calls it by the node's name
        self.refers.add(node.id.name)
