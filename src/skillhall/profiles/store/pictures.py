"""Uploaded avatars and covers. The lock of the account's profiles guards them."""

from uuid import UUID

import msgspec

from skillhall.kernel import files
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.shapes import Subject
from skillhall.profiles.model.pictures import SUBJECT, Picture, Use

SHOWN = sql("""
SELECT i.id, i.profile_id, i.use, i.sizes, i.file_ids FROM profiles.picture i JOIN profiles.public_profile p ON p.id = i.profile_id
WHERE i.id = $1 AND p.is_visible
""")
INSERT = sql("INSERT INTO profiles.picture (id, profile_id, use, sizes, file_ids) VALUES ($1, $2, $3, $4, $5)")
REMOVE = sql("DELETE FROM profiles.picture WHERE profile_id = $1 AND use = $2 RETURNING id")
REMOVE_ALL = sql("""
DELETE FROM profiles.picture WHERE profile_id IN (SELECT id FROM profiles.profile WHERE account_id = $1) RETURNING id
""")


async def find_shown(read: Read, picture_id: UUID) -> Picture | None:
    """Return a picture of a profile that is not hidden, or nothing."""
    row = await read.row(SHOWN, picture_id)
    return None if row is None else msgspec.convert(dict(row), Picture)


async def insert_picture(tx: Tx, picture: Picture) -> None:
    """Write a picture whose place is empty; its files become its own."""
    await tx.run(INSERT, picture.id, picture.profile_id, picture.use, picture.sizes, picture.file_ids)
    for file_id in picture.file_ids:
        await files.attach(tx, file_id, Subject(SUBJECT, picture.id), ["avatar"])


async def drop_picture(tx: Tx, profile_id: UUID, use: Use) -> None:
    """Let a picture of the profile go with its files, if there is one."""
    for row in await tx.rows(REMOVE, profile_id, use):
        await files.detach(tx, Subject(SUBJECT, row["id"]))


async def drop_all_pictures(tx: Tx, account_id: UUID) -> None:
    """Let all pictures of an account go."""
    for row in await tx.rows(REMOVE_ALL, account_id):
        await files.detach(tx, Subject(SUBJECT, row["id"]))
