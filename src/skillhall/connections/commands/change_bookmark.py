"""Filing a bookmark: its folder and its note."""

from uuid import UUID

from skillhall.connections.model.bookmark import BookmarkView, ChangeBookmark
from skillhall.connections.queries.bookmarks import views
from skillhall.connections.store import bookmarks as store
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def change_bookmark(tx: Tx, by: Actor, bookmark_id: UUID, command: ChangeBookmark) -> BookmarkView:
    """Write the sent fields: one statement, so that two devices that send different ones both have their way."""
    return (await views(tx, [await store.change(tx, by.account_id, bookmark_id, command)], by))[0]
