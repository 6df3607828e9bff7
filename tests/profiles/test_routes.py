"""Profiles over HTTP: every operation as it is meant, and what it refuses."""

from collections.abc import AsyncGenerator
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.profiles.module import MODULE
from skillhall.profiles.routes.profiles import CHANGE, NEW
from tests.kernel.serving import Site, serving
from tests.profiles.builders import a_person
from tests.support.hall import TestHall

A = "/api/v1/profiles"


@pytest.fixture
async def site(hall: TestHall) -> AsyncGenerator[Site]:
    async with serving(hall.runner, MODULE.endpoints) as opened:
        yield opened


async def an_account(hall: TestHall, name: str = "Mira Sommer") -> UUID:
    return (await hall.work(a_person, name)).account_id


async def test_a_profile_from_opening_to_tombstone(hall: TestHall, site: Site) -> None:
    me = await an_account(hall)
    made = await site.post(A, me, json=NEW)
    path = f"{A}/{made.data['id']}"
    assert (made.status, made.headers["Location"], made.data["isPrimary"]) == (201, f"/api/v1/profiles/{made.data['id']}", False)
    assert made.data["completionPercentage"] == 45
    read = await site.get(path, me)
    assert (read.data, read.headers["ETag"]) == (made.data, made.headers["ETag"])
    assert (await site.get(path, me, headers={"If-None-Match": read.headers["ETag"]})).status == 304
    changed = await site.send("PUT", path, me, json=CHANGE, headers={"If-Match": read.headers["ETag"]})
    assert (changed.status, changed.data["bio"], changed.data["location"]) == (200, CHANGE["bio"], "Leipzig")
    lost = await site.send("PATCH", path, me, json={"bio": "Lost"}, headers={"If-Match": read.headers["ETag"]})
    assert lost.status == 412
    assert (await site.send("PATCH", path, me, json={"bio": None})).data["bio"] is None
    assert (await site.send("PATCH", f"{path}/set-primary", me)).data["isPrimary"] is True
    own = await site.get(f"{A}/user/me", me)
    assert [view["isPrimary"] for view in own.data] == [True, False]
    assert own.data[0]["id"] == made.data["id"]
    assert (await site.send("DELETE", path, me)).data == {"id": made.data["id"], "deleted": True}
    assert (await site.get(path, me)).reason == "profiles.not_found"
    last = await site.send("DELETE", f"{A}/{own.data[1]['id']}", me)
    assert (last.status, last.reason) == (422, "profiles.last_profile")


async def test_a_tag_is_of_what_this_caller_sees(hall: TestHall, site: Site) -> None:
    me, other = await an_account(hall), await an_account(hall, "Taro")
    path = f"{A}/{(await site.get(f'{A}/user/me', me)).data[0]['id']}"
    await site.send("PUT", path, me, json={"phone": "+49 341 1234567"})
    mine, theirs = (await site.get(path, me)).headers["ETag"], (await site.get(path, other)).headers["ETag"]
    seen = await site.get(path, other, headers={"If-None-Match": mine})
    assert (seen.status, seen.data["phone"]) == (200, None)
    assert (await site.get(path, other, headers={"If-None-Match": theirs})).status == 304
    noted = (await site.get(f"{path}/privacy", me)).headers["ETag"]
    assert noted != mine
    assert (await site.send("PUT", f"{path}/metadata", me, json={"languages": ["de"]}, headers={"If-Match": noted})).status == 200


async def test_the_directory_and_its_search(hall: TestHall, site: Site) -> None:
    me, other = await an_account(hall), await an_account(hall, "Taro Winter")
    await site.post(A, other, json=NEW)
    page = await site.get(f"{A}?limit=2", me)
    assert (len(page.data), page.json["pagination"]["total"], page.json["pagination"]["hasNext"]) == (2, 3, True)
    found = await site.get(f"{A}/search?search=cello&profileType=mentor", me)
    assert [view["username"] for view in found.data] == ["mira.sommer"]
    assert found.data[0]["phone"] is None
    assert (await site.get(f"{A}/user/{other}", me)).json["pagination"]["total"] == 2
    for query, field in (
        ("", "search"),
        ("?search=", "search"),
        ("?search=a&profileType=wizard", "profileType"),
        ("?search=a&color=red", "color"),
        ("?search=a%00b", "search"),
        ("?search=a&skill=a%00b", "skill"),
        ("?search=a&location=...%20", "location"),
    ):
        wrong = await site.get(f"{A}/search{query}", me)
        assert (wrong.status, [detail["field"] for detail in wrong.json["error"]["details"]]) == (400, [field])


async def test_all_wrong_fields_are_named_at_once(hall: TestHall, site: Site) -> None:
    me = await an_account(hall)
    body = {"profileType": "wizard", "displayName": "", "username": "a b", "website": "x", "isPrimary": True}
    wrong = await site.post(A, me, json=body)
    assert wrong.status == 400
    fields = {detail["field"] for detail in wrong.json["error"]["details"]}
    assert fields == {"profileType", "displayName", "username", "website", "isPrimary"}
    assert (await site.get(f"{A}/user/me", me)).json["pagination"]["total"] == 1


async def test_strangers_and_strangers_things(hall: TestHall, site: Site) -> None:
    me, other = await an_account(hall), await an_account(hall, "Taro")
    for path in (A, f"{A}/search?search=mira", f"{A}/user/me", f"{A}/user/{me}", f"{A}/{ids.new()}"):
        assert (await site.get(path)).status == 401
    mine = (await site.get(f"{A}/user/me", me)).data[0]["id"]
    for method, path in (("PUT", mine), ("PATCH", mine), ("DELETE", mine), ("PATCH", f"{mine}/set-primary"), ("POST", f"{mine}/activate")):
        answer = await site.send(method, f"{A}/{path}", other, json={})
        assert (answer.status, answer.reason) == (403, "profiles.not_yours")
        unknown = await site.send(method, f"{A}/{path.replace(mine, str(ids.new()))}", other, json={})
        assert (unknown.status, unknown.reason) == (404, "profiles.not_found")
    await site.post(A, me, json=NEW)
    taken = await site.post(A, other, json={**NEW, "username": "MIRA.SOMMER"})
    assert (taken.status, taken.reason, taken.json["error"]["params"]) == (409, "profiles.username_taken", {"username": "MIRA.SOMMER"})


async def test_the_same_key_opens_one(hall: TestHall, site: Site) -> None:
    me = await an_account(hall)
    first, second = [await site.post(A, me, json=NEW, headers={"Idempotency-Key": "the-same-key"}) for _ in range(2)]
    assert (first.data, second.headers["Idempotency-Replayed"]) == (second.data, "true")
    assert (await site.get(f"{A}/user/me", me)).json["pagination"]["total"] == 2
