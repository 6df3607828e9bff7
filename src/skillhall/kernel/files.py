"""Files: uploaded by an account, attached to a subject by the context that owns it, read through signed links.

A row comes before its content and goes before it, so that a crash leaves nothing behind that no row or job knows of.
Contexts call `attach`, `detach` and `links`, and fill `FileAccess` for what they attach.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import IO, Final, Protocol
from urllib.parse import quote
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx
from skillhall.kernel.events import Task
from skillhall.kernel.outside.storage import FORMATS, OFFICE, OPEN_DOCUMENT, Storage
from skillhall.kernel.refusals import Conflict, NotFound, Refused
from skillhall.kernel.shapes import Subject
from skillhall.kernel.tokens import derive, is_derived
from skillhall.kernel.work.outside import Outside

NOTE = sql("""
INSERT INTO kernel.file (id, account_id, purpose, content_type, size, name, state) VALUES ($1, $2, $3, '', 0, $4, 'pending')
""")
FINISH = sql("""
UPDATE kernel.file SET state = 'stored', content_type = $3, size = $4
WHERE id = $1 AND account_id = $2 AND state = 'pending'
""")
ONE = sql("""
SELECT id, account_id, purpose, content_type, size, name, subject_kind, subject_id, state FROM kernel.file WHERE id = $1
""")
ATTACH = sql("""
UPDATE kernel.file SET state = 'attached', subject_kind = $3, subject_id = $4
WHERE id = $1 AND account_id = $2 AND purpose = ANY($5) AND (state = 'stored' OR (subject_kind = $3 AND subject_id = $4))
""")
DETACH = sql("DELETE FROM kernel.file WHERE subject_kind = $1 AND subject_id = $2 AND id <> ALL($3) RETURNING id")
SWEEP = sql("""
DELETE FROM kernel.file WHERE id IN (
    SELECT id FROM kernel.file WHERE state <> 'attached' AND recorded_at < $1 ORDER BY recorded_at LIMIT 500 FOR UPDATE SKIP LOCKED)
RETURNING id
""")
TYPES = sql("SELECT id, content_type FROM kernel.file WHERE id = ANY($1) AND state <> 'pending'")

LINK_SECONDS: Final = 3600
STEP_SECONDS: Final = 900
LOOSE: Final = timedelta(hours=24)
MEBIBYTE: Final = 1024 * 1024
IMAGES: Final = tuple(FORMATS)
SIZES: Final = MappingProxyType({"avatar": 5 * MEBIBYTE, "image": 10 * MEBIBYTE, "document": 10 * MEBIBYTE, "media": 50 * MEBIBYTE})
MEDIA: Final = MappingProxyType(
    {
        "avatar": IMAGES,
        "image": IMAGES,
        "document": (*IMAGES, "application/pdf", "text/plain", *OFFICE.values(), OPEN_DOCUMENT),
        "media": ("audio/", "video/"),
    }
)


class FileMissing(NotFound):
    """No such file, or none the caller may read."""

    code = "files.not_found"
    message = "There is no such file."


class FileInUse(Conflict):
    """The file belongs to something else already, or its upload is not finished."""

    code = "files.in_use"
    message = "This file is used elsewhere or not completely uploaded; upload it again."


class WrongKind(Refused):
    """The bytes are of no kind that this purpose takes, or a file of another purpose is needed."""

    code = "files.wrong_kind"
    message = "This file cannot be used as {purpose}."


class FileAccess(Protocol):
    """Whether somebody may read the files of a subject; filled by each context that attaches files, about its own kinds alone."""

    async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:
        """Answer for a subject of ours; False for the kinds of others."""
        ...


class DropContent(Task, frozen=True, kw_only=True):
    """Remove the content of a file whose row is gone."""

    name = "kernel.drop_content"

    file_id: UUID


async def begin(tx: Tx, file_id: UUID, purpose: str, name: str) -> None:
    """Note a file of the acting account whose content is put next; a sweep removes it unless it is finished and attached."""
    await tx.run(NOTE, file_id, tx.actor.account_id, purpose, name)


async def finish(tx: Tx, file_id: UUID, media: str, size: int) -> None:
    """Note that the checked content of a file lies in the storage."""
    await tx.run(FINISH, file_id, tx.actor.account_id, media, size)


async def attach(tx: Tx, file_id: UUID, subject: Subject, purposes: Sequence[str] = tuple(SIZES)) -> None:
    """Bind the acting account's own, complete file of one of these purposes to `subject`, for good; the same again changes nothing."""
    if await tx.run(ATTACH, file_id, tx.actor.account_id, subject.kind, subject.id, list(purposes)):
        return
    row = await tx.row(ONE, file_id)
    if row is None or row["account_id"] != tx.actor.account_id:
        raise FileMissing(file_id=str(file_id))
    if row["purpose"] not in purposes:
        raise WrongKind(purpose=" or ".join(purposes))
    raise FileInUse(file_id=str(file_id))


