"""Two members get to know each other: asked, connected, followed, put aside, and parted."""

from datetime import timedelta
from typing import Any

from skillhall.kernel import ids
from tests.journeys.cast import a_host
from tests.support.client import Client
from tests.support.server import Served, eventually


async def profile_id(client: Client) -> str:
    """Return the id of the profile somebody acts as."""
    return (await client.get("/auth/me")).data["profileId"]


async def ask(client: Client, whom: Client, **options: Any) -> Any:
    """Ask somebody to connect, as source 003 writes it."""
    return await client.post("/connections/request", {"addresseeProfileId": await profile_id(whom)}, **options)


async def connect(one: Client, other: Client) -> str:
    """Connect two people; return the connection's id."""
    asked = (await ask(one, other, expect=201)).data
    return (await other.put(f"/connections/{asked['id']}/accept", {})).data["id"]


async def listed(client: Client, query: str = "") -> list[str]:
    """Return whom somebody's list of connections shows."""
    return [one["profile"]["id"] for one in (await client.get(f"/connections{query}")).data]


async def test_two_members_connect(served: Served):
    ada, ben, cleo = [await served.person() for _ in range(3)]
    asked = (await ada.post("/connections/request", {"profileId": await profile_id(ben), "message": "Hello!"}, expect=201)).data
    assert (asked["status"], asked["direction"], asked["message"]) == ("pending", "outgoing", "Hello!")
    assert (await ask(ada, ben, expect=201)).data["id"] == asked["id"]
    (seen,) = (await ben.get("/connections?status=PENDING&direction=incoming")).data
    assert (seen["id"], seen["requesterProfileId"]) == (asked["id"], await profile_id(ada))
    path = f"/connections/{asked['id']}"
    assert (await cleo.call("GET", path, expect=404)).reason == "connections.not_found"
    assert (await ada.put(f"{path}/accept", {}, expect=403)).reason == "connections.not_yours_to_decide"
    assert (await ben.put(f"{path}/accept", {})).data["status"] == "accepted"
    assert (await ada.get(path)).data["connectedAt"]
    assert (await ask(ada, ben, expect=409)).reason == "connections.already_connected"
    await connect(cleo, ben)
    assert [one["profile"]["id"] for one in (await ada.get(f"/connections/mutual/{await profile_id(ben)}")).data] == []
    (suggested, *_) = (await ada.get("/connections/suggestions")).data
    assert (suggested["profile"]["id"], suggested["reason"], suggested["mutualCount"]) == (await profile_id(cleo), "mutual_connections", 1)
    await ask(ada, cleo, expect=201)
    assert (await ask(cleo, ada, expect=201)).data["status"] == "accepted"
    assert (await ada.get(f"/connections/mutual/{await profile_id(ben)}")).data[0]["profile"]["id"] == await profile_id(cleo)
    standing = (await ada.get(f"/connections/with/{await profile_id(ben)}")).data
    assert (standing["status"], standing["connections"], standing["mutualCount"]) == ("accepted", 2, 1)
    assert sorted(await listed(ada)) == sorted([await profile_id(ben), await profile_id(cleo)])
    await ada.delete(path)
    assert await listed(ben) == [await profile_id(cleo)]
    assert (await ask(ada, ada, expect=422)).reason == "connections.oneself"


async def test_no_means_no_for_thirty_days(served: Served):
    ada, ben = await served.person(), await served.person()
    asked = (await ask(ada, ben, expect=201)).data["id"]
    assert (await ben.put(f"/connections/{asked}/reject", {})).data["status"] == "rejected"
    assert (await ask(ada, ben, expect=422)).reason == "connections.asked_too_soon"
    assert (await ben.put(f"/connections/{asked}/accept", {}, expect=422)).reason == "connections.wrong_state"
    await served.advance(timedelta(days=30))
    assert (await ask(ada, ben, expect=201)).data["id"] == asked
    assert (await ada.put(f"/connections/{asked}/withdraw", {})).data["status"] == "withdrawn"
    assert await listed(ben, "?status=pending") == []
    await connect(ben, ada)
    assert await listed(ada) == [await profile_id(ben)]


async def test_a_block_parts_two(served: Served):
    ada, ben = await served.person(), await served.person()
    await connect(ada, ben)
    await ada.post(f"/users/{ben.account_id}/follow", expect=200)
    await ben.post(f"/users/{ada.account_id}/block", expect=200)
    assert await listed(ada) == []
    assert (await ask(ada, ben, expect=404)).reason == "profiles.not_found"
    assert (await ada.post(f"/users/{ben.account_id}/follow", expect=404)).reason == "identity.account_not_found"
    await served.settled()
    await ben.delete(f"/users/{ada.account_id}/block")
    standing = (await ada.get(f"/connections/with/{await profile_id(ben)}")).data
    assert (standing["status"], standing["isFollowing"], standing["connections"]) == ("none", False, 0)


