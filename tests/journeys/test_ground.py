"""The ground under all stories: health, documents, mails, files, the clock, and requests that go to the wrong process."""

import io
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.support import database
from tests.support.client import Client
from tests.support.server import FIRST, SECOND, Served, moment, one


def a_picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(kept, "PNG")
    return kept.getvalue()


async def upload(client: Client, content: bytes, purpose: str, **options: Any) -> Any:
    form = aiohttp.FormData()
    form.add_field("purpose", purpose)
    form.add_field("file", io.BytesIO(content), filename="mira.png", content_type="image/png")
    return await client.call("POST", "/files", data=form, **options)


async def test_health_and_figures(served: Served):
    stranger = served.stranger()
    assert (await stranger.get("/health")).body["status"] == "ok"
    assert (await stranger.get("/health/ready")).body == {"status": "ready", "parts": {"database": "ok"}}
    assert b"skillhall_request_seconds" in (await stranger.get("/metrics")).body


async def test_the_documents(served: Served):
    stranger = served.stranger()
    document = (await stranger.get("/api/openapi.json")).body
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/sessions" in document["paths"]
    page = await stranger.get("/api/docs")
    assert b"<html" in page.body.lower()
    assert (await stranger.call("GET", "/nowhere", expect=404)).reason == "http.route_not_found"
    assert (await stranger.call("DELETE", "/auth/login", expect=405)).reason == "http.method_not_allowed"
    assert (await stranger.call("GET", "/api/feed", expect=501)).reason == "http.not_implemented"


async def test_caught_mails(served: Served):
    member = await served.person()
    mail = (await member.mails())[-1]
    assert member.email.encode() in (await member.get("/dev/mail")).body
    assert mail["subject"].encode() in (await member.get(f"/dev/mail/{mail['id']}")).body


async def test_the_clock_moves_forward(served: Served):
    operator, member = await served.operator(), await served.person()
    before = await served.now()
    moved = moment((await operator.post("/sandbox/clock", {"minutes": 90}, expect=200)).data["now"])
    assert timedelta(minutes=90) <= moved - before < timedelta(minutes=95)
    assert (await member.post("/sandbox/clock", {"minutes": 1}, expect=403)).reason == "http.permission_missing"
    assert (await operator.post("/sandbox/clock", {"minutes": -1}, expect=400)).error["details"][0]["field"] == "minutes"


async def test_a_file_is_kept_and_read_by_its_link(served: Served):
    owner, other = await served.person(), await served.person()
    kept = (await upload(owner, a_picture(), "avatar", expect=201)).data
    assert (kept["contentType"], kept["name"]) == ("image/png", "mira.png")
    link = (await owner.get(f"/files/{kept['id']}")).data["url"]
    picture = await served.stranger().get(link.removeprefix(served.base))
    assert Image.open(io.BytesIO(picture.body)).size == (64, 48)
    assert (await other.call("GET", f"/files/{kept['id']}", expect=404)).reason == "files.not_found"
    forged = link.removeprefix(served.base)[:-1] + ("A" if link[-1] != "A" else "B")
    assert (await other.call("GET", forged, expect=404)).reason == "files.not_found"
    assert (await upload(owner, b"#!/bin/sh", "avatar", expect=422)).reason == "files.wrong_kind"
    refused = await owner.post("/files/uploads", {"purpose": "media"}, expect=422)
    assert refused.reason == "files.no_direct_upload"


@pytest.fixture
async def remote(server: str, template: str, s3: Any) -> AsyncGenerator[Served]:
    """A hall whose files lie in S3."""
    async with aiohttp.ClientSession() as session:
        await (await session.put(f"{s3}/pictures")).read()
    url = f"s3://key:secret@pictures?endpoint={s3}&region=us-east-1"
    async with database.database(server, template) as dsn, one(dsn, s3_url=url) as served:
        yield served


@pytest.mark.slow
async def test_a_file_goes_straight_to_s3(remote: Served):
    owner = await remote.person()
    begun = (await owner.post("/files/uploads", {"purpose": "image", "name": "mira.png"}, expect=201)).data
    async with aiohttp.ClientSession() as browser, browser.put(begun["url"], data=a_picture()) as answer:
        assert answer.status == 200, await answer.text()
    kept = (await owner.post(f"/files/uploads/{begun['id']}", expect=200)).data
    link = (await owner.get(f"/files/{kept['id']}")).data["url"].removeprefix(remote.base)
    away = await owner.call("GET", link, allow_redirects=False)
    assert away.status == 303
    async with aiohttp.ClientSession() as browser, browser.get(away.headers["Location"]) as answer:
        assert Image.open(io.BytesIO(await answer.read())).size == (64, 48)
    await remote.check()


@pytest.mark.parametrize("session_hall", ["split"], indirect=True)
async def test_a_process_refuses_what_another_serves(served: Served):
    for mine, foreign, path in ((FIRST, SECOND, "/wallet"), (SECOND, FIRST, "/auth/me")):
        member = await served.person()
        member.base = served.upstreams[mine[0]]
        refused = await member.call("GET", path, expect=421)
        assert refused.reason == "http.not_served_here"
        assert refused.error["params"]["context"] in foreign
        member.base = served.upstreams[foreign[0]]
        await member.get(path)
