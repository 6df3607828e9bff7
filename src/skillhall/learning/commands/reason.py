"""What people write when they call something off."""

from typing import Annotated

from msgspec import Meta

from skillhall.kernel.shapes import Body

Text = Annotated[str, Meta(min_length=1, max_length=1000)]


class Reason(Body, frozen=True, kw_only=True):
    """Why, for the other side to read. Optional."""

    reason: Text | None = None
