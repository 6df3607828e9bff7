"""Files over HTTP, on a local folder and on a real S3 server; attaching, detaching and sweeping."""

import asyncio
import io
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import aiohttp
import msgspec
import pytest
from PIL import Image

from skillhall.deploy.hall import build_house
from skillhall.kernel import file_routes, ids
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.files import (
    DropContent,
    FileAccess,
    FileInUse,
    FileMissing,
    WrongKind,
    attach,
    detach,
    drop_content,
    incoming,
    link,
    links,
    readable,
    sweep_files,
)  # fmt: skip
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.outside.storage import Storage
from skillhall.kernel.shapes import Subject
from skillhall.kernel.work.outside import Outside
from tests.kernel.conftest import KernelHall
from tests.kernel.outside.test_storage import picture, s3
from tests.kernel.serving import Answered, Site, serving

__all__ = ["s3"]
ENDPOINTS = endpoints_of(file_routes)
ADA, BOB = Actor(account_id=UUID(int=101)), Actor(account_id=UUID(int=102))
PDF = b"%PDF-1.7 " + b"x" * 2000


class Place:
    """A server over one storage."""

    def __init__(self, site: Site, runner: Runner, storage: Storage) -> None:
        self.site = site
        self.runner = runner
        self.storage = storage

    async def upload(self, content: bytes, purpose: str | None = "document", by: Actor | None = ADA, name: str = "a.bin") -> Answered:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("file", io.BytesIO(content), filename=name, content_type="application/x-lie")
        if purpose is not None:
            form.add_field("purpose", purpose)
        return await self.site.post("/api/v1/files", by and by.account_id, data=form)

    async def uploaded(self, content: bytes = PDF, purpose: str = "document", by: Actor = ADA) -> UUID:
        answer = await self.upload(content, purpose, by)
        assert answer.status == 201, answer.body
        return UUID(answer.data["id"])

    async def content(self, url: str) -> Answered:
        """Follow a link as a browser without any token would."""
        parts = urlsplit(url)
        return await self.site.get(f"{parts.path}?{parts.query}")

    async def run(self, work: Any, *args: Any, by: Actor = ADA) -> Any:
        async def inside(tx: Tx) -> Any:
            return await work(tx, *args)

        return await self.runner.run(inside, actor=by)

    async def rows(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.runner.pool.fetch("SELECT id, state, subject_id FROM kernel.file ORDER BY id")]

    async def is_kept(self, file_id: UUID) -> bool:
        try:
            return await self.storage.size(str(file_id)) > 0
        except FileNotFoundError:
            return False

    async def drop(self) -> None:
        """Run the jobs that remove contents."""
        for row in await self.runner.pool.fetch(
            "DELETE FROM kernel.delivery WHERE receiver = 'kernel.drop_content' RETURNING payload::text"
        ):
            out = Outside(self.runner, None, ids.new(), ids.new(), ADA, None)  # pyright: ignore[reportArgumentType]
            await drop_content(msgspec.json.decode(row[0], type=DropContent), out)


async def place_on(kernel: KernelHall, **settings: Any) -> AsyncGenerator[Place]:
    config = msgspec.structs.replace(kernel.config, **settings)
    runner = Runner(kernel.pool, build_house(config, ()))
    storage = Storage(config)
    runner.house.ports[Storage] = (storage,)
    async with serving(runner, ENDPOINTS) as site:
        yield Place(site, runner, storage)


@pytest.fixture
async def local(kernel: KernelHall, tmp_path: Path) -> AsyncGenerator[Place]:
    async for place in place_on(kernel, data=tmp_path):
        yield place


@pytest.fixture
async def remote(kernel: KernelHall, s3: str, tmp_path: Path) -> AsyncGenerator[Place]:
    async with aiohttp.ClientSession() as session:
        await (await session.put(f"{s3}/hall")).read()
    async for place in place_on(kernel, data=tmp_path, s3_url=f"s3://key:secret@hall?endpoint={s3}"):
        yield place


