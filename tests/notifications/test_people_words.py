"""The words about people in English, German and Hindi: every turn of every sentence, and how some of them read."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from skillhall.kernel.money import Money
from skillhall.kernel.money import credits as credit
from skillhall.notifications.model.types import find_type
from skillhall.notifications.model.types.people import TYPES
from skillhall.notifications.queries.still_people import STILL
from skillhall.notifications.words import LANGUAGES, message_id, render, source
from tests.notifications.stage import REACTIONS

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 27, 13, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "community": "Skillhall", "other": "Ada Example", "others": 1, "title": "Guitar", "skill": "Python", "into": "Python 3",
    "profile": "Ada", "device": "Firefox", "address": "192.0.2.1", "roles": "support", "at": AT, "ends_at": AT, "erase_at": AT,
    "reveal_at": AT, "starts_at": AT, "from_starts_at": AT, "proposed_starts_at": LATER, "until": LATER, "reason_text": "Because.",
    "price": credit(31),
}  # fmt: skip
TURNS: dict[str, tuple[object, ...]] = {
    "reason": ("given", "none"), "method": ("code", "password", "google", "github"), "has_device": ("yes", "no"),
    "has_address": ("yes", "no"), "count": (0, 1, 2), "decision": ("approved", "rejected", "merged"), "change": ("added", "taken"),
    "kind": ("direct", "group", "session", "booking", "project"), "rating": (1, 4), "reader": ("host", "learner"),
    "group": ("yes", "no"), "paid": ("none", "credits", "money"), "deadline": ("given", "none"), "others": (0, 1, 5),
    "because": ("reclaimed", "suspended", "interrupted", "other"), "left_as": ("busy", "unpaid", "reclaimed", "lapsed", "unfilled"),
}  # fmt: skip
READS = (
    (
        "en",
        "learning.session_requested",
        {"reader": "host"},
        "Lesson requested: Guitar",
        ("Ada Example would like to book “Guitar”.", "Please answer by: Friday"),
    ),
    (
        "en",
        "learning.session_requested",
        {"reader": "learner", "paid": "credits", "deadline": "none"},
        "Lesson requested: Guitar",
        ("Set aside until Ada Example answers: 31 credits.",),
    ),
    (
        "de",
        "learning.session_requested",
        {"reader": "host"},
        "Stunde angefragt: Guitar",
        ("Ada Example möchte „Guitar“ buchen.", "Bitte antworte bis: Freitag, 27. November 2026"),
    ),
    (
        "hi",
        "learning.session_requested",
        {"reader": "host"},
        "कक्षा का अनुरोध: Guitar",
        ("Ada Example “Guitar” बुक करना चाहते हैं।", "नवंबर 2026"),
    ),
    (
        "en",
        "learning.session_cancelled",
        {"others": 5, "because": "reclaimed"},
        "Lesson cancelled: Guitar",
        ("“Guitar” with 5 learners on Thursday", "The payment for it was taken back.\n\nReason: Because."),
    ),
    ("de", "learning.session_cancelled", {"others": 0}, "Stunde abgesagt: Guitar", ("„Guitar“ am Donnerstag, 26. November 2026",)),
    (
        "en",
        "learning.seat_promoted",
        {"paid": "money", "price": Money(2500, "EUR")},
        "You have a seat: Guitar",
        ("and it is yours. Set aside for it: €25.",),
    ),
    (
        "hi",
        "learning.seat_offered",
        {"paid": "money", "price": Money(150_000_00, "INR")},
        "आपके लिए एक सीट रखी गई है: Guitar",
        ("₹1,50,000",),
    ),
    ("en", "reviews.revealed", {"rating": 1}, "Ada Example gave you one star", ("of your lesson",)),
    ("de", "reviews.revealed", {"rating": 4}, "Ada Example hat dir 4 Sterne gegeben", ("zu eurer Stunde",)),
    ("hi", "reviews.revealed", {"rating": 4}, "Ada Example ने आपको 4 सितारे दिए", ("आपकी कक्षा पर",)),
    (
        "en",
        "identity.roles_changed",
        {"count": 2, "roles": "support, finance"},
        "Your roles have changed",
        ("Your staff roles from now on: support, finance.",),
    ),
    ("de", "ledger.gift_given", {}, "Geschenk von Ada Example: 31 Guthabenpunkte", ("Guthaben",)),
    ("hi", "ledger.gift_given", {}, "Ada Example की ओर से उपहार: 31 क्रेडिट", ("वॉलेट",)),
)


PIECES = {"others", "paid", "reason"}
"""What messages speak of through the pieces they are made of."""


def _turns(code: str) -> list[dict[str, Any]]:
    """Return facts that lead through every turn of this type's words."""
    _, _, rest = source("en", "people").partition(f"\n{message_id(code)} =")
    block = re.split(r"\n(?=[a-z#])", rest)[0]
    asked = [name for name in TURNS if f"${name} " in block or (name in PIECES and "-piece }" in block)]
    return [{name: TURNS[name][turn % len(TURNS[name])] for name in asked} for turn in range(6 if asked else 1)]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.code)
def test_every_turn_is_said_in_every_language(kind: Any) -> None:
    for turn in _turns(kind.code):
        said = [render(kind.code, {**FACTS, **turn}, language, "Europe/Berlin") for language in LANGUAGES]
        for words in said:
            assert words.title
            assert len(words.text) > 15
            assert "  " not in words.text
            assert "\n\n\n" not in words.text
            assert bool(words.action) == kind.action
        assert len({words.title for words in said}) == len({words.text for words in said}) == len(LANGUAGES)


@pytest.mark.parametrize(("language", "code", "facts", "title", "parts"), READS)
def test_how_they_read(language: str, code: str, facts: dict[str, Any], title: str, parts: tuple[str, ...]) -> None:
    given = {**FACTS, **{name: turns[0] for name, turns in TURNS.items()}, "others": 1, "kind": "session", **facts}
    words = render(code, given, language, "Europe/Berlin")
    assert words.title == title
    for part in parts:
        assert part in words.text


def test_types_reactions_and_checks_belong_together() -> None:
    codes = {kind.code for kind in TYPES}
    renamed = {
        "identity.address_verified": "identity.welcome", "identity.login_started": "identity.new_sign_in",
        "messaging.message_sent": "messaging.message_received",
    }  # fmt: skip
    assert {renamed.get(event.name, event.name) for event in REACTIONS} == codes
    assert set(STILL) <= codes
    names = {
        "SESSION_REQUEST": "learning.session_requested", "SESSION_CONFIRMED": "learning.session_scheduled",
        "SESSION_CANCELLED": "learning.session_cancelled", "SESSION_REMINDER": "learning.reminder_due",
        "CREDIT_RECEIVED": "ledger.gift_given", "REVIEW_RECEIVED": "reviews.revealed", "connection_request": "connections.requested",
        "connection_accepted": "connections.accepted", "message": "messaging.message_received", "new_message": "messaging.message_received",
        "Chat Message": "messaging.message_received", "session_ended": "learning.session_completed",
        "welcome": "identity.welcome",
        "skill_progress": "skills.goal_reached", "teacher_approved": "skills.member_skill_verified",
        "Endorsement": "reviews.skill_endorsed",
    }  # fmt: skip
    for name, code in names.items():
        found = find_type(name)
        assert found, name
        assert found.code == code
