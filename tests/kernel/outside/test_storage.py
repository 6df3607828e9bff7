"""Contents: recognized, cleaned, and kept in a folder and in a real S3 server with the same promises."""

import io
import zipfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from moto.server import ThreadedMotoServer
from PIL import ExifTags, Image, PngImagePlugin

from skillhall.kernel.config import Config, ConfigError
from skillhall.kernel.outside import storage as module
from skillhall.kernel.outside.storage import FORMATS, FileUnreadable, Storage, clean_image, recognized

SECRET_TEXT = b"secret place"


@pytest.fixture(scope="session")
def s3() -> Generator[str]:
    """The address of a real S3 server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Storage]:
    if request.param == "folder":
        yield Storage(Config(data=tmp_path / "a folder"))
        return
    url: str = request.getfixturevalue("s3")
    async with aiohttp.ClientSession() as session:
        await (await session.put(f"{url}/files")).read()
    yield Storage(Config(s3_url=f"s3://key:sec%2Fret@files?endpoint={url}&region=us-east-1"))


async def whole(storage: Storage, key: str) -> bytes:
    return b"".join([part async for part in await storage.read(key)])


async def test_what_is_put_is_read_until_it_is_deleted(storage: Storage) -> None:
    content = bytes(range(256)) * 20_000
    await storage.put("one", content, "application/pdf")
    await storage.put("incoming/two", io.BytesIO(b"two"), "text/plain")
    assert await whole(storage, "one") == content
    assert await storage.size("one") == len(content)
    assert await whole(storage, "incoming/two") == b"two"
    await storage.put("one", b"new", "text/plain")
    assert await whole(storage, "one") == b"new"
    await storage.delete("one")
    await storage.delete("one")
    for call in (storage.read, storage.size):
        with pytest.raises(FileNotFoundError):
            await call("one")
    assert await whole(storage, "incoming/two") == b"two"


async def test_signed_links_put_and_get_one_key(s3: str) -> None:
    async with aiohttp.ClientSession() as session:
        await (await session.put(f"{s3}/files")).read()
        storage = Storage(Config(s3_url=f"s3://key:secret@files/below?endpoint={s3}"))
        assert storage.is_remote
        async with session.put(await storage.signed("PUT", "direct", 60), data=b"hello") as answer:
            assert answer.status == 200
        assert await whole(storage, "direct") == b"hello"
        await storage.put("shown", b"\x89PNG", "image/png")
        async with session.get(await storage.signed("GET", "shown", 60)) as answer:
            assert (answer.status, await answer.read(), answer.headers["Content-Type"]) == (200, b"\x89PNG", "image/png")
            assert answer.headers["Content-Disposition"] == "inline"


def test_a_folder_is_made_only_when_something_is_kept(tmp_path: Path) -> None:
    Storage(Config(data=tmp_path / "data"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["https://bucket", "s3://bucket", "s3://k@bucket", "s3://k:s@", "s3://k:s@bucket?regoin=x"])
def test_a_wrong_address_is_told_at_the_start(url: str) -> None:
    with pytest.raises(ConfigError, match="SKILLHALL_S3_URL"):
        Storage(Config(s3_url=url))


def archive(*names: str, **contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in (*names, *contents):
            made.writestr(name, contents.get(name, b"x"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", None),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00", "video/mp4"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypheic\x00\x00", None),
        (b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"ID3\x04", "audio/mpeg"),
        ("Ein Brief, größer als sonst\n".encode(), "text/plain"),
        ("ü".encode() * 5000, "text/plain"),
        (b"x" + "ü".encode() * 5000, "text/plain"),
        (b"\x7fELF\x02\x01\x01\x00", None),
        (b"MZ\x90\x00", None),
        (b"", None),
        (b"caf\xe9 au lait, and more", None),
        (archive("[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive("word/document.xml", "word/vbaProject.bin"), None),
        (archive(mimetype=b"application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.text\r\nX-Evil: 1"), None),
        (archive("evil.exe"), None),
        (b"PK\x03\x04 and then nothing", None),
    ],
)
def test_kinds_are_told_by_the_bytes(content: bytes, media: str | None) -> None:
    file = io.BytesIO(content)
    assert recognized(file) == media
    assert file.tell() == 0


def picture(kind: str, orientation: int | None = None) -> io.BytesIO:
    """A red image with a green left half, and everything hidden that the format can hide."""
    image = Image.new("RGB", (60, 40), "red")
    image.paste("green", (0, 0, 30, 40))
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = SECRET_TEXT.decode()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    more: dict[str, Any] = {"exif": exif} if kind != "GIF" else {}
    if kind in {"JPEG", "GIF"}:
        more["comment"] = SECRET_TEXT
    if kind in {"JPEG", "WEBP"}:
        more["xmp"] = b"<x>" + SECRET_TEXT + b"</x>"
    if kind == "PNG":
        more["pnginfo"] = PngImagePlugin.PngInfo()
        more["pnginfo"].add_text("Comment", SECRET_TEXT.decode())
    out = io.BytesIO()
    image.save(out, kind, **more)
    assert SECRET_TEXT in out.getvalue(), kind
    out.seek(0)
    return out


@pytest.mark.parametrize("media", list(FORMATS))
@pytest.mark.parametrize("orientation", [None, 1, 6])
async def test_hidden_facts_go_and_the_picture_stays_and_stands_upright(media: str, orientation: int | None) -> None:
    kind = FORMATS[media]
    clean = await clean_image(picture(kind, orientation), media)
    assert SECRET_TEXT not in clean
    assert recognized(io.BytesIO(clean)) == media
    with Image.open(io.BytesIO(clean)) as image:
        assert not image.getexif()
        is_turned = orientation == 6 and kind != "GIF"
        assert image.size == ((40, 60) if is_turned else (60, 40))
        red, green, _ = image.convert("RGB").getpixel((5, 50 if is_turned else 20))[:3]  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]
        assert (red > 200, green > 90) == ((True, False) if is_turned else (False, True))


@pytest.mark.parametrize("media", ["image/gif", "image/webp", "image/png"])
async def test_an_animation_keeps_moving(media: str) -> None:
    kind = FORMATS[media]
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "green", "blue")]
    out = io.BytesIO()
    hidden: dict[str, Any] = {"comment": SECRET_TEXT} if kind == "GIF" else {}
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=90, loop=0, **hidden)
    out.seek(0)
    clean = await clean_image(out, media)
    assert SECRET_TEXT not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert getattr(image, "n_frames", 1) == 3
        image.seek(2)
        image.load()
        assert image.info["duration"] == 90
        assert image.convert("RGB").getpixel((5, 5))[2] > 200  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]


async def test_a_phones_jpeg_of_several_pictures_becomes_its_first() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = SECRET_TEXT.decode()
    Image.new("RGB", (60, 40), "red").save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (30, 20), "blue")], exif=exif)
    assert recognized(out) == "image/jpeg"
    clean = await clean_image(out, "image/jpeg")
    assert SECRET_TEXT not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert (image.format, image.size) == ("JPEG", (60, 40))


async def test_damage_and_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = picture("JPEG").getvalue()
    for bad in (whole[: len(whole) // 2], b"\xff\xd8\xff" + b"junk" * 50):
        with pytest.raises(FileUnreadable):
            await clean_image(io.BytesIO(bad), "image/jpeg")
    with pytest.raises(FileUnreadable):
        await clean_image(picture("PNG"), "image/jpeg")
    monkeypatch.setattr(module.Image, "MAX_IMAGE_PIXELS", 60 * 40 - 1)
    with pytest.raises(FileUnreadable):
        await clean_image(picture("PNG"), "image/png")
    monkeypatch.setattr(module.Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(FileUnreadable):
        await clean_image(picture("PNG"), "image/png")