@pytest.fixture(params=["local", "remote"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue(request.param)


async def test_an_uploaded_file_is_read_through_its_link(place: Place) -> None:
    answer = await place.upload(PDF, name="Zeugnis ä.pdf")
    assert answer.status == 201
    view = answer.data
    assert (view["contentType"], view["size"], view["name"]) == ("application/pdf", len(PDF), "Zeugnis ä.pdf")
    assert answer.headers["Location"] == f"/api/v1/files/{view['id']}"
    again = (await place.site.get(f"/api/v1/files/{view['id']}", ADA.account_id)).data
    assert again["size"] == len(PDF)
    for url in (view["url"], again["url"]):
        content = await place.content(url)
        assert (content.status, content.body) == (200, PDF)
        assert content.headers["Content-Type"] == "application/pdf"
        assert content.headers["Content-Disposition"] == "attachment"


async def test_an_image_loses_what_it_hides(place: Place) -> None:
    file_id = await place.uploaded(picture("JPEG", 6).getvalue(), "avatar")
    view = (await place.site.get(f"/api/v1/files/{file_id}", ADA.account_id)).data
    content = (await place.content(view["url"])).body
    assert (view["contentType"], view["size"]) == ("image/jpeg", len(content))
    assert b"secret place" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (40, 60)


@pytest.mark.parametrize(
    ("content", "purpose", "status", "reason"),
    [
        (PDF, None, 400, "http.invalid"),
        (PDF, "hobby", 400, "http.invalid"),
        (PDF, "avatar", 422, "files.wrong_kind"),
        (b"\x7fELF" + bytes(100), "document", 422, "files.wrong_kind"),
        (b"", "document", 422, "files.wrong_kind"),
        (b"%PDF-" + bytes(10 * 1024 * 1024), "document", 422, "files.too_large"),
        (b"\xff\xd8\xff" + bytes(5 * 1024 * 1024), "avatar", 422, "files.too_large"),
        (b"\xff\xd8\xff" + b"junk" * 100, "image", 422, "files.unreadable"),
        (b"ID3" + bytes(100), "document", 422, "files.wrong_kind"),
    ],
)
async def test_what_is_refused_leaves_nothing(local: Place, content: bytes, purpose: str | None, status: int, reason: str) -> None:
    answer = await local.upload(content, purpose)
    assert (answer.status, answer.reason) == (status, reason)
    assert await local.rows() == []
    assert not (local.runner.house.config.data / "files").exists()


async def test_strangers_upload_nothing_and_read_nothing(local: Place) -> None:
    assert (await local.upload(PDF, by=None)).status == 401
    file_id = await local.uploaded()
    for by in (None, BOB.account_id):
        answer = await local.site.get(f"/api/v1/files/{file_id}", by)
        assert (answer.status, answer.reason) == (404, "files.not_found")


async def test_only_an_unspoiled_link_of_ours_in_its_time_gives_content(local: Place) -> None:
    url = urlsplit((await local.upload(PDF)).data["url"])
    query = {key: values[0] for key, values in parse_qs(url.query).items()}
    other = await local.uploaded()
    for path, change in (
        (url.path, {"expires": str(int(query["expires"]) + 1)}),
        (url.path, {"type": "text/html"}),
        (url.path, {"signature": query["signature"][::-1]}),
        (f"/api/v1/files/{other}/content", {}),
    ):
        answer = await local.site.get(f"{path}?{urlencode({**query, **change})}")
        assert (answer.status, answer.reason) == (404, "files.not_found")
    clock = local.runner.house.clock
    config = local.runner.house.config
    old = link(config, other, "application/pdf", clock.wall() - timedelta(hours=2))
    assert (await local.content(old)).status == 404
    assert (await local.content(link(config, other, "application/pdf", clock.wall()))).status == 200
    assert (await local.content(link(config, ids.new(), "application/pdf", clock.wall()))).status == 404
    clock.offset = timedelta(days=30)  # business time does not age links
    assert (await local.content((await local.site.get(f"/api/v1/files/{other}", ADA.account_id)).data["url"])).status == 200


async def test_attaching_is_for_the_owner_and_once(local: Place) -> None:
    file_id = await local.uploaded()
    here, there = Subject("profile", ids.new()), Subject("profile", ids.new())
    with pytest.raises(FileMissing):
        await local.run(attach, file_id, here, by=BOB)
    with pytest.raises(FileMissing):
        await local.run(attach, ids.new(), here)
    with pytest.raises(WrongKind):
        await local.run(attach, file_id, here, ("avatar",))
    assert await local.rows() == [(file_id, "stored", None)]
    await local.run(attach, file_id, here)
    await local.run(attach, file_id, here)
    with pytest.raises(FileInUse):
        await local.run(attach, file_id, there)
    assert await local.rows() == [(file_id, "attached", here.id)]


async def test_of_many_subjects_at_once_one_gets_the_file(local: Place) -> None:
    file_id = await local.uploaded()
    subjects = [Subject("profile", ids.new()) for _ in range(16)]
    answers = await asyncio.gather(*(local.run(attach, file_id, subject) for subject in subjects), return_exceptions=True)
    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, FileInUse) for answer in answers) == 15


