"""What clients send and see of preferences: one document."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, View
from skillhall.notifications.model.preferences import EVERYTHING, WEEKDAYS, Frequency, Number, Settings, Weekday
from skillhall.notifications.model.refusals import AlwaysOn, NumberMissing
from skillhall.notifications.model.types import CATEGORIES, CHANNELS, TYPES, Channel, find_type

Clock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)", description="A local time", examples=["22:00"])]


OUTWARD: Final[tuple[Channel, ...]] = ("email", "push")
SWITCHES: Final[Mapping[str, tuple[tuple[str, ...], tuple[Channel, ...]]]] = {
    "reminders": (("learning.reminder_due", "hall.reminder"), OUTWARD),
    "project_updates": (("work",), OUTWARD),
    "email_messages": (("messages",), ("email",)),
    "email_projects": (("work",), ("email",)),
    "bid_alerts": (("gigs.bid_submitted",), OUTWARD),
}
"""Switches of older clients: the types or categories each stands for, and the channels."""


class ChannelsView(View, frozen=True, kw_only=True):
    """Which channels are on."""

    in_app: bool
    email: bool
    push: bool
    sms: bool


class ChosenView(View, frozen=True, kw_only=True):
    """What was chosen for a category; null: each type as it comes."""

    in_app: bool | None
    email: bool | None
    push: bool | None
    sms: bool | None


class QuietView(View, frozen=True, kw_only=True):
    """When nothing but what is urgent or about security leaves the house, by the clock of `timezone`, which is the account's."""

    is_enabled: bool
    since: Clock = field(name="from")
    until: Clock
    timezone: str


class FrequencyView(View, frozen=True, kw_only=True):
    """How often each channel speaks: what may wait is gathered."""

    email: Frequency
    push: Frequency


class DigestView(View, frozen=True, kw_only=True):
    """When daily and weekly digests come, by the clock of the account."""

    at: Clock
    weekday: Weekday


class NoticeSettings(View, frozen=True, kw_only=True):
    """How somebody is told. A channel that is off wins over its types; a type wins over its category."""

    in_app: bool
    email: bool
    push: bool
    sms: bool
    categories: dict[str, ChosenView]
    types: dict[str, ChannelsView]
    quiet_hours: QuietView
    frequency: FrequencyView
    digest: DigestView
    sms_number: str | None
    version: int


class ChangeChannels(Body, frozen=True, kw_only=True):
    """Channels to turn on or off; absent ones stay."""

    in_app: bool | UnsetType = UNSET
    email: bool | UnsetType = UNSET
    push: bool | UnsetType = UNSET
    sms: bool | UnsetType = UNSET


class ChangeQuiet(Body, frozen=True, kw_only=True):
    """Quiet hours. Source 000 says `enabled`, `start` and `end`."""

    is_enabled: bool | UnsetType = UNSET
    since: Clock | UnsetType = field(name="from", default=UNSET)
    until: Clock | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    start: Clock | UnsetType = UNSET
    end: Clock | UnsetType = UNSET


class ChangeFrequency(Body, frozen=True, kw_only=True):
    """How often each channel speaks."""

    email: Frequency | UnsetType = UNSET
    push: Frequency | UnsetType = UNSET


class ChangeDigest(Body, frozen=True, kw_only=True):
    """When digests come."""

    at: Clock | UnsetType = UNSET
    weekday: Weekday | UnsetType = UNSET


class ChangeSettings(ChangeChannels, frozen=True, kw_only=True):
    """What is absent stays. `types` takes older clients' names, too; `reminders` to `bidAlerts` are their switches."""

    categories: dict[str, ChangeChannels] | UnsetType = UNSET
    types: dict[str, ChangeChannels] | UnsetType = UNSET
    quiet_hours: ChangeQuiet | UnsetType = UNSET
    frequency: ChangeFrequency | UnsetType = UNSET
    digest: ChangeDigest | UnsetType = UNSET
    sms_number: Number | UnsetType | None = UNSET
    reminders: bool | UnsetType = UNSET
    project_updates: bool | UnsetType = UNSET
    email_messages: bool | UnsetType = UNSET
    email_projects: bool | UnsetType = UNSET
    bid_alerts: bool | UnsetType = UNSET


class Change(Struct, frozen=True):
    """What a change comes to: the settings after it, and which choices to write."""

    after: Settings
    choices: dict[tuple[str, Channel], bool]


