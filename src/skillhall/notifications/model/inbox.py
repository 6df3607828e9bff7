"""What clients send about their inbox."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, field

from skillhall.kernel.shapes import Body

Ids = Annotated[list[UUID], Meta(max_length=500)]


class ReadMany(Body, frozen=True, kw_only=True):
    """Which notifications were read. `notificationIds` is another word for `ids`."""

    ids: Ids = field(default_factory=list)
    notification_ids: Ids = field(default_factory=list)

    @property
    def all_ids(self) -> list[UUID]:
        """All that were named."""
        return [*self.ids, *self.notification_ids]


class Act(Body, frozen=True, kw_only=True):
    """What the reader did: the code of one of the actions."""

    action: Annotated[str, Meta(min_length=1, max_length=80)]
