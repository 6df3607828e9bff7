"""Taking something off a shelf."""

from uuid import UUID

from skillhall.connections.model.bookmark import Shelf
from skillhall.connections.queries import bookmarks as queries
from skillhall.connections.queries.parties import acting
from skillhall.connections.store import bookmarks as store
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted


async def remove_bookmark(tx: Tx, by: Actor, bookmark_id: UUID) -> Deleted:
    """Delete one bookmark."""
    await store.remove(tx, by.account_id, bookmark_id)
    return Deleted(id=bookmark_id)


async def unsave(tx: Tx, by: Actor, kind: str, subject_id: UUID, shelf: Shelf) -> Deleted:
    """Take a thing off a shelf; what is not there is fine."""
    queries.savable(tx, kind, "path")
    await store.remove_subjects(tx, (await acting(tx, by)).id, shelf, kind, [subject_id])
    return Deleted(id=subject_id)


async def unsave_developer(tx: Tx, by: Actor, developer_id: UUID, shelf: Shelf) -> Deleted:
    """Take a person off a shelf, whichever of the account's profiles stands there."""
    subjects = await queries.meant(tx, developer_id)
    await store.remove_subjects(tx, (await acting(tx, by)).id, shelf, queries.SavableProfiles.kind, subjects)
    return Deleted(id=developer_id)
