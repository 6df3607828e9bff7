"""How somebody likes to be told: by which channels, when not, how often. Pure."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.notifications.model.types.kind import Channel, Priority, Type

Frequency = Literal["immediate", "hourly", "daily", "weekly"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Number = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{6,14}$(?!\n)", description="A phone number with its country: +491701234567")]
WEEKDAYS: Final[tuple[Weekday, ...]] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERYTHING: Final = "*"
NOT_WAITING: Final[frozenset[Priority]] = frozenset({"high", "urgent"})


class Settings(Struct, frozen=True, kw_only=True):
    """What one account has chosen, with the defaults for the rest. `choices` are by (type, category or `*`, channel)."""

    account_id: UUID
    locale: str = "en"
    zone: str = "UTC"
    is_quiet_on: bool = False
    quiet_from: time = time(22)
    quiet_until: time = time(8)
    email_frequency: Frequency = "immediate"
    push_frequency: Frequency = "immediate"
    digest_at: time = time(8)
    digest_weekday: int = 0
    sms_number: str | None = None
    choices: Mapping[tuple[str, Channel], bool] = {}
    version: int = 0

    def is_on(self, kind: Type, channel: Channel) -> bool:
        """Return whether this type goes by this channel: a channel turned off wins, then what is said of the type, then of its category."""
        if kind.is_security and channel in (*kind.channels, "in_app"):
            return True
        if self.choices.get((EVERYTHING, channel)) is False:
            return False
        for name in (kind.code, kind.category):
            if (chosen := self.choices.get((name, channel))) is not None:
                return chosen
        return channel == "in_app" or channel in kind.channels

    def wants(self, kind: Type, channel: Channel, priority: Priority | None = None) -> Literal["now", "digest"] | None:
        """Return how this type reaches the account by this channel: at once, in the next digest, or not at all."""
        if not self.is_on(kind, channel) or (channel == "sms" and self.sms_number is None):
            return None
        is_patient = kind.may_wait and not kind.is_security and (priority or kind.priority) not in NOT_WAITING
        return "digest" if is_patient and self.frequency(channel) != "immediate" else "now"

    def frequency(self, channel: Channel) -> Frequency:
        """Return how often this channel speaks."""
        return {"email": self.email_frequency, "push": self.push_frequency}.get(channel, "immediate")  # pyright: ignore[reportReturnType] - literals of a dict widen
