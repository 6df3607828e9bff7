"""People bid on a project and apply for it, are asked and offered; the owner chooses."""

from datetime import timedelta

from tests.journeys.cast import a_key, fund
from tests.journeys.test_projects import a_project
from tests.support.server import Served


async def test_bids_are_placed_chosen_and_withdrawn(served: Served):
    owner, worker, rival = [await served.person() for _ in range(3)]
    project = await a_project(owner)
    path = f"/projects/{project['id']}"
    bid = (await worker.post(f"{path}/bids", {"amount": 150, "deliveryDays": 10, "proposal": "Quietly."}, expect=201, key=a_key())).data
    second = (await rival.post("/bids", {"projectId": project["id"], "amount": 140}, expect=201)).data
    for listed in (f"{path}/bids", f"{path}/applicants", f"/bids/project/{project['id']}"):
        assert {one["id"] for one in (await owner.get(listed)).data} == {bid["id"], second["id"]}
        assert {one["id"] for one in (await worker.get(listed)).data} == {bid["id"]}
    assert (await worker.call("GET", f"/bids/{second['id']}", expect=404)).reason == "gigs.bid_not_found"
    assert (await owner.get(f"/bids/{bid['id']}")).data["proposal"] == "Quietly."
    assert (await owner.post(f"/bids/{bid['id']}/shortlist", expect=200)).data["status"] == "shortlisted"
    assert (await owner.post(f"/bids/{bid['id']}/interview", expect=200)).data["status"] == "interviewing"
    assert (await owner.post(f"/bids/{second['id']}/reject", expect=200)).data["status"] == "rejected"
    assert await worker.mailed(r"(Let us talk)")
    third = await served.person()
    applied = (await third.post("/projects/apply", {"projectId": project["id"], "message": "I would like to."}, expect=201)).data
    assert applied["isApplication"]
    assert (await owner.put("/projects/applicants/status", {"bidId": applied["id"], "status": "shortlisted"})).data[
        "status"
    ] == "shortlisted"
    assert (await third.get("/projects/applications/my/count")).data["count"] == 1
    assert (await third.get("/projects/applications/my/ids")).data["projectIds"] == [project["id"]]
    assert [one["id"] for one in (await third.get("/projects/applications/my")).data] == [applied["id"]]
    assert [one["id"] for one in (await third.get("/bids")).data] == [applied["id"]]
    assert [one["id"] for one in (await third.get("/projects/developer/applied-projects")).data] == [project["id"]]
    assert (await third.post(f"/bids/{applied['id']}/withdraw", expect=200)).data["status"] == "withdrawn"
    await third.post("/projects/apply", {"projectId": project["id"]}, expect=201)
    assert (await third.delete(f"/projects/apply?projectId={project['id']}")).data["status"] == "withdrawn"


async def test_people_are_asked(served: Served):
    owner, guest, other = [await served.person() for _ in range(3)]
    project = await a_project(owner, visibility="invited")
    path = f"/projects/{project['id']}"
    invite = (await owner.post(f"{path}/invites", {"userId": guest.account_id, "message": "Come and play."}, expect=201)).data
    assert (await guest.get(path)).data["id"] == project["id"]
    assert (await other.call("GET", path, expect=404)).reason == "gigs.project_not_found"
    assert [one["id"] for one in (await guest.get("/projects/invites/my")).data] == [invite["id"]]
    assert (await guest.post(f"/invites/{invite['id']}/accept", expect=200)).data["status"] == "accepted"
    named = (await owner.post("/projects/invite", {"projectId": project["id"], "email": other.email}, expect=201)).data
    assert await other.mailed(r"(An invite)")
    assert (await other.get(f"/invites/{named['id']}")).data["email"] is None
    assert (await other.post(f"/invites/{named['id']}/decline", expect=200)).data["status"] == "declined"
    assert len((await owner.get(f"{path}/invites")).data) == len((await owner.get("/projects/invites/sent")).data) == 2
    for take_back in ("/invites/{}", "/projects/invite?inviteId={}", "/user/developers/apply?inviteId={}"):
        body = {"projectId": project["id"], "developerId": other.account_id}
        again = (await owner.post("/user/developers/apply", body, expect=201)).data
        assert (await owner.delete(take_back.format(again["id"]))).data["deleted"]
    assert (await owner.get("/user/developers/applications/my/count")).data["count"] == 2
    assert len((await owner.get("/user/developers/applications/my")).data) == 5
    assert len((await owner.get("/user/developers/applied-developers?status=accepted")).data) == 1


async def test_a_direct_offer_and_one_that_lapses(served: Served):
    owner, worker = await served.person(), await served.person()
    await fund(served, owner, 200)
    project, idle = await a_project(owner), await a_project(owner)
    offer = (await owner.post(f"/projects/{project['id']}/invites", {"userId": worker.account_id, "amount": 150}, expect=201)).data
    late = (await owner.post(f"/projects/{idle['id']}/invites", {"userId": worker.account_id, "amount": 150}, expect=201)).data
    accepted = (await worker.put("/projects/invite/respond", {"inviteId": offer["id"], "status": "accepted"})).data
    assert (await worker.get(f"/bids/{accepted['bidId']}")).data["status"] == "accepted"
    (agreement,) = (await worker.get("/agreements")).data
    assert agreement["projectId"] == project["id"]
    await served.advance(timedelta(days=14, minutes=1))
    assert (await worker.post(f"/invites/{late['id']}/accept", expect=409)).reason == "gigs.invite_moved"
