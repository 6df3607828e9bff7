"""Reviews as people write and read them: after a lesson, after a project, and what they come to."""

from datetime import timedelta
from typing import Any

from tests.journeys import test_engagements as work
from tests.journeys.cast import a_host, held_lesson
from tests.support.client import Client
from tests.support.server import Served

WEEK = timedelta(days=7)


async def a_lesson(served: Served) -> tuple[Client, Client, dict[str, Any]]:
    """Return host, learner, and their lesson, which is over."""
    host, offer = await a_host(served)
    learner = await served.person()
    return host, learner, await held_lesson(served, host, learner, offer)


async def test_both_write_read_each_other_and_reply(served: Served):
    host, learner, session = await a_lesson(served)
    anybody = served.stranger()
    mine = (await learner.post("/reviews", {"sessionId": session["id"], "rating": 4, "comment": "Clear and patient."}, expect=201)).data
    assert (mine["status"], mine["about"]["id"], mine["authorRole"]) == ("waiting", session["host"]["id"], "learner")
    assert (await anybody.call("GET", f"/reviews/{mine['id']}", expect=404)).reason == "reviews.not_found"
    assert (await anybody.get(f"/reviews/stats/{host.account_id}")).data["averageRating"] is None
    assert (await anybody.get(f"/offers/{session['offer']['id']}")).data["averageRating"] is None
    waiting = (await host.get(f"/sessions/{session['id']}/feedback")).data
    assert (waiting["fromLearners"], waiting["canReview"]) == ([], [learner.account_id])
    changed = (await learner.put(f"/reviews/{mine['id']}", {"rating": 5})).data
    assert (changed["rating"], changed["comment"]) == (5, "Clear and patient.")
    theirs = (await host.post(f"/sessions/{session['id']}/feedback", {"rating": 3, "comment": "Came late."}, expect=201)).data
    assert theirs["status"] == "published"
    shown = (await anybody.get(f"/reviews/{mine['id']}")).data
    assert (shown["rating"], shown["isBlind"], shown["sessionId"]) == (5, True, session["id"])
    for path in (f"/reviews/user/{host.account_id}", f"/users/{host.account_id}/reviews"):
        assert [one["id"] for one in (await anybody.get(path)).data] == [mine["id"]]
    for path in ("/reviews/user/me", "/user/developer/reviews", "/reviews"):
        assert [one["id"] for one in (await learner.get(path)).data] == [theirs["id"]]
    assert [one["id"] for one in (await learner.get("/reviews?direction=given")).data] == [mine["id"]]
    replied = (await host.post(f"/reviews/{mine['id']}/response", {"response": "Thank you!"}, expect=200)).data
    assert replied["response"] == "Thank you!"
    figures = (await anybody.get(f"/reviews/stats/{host.account_id}")).data
    assert (figures["averageRating"], figures["totalReviews"], figures["histogram"]["5"]) == (5.0, 1, 1)
    assert (await learner.get("/reviews/stats/me")).data["averageRating"] == 3.0
    assert (await anybody.get(f"/offers/{session['offer']['id']}")).data["averageRating"] == 5.0
    assert (await host.get("/sessions/statistics")).data["averageRating"] == 5.0
    assert (await host.delete(f"/reviews/{theirs['id']}")).data == {"id": theirs["id"], "deleted": True}
    assert (await learner.get("/reviews/stats/me")).data["totalReviews"] == 0


async def test_a_person_is_reviewed_and_time_shows_it(served: Served):
    host, learner, _ = await a_lesson(served)
    mine = (await learner.post(f"/reviews/{host.account_id}", {"rating": 2}, expect=201)).data
    again = await learner.post(f"/reviews/{host.account_id}", {"rating": 2}, expect=422)
    assert again.reason == "reviews.nothing_shared"
    await served.advance(WEEK)
    found = (await served.stranger().get(f"/reviews/{mine['id']}")).data
    assert (found["status"], found["rating"]) == ("published", 2)


async def test_skills_are_vouched_for(served: Served):
    host, learner, session = await a_lesson(served)
    path, skill_id = f"/users/{host.account_id}/endorsements", session["skill"]["id"]
    stranger = await (await served.person()).post(path, {"skillId": skill_id}, expect=422)
    assert stranger.reason == "reviews.never_met"
    made = (await learner.post(path, {"skillId": skill_id, "message": "Knows it inside out."}, expect=201)).data
    assert [one["id"] for one in (await served.stranger().get(path)).data] == [made["id"]]
    for own in ("/users/me/endorsements", "/user/developer/endorsements"):
        assert [one["skill"]["id"] for one in (await host.get(own)).data] == [skill_id]
    (endorsed,) = (await host.get("/reviews/stats/me")).data["endorsedSkills"]
    assert (endorsed["skill"]["id"], endorsed["endorsements"]) == (skill_id, 1)
    assert (await learner.delete(f"/endorsements/{made['id']}")).data["deleted"]
    assert (await host.get("/users/me/endorsements")).data == []


async def test_client_and_worker_review_a_project(served: Served):
    client, worker = await work.a_pair(served)
    made = await work.accepted(client, await work.a_bid(client, worker), milestones=[{"title": "All of it", "amount": work.credit(100)}])
    (milestone,) = (await work.signed(client, worker, made))["milestones"]
    said = {"projectId": made["projectId"], "rating": 5, "comment": "As agreed."}
    assert (await client.post("/projects/reviews", said, expect=422)).reason == "reviews.not_finished"
    for who, verb in ((client, "fund"), (worker, "start"), (worker, "deliver"), (client, "approve")):
        await work.act(who, "milestones", milestone["id"], verb, work.HANDOVER if verb == "deliver" else None)
    mine = (await client.post("/projects/reviews", said, expect=201)).data
    assert (mine["kind"], mine["authorRole"], mine["status"]) == ("project", "client", "waiting")
    assert (await served.stranger().get(f"/projects/{made['projectId']}/reviews")).data == []
    theirs = (await worker.post("/reviews", {**said, "rating": 4}, expect=201)).data
    shown = (await served.stranger().get(f"/projects/{made['projectId']}/reviews")).data
    assert [one["id"] for one in shown] == [theirs["id"], mine["id"]]
    assert [one["id"] for one in (await client.get("/projects/owner/reviews")).data] == [theirs["id"]]
    assert [one["id"] for one in (await client.get("/projects/owner/reviews?direction=given")).data] == [mine["id"]]
