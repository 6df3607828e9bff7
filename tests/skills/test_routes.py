"""Skills over HTTP: every operation as it is meant, and what it refuses."""

from collections.abc import AsyncGenerator
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.skills.module import MODULE
from skillhall.skills.routes.catalogue import NEW
from skillhall.skills.routes.members import LEARNS, TEACHES
from tests.kernel.serving import Site, serving
from tests.profiles.builders import a_person
from tests.skills.builders import CELLO, THEORY, published, staff
from tests.support.hall import TestHall

A = "/api/v1"
MINE = f"{A}/users/me/skills"


@pytest.fixture
async def site(hall: TestHall) -> AsyncGenerator[Site]:
    async with serving(hall.runner, MODULE.endpoints) as opened:
        yield opened


async def an_account(hall: TestHall, name: str = "Mira Sommer") -> UUID:
    return (await hall.work(a_person, name)).account_id


async def test_a_stranger_reads_the_catalogue(site: Site) -> None:
    page = await site.get(f"{A}/skills?category=music&sort=-difficulty&limit=5")
    assert (page.status, len(page.data), {item["category"] for item in page.data}) == (200, 5, {"music"})
    assert (await site.get(f"{A}/skills/search?q=cello")).data[0]["id"] == str(CELLO)
    assert (await site.get(f"{A}/skills/search?search=celo")).data[0]["id"] == str(CELLO)
    assert len((await site.get(f"{A}/skills/popular?limit=3")).data) == 3
    numbers = (await site.get(f"{A}/skills/statistics")).data
    kinds = await site.get(f"{A}/skills/categories")
    assert kinds.json["pagination"]["total"] == numbers["totalCategories"] == len(kinds.data)
    listed = await site.get(f"{A}/skills/categories/{kinds.data[0]['slug']}")
    assert listed.json["pagination"]["total"] == kinds.data[0]["skills"]
    one = await site.get(f"{A}/skills/{CELLO}")
    assert (await site.get(f"{A}/skills/by-slug/cello")).data == one.data
    assert (await site.get(f"{A}/skills/{CELLO}", headers={"If-None-Match": one.headers["ETag"]})).status == 304
    path = (await site.get(f"{A}/skills/{CELLO}/path")).data
    tree = (await site.get(f"{A}/skills/{CELLO}/tree")).data
    assert path["steps"] == tree["nodes"]
    assert path["steps"][-1]["skill"]["slug"] == "cello"


async def test_what_is_not_there(site: Site) -> None:
    for path in (f"skills/{ids.new()}", f"skills/{ids.new()}/tree", f"skills/{ids.new()}/path", "skills/by-slug/lute"):
        assert ((answer := await site.get(f"{A}/{path}")).status, answer.reason) == (404, "skills.not_found")
    assert (await site.get(f"{A}/skills/categories/lutherie")).reason == "skills.category_not_found"
    for query, field in (("difficulty=11", "difficulty"), ("sort=luck", "sort"), ("status=secret", "status"), ("color=red", "color")):
        wrong = await site.get(f"{A}/skills?{query}")
        assert (wrong.status, [detail["field"] for detail in wrong.json["error"]["details"]]) == (400, [field])
    assert (await site.get(f"{A}/skills/search")).status == 400


async def test_a_proposal_over_http(hall: TestHall, site: Site) -> None:
    me, other = await an_account(hall), await an_account(hall, "Taro")
    made = await site.post(f"{A}/skills", me, json=NEW)
    path = f"{A}/skills/{made.data['id']}"
    assert (made.status, made.headers["Location"], made.data["status"]) == (201, path, "under_review")
    twin = await site.post(f"{A}/skills", other, json=NEW)
    assert (twin.status, twin.reason) == (409, "skills.exists")
    changed = await site.send("PUT", path, me, json={"difficulty": 7}, headers={"If-Match": made.headers["ETag"]})
    assert changed.data["difficulty"] == 7
    assert (await site.send("PATCH", path, me, json={"difficulty": 8}, headers={"If-Match": made.headers["ETag"]})).status == 412
    assert (await site.send("PATCH", path, me, json={"status": "active"})).reason == "skills.not_yours"
    assert (await site.get(path, other)).status == (await site.get(path)).status == 404
    assert [item["id"] for item in (await site.get(f"{A}/skills?status=under_review", me)).data] == [made.data["id"]]
    assert (await site.send("DELETE", f"{A}/skills/{CELLO}", me)).status == 403
    assert (await site.send("DELETE", path, me)).data == {"id": made.data["id"], "deleted": True}
    assert (await site.post(f"{A}/skills", json=NEW)).status == 401