async def detach(tx: Tx, subject: Subject, keep: Iterable[UUID] = ()) -> None:
    """Remove the files of `subject` but those to `keep`; their contents follow after the commit."""
    for row in await tx.rows(DETACH, subject.kind, subject.id, list(keep)):
        tx.enqueue(DropContent(file_id=row["id"]))


async def links(read: Read, file_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return signed links for files the caller is known to be allowed to read; one statement for all."""
    rows = await read.rows(TYPES, list(file_ids))
    return {row["id"]: link(read.house.config, row["id"], row["content_type"], read.wall) for row in rows}


def link(config: Config, file_id: UUID, media: str, wall: datetime) -> str:
    """Return an address that gives the content for at least an hour; it changes every quarter only, so that browsers may keep it."""
    expires = (int(wall.timestamp()) // STEP_SECONDS + 1) * STEP_SECONDS + LINK_SECONDS
    signature = derive(config.secret, _signed(file_id, media, expires))
    return f"{config.base_url}/api/v1/files/{file_id}/content?type={quote(media, safe='')}&expires={expires}&signature={signature}"


def is_valid_link(config: Config, file_id: UUID, media: str, expires: int, signature: str, wall: datetime) -> bool:
    """Return whether we made this link and its time is not over."""
    return expires > wall.timestamp() and is_derived(config.secret, _signed(file_id, media, expires), signature)


async def readable(read: Read, actor: Actor, file_id: UUID) -> Row:
    """Return the row of a complete file that the actor may read: its owner always, others when the subject's context says so."""
    row = await read.row(ONE, file_id)
    if row is None or row["state"] == "pending":
        raise FileMissing(file_id=str(file_id))
    if row["account_id"] == actor.account_id:
        return row
    if row["subject_id"] is not None:
        subject = Subject(row["subject_kind"], row["subject_id"])
        for port in read.ports(FileAccess):
            if await port.may_read(read, actor, subject):
                return row
    raise FileMissing(file_id=str(file_id))


async def content(read: Read, actor: Actor, file_id: UUID, limit: int) -> tuple[IO[bytes], int]:
    """Return the bytes of an own, complete file and how many there are; those of one larger than `limit` are not read."""
    row = await read.row(ONE, file_id)
    if row is None or row["account_id"] != actor.account_id or row["state"] == "pending":
        raise FileMissing(file_id=str(file_id))
    try:
        parts = [part async for part in await read.port(Storage).read(str(file_id))] if row["size"] <= limit else []
    except FileNotFoundError as error:
        raise FileMissing(file_id=str(file_id)) from error
    return io.BytesIO(b"".join(parts)), row["size"]


async def sweep_files(tx: Tx) -> None:
    """Remove what nobody attached within a day (a schedule, wall time)."""
    for row in await tx.rows(SWEEP, tx.wall - LOOSE):
        tx.enqueue(DropContent(file_id=row["id"]))


async def drop_content(task: DropContent, out: Outside) -> None:
    """Remove what was kept and what was put but never finished."""
    (storage,) = out.house.ports[Storage]
    await storage.delete(str(task.file_id))
    await storage.delete(incoming(task.file_id))


def incoming(file_id: UUID) -> str:
    """Return the key a direct upload is put under; its signed link can still write there when the file is long checked and kept."""
    return f"incoming/{file_id}"


def _signed(file_id: UUID, media: str, expires: int) -> str:
    return f"file:{file_id}:{media}:{expires}"
