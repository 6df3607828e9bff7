"""Putting something aside."""

from skillhall.connections.model.bookmark import Bookmark, BookmarkView, NewBookmark, NewDeveloper, Shelf
from skillhall.connections.model.refusals import SubjectNotFound
from skillhall.connections.queries import bookmarks as queries
from skillhall.connections.queries.parties import acting
from skillhall.connections.store import bookmarks as store
from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx


async def save(tx: Tx, by: Actor, command: NewBookmark) -> BookmarkView:
    """Put a thing on a shelf. Twice is once: what stands there keeps its folder and note."""
    owner = queries.savable(tx, command.kind)
    if command.subject_id not in await owner.cards(tx, by, [command.subject_id]):
        raise SubjectNotFound(kind=command.kind, subject_id=command.subject_id)
    new = Bookmark(
        id=ids.new(),
        shelf=command.shelf,
        kind=command.kind,
        subject_id=command.subject_id,
        folder=None if command.folder is None else command.folder.strip(),
        note=None if command.note is None else command.note.strip(),
        saved_at=tx.now,
    )
    saved = await store.save(tx, await acting(tx, by), new)
    await check_active(tx, by.account_id)
    return (await queries.views(tx, [saved], by))[0]


async def save_developer(tx: Tx, by: Actor, command: NewDeveloper, shelf: Shelf) -> BookmarkView:
    """Put a person on a shelf: a profile, or the primary one of an account."""
    profile_id = await queries.find_developer(tx, command.developer_id) or command.developer_id
    return await save(tx, by, NewBookmark(kind=queries.SavableProfiles.kind, subject_id=profile_id, shelf=shelf))
