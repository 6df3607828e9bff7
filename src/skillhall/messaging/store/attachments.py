"""Files that were sent: attached to their message for good, with name, type and size as they were then."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from skillhall.kernel import files
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.messaging.model.message import AttachmentView, NewAttachment

KIND: Final = "message"
PURPOSES: Final = ("image", "document", "media")

INSERT = sql("""
INSERT INTO messaging.attachment (message_id, position, file_id, name, content_type, size)
SELECT $1, position, file_id, name, content_type, size
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[]) WITH ORDINALITY given (file_id, name, content_type, size, position)
""")


async def attach_files(tx: Tx, message_id: UUID, given: Sequence[NewAttachment]) -> list[AttachmentView]:
    """Attach files of the acting account to a message just written, in this order; return them as they are shown."""
    shown: list[AttachmentView] = []
    for one in given:
        await files.attach(tx, one.file_id, Subject(KIND, message_id), PURPOSES)
        row = await files.readable(tx, tx.actor, one.file_id)
        shown.append(
            AttachmentView(
                file_id=one.file_id,
                name=one.name or row["name"],
                content_type=row["content_type"],
                size=row["size"],
                url=files.link(tx.house.config, one.file_id, row["content_type"], tx.wall),
            )
        )
    if shown:
        await tx.run(
            INSERT, message_id, [one.file_id for one in shown], [one.name for one in shown], [one.content_type for one in shown],
            [one.size for one in shown],
        )  # fmt: skip
    return shown


async def drop_files(tx: Tx, message_id: UUID) -> None:
    """Remove the files of a message; their contents follow after the commit."""
    await files.detach(tx, Subject(KIND, message_id))
