"""What is said about work and money, in every language and every way it can be meant."""

from datetime import UTC, datetime
from typing import Any

import pytest

from skillhall.kernel.money import Money
from skillhall.notifications.model.types.work import TYPES
from skillhall.notifications.queries.still_work import STILL
from skillhall.notifications.words import LANGUAGES, render, variables

WHEN = datetime(2026, 12, 24, 17, 30, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "title": "A cello part", "project": "A short film", "other": "Asha", "worker": "Wim", "payee": "Wim", "skills": "Cello, Piano",
    "price": Money(15_000_000, "INR"), "back": Money(250, "EUR"), "words": "> Quietly.", "until": WHEN, "starts_at": WHEN, "percent": "60",
    "reason": "", "link": "https://bank.example/ask", "plan": "Pro", "number": "INV-2026-000007", "corrects": "INV-2026-000006",
    "seller": "Hana", "days": 30,
}  # fmt: skip
CHOICES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(
        ("has_price", "is_offer", "has_time", "has_until", "is_answered", "is_taken_back", "is_returned", "is_trial", "is_last"),
        ("yes", "no"),
    ),
    "verdict": ("approved", "rejected", "changes_requested"),
    "share": ("all", "part", "none"),
    "status": ("verified", "rejected"),
    "waiting": ("suspense", "refund"),
    "series": ("INV", "RCT", "FEE"),
    "days": (1, 30),
    "reason": ("unpaid", "trial_over", "refunded", "charged_back", ""),
}
SAID = {
    ("gigs.bid_submitted", "en-IN"): "Asha would like to do “A cello part” for ₹1,50,000.",
    ("gigs.bid_submitted", "de"): "Asha möchte „A cello part“ für 150.000 ₹ übernehmen.",
    ("gigs.bid_submitted", "hi"): "Asha “A cello part” का काम ₹1,50,000 में करना चाहते हैं।",
    ("billing.boost_paid", "de"): "Ab jetzt steht „A cello part“ vor anderen Projekten, 1 Tag lang.",
    ("billing.boost_paid", "en"): "From now on “A cello part” is shown before other projects, for 1 day.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_unsaid(language: str) -> None:
    for one in TYPES:
        asked = variables(one.code)
        defaults = {name: CHOICES[name][0] if name in CHOICES else FACTS[name] for name in asked}
        for name in (set(CHOICES) & asked) or {"title"}:
            for choice in CHOICES.get(name, ("A cello part",)):
                said = render(one.code, {**defaults, name: choice}, language, "Asia/Kolkata")
                assert all((said.title, said.text, said.action)), one.code
                assert not {"{", "}"} & set(said.title + said.text), said


def test_money_and_plurals_are_written_as_the_reader_does() -> None:
    facts = {**FACTS, **{name: choices[0] for name, choices in CHOICES.items()}}
    for (code, locale), text in SAID.items():
        said = render(code, facts, locale, "Europe/Berlin").text.splitlines()[0]
        assert said.replace("\N{NO-BREAK SPACE}", " ") == text


def test_types_have_their_own_names() -> None:
    codes, aliases = [one.code for one in TYPES], [alias for one in TYPES for alias in one.aliases]
    assert len({*codes, *aliases}) == len(codes) + len(aliases)
    assert set(STILL) <= set(codes)
    assert {"payment_success", "payment_failed", "payment_refunded", "bid_received", "project_invite", "new_applicant"} <= set(aliases)
