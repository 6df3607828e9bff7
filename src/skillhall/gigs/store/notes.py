"""What is kept beside a project: files, updates, comments, who has looked at it."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.gigs.model.refusals import CommentNotFound, FileNotFound
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx

KIND: Final = "project_file"
"""How the kernel knows whose file it is."""
INSERT_FILE = sql("""
INSERT INTO gigs.project_file (id, project_id, account_id, file_id, title, file_name, content_type, size, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (file_id) DO NOTHING
""")
COUNT_FILES = sql("SELECT count(*) FROM gigs.project_file WHERE project_id = $1")
FILE = sql("SELECT id, project_id, account_id FROM gigs.project_file WHERE id = $1 AND project_id = $2")
DELETE_FILE = sql("DELETE FROM gigs.project_file WHERE id = $1")
PROJECT_OF_FILE = sql("SELECT project_id FROM gigs.project_file WHERE id = $1")
INSERT_UPDATE = sql("""
INSERT INTO gigs.project_update (id, project_id, account_id, kind, text, created_at) VALUES ($1, $2, $3, $4, $5, $6)
""")
INSERT_COMMENT = sql("""
INSERT INTO gigs.project_comment (id, project_id, account_id, profile_id, parent_id, text, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
""")
COMMENT = sql("SELECT id, project_id, account_id FROM gigs.project_comment WHERE id = $1 AND deleted_at IS NULL")
EDIT_COMMENT = sql("UPDATE gigs.project_comment SET text = $2, edited_at = $3 WHERE id = $1 AND deleted_at IS NULL")
DELETE_COMMENT = sql("UPDATE gigs.project_comment SET text = '', deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL")


class Beside(Struct, frozen=True, kw_only=True):
    """A file or comment: of which project, and whose."""

    id: UUID
    project_id: UUID
    account_id: UUID


async def insert_file(tx: Tx, new: Beside, file_id: UUID, title: str, file_name: str, content_type: str, size: int) -> None:
    """Store that a file is shown with a project."""
    await tx.run(INSERT_FILE, new.id, new.project_id, new.account_id, file_id, title, file_name, content_type, size, tx.now)


async def count_files(read: Read, project_id: UUID) -> int:
    """Return how many files a project has."""
    return await read.value(COUNT_FILES, project_id)


async def file(read: Read, project_id: UUID, file_id: UUID) -> Beside:
    """Return whose file it is, or refuse."""
    row = await read.row(FILE, file_id, project_id)
    if row is None:
        raise FileNotFound
    return msgspec.convert(dict(row), Beside)


async def project_of_file(read: Read, file_id: UUID) -> UUID | None:
    """Return which project a file is shown with."""
    return await read.value(PROJECT_OF_FILE, file_id)


async def delete_file(tx: Tx, file_id: UUID) -> None:
    """Show it no more."""
    await tx.run(DELETE_FILE, file_id)


async def insert_update(tx: Tx, new: Beside, kind: str, text: str) -> None:
    """Store news of a project."""
    await tx.run(INSERT_UPDATE, new.id, new.project_id, new.account_id, kind, text, tx.now)


async def insert_comment(tx: Tx, new: Beside, profile_id: UUID, parent_id: UUID | None, text: str) -> None:
    """Store a comment."""
    await tx.run(INSERT_COMMENT, new.id, new.project_id, new.account_id, profile_id, parent_id, text, tx.now)


async def comment(read: Read, comment_id: UUID) -> Beside:
    """Return whose comment it is; refuse a deleted one."""
    row = await read.row(COMMENT, comment_id)
    if row is None:
        raise CommentNotFound
    return msgspec.convert(dict(row), Beside)


async def edit_comment(tx: Tx, comment_id: UUID, text: str, at: datetime) -> None:
    """Store another text."""
    await tx.run(EDIT_COMMENT, comment_id, text, at)


async def delete_comment(tx: Tx, comment_id: UUID, at: datetime) -> None:
    """Empty it; its place stays."""
    await tx.run(DELETE_COMMENT, comment_id, at)