async def test_followers_and_followed(served: Served):
    star, fan = await served.person(), await served.person()
    star_profile, fan_profile = await profile_id(star), await profile_id(fan)
    assert (await fan.post(f"/api/users/follow/{star.account_id}", expect=200)).data["followers"] == 1
    assert (await fan.post(f"/users/{star.account_id}/follow", expect=200)).data["followers"] == 1
    assert (await fan.post(f"/profiles/{star_profile}/follow", expect=200)).data["isFollowing"]
    for path in ("/users/me/followers", f"/users/{star.account_id}/followers", f"/profiles/{star_profile}/followers"):
        assert [one["profile"]["id"] for one in (await star.get(path)).data] == [fan_profile]
    for path in ("/users/me/following", f"/users/{fan.account_id}/following", f"/profiles/{fan_profile}/following"):
        assert [one["profile"]["id"] for one in (await fan.get(path)).data] == [star_profile]
    await fan.delete(f"/profiles/{star_profile}/follow")
    await fan.delete(f"/api/users/follow/{star.account_id}")
    await fan.delete(f"/users/{star.account_id}/follow")
    assert (await star.get("/users/me/followers")).data == []


async def test_what_is_put_aside(served: Served):
    member = await served.person()
    host, offer = await a_host(served)
    host_profile = await profile_id(host)
    saved = (await member.post("/bookmarks", {"kind": "offer", "subjectId": offer["id"], "note": "For spring."}, expect=201)).data
    assert (saved["card"]["title"], saved["card"]["path"]) == (offer["title"], f"/offers/{offer['id']}")
    person = {"kind": "profile", "subjectId": host_profile, "folder": "Cellists"}
    both = [(await member.post("/bookmarks", person, expect=201)).data["id"] for _ in range(2)]
    assert both[0] == both[1]
    assert [one["kind"] for one in (await member.get("/bookmarks")).data] == ["profile", "offer"]
    assert [one["id"] for one in (await member.get("/bookmarks?kind=offer&search=spring")).data] == [saved["id"]]
    assert (await member.get("/bookmarks/folders")).data == [{"folder": "Cellists", "bookmarks": 1}]
    path = f"/bookmarks/{saved['id']}"
    assert (await member.put(path, {"folder": "Lessons"})).data["note"] == "For spring."
    assert (await member.patch(path, {"note": None})).data["folder"] == "Lessons"
    await host.delete(f"/offers/{offer['id']}")
    assert (await member.get(path)).data["card"] is None
    await member.delete(path)
    assert (await member.call("GET", path, expect=404)).reason == "connections.bookmark_not_found"
    await member.delete(f"/bookmarks/profile/{host_profile}")
    unknown = await member.post("/bookmarks", {"kind": "poem", "subjectId": str(ids.new())}, expect=400)
    assert [detail["code"] for detail in unknown.error["details"]] == ["connections.unknown_kind"]
    for shelf in ("favorites", "saves"):
        developers = f"/api/v1/user/developers/{shelf}"
        assert (await member.post(developers, {"developerId": host.account_id}, expect=200)).data["subjectId"] == host_profile
        assert [one["subjectId"] for one in (await member.get(f"{developers}/my")).data] == [host_profile]
        await member.delete(f"{developers}?developerId={host.account_id}")
        assert (await member.get(f"{developers}/my")).data == []


async def test_what_is_for_connections_is_for_connections(served: Served):
    ada, ben = await served.person(), await served.person()
    await ada.patch(f"/profiles/{await profile_id(ada)}", {"location": "Leipzig"})
    await ada.put("/profiles/me/privacy", {"location": "connections"})
    seen = f"/profiles/{await profile_id(ada)}"
    assert (await ben.get(seen)).data["location"] is None
    await connect(ben, ada)
    assert (await ben.get(seen)).data["location"] == "Leipzig"
    assert (await (await served.person()).get(seen)).data["location"] is None


async def test_a_deleted_profile_is_nobodys_connection(served: Served):
    ada, ben = await served.person(), await served.person()
    other = (await ada.post("/profiles", {"profileType": "mentor", "displayName": "Ada the mentor"}, expect=201)).data["id"]
    asked = (await ben.post("/connections/request", {"profileId": other}, expect=201)).data["id"]
    await ada.put(f"/connections/{asked}/accept", {}, headers={"X-Profile-Id": other})
    assert await listed(ben) == [other]
    await ada.delete(f"/profiles/{other}")
    assert await listed(ben) == []
    standing = f"/connections/with/{await profile_id(ben)}"

    async def known() -> int:
        return (await ben.get(standing)).data["connections"]

    await eventually(known, 0)
