"""Avatars and covers over HTTP."""

import io
import struct
import zlib
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from PIL import Image

from skillhall.kernel import file_routes, ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.files import sweep_files
from skillhall.kernel.http import endpoints_of
from skillhall.profiles.api import hide, show
from skillhall.profiles.model.pictures import LARGEST
from skillhall.profiles.module import MODULE
from tests.kernel.serving import Answered, Site, serving
from tests.profiles.builders import SECRET, SUSPEND, a_form, a_person, a_picture, another
from tests.support.hall import TestHall, test_hall

A = "/api/v1/profiles"
PNG = a_picture(800, 600)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def moving() -> bytes:
    """Return an animated GIF: first blue, then red."""
    out = io.BytesIO()
    Image.new("RGB", (90, 90), "blue").save(out, "GIF", save_all=True, append_images=[Image.new("RGB", (90, 90), "red")], duration=50)
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    """Return a small PNG whose header says that it is this large."""
    head = struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b""))
    parts = (struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture
async def stored(database_dsn: str, tmp_path: Path) -> AsyncGenerator[TestHall]:
    """A hall that keeps its files in a folder of its own."""
    async with test_hall(database_dsn, data=tmp_path) as opened:
        yield opened


@pytest.fixture
async def site(stored: TestHall) -> AsyncGenerator[Site]:
    async with serving(stored.runner, (*MODULE.endpoints, *endpoints_of(file_routes))) as opened:
        yield opened


async def a_member(stored: TestHall, name: str = "Mira") -> tuple[UUID, str]:
    actor = await stored.work(a_person, name)
    return actor.account_id, f"{A}/{actor.profile_id}"


async def files(stored: TestHall) -> int:
    return await stored.pool.fetchval("SELECT count(*) FROM kernel.file")


def opened(answer: Answered) -> Image.Image:
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/webp")
    assert SECRET not in answer.body
    return Image.open(io.BytesIO(answer.body), formats=["WEBP"])


async def test_an_avatar_in_its_sizes(stored: TestHall, site: Site) -> None:
    me, path = await a_member(stored)
    other, _ = await a_member(stored, "Taro")
    before = (await site.get(path, me)).headers["ETag"]
    shown = await site.post(f"{path}/avatar", me, data=a_form(PNG))
    assert (shown.status, shown.data["completionPercentage"]) == (200, 35)
    url = shown.data["avatarUrl"]
    assert url.startswith(f"{A}/pictures/")
    assert (await site.get(path, other)).data["avatarUrl"] == url
    assert (await site.get(path, me)).headers["ETag"] == shown.headers["ETag"] != before
    for query, width in (("", 512), ("?size=512", 512), ("?size=300", 512), ("?size=256", 256), ("?size=65", 256), ("?size=1", 64)):
        picture = await site.get(url + query)
        assert opened(picture).size == (width, width)
        assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "RateLimit" not in picture.headers
    for wrong in ("?size=0", "?size=x", "?color=red"):
        assert (await site.get(url + wrong)).status == 400
    unknown = await site.get(f"{A}/pictures/{ids.new()}")
    assert (unknown.status, unknown.reason) == (404, "profiles.picture_not_found")
    await stored.verify()


async def test_the_old_one_goes_with_its_files(stored: TestHall, site: Site) -> None:
    me, path = await a_member(stored)
    first = (await site.post(f"{path}/avatar", me, data=a_form(PNG))).data["avatarUrl"]
    second = (await site.post(f"{A}/me/avatar", me, data=a_form(a_picture(100, 90, "JPEG")))).status
    assert second == 404  # without a profile in use, `me` is nobody's
    second = (await site.post(f"{path}/avatar", me, data=a_form(a_picture(100, 90, "JPEG")))).data["avatarUrl"]
    assert (await site.get(first)).status == 404
    assert opened(await site.get(second)).size == (90, 90)
    assert await files(stored) == 2
    same = await site.send("PUT", path, me, json={"avatarUrl": second, "bio": "I teach."})
    assert (same.status, same.data["avatarUrl"]) == (200, second)
    foreign = await site.send("PUT", path, me, json={"avatarUrl": first})
    assert (foreign.status, foreign.json["error"]["details"][0]["field"]) == (400, "avatarUrl")
    outside = await site.send("PUT", path, me, json={"avatarUrl": "https://example.org/m.png"})
    assert outside.data["avatarUrl"] == "https://example.org/m.png"
    assert (await files(stored), (await site.get(second)).status) == (0, 404)
    for _ in range(2):
        assert (await site.send("DELETE", f"{path}/avatar", me)).data["deleted"]
    assert (await site.get(path, me)).data["avatarUrl"] is None
    await stored.drain()
    assert [entry for entry in (stored.config.data / "files").rglob("*") if entry.is_file()] == []
    await stored.verify()


async def test_a_cover_beside_the_avatar(stored: TestHall, site: Site) -> None:
    me, path = await a_member(stored)
    await site.post(f"{path}/avatar", me, data=a_form(PNG))
    wide = (await site.post(f"{path}/cover", me, data=a_form(a_picture(2000, 500)))).data["coverImageUrl"]
    assert (opened(await site.get(wide)).size, opened(await site.get(f"{wide}?size=600")).size) == ((1500, 375), (750, 188))
    assert (await site.send("DELETE", f"{path}/cover", me)).status == 200
    assert (await site.get(wide)).status == 404
    assert (await site.get(path, me)).data["avatarUrl"] is not None
    assert await files(stored) == 3
    await stored.verify()


async def test_of_a_file_uploaded_before(stored: TestHall, site: Site) -> None:
    me, path = await a_member(stored)
    other, _ = await a_member(stored, "Taro")
    form = a_form(PNG, purpose="image")
    file_id = (await site.post("/api/v1/files", me, data=form)).data["id"]
    for use, field in (("avatar", "avatarUrl"), ("cover", "coverImageUrl")):
        shown = await site.send("PUT", f"{path}/{use}", me, json={"fileId": file_id})
        assert shown.status == 200
        assert opened(await site.get(shown.data[field])).width == {"avatar": 512, "cover": 800}[use]
    theirs = (await site.post("/api/v1/files", other, data=a_form(PNG, purpose="image"))).data["id"]
    for missing in (theirs, str(ids.new())):
        refused = await site.send("PUT", f"{path}/avatar", me, json={"fileId": missing})
        assert (refused.status, refused.reason) == (404, "files.not_found")
    text = (await site.post("/api/v1/files", me, data=a_form(b"plain text", purpose="document"))).data["id"]
    refused = await site.send("PUT", f"{path}/avatar", me, json={"fileId": text})
    assert (refused.status, refused.reason) == (422, "files.wrong_kind")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"#!/bin/sh\n", "files.wrong_kind"), (b"%PDF-1.7 x", "files.wrong_kind"), (SVG, "files.wrong_kind"), (b"", "files.wrong_kind"),
        (PNG[:300], "files.unreadable"), (b"GIF89a" + SVG, "files.unreadable"), (claiming(50_000, 50_000), "files.unreadable"),
        (claiming(2**31 - 1, 1), "files.unreadable"), (PNG + bytes(LARGEST), "files.too_large"),
    ],
)  # fmt: skip
async def test_what_is_no_avatar(stored: TestHall, site: Site, content: bytes, reason: str) -> None:
    me, path = await a_member(stored)
    refused = await site.post(f"{path}/avatar", me, data=a_form(content))
    assert (refused.status, refused.reason) == (422, reason)
    assert (await site.get(path, me)).data["avatarUrl"] is None
    assert await files(stored) == 0


