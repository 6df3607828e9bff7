"""Who sees what of a profile. A field hidden from other members is stored apart, so that no list or search finds it."""

from collections.abc import Mapping
from typing import Final, Literal
from uuid import UUID

from msgspec import UNSET, UnsetType

from skillhall.kernel.shapes import Body, View

Level = Literal["everyone", "members", "connections", "nobody"]
Audience = Literal["stranger", "member", "connection", "owner"]
FIELDS: Final[Mapping[str, object]] = {"bio": None, "location": None, "website": None, "phone": None, "metadata": {}}
"""The guarded fields, each with what stands in its place for those who do not see it."""
DEFAULTS: Final[Mapping[str, Level]] = {
    "profile": "members", "bio": "members", "location": "members", "website": "members", "phone": "nobody", "metadata": "members",
}  # fmt: skip
_WANTED: Final = {"everyone": 0, "members": 1, "connections": 2, "nobody": 3}
_HELD: Final = {"stranger": 0, "member": 1, "connection": 2, "owner": 3}


class ChangePrivacy(Body, frozen=True, kw_only=True):
    """Who sees each field; absent ones stay.

    `everyone` is also strangers, on the public page; `profile` opens that page. `isListed` false keeps the profile out of directory
    and search. Lists show a field to members or to nobody: what is for `connections` is shown on the profile itself.
    """

    profile: Literal["everyone", "members"] | UnsetType = UNSET
    bio: Level | UnsetType = UNSET
    location: Level | UnsetType = UNSET
    website: Level | UnsetType = UNSET
    phone: Level | UnsetType = UNSET
    metadata: Level | UnsetType = UNSET
    is_listed: bool | UnsetType = UNSET


class PrivacyView(View, frozen=True, kw_only=True):
    """Who sees each field of a profile, and whether directory and search show it."""

    profile_id: UUID
    profile: Literal["everyone", "members"]
    bio: Level
    location: Level
    website: Level
    phone: Level
    metadata: Level
    is_listed: bool
    version: int


def level(privacy: Mapping[str, Level], field: str) -> Level:
    """Return who sees this field, `profile` included."""
    return privacy.get(field, DEFAULTS[field])


def hidden(privacy: Mapping[str, Level], audience: Audience) -> dict[str, object]:
    """Return the fields that this audience does not see, whatever is in them, each with what stands in its place."""
    return {field: empty for field, empty in FIELDS.items() if _HELD[audience] < _WANTED[level(privacy, field)]}


def changed(privacy: Mapping[str, Level], command: ChangePrivacy) -> dict[str, Level]:
    """Return who sees each field after this change; what is as by default is left out."""
    sent: dict[str, Level] = {name: value for name in DEFAULTS if (value := getattr(command, name)) is not UNSET}
    after: dict[str, Level] = {**privacy, **sent}
    return {name: who for name, who in after.items() if who != DEFAULTS[name]}
