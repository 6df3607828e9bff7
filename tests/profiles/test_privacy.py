"""Who sees what, as a rule."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from skillhall.profiles.model.privacy import DEFAULTS, FIELDS, ChangePrivacy, Level, changed, hidden, level

LEVELS = some.sampled_from(("everyone", "members", "connections", "nobody"))


@pytest.mark.parametrize(
    ("who", "seen_by"),
    [
        ("everyone", "stranger member connection owner"), ("members", "member connection owner"), ("connections", "connection owner"),
        ("nobody", "owner"),
    ],
)  # fmt: skip
def test_each_level_opens_to_these(who: Level, seen_by: str) -> None:
    audiences = ("stranger", "member", "connection", "owner")
    assert [audience for audience in audiences if "bio" not in hidden({"bio": who}, audience)] == seen_by.split()


def test_by_default_members_see_all_but_the_phone_and_strangers_nothing() -> None:
    assert hidden({}, "member") == {"phone": None}
    assert hidden({}, "stranger") == FIELDS


@given(some.dictionaries(some.sampled_from(tuple(FIELDS)), LEVELS), some.dictionaries(some.sampled_from(tuple(FIELDS)), LEVELS))
def test_a_change_says_what_it_says_and_leaves_the_rest(before: dict[str, Level], sent: dict[str, Level]) -> None:
    after = changed(changed({}, msgspec.convert(before, ChangePrivacy)), msgspec.convert(sent, ChangePrivacy))
    assert {field: level(after, field) for field in FIELDS} == {**{field: DEFAULTS[field] for field in FIELDS}, **before, **sent}
    assert all(after[field] != DEFAULTS[field] for field in after)
    assert set(hidden(after, "member")) == {field for field in FIELDS if level(after, field) in ("connections", "nobody")}


@pytest.mark.parametrize("wrong", [{"bio": "friends"}, {"profile": "nobody"}, {"email": "everyone"}, {"isListed": None}])
def test_what_is_no_level(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, ChangePrivacy)
