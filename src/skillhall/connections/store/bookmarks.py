"""Bookmarks in the database: one per profile, shelf and thing."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET

from skillhall.connections.model.bookmark import Bookmark, ChangeBookmark
from skillhall.connections.model.connection import Party
from skillhall.connections.model.refusals import BookmarkNotFound
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Row, Tx

SAVE = sql("""
INSERT INTO connections.bookmark AS b (id, account_id, profile_id, shelf, kind, subject_id, folder, note, saved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (profile_id, shelf, kind, subject_id) DO UPDATE SET shelf = b.shelf
RETURNING id, shelf, kind, subject_id, folder, note, saved_at
""")
CHANGE = sql("""
UPDATE connections.bookmark SET folder = CASE WHEN $3 THEN $4 ELSE folder END, note = CASE WHEN $5 THEN $6 ELSE note END
WHERE id = $1 AND account_id = $2 RETURNING id, shelf, kind, subject_id, folder, note, saved_at
""")
REMOVE = sql("DELETE FROM connections.bookmark WHERE id = $1 AND account_id = $2")
REMOVE_SUBJECTS = sql("DELETE FROM connections.bookmark WHERE profile_id = $1 AND shelf = $2 AND kind = $3 AND subject_id = ANY($4)")
FORGET = sql("""
DELETE FROM connections.bookmark
WHERE id IN (SELECT id FROM connections.bookmark WHERE profile_id = ANY($1) ORDER BY id LIMIT $2 FOR UPDATE)
""")


async def save(tx: Tx, own: Party, new: Bookmark) -> Bookmark:
    """Store a bookmark, or return the one that stands."""
    row = await tx.row(SAVE, new.id, own.account_id, own.id, new.shelf, new.kind, new.subject_id, new.folder, new.note, new.saved_at)
    return _bookmark(row, new.id)


async def change(tx: Tx, account_id: UUID, bookmark_id: UUID, command: ChangeBookmark) -> Bookmark:
    """Write the sent fields of one of the account's bookmarks."""
    folder, note = command.folder, command.note
    row = await tx.row(
        CHANGE, bookmark_id, account_id, folder is not UNSET, folder.strip() if isinstance(folder, str) else None, note is not UNSET,
        note.strip() if isinstance(note, str) else None,
    )  # fmt: skip
    return _bookmark(row, bookmark_id)


async def remove(tx: Tx, account_id: UUID, bookmark_id: UUID) -> None:
    """Delete one of the account's bookmarks."""
    if not await tx.run(REMOVE, bookmark_id, account_id):
        raise BookmarkNotFound(bookmark_id=bookmark_id)


async def remove_subjects(tx: Tx, profile_id: UUID, shelf: str, kind: str, subject_ids: Sequence[UUID]) -> None:
    """Take these things off a shelf; what is not there is fine."""
    await tx.run(REMOVE_SUBJECTS, profile_id, shelf, kind, list(subject_ids))


async def forget(tx: Tx, profile_ids: Sequence[UUID], limit: int) -> int:
    """Delete up to `limit` bookmarks of these profiles; return how many there were."""
    return await tx.run(FORGET, list(profile_ids), limit)


def _bookmark(row: Row | None, bookmark_id: UUID) -> Bookmark:
    if row is None:
        raise BookmarkNotFound(bookmark_id=bookmark_id)
    return msgspec.convert(dict(row), Bookmark)