async def test_of_one_that_moves_the_first_picture(stored: TestHall, site: Site) -> None:
    me, path = await a_member(stored)
    shown = opened(await site.get((await site.post(f"{path}/avatar", me, data=a_form(moving()))).data["avatarUrl"]))
    pixel: Any = shown.convert("RGB").getpixel((45, 45))
    assert (getattr(shown, "n_frames", 1), shown.size, max(pixel)) == (1, (90, 90), pixel[2])


@pytest.mark.parametrize(("width", "height", "kept"), [(6000, 3, (1500, 1)), (3, 6000, (3, 6000)), (1, 1, (1, 1))])
async def test_a_cover_of_an_odd_shape(stored: TestHall, site: Site, width: int, height: int, kept: tuple[int, int]) -> None:
    me, path = await a_member(stored)
    url = (await site.post(f"{path}/cover", me, data=a_form(a_picture(width, height)))).data["coverImageUrl"]
    assert opened(await site.get(url)).size == kept


async def test_a_hidden_profile_shows_no_picture(stored: TestHall, site: Site) -> None:
    me, path = await a_member(stored)
    url = (await site.post(f"{path}/avatar", me, data=a_form(PNG))).data["avatarUrl"]
    profile_id, staff = UUID(path.rpartition("/")[2]), Actor.of("moderation", "a report")
    await stored.work(hide, profile_id, staff, "Not a face.")
    gone = await site.get(url)
    assert (gone.status, gone.reason) == (404, "profiles.picture_not_found")
    await stored.work(show, profile_id, staff, "It is one.")
    assert (await site.get(url)).status == 200
    await stored.work(suspended, me)
    assert (await site.get(url)).status == 404


