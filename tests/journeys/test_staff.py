"""Accounts in the hands of staff."""

from datetime import timedelta

from tests.journeys.cast import a_host, act, booked, owned, seat
from tests.support.server import Served


async def test_suspended_restored_and_banned(served: Served):
    operator, judge = await served.operator(), await served.staff("admin")
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    path = f"/admin/users/{host.account_id}"
    assert host.account_id in [one["id"] for one in (await judge.get(f"/admin/users?search={host.email}")).data]
    assert (await judge.get(path)).data["state"] == "active"
    until = (await served.now() + timedelta(days=3)).isoformat()
    suspended = await judge.post(f"{path}/suspend", {"reason": "Three reports of spam.", "until": until}, expect=200)
    assert suspended.data["state"] == "suspended"
    await served.settled()
    found = (await learner.get(f"/sessions/{session['id']}")).data
    assert (found["status"], found["seats"][0]["settlement"]) == ("cancelled", "refunded")
    assert await owned(learner) == 10
    assert (await learner.call("GET", f"/offers/{offer['id']}", expect=404)).reason == "learning.offer_not_found"
    assert (await judge.post(f"{path}/ban", {"reason": "Too hasty."}, expect=403)).reason == "http.permission_missing"
    assert (await judge.post(f"{path}/restore", {"reason": "The reports were wrong."}, expect=200)).data["state"] == "active"
    await host.sign_in()
    assert (await host.get("/users/me")).data["state"] == "active"
    assert (await learner.get(f"/offers/{offer['id']}")).data["id"] == offer["id"]
    assert (await operator.post(f"{path}/ban", {"reason": "Sold stolen goods."}, expect=200)).data["state"] == "banned"
    refused = await served.stranger().post("/auth/login", {"email": host.email, "password": "whatever it was"}, expect=401)
    assert refused.reason == "identity.wrong_password"


async def test_a_suspension_ends_by_itself(served: Served):
    judge, member = await served.staff("admin"), await served.person()
    until = (await served.now() + timedelta(hours=5)).isoformat()
    await judge.post(f"/admin/users/{member.account_id}/suspend", {"reason": "A pause for all.", "until": until}, expect=200)
    await served.advance(timedelta(hours=6))
    assert (await judge.get(f"/admin/users/{member.account_id}")).data["state"] == "active"
    await member.sign_in()


async def test_roles_come_and_go(served: Served):
    operator, member = await served.operator(), await served.person()
    path = f"/admin/users/{member.account_id}/roles"
    assert (await operator.post(path, {"role": "support", "reason": "Joins the team."}, expect=200)).data["role"] == "support"
    await member.sign_in()
    await member.get("/admin/users?role=support")
    assert (await operator.delete(f"{path}?role=support&reason=Leaves+the+team.")).data["roles"] == ["user"]
    await member.sign_in()
    assert (await member.call("GET", "/admin/users", expect=403)).reason == "http.permission_missing"
    own = f"/admin/users/{operator.account_id}/roles?role=super_admin&reason=Tired."
    if await served.value("SELECT count(*) FROM identity.account WHERE 'super_admin' = ANY(roles)") == 1:
        assert (await operator.call("DELETE", own, expect=422)).reason == "identity.last_operator"


async def test_staff_rules_nothing_of_its_own(served: Served):
    judge = await served.staff("admin")
    host, offer = await a_host(served)
    session = await booked(served, judge, host, offer)
    await served.advance_to(session["opensAt"])
    await act(judge, session, "join")
    await act(host, session, "start")
    await act(judge, session, "report-problem", {"description": "Nobody spoke."})
    dispute = (await judge.get(f"/disputes?subjectId={session['seats'][0]['id']}")).data[0]
    ruling = {"outcome": "full_refund", "reason": "Nobody spoke."}
    door = f"/disputes/{dispute['id']}"
    refused = await judge.post(f"{door}/resolve", ruling, key="own-case-1", expect=403)
    assert refused.reason == "disputes.own_case"
    await host.post(f"{door}/messages", {"text": "That is so."}, expect=201)
    other = await served.operator()
    await other.post(f"{door}/resolve", ruling, key="own-case-1", expect=200)
    for side in (host, judge):
        await side.post(f"{door}/accept", expect=200)
    assert (await seat(host, session))["settlement"] == "refunded"
