"""The keys of each kind."""

from typing import Any, get_args

import msgspec
import pytest

from skillhall.kernel.refusals import Invalid
from skillhall.profiles.model.fields import Kind
from skillhall.profiles.model.metadata import KEYS, ProfileMetadata, changed, typed

MONEY = {"amount": 4500, "currency": "EUR"}
ALL: dict[str, Any] = {
    "headline": "Cellist", "languages": ["de", "pt-BR"], "hourlyRate": MONEY, "yearsOfExperience": 12, "expertise": ["Bowing"],
    "certifications": ["Diploma"], "portfolio": [{"title": "A concert", "url": "https://example.org/c"}], "idea": "Lessons for all.",
    "stage": "prototype", "lookingFor": ["funding", "talent"], "ticketSize": {"min": MONEY, "max": {"amount": 9000, "currency": "EUR"}},
    "sectors": ["Music"], "stages": ["seed"], "institution": "HMT Leipzig", "degree": "Bachelor", "fieldOfStudy": "Cello",
    "graduationYear": 2027, "officialName": "Music School Ltd", "institutionKind": "school", "accreditation": "State", "students": 300,
    "industry": "Education", "size": "11-50", "foundedOn": "1999-04-01",
}  # fmt: skip


def metadata(**keys: Any) -> ProfileMetadata:
    return msgspec.convert(keys, ProfileMetadata)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_each_kind_has_its_keys_and_no_other(kind: Kind) -> None:
    own = {key: ALL[key] for key in KEYS[kind]}
    stored = changed(kind, {}, metadata(**own))
    assert stored == own
    assert msgspec.to_builtins(typed(stored)) == own
    others = sorted(ALL.keys() - KEYS[kind])
    with pytest.raises(Invalid) as refused:
        changed(kind, {}, metadata(**ALL))
    assert [(fault.field, fault.code) for fault in refused.value.errors] == [(key, "not_of_this_kind") for key in others]


def test_every_key_is_of_some_kind() -> None:
    assert set().union(*KEYS.values()) == set(ProfileMetadata.__struct_encode_fields__) == ALL.keys()


def test_absent_stays_and_null_removes() -> None:
    assert changed("mentor", {"headline": "Old", "languages": ["de"]}, metadata(headline=None, expertise=["Bowing"])) == {
        "languages": ["de"], "expertise": ["Bowing"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "keys", "fields"),
    [
        ("mentor", {"hourlyRate": {"amount": -1, "currency": "EUR"}}, ["hourlyRate.amount"]),
        ("investor", {"ticketSize": {"min": MONEY, "max": {"amount": 1, "currency": "EUR"}}}, ["ticketSize.max.amount"]),
        ("investor", {"ticketSize": {"min": MONEY, "max": {"amount": 1, "currency": "USD"}}}, ["ticketSize.max.currency"]),
        ("investor", {"ticketSize": {"min": {**MONEY, "amount": -1}, "max": MONEY}, "idea": "x"}, ["idea", "ticketSize.min.amount"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_together(kind: Kind, keys: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        changed(kind, {}, metadata(**keys))
    assert [fault.field for fault in refused.value.errors] == fields


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("yearsOfExperience", 81), ("yearsOfExperience", 1.5), ("graduationYear", 1800), ("size", "many"), ("languages", ["german"]),
        ("languages", ["de\n"]), ("headline", " "), ("headline", "x" * 201), ("expertise", ["x"] * 21), ("foundedOn", "yesterday"),
        ("portfolio", [{"title": "x", "url": "javascript:alert(1)"}]), ("hourlyRate", 45), ("hourlyRate", {"amount": 1, "currency": "eur"}),
        ("color", "red"), ("stage", "seed"),
    ],
)  # fmt: skip
def test_values_that_are_none(key: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        metadata(**{key: value})