async def test_a_subjects_context_decides_who_reads(local: Place) -> None:
    class Pages:
        async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:
            return subject.kind == "page" and (actor == STRANGER or actor.account_id == BOB.account_id)

    local.runner.house.ports[FileAccess] = (Pages(),)
    page, letter, loose = [await local.uploaded() for _ in range(3)]
    await local.run(attach, page, Subject("page", ids.new()))
    await local.run(attach, letter, Subject("letter", ids.new()))
    for by in (None, BOB.account_id):
        assert (await local.site.get(f"/api/v1/files/{page}", by)).status == 200
        assert (await local.site.get(f"/api/v1/files/{letter}", by)).status == 404
        assert (await local.site.get(f"/api/v1/files/{loose}", by)).status == 404


async def test_links_of_many_files_take_one_statement_and_stay_for_a_while(local: Place) -> None:
    files = [await local.uploaded() for _ in range(2)]
    read = await local.runner.read()
    found = await links(read, [*files, ids.new()])
    assert set(found) == set(files)
    assert (await local.content(found[files[0]])).body == PDF
    config, wall = local.runner.house.config, read.wall.replace(minute=16, second=0)
    assert link(config, files[0], "a/b", wall) == link(config, files[0], "a/b", wall + timedelta(minutes=13))
    expires = int(parse_qs(urlsplit(link(config, files[0], "a/b", wall)).query)["expires"][0])
    assert 3600 <= expires - wall.timestamp() <= 4500


async def test_what_nobody_attached_goes_after_a_day_with_its_content(place: Place) -> None:
    loose, attached, young = [await place.uploaded() for _ in range(3)]
    subject = Subject("profile", ids.new())
    await place.run(attach, attached, subject)
    await place.runner.pool.execute("UPDATE kernel.file SET recorded_at = now() - interval '25 hours' WHERE id <> $1", young)
    await place.run(sweep_files)
    assert await place.is_kept(loose)  # until the job has run
    await place.drop()
    assert [await place.is_kept(one) for one in (loose, attached, young)] == [False, True, True]
    assert {row[0] for row in await place.rows()} == {attached, young}
    await place.run(detach, subject)
    await place.drop()
    assert [await place.is_kept(one) for one in (attached, young)] == [False, True]


async def test_detaching_keeps_what_it_should(local: Place) -> None:
    first, second = await local.uploaded(), await local.uploaded()
    subject = Subject("profile", ids.new())
    for one in (first, second):
        await local.run(attach, one, subject)
    await local.run(detach, subject, [second])
    await local.drop()
    assert [row[0] for row in await local.rows()] == [second]
    assert [await local.is_kept(one) for one in (first, second)] == [False, True]


