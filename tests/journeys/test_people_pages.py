"""People as the older clients know them: members, workers and developers by their account."""

from skillhall.kernel import ids
from tests.journeys.cast import a_host
from tests.support.client import Client, an_address
from tests.support.server import Served

PASSWORD = "a long and calm sentence"


async def a_worker(served: Served, name: str, amount: int) -> Client:
    """Return a registered worker with a rate."""
    client = served.stranger()
    body = {"email": an_address(), "password": PASSWORD, "firstName": name, "lastName": "Lind", "role": "worker"}
    client.take(await client.post("/auth/register", body, expect=201))
    rate = {"amount": amount, "currency": "EUR"}
    await client.put("/profiles/me/metadata", {"headline": f"{name} builds", "hourlyRate": rate, "languages": ["en"]})
    return client


async def test_members_are_found_and_read(served: Served):
    word = f"Zoltan{ids.new().hex[-8:]}"
    host, _ = await a_host(served)
    await host.patch("/users/me", {"abilities": ["host", "learner"]})
    own = (await host.get("/profiles/user/me")).data[0]
    await host.patch(f"/profiles/{own['id']}", {"displayName": word, "location": "Pécs, Hungary", "phone": "+36 72 123456"})
    reader = await served.person()
    found = (await reader.get(f"/users/search?search={word.lower()}")).data
    assert [(one["id"], one["profileId"]) for one in found] == [(host.account_id, own["id"])]
    for path in (f"/users?search={word}&ability=host&location=pecs&hasAvailability=true", f"/users/teachers/search?search={word}"):
        assert [one["id"] for one in (await reader.get(path)).data] == [host.account_id]
    assert (await reader.get(f"/users?search={word}&isVerified=true")).data == []
    for path in (f"/users/{host.account_id}", f"/users/{host.account_id}/public-profile"):
        page = await reader.get(path)
        assert (page.data["displayName"], page.data["location"], "host" in page.data["abilities"]) == (word, "Pécs, Hungary", True)
        assert "@" not in str(page.body)
        assert "+36" not in str(page.body)
    assert (await reader.call("GET", f"/users/{ids.new()}", expect=404)).reason == "profiles.person_not_found"
    for path in ("/users", "/users/search?search=a", f"/users/{host.account_id}", "/workers", "/user/developers"):
        assert (await served.stranger().call("GET", path, expect=401)).status == 401
    await host.post(f"/users/{reader.account_id}/block", expect=200)
    assert (await reader.get(f"/users/search?search={word}")).data == []
    assert (await reader.call("GET", f"/users/{host.account_id}", expect=404)).reason == "profiles.person_not_found"


async def test_workers_are_listed_by_rate_and_skill(served: Served):
    name = f"Ilka{ids.new().hex[-8:]}"
    cheap, dear = await a_worker(served, name, 3000), await a_worker(served, name, 9000)
    reader = await served.person()
    python = (await reader.get("/skills/by-slug/python")).data
    await dear.put("/users/me/skills", {"work": [{"skillId": python["id"], "level": "expert"}]})
    everybody = (await reader.get(f"/workers?search={name}&sort=createdAt")).data
    assert [one["id"] for one in everybody] == [cheap.account_id, dear.account_id]
    assert [one["id"] for one in (await reader.get(f"/workers?search={name}&maxRate=5000&currency=EUR")).data] == [cheap.account_id]
    for path in (f"/workers?search={name}&skill=PYTHON", f"/user/developers?search={name}&skill=python"):
        assert [one["id"] for one in (await reader.get(path)).data] == [dear.account_id]
    worker = (await reader.get(f"/workers/{dear.account_id}")).data
    assert (worker["headline"], worker["hourlyRate"]) == (f"{name} builds", {"amount": 9000, "currency": "EUR"})
    assert "@" not in str(everybody)
    assert (await reader.call("GET", f"/workers/{reader.account_id}", expect=404)).reason == "profiles.worker_not_found"
    wrong = await reader.call("GET", "/workers?maxRate=-1&currency=euro&minRating=9", expect=400)
    assert {detail["field"] for detail in wrong.error["details"]} == {"maxRate", "currency", "minRating"}


async def test_the_directory_with_all_its_filters(served: Served):
    host, _ = await a_host(served)
    word = f"Tamas{ids.new().hex[-8:]}"
    profile = (await host.get("/profiles/user/me")).data[0]
    await host.patch(f"/profiles/{profile['id']}", {"displayName": word, "location": "Szeged", "profileType": "mentor"})
    cello = (await host.get("/skills/by-slug/cello")).data["id"]
    await host.put("/users/me/skills", {"teach": [{"skillId": cello, "level": "expert"}]})
    reader = await served.person()
    filters = "profileType=mentor&skill=cello&location=szeg&isVerified=false&hasAvailability=true"
    page = await reader.get(f"/profiles?search={word}&{filters}&sort=displayName")
    assert [one["id"] for one in page.data] == [profile["id"]]
    assert [one["id"] for one in (await reader.get(f"/profiles/search?search={word}&{filters}&cursor=")).data] == [profile["id"]]
    as_json = await reader.get(f'/profiles?search={word}&filter={{"skill":"cello","profileType":"mentor"}}')
    assert [one["id"] for one in as_json.data] == [profile["id"]]
    assert (await reader.get(f"/profiles?search={word}&minRating=3")).data == []
    assert (await reader.get(f"/profiles?search={word}&skill=viola")).data == []
    wrong = await reader.call("GET", "/profiles?minRating=0&sort=color", expect=400)
    assert [detail["field"] for detail in wrong.error["details"]] == ["minRating"]


async def test_ones_own_account_at_its_older_paths(served: Served):
    client = await served.person()
    for path in ("/api/users/profile", "/user/profile"):
        assert (await client.get(path)).data["id"] == client.account_id
        assert (await client.put(path, {"firstName": "Mira"})).data["firstName"] == "Mira"
    assert (await client.delete("/user/profile")).data["state"] == "closing"
