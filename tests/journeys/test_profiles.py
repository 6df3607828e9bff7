"""A profile in full: what it says, how it looks, who sees what of it, and staff that vouches for it."""

import io
from datetime import timedelta
from typing import Any

import aiohttp
from PIL import Image

from skillhall.kernel import ids
from tests.journeys.cast import ALL_DAY
from tests.support.client import Client
from tests.support.server import Served


def picture(width: int = 600, height: int = 400) -> bytes:
    """Return a red image."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()


async def upload(client: Client, path: str, content: bytes, *, method: str = "POST", expect: int = 200, **fields: str) -> Any:
    """Send a form with one file; return what came."""
    form = aiohttp.FormData(fields)
    form.add_field("file", io.BytesIO(content), filename="a.png")
    return (await client.call(method, path, data=form, expect=expect)).data


async def mine(client: Client) -> str:
    """Return the path of the client's primary profile."""
    return f"/profiles/{(await client.get('/profiles/user/me')).data[0]['id']}"


async def test_metadata_of_a_kind(served: Served):
    client, other = await served.person(), await served.person()
    path = await mine(client)
    await client.patch(path, {"profileType": "mentor"})
    rate = {"amount": 4500, "currency": "EUR"}
    said = await client.put(f"{path}/metadata", {"headline": "Cellist", "hourlyRate": rate, "languages": ["de"]})
    assert (said.data["profileType"], said.data["metadata"]["hourlyRate"]) == ("mentor", rate)
    wrong = await client.call("PUT", f"{path}/metadata", {"degree": "MA", "sectors": [], "hourlyRate": {**rate, "amount": -1}}, expect=400)
    assert {detail["field"] for detail in wrong.error["details"]} == {"degree", "sectors", "hourlyRate.amount"}
    unknown = await client.call("PUT", f"{path}/metadata", {"color": "red", "headline": "", "yearsOfExperience": 99}, expect=400)
    assert {detail["field"] for detail in unknown.error["details"]} == {"color", "headline", "yearsOfExperience"}
    tag = (await client.get(f"{path}/metadata")).headers["ETag"]
    one = await client.put(f"{path}/metadata/expertise", {"value": ["Bowing"]}, headers={"If-Match": tag})
    assert one.data["value"] == ["Bowing"]
    lost = await client.call("PUT", "/profiles/me/metadata", {"headline": "Lost"}, headers={"If-Match": tag}, expect=412)
    assert lost.reason == "http.changed_meanwhile"
    assert (await other.get(f"{path}/metadata/expertise")).data["value"] == ["Bowing"]
    assert (await client.put("/profiles/me/metadata", {"languages": None})).data["metadata"].keys() == {
        "headline",
        "hourlyRate",
        "expertise",
    }
    assert (await client.delete(f"{path}/metadata/expertise")).data["deleted"]
    assert (await client.call("GET", f"{path}/metadata/expertise", expect=404)).reason == "profiles.metadata_not_found"
    assert (await client.call("PUT", f"{path}/metadata/degree", {"value": "MA"}, expect=404)).reason == "profiles.metadata_not_found"
    assert (await other.call("PUT", f"{path}/metadata", {"headline": "Mine"}, expect=403)).reason == "profiles.not_yours"
    assert (await client.get("/profiles/me/metadata")).data["metadata"] == {"headline": "Cellist", "hourlyRate": rate}
    assert (await other.get(path)).data["metadata"]["headline"] == "Cellist"


async def test_avatar_and_cover(served: Served):
    client, other = await served.person(), await served.person()
    path = await mine(client)
    shown = await upload(client, f"{path}/avatar", picture())
    address = shown["avatarUrl"]
    assert (await other.get(path)).data["avatarUrl"] == address
    image = await served.stranger().get(f"{address}?size=64")
    assert Image.open(io.BytesIO(image.body)).size == (64, 64)
    cover = await upload(client, "/profiles/me/cover", picture(1800, 600))
    assert Image.open(io.BytesIO((await other.get(cover["coverImageUrl"])).body)).size == (1500, 500)
    kept = (await upload(client, "/files", picture(), purpose="image", expect=201))["id"]
    assert (await client.put(f"{path}/avatar", {"fileId": kept})).data["avatarUrl"] != address
    assert (await served.stranger().call("GET", address, expect=404)).reason == "profiles.picture_not_found"
    assert (await client.put(f"{path}/cover", {"fileId": kept})).data["coverImageUrl"] != cover["coverImageUrl"]
    await client.put("/profiles/me/avatar", {"fileId": kept})
    await client.put("/profiles/me/cover", {"fileId": kept})
    await upload(client, f"{path}/cover", picture())
    await upload(client, "/profiles/me/avatar", picture())
    for own in (f"{path}/avatar", f"{path}/cover", "/profiles/me/avatar", "/profiles/me/cover"):
        assert (await client.delete(own)).data["deleted"]
    for own in ("/users/me/avatar", "/users/profile/avatar"):
        assert (await upload(client, own, picture()))["avatarUrl"]
        assert (await client.delete(own)).data["deleted"]
    assert (await client.put("/users/me/avatar", {"fileId": kept})).data["avatarUrl"]
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(b"#!/bin/sh"), filename="a.png")
    assert (await client.call("POST", f"{path}/avatar", data=form, expect=422)).reason == "files.wrong_kind"


