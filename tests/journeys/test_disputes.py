"""Disputes over HTTP: opened, answered, mediated, ruled on, appealed against; what is held moves once."""

from datetime import timedelta

from tests.journeys.cast import a_host, a_key, balance, fund, held_lesson, owned, seat
from tests.journeys.test_materials import SONGS, upload
from tests.support.client import Client
from tests.support.server import Served, moment

SPLIT = {"outcome": "partial_refund", "payeeBasisPoints": 6000, "reason": "Half of it was held."}
A_SESSION = "018f0000-0000-7000-8000-000000000001"


async def a_dispute(served: Served, *, price: int = 30) -> tuple[Client, Client, dict[str, str], str]:
    """Return host, learner, their lesson, and the path of the dispute the learner has opened."""
    host, offer = await a_host(served, price=price)
    learner = await served.person()
    await fund(served, learner, price)
    session = await held_lesson(served, host, learner, offer)
    body = {"sessionId": session["id"], "reason": "We had no sound at all.", "evidence": "I wrote so in the chat."}
    opened = await learner.post("/disputes", body, expect=201)
    assert (await learner.post("/billing/disputes", body, expect=201)).data["id"] == opened.data["id"]
    assert opened.headers["location"] == f"/api/v1/disputes/{opened.data['id']}"
    assert (opened.data["status"], opened.data["legacyStatus"]) == ("open", "pending")
    return host, learner, session, f"/disputes/{opened.data['id']}"


async def test_a_split_an_appeal_and_a_final_ruling(served: Served):
    host, learner, session, path = await a_dispute(served)
    earned, left = (await balance(host))["earnings"], await owned(learner)
    assert (await learner.post(f"/sessions/{session['id']}/confirm", expect=409)).reason == "learning.seat_closed"
    file_id = await upload(host, SONGS)
    proof = await host.post(f"{path}/evidence", {"text": "My log.", "fileId": file_id}, expect=201)
    assert (proof.data["contentType"], proof.data["size"]) == ("application/pdf", len(SONGS))
    judge, other, mediator = await served.staff("admin"), await served.staff("admin"), await served.staff("support")
    for reader in (learner, mediator):
        assert (await reader.get(f"/files/{file_id}")).data["contentType"] == "application/pdf"
    assert (await (await served.person()).call("GET", f"/files/{file_id}", expect=404)).reason == "files.not_found"
    assert (await learner.get(path)).data["nextStep"]["step"] == "review"
    await mediator.post(f"{path}/messages", {"text": "The host seems right.", "isInternal": True}, expect=201)
    await learner.post(f"{path}/messages", {"text": "The log says nothing of sound."}, expect=201)
    assert [len((await who.get(f"{path}/messages")).data) for who in (host, learner, mediator)] == [1, 1, 2]
    assert [one["text"] for one in (await mediator.get(f"{path}/evidence")).data] == ["I wrote so in the chat.", "My log."]
    taken = await mediator.patch(path, {"status": "investigating"})
    assert taken.data["mediatorId"] == mediator.account_id
    refused = await mediator.patch(path, {"status": "rejected", "reason": "Nothing in it."}, expect=403)
    assert refused.reason == "disputes.rulers_only"
    assert (await mediator.post(f"{path}/resolve", SPLIT, key=a_key(), expect=403)).reason == "http.permission_missing"
    ruled = (await judge.post(f"{path}/resolve", SPLIT, key=a_key(), expect=200)).data
    assert (ruled["status"], ruled["decision"]["toPayee"]["amount"], ruled["decision"]["toPayer"]["amount"]) == ("under_review", 18, 12)
    assert (await learner.post(f"{path}/decline", expect=422)).reason == "disputes.appeal_instead"
    assert (await learner.post(f"{path}/withdraw", expect=409)).reason == "disputes.already_ruled"
    assert (await host.post(f"{path}/appeal", {"reason": "My log proves it."}, expect=200)).data["appeal"]["by"] == host.account_id
    assert (await learner.post(f"{path}/appeal", {"reason": "Mine too."}, expect=409)).reason == "disputes.nothing_to_appeal"
    assert (await judge.post(f"{path}/resolve", SPLIT, key=a_key(), expect=403)).reason == "disputes.same_person"
    done = (await other.post(f"{path}/resolve", {**SPLIT, "reason": "The appeal is refused."}, key=a_key(), expect=200)).data
    assert (done["status"], done["outcome"], done["toPayee"]["amount"]) == ("resolved", "partial_refund", 18)
    assert (await seat(learner, session))["settlement"] == "split"
    assert await owned(learner) == left + 12
    assert (await balance(host))["earnings"] >= earned
    bundle = (await learner.get(f"{path}/bundle")).data
    assert [one["status"] for one in bundle["decisions"]] == ["appealed", "executed"]
    assert {one["kind"] for one in bundle["facts"]["entries"]} == {"hold", "settle"}
    assert (await host.post(f"{path}/messages", {"text": "Well."}, expect=409)).reason == "disputes.closed"


