"""Bind an uploaded file to something of ours, with what is known of it."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import attach, readable
from skillhall.kernel.shapes import Subject
from skillhall.learning.model.materials import Attached


async def attached(tx: Tx, by: Actor, file_id: UUID, subject: Subject, purposes: Sequence[str]) -> Attached:
    """Attach the caller's file, or refuse; the same again changes nothing."""
    await attach(tx, file_id, subject, purposes)
    row = await readable(tx, by, file_id)
    return Attached(file_id=file_id, file_name=row["name"], content_type=row["content_type"], size=row["size"])
