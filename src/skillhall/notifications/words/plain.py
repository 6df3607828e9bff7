"""The nouns of words, and where they are kept. Reads nothing of the library that speaks them."""

from datetime import date, datetime
from importlib.resources import files
from typing import Final

from msgspec import Struct

from skillhall.kernel.money import Money

Fact = str | int | Money | datetime | date
LANGUAGES: Final = ("en", "de", "hi")
BOOKS: Final = ("frame", "hall", "people", "work")


class WordsError(ValueError):
    """A type has no words, or its words ask for a fact that was not given."""


class Words(Struct, frozen=True):
    """What one reader is told. `action` is empty where there is nothing to do."""

    title: str
    text: str
    action: str


def language_of(locale: str) -> str:
    """Return the language we have words in for a locale like `de-AT`; English for one we have none for."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


def message_id(code: str) -> str:
    """Return the id under which a type's words are kept."""
    return code.replace(".", "-")


def source(language: str, book: str) -> str:
    """Return the text of one file; empty while there is none."""
    file = files("skillhall.notifications.words").joinpath(language, f"{book}.ftl")
    return file.read_text(encoding="utf-8") if file.is_file() else ""
