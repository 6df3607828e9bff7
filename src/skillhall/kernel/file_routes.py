"""The endpoints of files: upload through the hall or straight to S3, ask for a link, read by a link."""

import io
from datetime import datetime, timedelta
from typing import IO, Annotated
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.kernel import files, ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.db.tx import Row, Tx
from skillhall.kernel.files import LINK_SECONDS, FileInUse, FileMissing, WrongKind, incoming, link, readable
from skillhall.kernel.http.call import Call
from skillhall.kernel.http.endpoint import Key, get, post
from skillhall.kernel.http.envelope import Answer, Raw, Redirect
from skillhall.kernel.http.request import Upload
from skillhall.kernel.outside.storage import FileUnreadable, Storage, clean_image, disposition, recognized
from skillhall.kernel.refusals import FieldError, Invalid, Refused
from skillhall.kernel.shapes import Body, Instant, View, instant


class FileTooLarge(Refused):
    """More bytes than this purpose takes."""

    code = "files.too_large"
    message = "The file is larger than {limit} bytes, which is all that {purpose} takes."


class NoDirectUpload(Refused):
    """The hall keeps the files itself."""

    code = "files.no_direct_upload"
    message = "Direct uploads are not available here; send the file to POST /files."


class FileView(View, frozen=True, kw_only=True):
    """A file; whoever has `url` can read it for an hour."""

    id: UUID
    url: str
    content_type: str
    size: int
    name: str


class DirectUpload(Body, frozen=True, kw_only=True):
    """What will be put."""

    purpose: Annotated[str, Meta(examples=["media"])]
    name: Annotated[str, Meta(min_length=1, max_length=255)] = "file"


class UploadView(View, frozen=True, kw_only=True):
    """Send the bytes to `url` with `method` before `expiresAt`, then POST /files/uploads/{id}."""

    id: UUID
    url: str
    method: str
    expires_at: Instant


class ContentQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts of a signed link."""

    type: str
    expires: int
    signature: str


class Content(Struct, frozen=True):
    """Checked bytes, ready to be kept."""

    body: bytes | IO[bytes]
    media: str
    size: int


@post("/files", created="/files/{id}", upload=True, key=Key.NEVER, refuses=(FileTooLarge, WrongKind, FileUnreadable))
async def upload_file(call: Call, data: Upload) -> Answer[FileView]:
    """Upload a file: multipart with `file` and `purpose` (avatar, image, document, media).

    The kind is read from the bytes; images lose EXIF and other hidden facts. A file that nothing uses is removed after 24 hours.
    """
    purpose = data.fields.get("purpose", "")
    _check_purpose(purpose)
    content = await _checked(data.file, data.size, purpose)
    file_id = ids.new()
    await call.act(_note, file_id, purpose, (data.name or "file")[-255:])
    await call.read.port(Storage).put(str(file_id), content.body, content.media)
    return await call.run(_finish, file_id, content)


@post("/files/uploads", created="/files/uploads/{id}", key=Key.NEVER, refuses=(NoDirectUpload,), example={"purpose": "media"})
async def begin_upload(call: Call, data: DirectUpload) -> UploadView:
    """Get a signed link to PUT a file straight into S3; only where S3 is configured."""
    storage = call.read.port(Storage)
    if not storage.is_remote:
        raise NoDirectUpload
    _check_purpose(data.purpose)
    file_id = ids.new()
    await call.act(_note, file_id, data.purpose, data.name)
    url = await storage.signed("PUT", incoming(file_id), LINK_SECONDS)
    return UploadView(id=file_id, url=url, method="PUT", expires_at=instant(call.read.wall + timedelta(seconds=LINK_SECONDS)))


@post("/files/uploads/{file_id:uuid}", key=Key.NEVER, refuses=(FileMissing, FileInUse, FileTooLarge, WrongKind, FileUnreadable))
async def finish_upload(call: Call, file_id: UUID) -> Answer[FileView]:
    """Finish a direct upload: the bytes are checked as those of POST /files are, and the file can then be used."""
    storage, row = call.read.port(Storage), await call.read.row(files.ONE, file_id)
    if row is None or row["account_id"] != call.by.account_id:
        raise FileMissing(file_id=str(file_id))
    if row["state"] == "pending":
        key, purpose = incoming(file_id), row["purpose"]
        try:
            _check_size(await storage.size(key), purpose)
            arrived = io.BytesIO(b"".join([part async for part in await storage.read(key)]))
        except FileNotFoundError as error:
            raise FileInUse(file_id=str(file_id)) from error
        content = await _checked(arrived, len(arrived.getbuffer()), purpose)
        await storage.put(str(file_id), content.body, content.media)
        answer = await call.run(_finish, file_id, content)
        await storage.delete(key)
        return answer
    return await call.run(_again, file_id)


@get("/files/{file_id:uuid}", public=True, refuses=(FileMissing,))
async def read_file(call: Call, file_id: UUID) -> FileView:
    """Get a link to the content, for an hour; refused as not found to those who may not read it."""
    row = await readable(call.read, call.by, file_id)
    return _view(call.read.house.config, row, call.read.wall)


@get("/files/{file_id:uuid}/content", public=True, bare=True, media="application/octet-stream", refuses=(FileMissing,))
async def read_file_content(call: Call, file_id: UUID, query: ContentQuery) -> Raw | Redirect:
    """Read the content by a signed link; the link alone decides."""
    house = call.runner.house
    if not files.is_valid_link(house.config, file_id, query.type, query.expires, query.signature, house.clock.wall()):
        raise FileMissing(file_id=str(file_id))
    (storage,) = house.ports[Storage]
    if storage.is_remote:
        return Redirect(await storage.signed("GET", str(file_id), LINK_SECONDS))
    try:
        body = await storage.read(str(file_id))
    except FileNotFoundError as error:
        raise FileMissing(file_id=str(file_id)) from error
    headers = {"content-disposition": disposition(query.type), "cache-control": "private, max-age=3600, immutable"}
    return Raw(body, query.type, headers, csp="default-src 'none'; sandbox")


async def _checked(content: IO[bytes], size: int, purpose: str) -> Content:
    """Return what is to be kept, or refuse by size, kind and readability."""
    _check_size(size, purpose)
    media = recognized(content)
    if media is None or not media.startswith(files.MEDIA[purpose]):
        raise WrongKind(purpose=purpose)
    if media not in files.FORMATS:
        return Content(content, media, size)
    body = await clean_image(content, media)
    return Content(body, media, len(body))


def _check_purpose(purpose: str) -> None:
    if purpose not in files.SIZES:
        raise Invalid(FieldError("purpose", "body", "not_an_option", f"Must be one of {', '.join(files.SIZES)}."))


def _check_size(size: int, purpose: str) -> None:
    if size > files.SIZES[purpose]:
        raise FileTooLarge(limit=files.SIZES[purpose], purpose=purpose)


async def _note(tx: Tx, by: Actor, file_id: UUID, purpose: str, name: str) -> None:
    await tx.run(files.NOTE, file_id, by.account_id, purpose, name)


async def _finish(tx: Tx, by: Actor, file_id: UUID, content: Content) -> FileView:
    await tx.run(files.FINISH, file_id, by.account_id, content.media, content.size)
    return await _again(tx, by, file_id)


async def _again(tx: Tx, by: Actor, file_id: UUID) -> FileView:
    return _view(tx.house.config, await readable(tx, by, file_id), tx.wall)


def _view(config: Config, row: Row, wall: datetime) -> FileView:
    url = link(config, row["id"], row["content_type"], wall)
    return FileView(id=row["id"], url=url, content_type=row["content_type"], size=row["size"], name=row["name"])
