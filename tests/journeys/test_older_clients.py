"""A client written against the systems that Skillhall replaces finds everything at the paths it knows, without a version in them."""

from skillhall.kernel import ids
from tests.journeys.cast import a_host, a_slot, act, meet
from tests.journeys.test_engagements import HANDOVER, a_bid, a_pair, accepted, credit, signed
from tests.support.client import Client, an_address
from tests.support.server import Served

PASSWORD = "a long and calm sentence"


def older(client: Client) -> Client:
    """Let this client know only the paths without a version."""
    client.root = "/api"
    return client


async def test_signing_in(served: Served):
    client = older(served.stranger())
    body = {"email": an_address(), "password": PASSWORD, "firstName": "Mira", "lastName": "Lind", "role": "client"}
    await client.post("/auth/register", body, expect=201)
    signed = await client.post("/auth/login", {"email": body["email"], "password": PASSWORD}, expect=200)
    renewed = await client.post("/auth/refresh", {"refreshToken": signed.data["refreshToken"]}, expect=200)
    client.token = renewed.data["accessToken"]
    assert (await client.get("/auth/me")).data["role"] == "client"


async def test_the_catalogue(served: Served):
    member = older(await served.person())
    assert len((await member.get("/skills?limit=3")).data) == 3
    cello = (await member.get("/skills/search?search=cello")).data[0]["id"]
    assert (await member.get("/skills/categories/music?limit=1")).data[0]["category"] == "music"
    await member.get("/skills/popular")
    assert (await member.get("/skills/statistics")).data["totalSkills"] >= 300
    assert (await member.get(f"/skills/{cello}/tree")).data["skill"]["id"] == cello
    assert (await member.get(f"/skills/{cello}/path")).data["steps"][-1]["skill"]["id"] == cello
    body = {"name": f"Rebec {ids.new().hex[-8:]}", "category": "music", "difficulty": 4}
    proposed = (await member.post("/skills", body, expect=201)).data
    assert (await member.put(f"/skills/{proposed['id']}", {"difficulty": 5})).data["difficulty"] == 5
    assert (await member.delete(f"/skills/{proposed['id']}")).data["deleted"]


async def test_lessons(served: Served):
    host, offer = await a_host(served)
    older(host)
    learner = older(await served.person())
    body = {"skillId": offer["skill"]["id"], "hostId": host.account_id, "duration": 60}
    dropped = (await learner.post("/sessions", {**body, "startTime": await a_slot(served, learner, offer)}, expect=201)).data
    assert (await act(learner, dropped, "cancel", {"reason": "I am ill."}))["status"] == "cancelled"
    session = (await learner.post("/sessions", {**body, "startTime": await a_slot(served, learner, offer, hours=40)}, expect=201)).data
    await act(host, session, "accept")
    new_start = await a_slot(served, learner, offer, hours=45)
    await act(learner, session, "reschedule", {"startsAt": new_start})
    moved = await act(host, session, "reschedule/accept")
    assert moved["startsAt"] == new_start
    for path in ("/sessions", "/sessions/my-sessions", "/sessions/upcoming"):
        assert session["id"] in [one["id"] for one in (await learner.get(path)).data]
    await meet(served, host, learner, moved)
    for verb, status in (("pause", "paused"), ("resume", "in_progress"), ("end", "completed")):
        assert (await act(host, session, verb))["status"] == status
    assert {one["id"] for one in (await learner.get("/sessions/history")).data} == {session["id"], dropped["id"]}
    assert (await learner.get("/sessions/statistics")).data["asLearner"]["completed"] == 1


async def test_hiring(served: Served):
    client, worker = map(older, await a_pair(served))
    waiting = await a_bid(client, worker)
    assert (await client.put(f"/projects/{waiting['projectId']}/status", {"status": "paused"})).data["status"] == "paused"
    plan = [{"title": "Design", "amount": credit(40)}, {"title": "Build", "amount": credit(60)}]
    agreement = await signed(client, worker, await accepted(client, await a_bid(client, worker), milestones=plan))
    held = [(await client.post(f"/milestones/{one['id']}/fund", expect=200)).data["escrow"]["id"] for one in agreement["milestones"]]
    opened = (await client.post("/disputes", {"escrowId": held[1], "reason": "Another tune."}, expect=201)).data
    await client.post(f"/disputes/{opened['id']}/withdraw", expect=200)
    for milestone in agreement["milestones"]:
        await worker.post(f"/milestones/{milestone['id']}/start", expect=200)
        await worker.post(f"/milestones/{milestone['id']}/deliver", HANDOVER, expect=200)
    for milestone in agreement["milestones"]:
        shown = (await client.get(f"/milestones/{milestone['id']}")).data
        assert (await client.post(f"/escrow/{shown['escrow']['id']}/release", expect=200)).data["status"] == "released"
    review = {"projectId": agreement["projectId"], "rating": 5, "comment": "Gladly again."}
    assert (await client.post("/reviews", review, expect=201)).data["rating"] == 5