async def test_sweep_and_attach_at_once_leave_a_whole_file_or_none(local: Place) -> None:
    files = [await local.uploaded() for _ in range(10)]
    await local.runner.pool.execute("UPDATE kernel.file SET recorded_at = now() - interval '25 hours'")
    subject = Subject("profile", ids.new())
    answers = await asyncio.gather(
        *(local.run(attach, one, subject) for one in files), *(local.run(sweep_files) for _ in range(4)), return_exceptions=True
    )
    assert not [one for one in answers if isinstance(one, BaseException) and not isinstance(one, FileMissing)]
    await local.drop()
    attached = {row[0] for row in await local.rows()}
    assert attached == {one for one, answer in zip(files, answers, strict=False) if answer is None}
    assert {one for one in files if await local.is_kept(one)} == attached


async def begun(place: Place, purpose: str = "media", by: Actor = ADA) -> Answered:
    return await place.site.post("/api/v1/files/uploads", by.account_id, json={"purpose": purpose, "name": "song.mp3"})


async def test_a_direct_upload_is_checked_before_it_counts(remote: Place) -> None:
    answer = await begun(remote, "image")
    assert answer.status == 201
    view, file_id = answer.data, UUID(answer.data["id"])
    finish = f"/api/v1/files/uploads/{file_id}"
    early = await remote.site.post(finish, ADA.account_id)
    assert (early.status, early.reason) == (409, "files.in_use")
    with pytest.raises(FileInUse):
        await remote.run(attach, file_id, Subject("profile", ids.new()))
    assert (await remote.site.get(f"/api/v1/files/{file_id}", ADA.account_id)).status == 404
    assert (await remote.site.send(view["method"], view["url"], data=b"\x7fELF not an image")).status == 200
    assert (await remote.site.post(finish, ADA.account_id)).reason == "files.wrong_kind"
    await remote.site.send("PUT", view["url"], data=picture("JPEG").getvalue())
    assert (await remote.site.post(finish, BOB.account_id)).status == 404
    done = await remote.site.post(finish, ADA.account_id)
    assert (done.status, done.data["contentType"], done.data["name"]) == (200, "image/jpeg", "song.mp3")
    await remote.site.send("PUT", view["url"], data=b"<script>")  # the signed link lives on, and changes nothing
    content = (await remote.content(done.data["url"])).body
    assert content.startswith(b"\xff\xd8\xff")
    assert b"secret place" not in content
    assert (await remote.site.post(finish, ADA.account_id)).data["id"] == str(file_id)
    await remote.run(attach, file_id, Subject("profile", ids.new()))


async def test_an_unfinished_direct_upload_goes_too(remote: Place) -> None:
    view = (await begun(remote)).data
    await remote.site.send("PUT", view["url"], data=b"ID3 never finished")
    await remote.runner.pool.execute("UPDATE kernel.file SET recorded_at = now() - interval '25 hours'")
    await remote.run(sweep_files)
    await remote.drop()
    with pytest.raises(FileNotFoundError):
        await remote.storage.size(incoming(UUID(view["id"])))
    assert await remote.rows() == []


async def test_direct_uploads_need_s3_and_a_purpose(local: Place, remote: Place) -> None:
    refused = await begun(local)
    assert (refused.status, refused.reason) == (422, "files.no_direct_upload")
    assert (await begun(remote, "hobby")).status == 400
    assert await local.rows() == []


async def test_a_crash_between_row_and_content_leaves_nothing_to_read(local: Place) -> None:
    file_id = ids.new()
    await local.run(file_routes._note, ADA, file_id, "document", "x")
    with pytest.raises(FileMissing):
        await readable(await local.runner.read(), ADA, file_id)
    await local.storage.put(str(file_id), PDF, "application/pdf")
    await local.runner.pool.execute("UPDATE kernel.file SET recorded_at = now() - interval '25 hours'")
    await local.run(sweep_files)
    await local.drop()
    assert not await local.is_kept(file_id)