async def test_usernames(served: Served):
    client, other = await served.person(), await served.person()
    name = f"mira.{ids.new().hex[-8:]}"
    asked = f"/profiles/username-available?username={name}"
    assert (await client.get(asked)).data == {"username": name, "isAvailable": True, "reason": None}
    assert (await client.patch(await mine(client), {"username": name})).data["username"] == name
    assert (await other.get(asked.upper().replace("/PROFILES/USERNAME-AVAILABLE?USERNAME", "/profiles/username-available?username"))).data[
        "reason"
    ] == "taken"
    assert (await other.get("/profiles/username-available?username=admin")).data["reason"] == "reserved"
    assert (await other.call("PATCH", await mine(other), {"username": name.title()}, expect=409)).reason == "profiles.username_taken"
    assert (await other.call("PATCH", await mine(other), {"username": "Ad-Min"}, expect=422)).reason == "profiles.username_reserved"
    assert (await other.get(f"/profiles/by-username/{name.upper()}")).data["username"] == name
    assert (await served.stranger().call("GET", f"/profiles/by-username/{name}", expect=404)).reason == "profiles.username_not_found"
    await client.put("/profiles/me/privacy", {"profile": "everyone"})
    assert (await served.stranger().get(f"/profiles/by-username/{name}")).data["displayName"]


async def test_who_sees_what(served: Served):
    client, other, stranger = await served.person(), await served.person(), served.stranger()
    path = await mine(client)
    word = f"zither{ids.new().hex[-8:]}"
    await client.patch(path, {"bio": f"I play the {word}.", "location": "Weimar", "phone": "+49 341 1234567"})
    assert len((await other.get(f"/profiles/search?search={word}")).data) == 1
    assert (await client.get(f"{path}/privacy")).data["phone"] == "nobody"
    set_ = await client.put(f"{path}/privacy", {"bio": "connections", "location": "everyone", "phone": "members"})
    assert (set_.data["bio"], set_.data["website"]) == ("connections", "members")
    seen = (await other.get(path)).data
    assert (seen["bio"], seen["location"], seen["phone"]) == (None, "Weimar", "+49 341 1234567")
    for query in (f"/profiles/search?search={word}", f"/users/search?search={word}"):
        assert (await other.get(query)).data == []
    assert (await stranger.call("GET", f"{path}/public", expect=404)).reason == "profiles.not_found"
    await client.put("/settings/privacy", {"profile": "everyone"})
    public = (await stranger.get(f"{path}/public")).data
    assert (public["location"], public["bio"], public["phone"]) == ("Weimar", None, None)
    assert (await client.get(path)).data["bio"] == f"I play the {word}."
    settings = await client.get("/settings/privacy")
    assert settings.data == (await client.get("/profiles/me/privacy")).data
    assert (await other.call("PUT", f"{path}/privacy", {"bio": "everyone"}, expect=403)).reason == "profiles.not_yours"
    assert (await other.call("GET", f"{path}/privacy", expect=403)).reason == "profiles.not_yours"
    wrong = await client.call("PUT", f"{path}/privacy", {"bio": "friends", "email": "everyone", "profile": "nobody"}, expect=400)
    assert {detail["field"] for detail in wrong.error["details"]} == {"bio", "email", "profile"}