async def test_other_peoples_pictures(stored: TestHall, site: Site) -> None:
    me, path = await a_member(stored)
    other, _ = await a_member(stored, "Taro")
    await site.post(f"{path}/avatar", me, data=a_form(PNG))
    requests: list[tuple[str, str, dict[str, Any]]] = [
        (method, use, options) for use in ("avatar", "cover") for method, options in (("POST", {"data": a_form(PNG)}), ("DELETE", {}))
    ]
    for method, use, options in requests:
        refused = await site.send(method, f"{path}/{use}", other, **options)
        assert (refused.status, refused.reason) == (403, "profiles.not_yours")
    missing = await site.post(f"{A}/{ids.new()}/avatar", other, data=a_form(PNG))
    assert (missing.status, missing.reason) == (404, "profiles.not_found")
    assert (await site.post(f"{path}/avatar", data=a_form(PNG))).status == 401
    assert (await site.post(f"{path}/avatar", me, json={"file": "x"})).status == 415
    await stored.work(suspended, me)
    refused = await site.post(f"{path}/avatar", me, data=a_form(PNG))
    assert (refused.status, refused.reason) == (422, "identity.account_not_active")
    assert (await site.get(path, me)).data["avatarUrl"] is not None


async def suspended(tx: Any, account_id: UUID) -> None:
    await tx.run(SUSPEND, account_id)


async def test_sixteen_uploads_leave_one_picture(stored: TestHall, site: Site) -> None:
    me, path = await a_member(stored)
    small = a_picture(40, 40)
    answers = await stored.race(*(lambda: site.post(f"{path}/avatar", me, data=a_form(small)) for _ in range(16)))
    assert {answer.status for answer in answers} == {200}
    assert (await stored.pool.fetchval("SELECT count(*) FROM profiles.picture"), await files(stored)) == (1, 1)
    assert opened(await site.get((await site.get(path, me)).data["avatarUrl"])).size == (40, 40)
    await stored.drain()
    assert len([entry for entry in (stored.config.data / "files").rglob("*") if entry.is_file()]) == 1
    await stored.verify()


async def test_uploads_while_the_profile_goes_leave_nothing(stored: TestHall, site: Site) -> None:
    mira = await stored.work(a_person)
    path, me = f"{A}/{(await stored.work(another, mira)).id}", mira.account_id
    small = a_form_of(40)
    steps = [lambda: site.post(f"{path}/avatar", me, data=small()), lambda: site.post(f"{path}/cover", me, data=small())] * 6
    removals = [lambda: site.send("DELETE", f"{path}/avatar", me), lambda: site.send("DELETE", path, me)]
    answers = await stored.race(*steps[:6], *removals, *steps[6:])
    assert {answer.status for answer in answers} <= {200, 404}
    assert (await site.get(path, me)).status == 404
    left = "SELECT (SELECT count(*) FROM profiles.picture) + (SELECT count(*) FROM kernel.file WHERE state = 'attached')"
    assert await stored.pool.fetchval(left) == 0
    await stored.pool.execute("UPDATE kernel.file SET recorded_at = now() - interval '25 hours'")
    await stored.work(sweep_files)
    await stored.drain()
    assert [entry for entry in (stored.config.data / "files").rglob("*") if entry.is_file()] == []
    await stored.verify()


def a_form_of(width: int) -> Callable[[], aiohttp.FormData]:
    """Return what makes the same upload again and again."""
    content = a_picture(width, width)
    return lambda: a_form(content)