async def test_both_agree_on_what_support_proposes(served: Served):
    host, learner, session, path = await a_dispute(served)
    mediator = await served.staff("support")
    assert (await learner.post(f"{path}/accept", expect=409)).reason == "disputes.nothing_to_accept"
    await mediator.post(f"{path}/proposals", {"outcome": "full_refund", "reason": "There was no sound."}, expect=200)
    declined = (await host.post(f"{path}/decline", expect=200)).data
    assert (declined["status"], declined["decision"]["status"]) == ("under_review", "declined")
    await mediator.post(f"{path}/proposals", SPLIT, expect=200)
    assert (await learner.post(f"{path}/accept", expect=200)).data["decision"]["payerAccepts"]
    assert (await host.post(f"{path}/accept", expect=200)).data["status"] == "resolved"
    assert (await seat(learner, session))["settlement"] == "split"


async def test_withdrawn_or_rejected_the_payment_goes_on(served: Served):
    host, learner, session, path = await a_dispute(served)
    assert (await host.post(f"{path}/withdraw", expect=403)).reason == "disputes.opener_only"
    assert (await learner.post(f"{path}/withdraw", expect=200)).data["status"] == "withdrawn"
    assert (await seat(learner, session))["settlement"] == "held"
    again = (await learner.post("/disputes", {"sessionId": session["id"], "reason": "Still no sound."}, expect=201)).data
    refused = await host.post("/disputes", {"escrowId": again["escrowId"], "reason": "rude"}, expect=409)
    assert (refused.reason, refused.error["params"]) == ("disputes.already_open", {"disputeId": again["id"]})
    judge = await served.staff("admin")
    assert (await judge.patch(f"/disputes/{again['id']}", {"status": "under_review"}, expect=409)).reason == "disputes.not_yet"
    assert (await judge.patch(f"/disputes/{again['id']}", {"status": "resolved"}, expect=422)).reason == "disputes.status_not_settable"
    body = {"status": "rejected", "reason": "It was withdrawn before."}
    assert (await judge.patch(f"/disputes/{again['id']}", body)).data["closedReason"] == body["reason"]
    await served.advance_to(moment((await seat(learner, session))["settleAt"]) + timedelta(minutes=1))
    assert (await seat(learner, session))["settlement"] == "settled"


async def test_the_queue_and_who_sees_what(served: Served):
    host, learner, _, path = await a_dispute(served)
    stranger, staff = await served.person(), await served.staff("support")
    identity = path.rpartition("/")[2]
    for who in (host, learner):
        assert [one["id"] for one in (await who.get("/disputes?isOpen=true")).data] == [identity]
        assert [one["id"] for one in (await who.get("/disputes/user/me")).data] == [identity]
    assert identity in [one["id"] for one in (await staff.get("/disputes?isOpen=true&sort=dueAt&limit=100")).data]
    assert [one["id"] for one in (await staff.get(f"/disputes/user/{host.account_id}")).data] == [identity]
    assert (await stranger.get("/disputes")).data == []
    for door in (path, f"{path}/bundle", f"{path}/evidence", f"{path}/messages", f"/disputes/user/{host.account_id}"):
        assert (await stranger.call("GET", door, expect=404)).reason == "disputes.not_found"
    assert (await staff.post(f"{path}/evidence", {"text": "I saw it."}, expect=403)).reason == "disputes.parties_only"
    refused = await learner.post("/disputes", {"paymentId": A_SESSION, "reason": "no sound"}, expect=404)
    assert refused.reason == "disputes.nothing_held"
    refused = await stranger.post("/disputes", {"sessionId": A_SESSION, "reason": "no sound"}, expect=404)
    assert refused.reason == "disputes.nothing_held"
    await learner.post(f"{path}/withdraw", expect=200)
