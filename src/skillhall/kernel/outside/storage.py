"""Contents of files: recognized by their first bytes, images cleaned, kept in a local folder or in S3."""

import asyncio
import codecs
import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from typing import IO, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from PIL import ExifTags, Image, ImageOps, ImageSequence
from PIL.ImageFile import ImageFile

from skillhall.kernel.config import Config, ConfigError
from skillhall.kernel.refusals import Refused

HEAD_BYTES: Final = 4096
KEPT_FACTS: Final = frozenset({"icc_profile", "transparency", "background", "duration", "loop", "disposal", "blend", "gamma"})
FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP", "image/avif": "AVIF"}
STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF87a", "image/gif"), (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"), (b"OggS", "audio/ogg"), (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"), (b"\xff\xf3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
)  # fmt: skip
RIFFS: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
BRANDS: Final = {b"avif": "image/avif", b"M4A ": "audio/mp4", b"qt  ": "video/quicktime"}
MP4_BRANDS: Final = (b"isom", b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"MSNV", b"3gp")
OFFICE: Final = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
ONE_IMAGE: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="images")  # one at a time: an image may take 350 MB


class FileUnreadable(Refused):
    """The bytes look like an image and cannot be read as one, or would unfold to more pixels than anybody needs."""

    code = "files.unreadable"
    message = "The image is damaged or has too many pixels."


def recognized(content: IO[bytes]) -> str | None:
    """Return the content type by the bytes alone, or nothing; names and headers of the sender are not believed."""
    content.seek(0)
    head = content.read(HEAD_BYTES)
    content.seek(0)
    for start, media in STARTS:
        if head.startswith(start):
            return media
    if head[:4] == b"RIFF":
        return RIFFS.get(head[8:12])
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else None
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12]) or ("video/mp4" if head[8:12].startswith(MP4_BRANDS) else None)
    if head[:4] == b"PK\x03\x04":
        return _office(content)
    return "text/plain" if head and _is_text(head) else None


async def clean_image(content: IO[bytes], media: str) -> bytes:
    """Return the image turned upright, without EXIF, XMP, comments and other hidden text; refuse damage and bombs."""
    return await asyncio.get_running_loop().run_in_executor(ONE_IMAGE, _cleaned, content, FORMATS[media])


class Storage:
    """Where contents live: below `<data>/files`, or in S3. Keys are made by us from row ids, never from what a client sends."""

    def __init__(self, config: Config) -> None:
        """Keep the configuration; a folder is made when the first content is written."""
        self._config = config
        _ = config.s3_url and self._store  # a wrong address is told at the start

    @property
    def is_remote(self) -> bool:
        """Whether clients can put and get by themselves, with signed links of the store."""
        return bool(self._config.s3_url)

    async def put(self, key: str, content: bytes | IO[bytes], media: str) -> None:
        """Write a content, whole or not at all."""
        attributes: Any = {"Content-Type": media, "Content-Disposition": disposition(media)} if self.is_remote else None
        await self._store.put_async(key, content, attributes=attributes)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """Return the content piece by piece, or raise `FileNotFoundError`."""
        found = await self._store.get_async(key)
        return (bytes(part) async for part in found.stream())

    async def size(self, key: str) -> int:
        """Return how many bytes lie there, or raise `FileNotFoundError`."""
        return int((await self._store.head_async(key))["size"])

    async def delete(self, key: str) -> None:
        """Remove a content; one that is gone already is fine."""
        with suppress(FileNotFoundError):
            await self._store.delete_async(key)

    async def signed(self, method: str, key: str, seconds: int) -> str:
        """Return a link of the store itself with which anybody may GET or PUT this one key for a while."""
        store: Any = self._store
        return await obstore.sign_async(store, "PUT" if method == "PUT" else "GET", key, timedelta(seconds=seconds))

    @cached_property
    def _store(self) -> "obstore.store.LocalStore | obstore.store.S3Store":
        if not self._config.s3_url:
            return obstore.store.LocalStore(str((self._config.data / "files").absolute()), mkdir=True)
        parts = urlsplit(self._config.s3_url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.scheme != "s3" or not (parts.hostname and parts.username and parts.password) or set(query) - {"endpoint", "region"}:
            raise ConfigError("SKILLHALL_S3_URL: write s3://KEY:SECRET@bucket?region=name&endpoint=https://host (AWS itself: no endpoint)")
        where: Any = {"region": "us-east-1", **query, "prefix": parts.path.strip("/") or None}
        where |= {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password)}
        plain = query.get("endpoint", "").startswith("http://")
        return obstore.store.S3Store(parts.hostname, client_options={"allow_http": plain, "timeout": "60s"}, **where)


def disposition(media: str) -> str:
    """Return how a browser should treat a content: show pictures and sound, save everything else."""
    return "inline" if media.startswith(("image/", "audio/", "video/")) else "attachment"


def _office(content: IO[bytes]) -> str | None:
    try:
        with zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size <= HEAD_BYTES:
                media = archive.read("mimetype").decode("ascii", "replace").strip()
                return (
                    media
                    if media.startswith(OPEN_DOCUMENT) and media.replace(".", "").replace("-", "").replace("/", "").isalnum()
                    else None
                )
            kind = next((media for name, media in OFFICE.items() if name in names), None)
            return None if any(name.endswith("vbaProject.bin") for name in names) else kind
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    finally:
        content.seek(0)


def _is_text(head: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # a character cut off at the end is fine
    except UnicodeDecodeError:
        return False
    return not any(sign < " " and sign not in "\t\n\r\f" for sign in text)


def _cleaned(content: IO[bytes], kind: str) -> bytes:
    try:
        with Image.open(content, formats=[kind]) as image:
            return _saved(image, kind)
    except FileUnreadable:
        raise
    except Exception as error:  # decoders fed with strangers' bytes raise whatever they like
        raise FileUnreadable from error


def _saved(image: ImageFile, kind: str) -> bytes:
    if image.width * image.height * getattr(image, "n_frames", 1) > (Image.MAX_IMAGE_PIXELS or 0):
        raise FileUnreadable
    out = io.BytesIO()
    if image.format == "JPEG" and image.getexif().get(ExifTags.Base.Orientation, 1) == 1:
        image.info = _without_facts(image.info)
        image.save(out, "JPEG", quality="keep", exif=b"")
        return out.getvalue()
    # A JPEG of several pictures (a phone's depth map, its preview) becomes its first one.
    frames = [_upright(frame) for frame in (ImageSequence.Iterator(image) if kind != "JPEG" else (image,))]
    more: dict[str, Any] = {}
    if len(frames) > 1:
        times = [frame.info.get("duration", 100) for frame in frames]
        more = {"save_all": True, "append_images": frames[1:], "duration": times, "loop": frames[0].info.get("loop", 0)}
    frames[0].save(out, kind, exif=b"", icc_profile=frames[0].info.get("icc_profile"), quality=92, **more)
    return out.getvalue()


def _upright(frame: Image.Image) -> Image.Image:
    made = ImageOps.exif_transpose(frame)
    made.info = _without_facts(frame.info)
    return made


def _without_facts(info: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in info.items() if key in KEPT_FACTS}
