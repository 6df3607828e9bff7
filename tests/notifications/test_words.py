"""Three languages say the same things: the same messages about the same facts, nothing left in English, plurals and money right."""

import re
from datetime import UTC, date, datetime

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from skillhall.kernel import money
from skillhall.kernel.money import Money
from skillhall.notifications import words
from skillhall.notifications.model.types import CATEGORIES, TYPES
from skillhall.notifications.words import BOOKS, LANGUAGES, Words, WordsError, language_of, message_id, phrase, render, variables, written

SAME = {"Status", "SMS", "Name", "E-Mail", "Digest", "Team", "PDF"}
"""Texts that a translation may share with English."""
LETTERS = re.compile(r"[^\W\d_]{2,}")
DEVANAGARI = re.compile(r"[\u0900-\u097f]")


class Parts(Visitor):
    """Collects what a pattern says, speaks of and refers to."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.names: set[str] = set()
        self.refers: set[str] = set()

    def visit_TextElement(self, node: ast.TextElement) -> None:  # noqa: N802 - the library's name
        self.texts.append(node.value.strip())

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the library's name
        self.names.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802 - the library's name
        self.refers.add(node.id.name)


def parsed(language: str, book: str) -> dict[str, ast.Message]:
    """Return the messages of a file; junk and a message that is there twice are mistakes."""
    entries = FluentParser(with_spans=False).parse(words.source(language, book)).body
    junk = [entry.content for entry in entries if isinstance(entry, ast.Junk)]
    messages = [entry for entry in entries if isinstance(entry, ast.Message)]
    names = [message.id.name for message in messages]
    assert (junk, sorted(names)) == ([], sorted(set(names)))
    return {message.id.name: message for message in messages}


ALL = {language: {book: parsed(language, book) for book in BOOKS} for language in LANGUAGES}


def parts(message: ast.Message) -> dict[str, Parts]:
    """Return the parts of a message: its value under "", and its attributes."""
    patterns = {"": message.value, **{attribute.id.name: attribute.value for attribute in message.attributes}}
    found: dict[str, Parts] = {}
    for name, pattern in patterns.items():
        found[name] = Parts()
        if pattern is not None:
            found[name].visit(pattern)
    return found


def facts_of(language: str, name: str) -> set[str]:
    """Return what a message speaks of, itself or through what it refers to."""
    messages = {key: message for book in BOOKS for key, message in ALL[language][book].items()}
    all_parts = parts(messages[name]).values()
    refers = {other for part in all_parts for other in part.refers}
    return {fact for part in all_parts for fact in part.names} | {fact for other in refers for fact in facts_of(language, other)}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_says_the_same_about_the_same(language: str) -> None:
    for book in BOOKS:
        assert list(ALL[language][book]) == list(ALL["en"][book]), book
        for name, message in ALL["en"][book].items():
            theirs = ALL[language][book][name]
            assert parts(theirs).keys() == parts(message).keys(), name
            assert facts_of(language, name) == facts_of("en", name), name


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_nothing_is_left_in_english(language: str) -> None:
    left: list[str] = []
    for book in BOOKS:
        for name, message in ALL["en"][book].items():
            theirs = parts(ALL[language][book][name])
            for part, ours in parts(message).items():
                english = {text for text in ours.texts if LETTERS.search(text)} - SAME
                left += [f"{name}.{part}: {text}" for text in theirs[part].texts if text in english]
    assert left == []


def test_hindi_is_written_in_its_own_script() -> None:
    latin = [
        f"{name}: {text}"
        for book in BOOKS
        for name, message in ALL["hi"][book].items()
        for part in parts(message).values()
        for text in part.texts
        if LETTERS.search(text) and not DEVANAGARI.search(text) and text not in SAME
    ]
    assert latin == []


def test_every_type_has_its_words_and_every_word_a_type() -> None:
    codes = {message_id(code) for code in TYPES}
    for language in LANGUAGES:
        said = {name for book in BOOKS if book != "frame" for name in ALL[language][book] if not name.endswith("-piece")}
        assert (sorted(codes - said), sorted(said - codes)) == ([], [])
        for code, kind in TYPES.items():
            message = next(ALL[language][book][message_id(code)] for book in BOOKS if message_id(code) in ALL[language][book])
            expected = {"", "text", "action"} if kind.action else {"", "text"}
            assert parts(message).keys() in (expected, {"", "text"}), code
        assert all(phrase(f"category-{name}", language) for name in CATEGORIES)
        assert all(variables(code, language) >= set() for code in TYPES)


def test_plurals() -> None:
    assert [phrase("digest-more", "en", count=count) for count in (1, 2)] == ["And one more in your inbox.", "And 2 more in your inbox."]
    assert [phrase("digest-more", "de", count=count) for count in (1, 1200)] == [
        "Und eine weitere in deinem Posteingang.",
        "Und 1.200 weitere in deinem Posteingang.",
    ]
    assert [phrase("digest-push-text", "hi", count=count) for count in (0, 1, 5)] == [
        "0 सूचना आपकी प्रतीक्षा में है।",
        "1 सूचना आपकी प्रतीक्षा में है।",
        "5 सूचनाएँ आपकी प्रतीक्षा में हैं।",
    ]


@pytest.mark.parametrize(
    ("fact", "locale", "text"),
    [
        (Money(12_345_650, "INR"), "hi", "₹1,23,456.50"),
        (Money(12_345_600, "INR"), "en-IN", "₹1,23,456"),
        (Money(12_345_600, "INR"), "en", "₹1,23,456"),
        (Money(12_345_600, "INR"), "de", "123.456\xa0₹"),
        (Money(125_050, "EUR"), "de-AT", "€\xa01.250,50"),
        (Money(125_000, "EUR"), "en", "€1,250"),
        (Money(-500, "JPY"), "en", "-¥500"),
        (Money(1234, "KWD"), "en", "KWD\xa01.234"),
        (money.credits(1), "en", "1 credit"),
        (money.credits(1200), "de", "1.200 Guthabenpunkte"),
        (money.credits(31), "hi", "31 क्रेडिट"),
        (date(2026, 11, 22), "de", "Sonntag, 22. November 2026"),
        (datetime(2026, 11, 22, 13, 30, tzinfo=UTC), "en", "Sunday, November 22, 2026, 2:30\u202fPM (Europe/Berlin)"),
        (datetime(2026, 11, 22, 13, 30, tzinfo=UTC), "de", "Sonntag, 22. November 2026, 14:30 (Europe/Berlin)"),
        (datetime(2026, 7, 1, 13, 30, tzinfo=UTC), "hi", "बुधवार, 1 जुलाई 2026, 3:30 pm (Europe/Berlin)"),
        ("plain", "xx", "plain"),
    ],
)
def test_facts_are_written_for_their_reader(fact: words.Fact, locale: str, text: str) -> None:
    assert written(fact, locale, "Europe/Berlin") == text


def test_words_fit_on_one_line_and_take_text_as_it_is() -> None:
    said = render("hall.maintenance", {"title": "A\n { $b }", "text": "One.\n\n<b>Two</b>"}, "hi-IN", "Asia/Kolkata")
    assert (said.title, said.text, said.action) == ("रखरखाव: A { $b }", "One.\n\n<b>Two</b>", "देखें क्या तय है")


def test_a_long_text_comes_whole() -> None:
    text = "A line.\n\n" * 444
    assert render("hall.announcement", {"title": "T" * 600, "text": text}, "de", "UTC") == Words("T" * 600, text.strip(), "Weiterlesen")


def test_unknown_languages_get_english_and_mistakes_are_seen() -> None:
    assert [language_of(locale) for locale in ("de_CH", "HI", "fr-FR", "", "??")] == ["de", "hi", "en", "en", "en"]
    assert render("hall.reminder", {"title": "T", "text": "t"}, "fr", "UTC").title == "Reminder: T"
    for code, facts in (("no.such", {}), ("hall.reminder", {"title": "T"})):
        with pytest.raises(WordsError):
            render(code, facts, "en", "UTC")
    with pytest.raises(WordsError):
        phrase("no-such", "en")
    with pytest.raises(WordsError):
        variables("no.such")
