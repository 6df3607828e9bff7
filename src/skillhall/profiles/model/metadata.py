"""What belongs to a kind of profile: closed keys with types. One kind's keys are kept while the profile is of another, and not shown."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, cast
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from skillhall.kernel.money import Money
from skillhall.kernel.refusals import FieldError, Invalid, NotFound
from skillhall.kernel.shapes import Body, View
from skillhall.profiles.model.fields import Kind, WebAddress

Text = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S", description="Text that is not blank")]
LongText = Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"\S", description="Text that is not blank")]
Texts = Annotated[list[Text], Meta(max_length=20)]
Language = Annotated[
    str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)", description="A language code", max_length=35, examples=["de"])
]
Year = Annotated[int, Meta(ge=1950, le=2100)]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]


class PortfolioLink(Body, frozen=True, kw_only=True):
    """A work to look at."""

    title: Text
    url: WebAddress


class TicketSize(Body, frozen=True, kw_only=True):
    """What an investor puts into one venture, from `min` to `max`, both in one currency."""

    min: Money
    max: Money


class ProfileMetadata(Body, frozen=True, kw_only=True):
    """The keys of all kinds; a profile has those of its own. In a change absent keys stay and null removes."""

    headline: Text | UnsetType | None = UNSET
    languages: Annotated[list[Language], Meta(max_length=20)] | UnsetType | None = UNSET
    hourly_rate: Money | UnsetType | None = UNSET
    years_of_experience: Annotated[int, Meta(ge=0, le=80)] | UnsetType | None = UNSET
    expertise: Texts | UnsetType | None = UNSET
    certifications: Texts | UnsetType | None = UNSET
    portfolio: Annotated[list[PortfolioLink], Meta(max_length=10)] | UnsetType | None = UNSET
    idea: LongText | UnsetType | None = UNSET
    stage: Literal["idea", "prototype", "launched", "growing"] | UnsetType | None = UNSET
    looking_for: (
        Annotated[list[Literal["cofounder", "mentor", "funding", "customers", "talent", "partners"]], Meta(max_length=6)] | UnsetType | None
    ) = UNSET
    ticket_size: TicketSize | UnsetType | None = UNSET
    sectors: Texts | UnsetType | None = UNSET
    stages: Annotated[list[Literal["pre_seed", "seed", "series_a", "series_b", "growth"]], Meta(max_length=5)] | UnsetType | None = UNSET
    institution: Text | UnsetType | None = UNSET
    degree: Text | UnsetType | None = UNSET
    field_of_study: Text | UnsetType | None = UNSET
    graduation_year: Year | UnsetType | None = UNSET
    official_name: Text | UnsetType | None = UNSET
    institution_kind: Literal["school", "college", "university", "training_center", "research_institute"] | UnsetType | None = UNSET
    accreditation: Text | UnsetType | None = UNSET
    students: Count | UnsetType | None = UNSET
    industry: Text | UnsetType | None = UNSET
    size: Literal["1", "2-10", "11-50", "51-200", "201-1000", "1001+"] | UnsetType | None = UNSET
    founded_on: date | UnsetType | None = UNSET


class MetadataView(View, frozen=True, kw_only=True):
    """What a profile says beyond the fields that every kind has."""

    profile_id: UUID
    profile_type: Kind
    metadata: ProfileMetadata
    version: int


class SetMetadataKey(Body, frozen=True, kw_only=True):
    """The value of one key."""

    value: Any


class MetadataKeyView(View, frozen=True, kw_only=True):
    """One key with its value."""

    key: str
    value: Any
    version: int


class MetadataNotFound(NotFound):
    """The profile's kind has no such key, or nothing is set."""

    code = "profiles.metadata_not_found"
    message = "Nothing is set for {key} in this profile."


_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "innovator": ("headline", "idea", "stage", "looking_for", "industry", "languages", "portfolio"),
    "mentor": ("headline", "expertise", "years_of_experience", "hourly_rate", "languages", "certifications"),
    "investor": ("headline", "ticket_size", "sectors", "stages", "languages"),
    "academic_student": ("headline", "institution", "degree", "field_of_study", "graduation_year", "languages", "portfolio"),
    "academic_institution": ("official_name", "institution_kind", "accreditation", "students", "founded_on", "languages"),
    "organization": ("headline", "official_name", "industry", "size", "founded_on", "languages"),
    "professional": ("headline", "hourly_rate", "years_of_experience", "languages", "certifications", "portfolio"),
}
_WIRE: Final = dict(zip(ProfileMetadata.__struct_fields__, ProfileMetadata.__struct_encode_fields__, strict=True))
KEYS: Final[Mapping[str, frozenset[str]]] = {kind: frozenset(_WIRE[name] for name in names) for kind, names in _NAMES.items()}
"""The keys of each kind, as the wire names them."""


def changed(kind: Kind, stored: Mapping[str, object], command: ProfileMetadata) -> dict[str, object]:
    """Return this kind's keys after the change, ready to be stored; refuse keys of other kinds and what does not fit together."""
    sent: dict[str, object] = msgspec.to_builtins(command)
    faults = [FieldError(key, "body", "not_of_this_kind", f"A profile of kind {kind} has no such key.") for key in sent.keys() - KEYS[kind]]
    faults += _faults(command)
    if faults:
        raise Invalid(*sorted(faults, key=lambda fault: fault.field))
    return {key: value for key, value in {**stored, **sent}.items() if value is not None}


def _faults(command: ProfileMetadata) -> Iterable[FieldError]:
    if command.hourly_rate and command.hourly_rate.amount < 0:
        yield FieldError("hourlyRate.amount", "body", "too_small", "Must be 0 or more.")
    if command.ticket_size:
        smallest, largest = command.ticket_size.min, command.ticket_size.max
        if smallest.amount < 0:
            yield FieldError("ticketSize.min.amount", "body", "too_small", "Must be 0 or more.")
        if largest.currency != smallest.currency:
            yield FieldError("ticketSize.max.currency", "body", "other_currency", "Must be the currency of the smallest ticket.")
        elif largest.amount < smallest.amount:
            yield FieldError("ticketSize.max.amount", "body", "too_small", "Must not be less than the smallest ticket.")


def typed(stored: Mapping[str, object]) -> ProfileMetadata:
    """Return stored keys of one kind as the wire shows them."""
    return msgspec.convert(stored, ProfileMetadata)


def value_of(told: ProfileMetadata, key: str) -> object:
    """Return the value of a key as the wire names it, or None when it is not set or there is none of that name."""
    return cast("dict[str, object]", msgspec.to_builtins(told)).get(key)
