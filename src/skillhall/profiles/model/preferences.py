"""How a person likes the screens. Language and time zone are the account's; what is told by mail or push belongs to notifications."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from skillhall.kernel.shapes import Body, View
from skillhall.profiles.model.metadata import Language, Text

Theme = Literal["system", "light", "dark"]
WeekStart = Literal["monday", "saturday", "sunday"]
HourCycle = Literal["24h", "12h"]
Languages = Annotated[list[Language], Meta(max_length=20)]
Interests = Annotated[list[Text], Meta(max_length=20)]


class ChangePreferences(Body, frozen=True, kw_only=True):
    """What is absent stays; lists are replaced."""

    theme: Theme | UnsetType = UNSET
    week_starts_on: WeekStart | UnsetType = UNSET
    hour_cycle: HourCycle | UnsetType = UNSET
    has_reduced_motion: bool | UnsetType = UNSET
    content_languages: Languages | UnsetType = UNSET
    interests: Interests | UnsetType = UNSET


class PreferencesView(View, frozen=True, kw_only=True):
    """How a person likes the screens: `contentLanguages` are those they read, `interests` what they want to see more of."""

    theme: Theme = "system"
    week_starts_on: WeekStart = "monday"
    hour_cycle: HourCycle = "24h"
    has_reduced_motion: bool = False
    content_languages: Languages = field(default_factory=list)
    interests: Interests = field(default_factory=list)
    version: int = 0
