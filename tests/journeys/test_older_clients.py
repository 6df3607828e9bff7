"""A client written against the systems that Skillhall replaces finds everything at the paths it knows, without a version in them."""

from skillhall.kernel import ids
from tests.journeys.cast import a_host, a_key, a_slot, act, meet
from tests.journeys.test_billing import a_catalogue
from tests.journeys.test_engagements import HANDOVER, a_bid, a_pair, accepted, credit, signed
from tests.journeys.test_payments import PRICE, a_booking, retold
from tests.support.client import Client, an_address
from tests.support.push_service import Browser
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


async def test_paying(served: Served):
    client, worker, booking = await a_booking(served)
    for person in (client, worker):
        older(person)
    card = (await client.post("/payments/methods", {"token": "tok_ok"}, expect=201, key=a_key())).data["id"]
    assert [one["id"] for one in (await client.get("/payments/methods")).data] == [card]
    made = [(await client.post(f"/payments/{name}", {"bookingId": booking}, expect=201)).data for name in ("create-intent", "intent")]
    assert (made[0]["id"], made[0]["amount"]) == (made[1]["id"], PRICE)
    payment = f"/payments/{made[0]['id']}"
    paid = (await client.post(f"{payment}/confirm", {"paymentMethodId": card}, expect=200)).data
    assert (paid["status"], paid["legacyStatus"]) == ("succeeded", "completed")
    await retold(served, client, made[0]["id"], "/api/payments/webhook")
    assert [one["id"] for one in (await worker.get("/payments")).data] == [made[0]["id"]]
    assert (await worker.get(payment)).data["status"] == "succeeded"
    await served.settled()
    assert (await client.get(f"{payment}/invoice")).data["total"] == PRICE
    assert (await client.get("/payments/statistics")).data["currencies"][0]["paid"] == PRICE


async def test_buying_and_giving_back(served: Served):
    _, package, codes = await a_catalogue(served)
    member = older(await served.person())
    card = (await member.post("/user/billing/payment-methods", {"token": "tok_ok"}, expect=201, key=a_key())).data["id"]
    spare = (await member.post("/user/billing/payment-methods", {"token": "tok_ok"}, expect=201, key=a_key())).data["id"]
    assert (await member.put(f"/user/billing/payment-methods/{spare}/set-default", {})).data["isDefault"]
    assert (await member.delete(f"/user/billing/payment-methods/{spare}")).data["deleted"]
    assert [one["id"] for one in (await member.get("/user/billing/payment-methods")).data] == [card]
    bought = (await member.post("/v1/billing/purchase", {"packageId": package, "paymentMethodId": card}, expect=201)).data
    assert bought["payment"]["status"] == "succeeded"
    await served.settled()
    back = (await member.post(f"/payments/{bought['payment']['id']}/refund", {"reason": "Too many."}, expect=201)).data
    assert back["amount"] == bought["payment"]["amount"]
    plan = {"planCode": codes[0], "paymentMethodId": card}
    assert (await member.post("/user/billing/subscription/purchase", plan, expect=201)).data["subscription"]["status"] == "active"


async def test_talking(served: Served):
    ada, ben = [older(await served.person()) for _ in range(2)]
    body = {"participantId": ben.account_id}
    talk = (await ada.post("/conversations", body, expect=201)).data["id"]
    sent = (await ada.post("/messages", {"conversationId": talk, "content": "Hello", "type": "text"}, expect=201)).data
    await ada.post(f"/conversations/{talk}/messages", {"content": "Are you there?"}, expect=201)
    assert [one["id"] for one in (await ben.get("/conversations")).data] == [talk]
    assert (await ben.get(f"/conversations/{talk}")).data["unreadCount"] == 2
    assert (await ben.get(f"/conversations/{talk}/messages?sort=createdAt")).data[0]["id"] == sent["id"]
    assert (await ben.call("PATCH", f"/conversations/{talk}/read", expect=200)).data["upToSequence"] == 2
    assert (await ben.delete(f"/conversations/{talk}")).data["deleted"]
    assert (await ben.get("/conversations")).data == []


async def test_being_told(served: Served):
    admin, member = older(await served.staff("admin")), older(await served.person())
    said = {"title": "Closed", "message": "On Monday.", "type": "system_announcement"}
    sent = (await admin.post("/notifications/send", {**said, "userIds": [member.account_id], "channels": ["in-app"]}, expect=200)).data
    assert sent["sent"] == 1
    await served.settled()
    (notice,) = (await member.get("/notifications?type=SYSTEM_ANNOUNCEMENT")).data
    before = (await member.get("/notifications/unread-count")).data["count"]
    for method in ("PUT", "PATCH"):
        assert (await member.call(method, f"/notifications/{notice['id']}/read", {}, expect=200)).data["isRead"]
    assert (await member.get("/v1/user/notifications/unread-count")).data["count"] == before - 1
    assert (await member.put(f"/v1/user/notifications/{notice['id']}/read", {})).data["isRead"]
    assert (await member.put("/v1/user/notifications/read-all", {})).data["updated"] == before - 1
    for path in ("/notifications/read-all", "/notifications/mark-all-read", "/notifications/read/all"):
        assert (await member.put(path, {})).data["updated"] == 0
    assert (await member.put("/settings/notifications", {})).data == (await member.get("/notifications/settings")).data
    browser = Browser("https://push.example.org", (await member.get("/notifications/push-key")).data["publicKey"])
    await member.post("/notifications/subscribe", browser.subscription, expect=200)
    assert (await member.patch("/v1/notifications/read-all", {})).data["updated"] == 0
    assert (await member.put("/notifications/settings", {"email": False})).data["email"] is False
    assert (await member.get("/notifications/settings")).data["version"] == 1
    assert (await member.put("/v1/notifications/preferences", {"email": True})).data["email"]
    assert (await member.get("/v1/settings/notifications")).data["push"]
    second = await admin.post("/v1/user/notifications", {**said, "userId": member.account_id}, expect=201)
    assert notice["id"] in [one["id"] for one in (await member.get("/v1/user/notifications")).data]
    assert (await member.delete(f"/v1/user/notifications/{second.data['id']}")).data["deleted"]
    assert (await member.delete(f"/notifications/{notice['id']}")).data["deleted"]
    assert (await member.delete("/v1/user/notifications")).data["deleted"]