def changed(before: Settings, command: ChangeSettings) -> Change:
    """Return what the settings become, or refuse: unknown names all at once, security turned off, text messages without a number."""
    choices = _chosen(EVERYTHING, command) | _switched(command)
    errors: list[FieldError] = []
    for name, channels in ({} if command.categories is UNSET else command.categories).items():
        if name not in CATEGORIES:
            errors.append(FieldError(f"categories.{name}", "body", "notifications.unknown_category", f"One of: {', '.join(CATEGORIES)}."))
        choices |= _chosen(name, channels)
    for name, channels in ({} if command.types is UNSET else command.types).items():
        kind = find_type(name)
        if kind is None:
            sentence = "There is no such type; GET /notifications/types lists them."
            errors.append(FieldError(f"types.{name}", "body", "notifications.unknown_type", sentence))
        else:
            choices |= _chosen(kind.code, channels)
    if errors:
        raise Invalid(*errors)
    _check_security(choices)
    after = msgspec.structs.replace(_timed(before, command), choices={**before.choices, **choices})
    if after.sms_number is None and any(is_on for (_, channel), is_on in choices.items() if channel == "sms"):
        raise NumberMissing
    return Change(after, choices)


def settings_view(settings: Settings) -> NoticeSettings:
    """Return settings as clients see them."""
    masters = {channel: settings.choices.get((EVERYTHING, channel)) is not False for channel in CHANNELS}
    masters["sms"] = masters["sms"] and settings.sms_number is not None
    return NoticeSettings(
        **masters,
        categories={name: ChosenView(**{channel: settings.choices.get((name, channel)) for channel in CHANNELS}) for name in CATEGORIES},
        types={kind.code: ChannelsView(**{channel: settings.is_on(kind, channel) for channel in CHANNELS}) for kind in TYPES.values()},
        quiet_hours=quiet_view(settings),
        frequency=frequency_view(settings),
        digest=DigestView(at=f"{settings.digest_at:%H:%M}", weekday=WEEKDAYS[settings.digest_weekday]),
        sms_number=settings.sms_number,
        version=settings.version,
    )


def quiet_view(settings: Settings) -> QuietView:
    """Return the quiet hours as clients see them."""
    since, until = f"{settings.quiet_from:%H:%M}", f"{settings.quiet_until:%H:%M}"
    return QuietView(is_enabled=settings.is_quiet_on, since=since, until=until, timezone=settings.zone)


def frequency_view(settings: Settings) -> FrequencyView:
    """Return how often each channel speaks."""
    return FrequencyView(email=settings.email_frequency, push=settings.push_frequency)


def _timed(before: Settings, command: ChangeSettings) -> Settings:
    sent: dict[str, object] = {}
    if isinstance(quiet := command.quiet_hours, ChangeQuiet):
        sent |= {
            "is_quiet_on": _either(quiet.is_enabled, quiet.enabled),
            "quiet_from": _clock(_either(quiet.since, quiet.start)),
            "quiet_until": _clock(_either(quiet.until, quiet.end)),
        }
    if isinstance(often := command.frequency, ChangeFrequency):
        sent |= {"email_frequency": often.email, "push_frequency": often.push}
    if isinstance(digest := command.digest, ChangeDigest):
        sent |= {"digest_at": _clock(digest.at)}
        sent |= {"digest_weekday": UNSET if digest.weekday is UNSET else WEEKDAYS.index(digest.weekday)}
    sent |= {"sms_number": command.sms_number}
    return msgspec.structs.replace(before, **{name: value for name, value in sent.items() if value is not UNSET})


def _chosen(name: str, channels: ChangeChannels) -> dict[tuple[str, Channel], bool]:
    found: dict[Channel, bool | UnsetType] = {channel: getattr(channels, channel) for channel in CHANNELS}
    return {(name, channel): is_on for channel, is_on in found.items() if isinstance(is_on, bool)}


def _switched(command: ChangeSettings) -> dict[tuple[str, Channel], bool]:
    found: dict[tuple[str, Channel], bool] = {}
    for switch, (names, channels) in SWITCHES.items():
        if isinstance(is_on := getattr(command, switch), bool):
            found |= {(name, channel): is_on for name in names for channel in channels}
    return found


def _check_security(choices: Mapping[tuple[str, Channel], bool]) -> None:
    off = {(name, channel) for (name, channel), is_on in choices.items() if not is_on}
    kinds = [kind for kind in TYPES.values() if kind.is_security]
    meant = [
        f"{name} by {channel}"
        for name, channel in sorted(off)
        if any(name in (kind.code, kind.category) and channel in (*kind.channels, "in_app") for kind in kinds)
    ]
    if meant:
        raise AlwaysOn(names=", ".join(meant))


def _either(one: object, other: object) -> object:
    return other if one is UNSET else one


def _clock(text: object) -> object:
    return time.fromisoformat(text) if isinstance(text, str) else text
