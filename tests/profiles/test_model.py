"""The profile's rules."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from skillhall.kernel import ids
from skillhall.profiles.model.profile import WEIGHTS, ChangeProfile, OpenProfile, Profile
from skillhall.profiles.model.views import ProfileView

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FULL: dict[str, Any] = {
    "avatar_url": "https://example.org/a.png",
    "bio": "I teach.",
    "location": "Leipzig",
    "skills": ["Cello", "Viola", "Violin"],
    "has_availability": True,
    "is_verified": True,
}


def a_stored(**fields: Any) -> Profile:
    return Profile(
        id=ids.new(),
        account_id=ids.new(),
        kind="mentor",
        is_primary=True,
        display_name="Mira",
        origin="code",
        created_at=NOW,
        updated_at=NOW,
        **fields,
    )


def test_completion_runs_from_20_to_100() -> None:
    assert a_stored().completion == 20
    assert a_stored(**FULL).completion == 100
    assert sum(WEIGHTS.values()) == 100


@given(some.sets(some.sampled_from(sorted(FULL))))
def test_each_filled_part_adds_its_weight(parts: set[str]) -> None:
    alone = {part: a_stored(**{part: FULL[part]}).completion - 20 for part in FULL}
    assert all(weight > 0 for weight in alone.values())
    assert a_stored(**{part: FULL[part] for part in parts}).completion == 20 + sum(alone[part] for part in parts)


def test_two_skills_and_an_empty_bio_count_nothing() -> None:
    assert a_stored(skills=["Cello", "Viola"], bio="", location="").completion == 20


def test_the_phone_number_is_its_owners() -> None:
    profile = a_stored(phone="+49 341 1234567")
    assert ProfileView.of(profile, "owner").phone == "+49 341 1234567"
    assert ProfileView.of(profile, "member").phone is None


def test_completion_tells_nobody_of_what_is_hidden() -> None:
    full = a_stored(**FULL, privacy={"bio": "nobody", "location": "connections", "metadata": "connections"})
    assert [full.seen_by(audience).completion for audience in ("owner", "connection", "member", "stranger")] == [100, 85, 75, 75]
    portfolio = {"mentor": {}, "innovator": {"portfolio": [{"title": "A", "url": "https://example.org"}]}}
    hidden = msgspec.structs.replace(a_stored(metadata=portfolio, privacy={"metadata": "nobody"}), kind="innovator")
    assert (hidden.completion, ProfileView.of(hidden, "member").completion_percentage) == (30, 20)


def test_wire_names_are_those_of_the_documents() -> None:
    wire = msgspec.to_builtins(ProfileView.of(a_stored(), "owner"))
    documented = {"displayName", "username", "bio", "avatarUrl", "coverImageUrl", "location", "website", "phone", "isPrimary", "isVerified"}
    assert wire.keys() >= documented | {"profileType", "completionPercentage"}


@pytest.mark.parametrize("username", ["ab", "-mira", "mira-", "mi ra", "mi/ra", "mira\n", "m" * 101, "mära", ""])
def test_usernames_that_are_none(username: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"profileType": "mentor", "displayName": "Mira", "username": username}, OpenProfile)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("avatarUrl", "javascript:alert(1)"), ("website", "ftp://example.org"), ("website", "https://"), ("phone", "call me"),
        ("website", "https://a.org\n"), ("phone", "+49 341 1234567\n"),
        ("displayName", "   "), ("displayName", None), ("profileType", "wizard"), ("isVerified", True), ("rating", 5), ("isPrimary", True),
    ],
)  # fmt: skip
def test_what_no_member_may_write(field: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({field: value}, ChangeProfile)