async def test_circles_over_http(hall: TestHall, site: Site) -> None:
    me = await hall.work(a_person)
    stella = await hall.work(staff)
    one = await hall.work(published, me, "One")
    top = await hall.work(published, stella, "Top")
    answer = await site.send("PUT", f"{A}/skills/{one.id}", me.account_id, json={"prerequisites": [{"skillId": str(one.id)}]})
    assert (answer.status, answer.reason) == (422, "skills.prerequisite_cycle")
    unknown = [{"skillId": str(ids.new())}, {"skillId": str(top.id)}, {"skillId": str(ids.new())}]
    wrong = await site.send("PUT", f"{A}/skills/{one.id}", me.account_id, json={"category": "music", "prerequisites": unknown})
    assert [detail["field"] for detail in wrong.json["error"]["details"]] == ["prerequisites.0.skillId", "prerequisites.2.skillId"]


async def test_lists_over_http(hall: TestHall, site: Site) -> None:
    me, other = await an_account(hall), await an_account(hall, "Taro")
    made = await site.post(MINE, me, json={"purpose": "teach", **TEACHES})
    path = f"{MINE}/{made.data['id']}"
    assert (made.status, made.headers["Location"], made.data["skill"]["slug"]) == (201, path, "cello")
    again = await site.post(MINE, me, json={"purpose": "teach", **TEACHES})
    assert (again.status, again.reason) == (409, "skills.already_listed")
    whole = await site.send("PUT", MINE, me, json={"teach": [TEACHES], "learn": [LEARNS]})
    assert [one["id"] for one in whole.data["teach"]] == [made.data["id"]]
    assert [one["targetLevel"] for one in whole.data["learn"]] == ["advanced"]
    assert (await site.get(MINE, me)).data == (await site.get(f"{A}/users/{me}/skills", me)).data == whole.data
    seen = (await site.get(f"{A}/users/{me}/skills", other)).data
    assert [one["goal"] for one in seen["learn"]] == [None]
    assert (await site.send("PUT", path, me, json={"level": "beginner"})).data["level"] == "beginner"
    assert (await site.send("PATCH", path, me, json={"rate": None})).data["rate"] is None
    for method in ("PUT", "PATCH", "DELETE"):
        theirs = await site.send(method, path, other, json={})
        assert (theirs.status, theirs.reason) == (404, "skills.member_skill_not_found")
    assert (await site.send("DELETE", path, me)).data["deleted"] is True
    assert (await site.get(MINE, me)).data["teach"] == []
    assert (await site.get(f"{A}/skills/{CELLO}")).data["stats"] == {
        "totalTeachers": 0,
        "totalLearners": 0,
        "totalWorkers": 0,
        "totalSessions": 0,
        "avgRating": None,
    }
    assert (await site.get(f"{A}/skills/{THEORY}")).data["stats"]["totalLearners"] == 1


async def test_wrong_lists_over_http(hall: TestHall, site: Site) -> None:
    me = await an_account(hall)
    body = {"teach": [{"skillId": "cello", "level": "guru"}], "learn": [{"skillId": str(CELLO), "level": "expert", "color": "red"}]}
    wrong = await site.send("PUT", MINE, me, json=body)
    assert {detail["field"] for detail in wrong.json["error"]["details"]} == {"teach.0.skillId", "teach.0.level", "learn.0.color"}
    assert (await site.post(MINE, me, json={**TEACHES, "purpose": "teach", "skillId": str(ids.new())})).reason == "skills.not_found"
    assert (await site.get(f"{A}/users/{ids.new()}/skills", me)).status == 404
    for method, path in (("GET", MINE), ("POST", MINE), ("PUT", MINE), ("GET", f"{A}/users/{me}/skills")):
        assert (await site.send(method, path, json={} if method != "GET" else None)).status == 401
