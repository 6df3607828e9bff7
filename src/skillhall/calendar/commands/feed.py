"""Open and close the feed by which other calendar programs read one's entries."""

from skillhall.calendar.model.entry import FeedNotFound
from skillhall.calendar.store import personal
from skillhall.kernel import tokens
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import View


class FeedView(View, frozen=True, kw_only=True):
    """The link of a feed, shown this once; whoever has it can read the calendar."""

    url: str


async def open_feed(tx: Tx, by: Actor) -> FeedView:
    """Make a new link; an older one stops to work."""
    token = tokens.fresh()
    await personal.put_feed(tx, by.account_id, tokens.digest(token))
    return FeedView(url=f"{tx.house.config.base_url}/api/v1/calendar/feeds/{token}.ics")


async def close_feed(tx: Tx, by: Actor) -> None:
    """Make the link useless."""
    if not await personal.delete_feed(tx, by.account_id):
        raise FeedNotFound
