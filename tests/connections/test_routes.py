"""Connections, follows and bookmarks over HTTP: every operation as it is meant, and what it refuses."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import UUID

import pytest

from skillhall.connections.module import MODULE
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.profiles.api import hide
from tests.connections.builders import people, profile_of
from tests.kernel.serving import Answered, Site, serving
from tests.support.hall import TestHall

A = "/api/v1"


@pytest.fixture
async def site(hall: TestHall) -> AsyncGenerator[Site]:
    async with serving(hall.runner, MODULE.endpoints) as opened:
        yield opened


async def ask(site: Site, by: Actor, profile_id: UUID | None, **fields: object) -> Answered:
    return await site.post(f"{A}/connections/request", by.account_id, json={"addresseeProfileId": str(profile_id), **fields})


async def decide(site: Site, by: Actor, connection_id: str, verb: str) -> Answered:
    return await site.send("PUT", f"{A}/connections/{connection_id}/{verb}", by.account_id)


async def test_a_connection_from_request_to_end(hall: TestHall, site: Site) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    asked = await ask(site, ada, ben.profile_id)
    path = f"{A}/connections/{asked.data['id']}"
    assert (asked.status, asked.headers["Location"], asked.data["status"]) == (201, path, "pending")
    waiting = await site.get(f"{A}/connections?status=pending&direction=incoming", ben.account_id)
    assert [one["profile"]["displayName"] for one in waiting.data] == ["Ada"]
    assert (await decide(site, ada, asked.data["id"], "accept")).reason == "connections.not_yours_to_decide"
    assert (await decide(site, ben, asked.data["id"], "accept")).data["status"] == "accepted"
    assert (await ask(site, ada, ben.profile_id)).reason == "connections.already_connected"
    wrong = await decide(site, ada, asked.data["id"], "withdraw")
    assert (wrong.status, wrong.reason) == (422, "connections.wrong_state")
    assert (await site.get(path, ben.account_id)).data["connectedAt"] is not None
    standing = (await site.get(f"{A}/connections/with/{ben.profile_id}", ada.account_id)).data
    assert (standing["status"], standing["connections"]) == ("accepted", 1)
    assert (await site.get(f"{A}/connections/mutual/{ben.profile_id}", ada.account_id)).data == []
    assert (await site.get(f"{A}/connections/suggestions?limit=5", ada.account_id)).data == []
    assert (await site.send("DELETE", path, ben.account_id)).data == {"id": asked.data["id"], "deleted": True}
    assert (await site.get(path, ada.account_id)).reason == "connections.not_found"


async def test_a_rejected_one_waits_by_the_business_clock(hall: TestHall, site: Site) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    asked = (await ask(site, ada, ben.profile_id)).data["id"]
    assert (await decide(site, ben, asked, "reject")).data["status"] == "rejected"
    soon = await ask(site, ada, ben.profile_id)
    assert (soon.status, soon.reason, list(soon.json["error"]["params"])) == (422, "connections.asked_too_soon", ["askAgainAt"])
    await hall.advance(timedelta(days=30))
    assert (await ask(site, ada, ben.profile_id)).data["id"] == asked
    assert (await decide(site, ada, asked, "withdraw")).data["status"] == "withdrawn"


async def test_what_asking_refuses(hall: TestHall, site: Site) -> None:
    ada, ben, cleo = await hall.work(people, "Ada", "Ben", "Cleo")
    assert (await ask(site, ada, ids.new())).reason == "profiles.not_found"
    assert (await ask(site, ada, ada.profile_id)).reason == "connections.oneself"
    assert (await ask(site, ada, ben.profile_id, message="Hello!")).reason == "connections.address_not_verified"
    await hall.work(hide, profile_of(cleo), Actor.of("moderation", "Spam."), "Spam.")
    assert (await ask(site, cleo, ada.profile_id)).reason == "connections.profile_not_shown"
    assert (await site.post(f"{A}/profiles/{ada.profile_id}/follow", cleo.account_id)).reason == "connections.profile_not_shown"
    for body, field in (({}, "profileId"), ({"profileId": str(ben.profile_id), "message": "x" * 501}, "message")):
        wrong = await site.post(f"{A}/connections/request", ada.account_id, json=body)
        assert (wrong.status, [detail["field"] for detail in wrong.json["error"]["details"]]) == (400, [field])
    for query in ("status=unknown", "direction=up", "sort=luck"):
        assert (await site.get(f"{A}/connections?{query}", ada.account_id)).status == 400
    assert (await site.get(f"{A}/connections/suggestions?limit=51", ada.account_id)).status == 400


async def test_follows_over_http(hall: TestHall, site: Site) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    for path in (f"profiles/{ben.profile_id}", f"users/{ben.account_id}"):
        assert (await site.post(f"{A}/{path}/follow", ada.account_id)).data["followers"] == 1
        assert [one["profile"]["displayName"] for one in (await site.get(f"{A}/{path}/followers", ada.account_id)).data] == ["Ada"]
        assert (await site.get(f"{A}/{path}/following", ada.account_id)).data == []
        assert (await site.send("DELETE", f"{A}/{path}/follow", ada.account_id)).data["deleted"]
        assert (await site.get(f"{A}/{path}/followers", ada.account_id)).json["pagination"]["total"] == 0
    assert (await site.get(f"{A}/users/me/following", ada.account_id)).data == []
    assert (await site.get(f"{A}/users/me/followers", ben.account_id)).data == []
    assert (await site.post(f"{A}/users/{ids.new()}/follow", ada.account_id)).reason == "identity.account_not_found"
    assert (await site.post(f"{A}/users/{ada.account_id}/follow", ada.account_id)).reason == "connections.oneself"


async def test_bookmarks_over_http(hall: TestHall, site: Site) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    body = {"kind": "profile", "subjectId": str(ben.profile_id), "folder": "Cellists"}
    made = await site.post(f"{A}/bookmarks", ada.account_id, json=body)
    path = f"{A}/bookmarks/{made.data['id']}"
    assert (made.status, made.headers["Location"], made.data["card"]["title"]) == (201, path, "Ben")
    assert (await site.get(f"{A}/bookmarks/folders", ada.account_id)).data == [{"folder": "Cellists", "bookmarks": 1}]
    assert (await site.send("PUT", path, ada.account_id, json={"note": "Ask."})).data["folder"] == "Cellists"
    assert (await site.send("PATCH", path, ada.account_id, json={"folder": None})).data["note"] == "Ask."
    assert (await site.get(f"{A}/bookmarks?kind=profile&search=ask", ada.account_id)).data[0]["id"] == made.data["id"]
    assert (await site.get(path, ben.account_id)).reason == "connections.bookmark_not_found"
    assert (await site.send("DELETE", path, ada.account_id)).data["deleted"]
    assert (await site.send("DELETE", f"{A}/bookmarks/profile/{ben.profile_id}?shelf=favorite", ada.account_id)).data["deleted"]
    gone = await site.post(f"{A}/bookmarks", ada.account_id, json={**body, "subjectId": str(ids.new())})
    assert (gone.status, gone.reason) == (404, "connections.subject_not_found")
    for wrong in ({**body, "kind": "poem"}, {**body, "folder": " "}, {**body, "note": ""}, {**body, "shelf": "floor"}):
        assert (await site.post(f"{A}/bookmarks", ada.account_id, json=wrong)).status == 400
    assert (await site.send("DELETE", f"{A}/bookmarks/poem/{ids.new()}", ada.account_id)).status == 400


async def test_developers_over_http(hall: TestHall, site: Site) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    for shelf in ("favorites", "saves"):
        path = f"{A}/user/developers/{shelf}"
        assert (await site.post(path, ada.account_id, json={"developerId": str(ben.account_id)})).data["subjectId"] == str(ben.profile_id)
        assert [one["card"]["title"] for one in (await site.get(f"{path}/my", ada.account_id)).data] == ["Ben"]
        assert (await site.send("DELETE", f"{path}?developerId={ben.account_id}", ada.account_id)).data["deleted"]
        assert (await site.get(f"{path}/my", ada.account_id)).data == []
        assert (await site.send("DELETE", path, ada.account_id)).status == 400
