"""What notices say, in each language: Project Fluent over `words/<language>/*.ftl`. Pure; the files are read when first needed.

The message of a type is its code with "." as "-": its value is the title, `.text` the body, `.action` the label of the link.
Numbers stay numbers, so that plurals are chosen by them; money, dates and times come written for the reader's language and zone.
"""

from collections.abc import Mapping

from skillhall.notifications.words import speech
from skillhall.notifications.words.plain import BOOKS, LANGUAGES, Fact, Words, WordsError, language_of, message_id, source

__all__ = [
    "BOOKS",
    "LANGUAGES",
    "Fact",
    "Words",
    "WordsError",
    "has_phrase",
    "language_of",
    "message_id",
    "phrase",
    "render",
    "source",
    "variables",
    "written",
]


def render(code: str, facts: Mapping[str, Fact], locale: str, zone: str) -> Words:
    """Return the words of a type about these facts. `locale` is the account's ("de", "en-IN"), `zone` its IANA time zone."""
    return speech.render(code, facts, locale, zone)


def phrase(name: str, locale: str, zone: str = "UTC", /, **facts: Fact) -> str:
    """Return one message of the frame: labels of mails, digests and pages."""
    return speech.phrase(name, locale, zone, facts)


def has_phrase(name: str) -> bool:
    """Return whether the frame has this message."""
    return speech.has_phrase(name)


def written(fact: Fact, locale: str, zone: str) -> str | int:
    """Return a fact as the reader's language writes it: money with its sign, an instant as a clock in their zone shows it."""
    return speech.written(fact, locale, zone)


def variables(code: str, language: str = "en") -> frozenset[str]:
    """Return the names of the facts that a type's words ask for."""
    return speech.variables(code, language)
