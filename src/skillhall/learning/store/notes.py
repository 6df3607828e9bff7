"""Notes of sessions in the database."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.learning.model.materials import Attached, NoteNotFound

INSERT_NOTE = sql("""
INSERT INTO learning.note (id, session_id, account_id, text, is_shared, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
""")
LOCK_NOTE = sql("""
SELECT id, session_id, account_id, text, is_shared, version FROM learning.note WHERE id = $1 AND session_id = $2 FOR NO KEY UPDATE
""")
UPDATE_NOTE = sql("UPDATE learning.note SET text = $2, is_shared = $3, version = version + 1, updated_at = $4 WHERE id = $1")
DELETE_NOTE = sql("DELETE FROM learning.note WHERE id = $1")
COUNT_NOTES = sql("SELECT count(*) FROM learning.note WHERE session_id = $1 AND account_id = $2")
FILES = sql("SELECT file_id FROM learning.note_file WHERE note_id = $1 ORDER BY position")
DROP_FILES = sql("DELETE FROM learning.note_file WHERE note_id = $1")
INSERT_FILES = sql("""
INSERT INTO learning.note_file (file_id, note_id, position, file_name, content_type, size)
SELECT f.file_id, $1, f.ordinality, f.file_name, f.content_type, f.size
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[]) WITH ORDINALITY AS f (file_id, file_name, content_type, size, ordinality)
""")


class Note(Struct, frozen=True, kw_only=True):
    """One note as stored."""

    id: UUID
    session_id: UUID
    account_id: UUID
    text: str
    is_shared: bool
    version: int = 1


async def insert_note(tx: Tx, note: Note) -> None:
    """Store a new note."""
    await tx.run(INSERT_NOTE, note.id, note.session_id, note.account_id, note.text, note.is_shared, tx.now)


@locks(30, 2)
async def lock_note(tx: Tx, note_id: UUID, session_id: UUID) -> Note:
    """Lock a note of this session, or refuse."""
    row = await tx.row(LOCK_NOTE, note_id, session_id)
    if row is None:
        raise NoteNotFound
    return Note(**dict(row))


async def update_note(tx: Tx, note: Note) -> None:
    """Store the words of a locked note as its next version."""
    await tx.run(UPDATE_NOTE, note.id, note.text, note.is_shared, tx.now)


async def delete_note(tx: Tx, note_id: UUID) -> None:
    """Remove a locked note with its list of files."""
    await tx.run(DELETE_NOTE, note_id)


async def count_notes(read: Read, session_id: UUID, account_id: UUID) -> int:
    """Return how many notes somebody keeps of a session."""
    return await read.value(COUNT_NOTES, session_id, account_id)


async def files(read: Read, note_id: UUID) -> list[UUID]:
    """Return the files of a note, in their order."""
    return [row["file_id"] for row in await read.rows(FILES, note_id)]


async def replace_files(tx: Tx, note_id: UUID, files: Sequence[Attached]) -> None:
    """Store which files belong to a note, in this order."""
    await tx.run(DROP_FILES, note_id)
    columns = ([f.file_id for f in files], [f.file_name for f in files], [f.content_type for f in files], [f.size for f in files])
    await tx.run(INSERT_FILES, note_id, *columns)