async def test_verified_by_staff(served: Served):
    client, judge, support = await served.person(), await served.staff("admin"), await served.staff("support")
    path = await mine(client)
    document = (await upload(client, "/files", picture(), purpose="document", expect=201))["id"]
    assert (await client.call("GET", f"{path}/verification", expect=404)).reason == "profiles.verification_not_found"
    asked = await client.post(f"{path}/verification", {"documents": [document], "note": "My passport."}, expect=201)
    assert asked.headers["Location"] == f"/api/v1{path}/verification"
    again = await client.post(f"{path}/verification", {"documents": [document]}, expect=409)
    assert again.reason == "profiles.verification_open"
    assert (await client.get(f"{path}/verification")).data == asked.data
    request = f"/admin/profile-verifications/{asked.data['id']}"
    assert asked.data["id"] in [one["id"] for one in (await support.get("/admin/profile-verifications?status=pending&limit=100")).data]
    assert (await support.get(request)).data["documents"] == [document]
    assert (await support.get(f"/files/{document}")).data["id"] == document
    assert (await (await served.person()).call("GET", f"/files/{document}", expect=404)).reason == "files.not_found"
    assert (await (await served.staff("moderator")).call("GET", request, expect=403)).reason == "http.permission_missing"
    assert (await support.post(f"{request}/approve", {}, expect=403)).reason == "http.permission_missing"
    refused = await judge.post(f"{request}/reject", {"reason": "The name cannot be read."}, expect=200)
    assert refused.data["status"] == "rejected"
    assert (await client.get("/profiles/me/verification")).data["reason"] == "The name cannot be read."
    second = (await upload(client, "/files", picture(), purpose="document", expect=201))["id"]
    await client.post("/users/verification/request", {"documents": [second]}, expect=201)
    assert (await client.delete(f"{path}/verification")).data["deleted"]
    third = (await upload(client, "/files", picture(), purpose="document", expect=201))["id"]
    asked = await client.post("/profiles/me/verification", {"documents": [third]}, expect=201)
    request = f"/admin/profile-verifications/{asked.data['id']}"
    assert (await judge.post(f"{request}/approve", {"reason": "The passport shows it."}, expect=200)).data["isVerified"]
    assert (await judge.post(f"{request}/approve", {}, expect=409)).reason == "profiles.verification_closed"
    verified = (await client.get(path)).data
    assert (verified["isVerified"], verified["completionPercentage"]) == (True, 35)
    assert (await client.call("DELETE", "/profiles/me/verification", expect=404)).reason == "profiles.verification_not_found"
    await served.advance(timedelta(days=31))
    assert (await judge.get(request)).data["documents"] == []
    assert not (await client.patch(path, {"displayName": "Somebody Else"})).data["isVerified"]
    fourth = (await upload(judge, "/files", picture(), purpose="document", expect=201))["id"]
    own = (await judge.post("/profiles/me/verification", {"documents": [fourth]}, expect=201)).data["id"]
    assert (await judge.post(f"/admin/profile-verifications/{own}/approve", {}, expect=403)).reason == "profiles.own_verification"
    assert (await judge.delete("/profiles/me/verification")).data["id"] == own


async def test_preferences(served: Served):
    client = await served.person()
    assert (await client.get("/users/me/preferences")).data["theme"] == "system"
    chosen = await client.put("/users/me/preferences", {"theme": "dark", "interests": ["Music"]})
    assert (chosen.data["theme"], chosen.data["version"]) == ("dark", 1)
    assert (await client.put("/users/me/settings", {"weekStartsOn": "sunday"})).data["theme"] == "dark"
    assert (await client.get("/users/me/settings")).data["weekStartsOn"] == "sunday"
    lost = await client.call("PUT", "/users/me/preferences", {"theme": "light"}, headers={"If-Match": chosen.headers["ETag"]}, expect=412)
    assert lost.reason == "http.changed_meanwhile"
    wrong = await client.call("PUT", "/users/me/preferences", {"theme": "pink", "timezone": "Europe/Berlin"}, expect=400)
    assert {detail["field"] for detail in wrong.error["details"]} == {"theme", "timezone"}


async def test_complete(served: Served):
    """From 20 to 100: everything that counts, each by the context that knows it."""
    client, judge = await served.person(), await served.staff("admin")
    path = await mine(client)

    async def completion() -> int:
        return (await client.get(path)).data["completionPercentage"]

    assert await completion() == 20
    await upload(client, f"{path}/avatar", picture())
    await client.patch(path, {"bio": "I teach.", "location": "Leipzig"})
    assert await completion() == 60
    skills = [(await client.get(f"/skills/by-slug/{slug}")).data["id"] for slug in ("cello", "piano", "music-theory")]
    await client.put("/users/me/skills", {"teach": [{"skillId": one, "level": "expert"} for one in skills]})
    assert await completion() == 75
    await client.put("/users/me/availability", {"timezone": "UTC", "weeklyHours": ALL_DAY})
    assert ((await client.get(path)).data["hasAvailability"], await completion()) == (True, 85)
    await client.put("/users/me/availability", {"weeklyHours": []})
    assert await completion() == 75
    await client.put("/profiles/me/metadata", {"portfolio": [{"title": "A concert", "url": "https://example.org/c"}]})
    assert await completion() == 85
    document = (await upload(client, "/files", picture(), purpose="document", expect=201))["id"]
    request = (await client.post("/profiles/me/verification", {"documents": [document]}, expect=201)).data["id"]
    await judge.post(f"/admin/profile-verifications/{request}/approve", {}, expect=200)
    assert await completion() == 100
    assert (await client.get("/auth/me")).data["activeProfile"]["completionPercentage"] == 100
