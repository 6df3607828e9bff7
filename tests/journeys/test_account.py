"""One's own account: person, profiles, keys, blocks, data, the way out."""

from skillhall.deploy.contexts import NAMES
from skillhall.kernel import ids
from tests.journeys.cast import a_host, a_key, a_skill, a_slot
from tests.support.client import Client
from tests.support.server import Served, eventually


async def test_the_person(served: Served):
    client = await served.person()
    for path in ("/users/me", "/api/users/me"):
        assert (await client.get(path)).data["id"] == client.account_id
    edited = (await client.patch("/users/me", {"firstName": "Mira", "timezone": "Europe/Berlin"})).data
    assert (edited["firstName"], edited["timezone"]) == ("Mira", "Europe/Berlin")
    replaced = (await client.put("/api/users/me", {"lastName": "Lind", "abilities": ["host", "learner"]})).data
    assert (replaced["firstName"], replaced["lastName"], replaced["role"]) == ("Mira", "Lind", "host")
    wrong = await client.call("PATCH", "/users/me", {"timezone": "Moon/Crater", "firstName": "<b>", "color": "red"}, expect=400)
    assert {detail["field"] for detail in wrong.error["details"]} >= {"firstName", "color"}


async def test_several_profiles(served: Served):
    client = await served.person()
    first = (await client.get("/profiles/user/me")).data[0]
    username = f"mira.{ids.new().hex[-8:]}"
    body = {"profileType": "mentor", "displayName": "Mira the mentor", "username": username, "bio": "I teach cello."}
    second = (await client.post("/profiles", body, expect=201)).data
    assert (second["isPrimary"], second["completionPercentage"]) == (False, 35)
    assert {one["id"] for one in (await client.get(f"/profiles/user/{client.account_id}")).data} == {first["id"], second["id"]}
    tag = (await client.get(f"/profiles/{second['id']}")).headers["ETag"]
    edited = await client.patch(f"/profiles/{second['id']}", {"location": "Leipzig"}, headers={"If-Match": tag})
    assert edited.data["location"] == "Leipzig"
    lost = await client.call("PUT", f"/profiles/{second['id']}", {"location": "Bonn"}, headers={"If-Match": tag}, expect=412)
    assert lost.reason == "http.changed_meanwhile"
    assert (await client.put(f"/profiles/{second['id']}", {"phone": "+49 341 1234567"})).data["phone"] == "+49 341 1234567"
    other = await served.person()
    assert (await other.get(f"/profiles/{second['id']}")).data["phone"] is None
    assert (await other.call("PATCH", f"/profiles/{second['id']}", {"bio": "Mine!"}, expect=403)).reason == "profiles.not_yours"
    assert second["id"] in [one["id"] for one in (await other.get("/profiles?profileType=mentor&limit=100")).data]
    assert second["id"] in [one["id"] for one in (await other.get(f"/profiles/search?search={username}")).data]
    assert (await client.patch(f"/profiles/{second['id']}/set-primary", None)).data["isPrimary"]
    client.token = (await client.post(f"/profiles/{second['id']}/activate", expect=200)).data["accessToken"]
    assert (await client.get("/auth/me")).data["profileId"] == second["id"]
    assert (await client.get("/profiles/me")).data["id"] == second["id"]
    behind = await client.get("/profiles/me", headers={"X-Profile-Id": first["id"]})
    assert behind.data["id"] == first["id"]
    assert (await client.delete(f"/profiles/{first['id']}")).data["deleted"]
    assert (await client.call("DELETE", f"/profiles/{second['id']}", expect=422)).reason == "profiles.last_profile"


async def test_api_keys(served: Served):
    client = await served.person()
    body = {"name": "Timetable screen", "scopes": ["calendar:read"]}
    made = (await client.post("/users/me/api-keys", body, expect=201)).data
    machine = served.stranger()
    machine.token = made["key"]
    await machine.get("/users/me/availability")
    assert (await machine.call("GET", "/wallet", expect=403)).reason == "http.scope_missing"
    assert (await machine.post("/calendar/feed", expect=403)).reason == "http.scope_missing"
    (listed,) = (await client.get("/users/me/api-keys")).data
    assert (listed["id"], "key" in listed) == (made["id"], False)
    assert (await client.delete(f"/users/me/api-keys/{made['id']}")).data["deleted"]

    async def is_refused() -> bool:
        return (await machine.call("GET", "/users/me/availability")).status == 401

    await eventually(is_refused, expected=True)


async def test_blocks_keep_people_apart(served: Served):
    host, offer = await a_host(served)
    nuisance = await served.person()
    start = await a_slot(served, nuisance, offer)
    assert (await host.post(f"/users/{nuisance.account_id}/block", expect=200)).data["id"] == nuisance.account_id
    assert [one["id"] for one in (await host.get("/users/me/blocks")).data] == [nuisance.account_id]
    for client, path in ((nuisance, f"/offers/{offer['id']}"), (host, f"/profiles/user/{nuisance.account_id}")):
        found = await client.call("GET", path)
        assert found.status == 404 or found.data == []
    refused = await nuisance.post("/sessions", {"offerId": offer["id"], "startsAt": start})
    assert refused.status == 404
    assert (await host.delete(f"/users/{nuisance.account_id}/block")).data["deleted"]
    assert (await nuisance.get(f"/offers/{offer['id']}")).data["id"] == offer["id"]


async def exported(client: Client) -> dict[str, object]:
    """Collect one's own data and fetch it."""

    async def status() -> str:
        return (await client.get("/users/me/export", expect=202)).data["job"]["status"]

    await eventually(status, "ready")
    job = (await client.get("/users/me/export", expect=202)).data["job"]
    answer = await client.get(job["url"].removeprefix(client.base))
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.body


async def test_everything_stored_about_oneself(served: Served):
    host, offer = await a_host(served)
    await host.post("/users/me/skills", {"purpose": "teach", "skillId": await a_skill(host), "level": "expert"}, expect=201)
    document = await exported(host)
    assert document["accountId"] == host.account_id
    assert set(NAMES) <= set(document)
    text = str(document)
    assert host.email in text
    assert offer["title"] in text


async def test_closing_and_coming_back(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = (await learner.post("/sessions", {"offerId": offer["id"], "startsAt": await a_slot(served, learner, offer)}, expect=201)).data
    refused = await host.call("DELETE", "/users/me", expect=422)
    assert refused.reason == "identity.obligations_open"
    assert {one["kind"] for one in refused.error["params"]["obligations"]} == {"learning.session"}
    await host.post(f"/sessions/{session['id']}/decline", {}, expect=200, key=a_key())
    closing = (await host.delete("/users/me")).data
    assert closing["state"] == "closing"
    gone = served.stranger()
    assert (await gone.call("GET", f"/offers/{offer['id']}", expect=404)).reason == "learning.offer_not_found"
    await host.sign_in()
    assert (await host.get("/users/me")).data["state"] == "active"
    assert (await gone.get(f"/offers/{offer['id']}")).data["id"] == offer["id"]
