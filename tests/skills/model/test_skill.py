"""Names and slugs."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from skillhall.skills.model.skill import NewSkill, skill_id_of, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Cello", "cello"),
        ("C#", "c-sharp"),
        ("C++", "c-plus-plus"),
        ("C", "c"),
        ("Español", "espanol"),
        ("R & D", "r-and-d"),
        (" A  B ", "a-b"),
    ],
)
def test_slugs(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@given(some.text(min_size=1))
def test_every_name_has_a_plain_slug(name: str) -> None:
    assert set(slug_of(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug_of(name)
    assert slug_of(name) == slug_of(name)


def test_ids_are_the_same_in_every_hall() -> None:
    assert skill_id_of("cello") == skill_id_of("cello") != skill_id_of("viola")


@pytest.mark.parametrize(
    "change", [{"name": "a|b"}, {"name": " "}, {"difficulty": 0}, {"difficulty": 11}, {"aliases": ["", "x"]}, {"state": "active"}]
)
def test_what_no_skill_is(change: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"name": "Cello", "category": "music", "difficulty": 5, **change}, NewSkill)
