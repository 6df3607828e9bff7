"""What people write when they call something off, and when staff decides."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.shapes import Body

Text = Annotated[str, Meta(min_length=1, max_length=1000)]


class Reason(Body, frozen=True, kw_only=True):
    """Why, for the other side to read. Optional."""

    reason: Text | None = None


class Grounds(Body, frozen=True, kw_only=True):
    """Why, required. `seatId` says which seat of a group is meant; without it all that are under review are."""

    reason: Text
    seat_id: UUID | None = None
