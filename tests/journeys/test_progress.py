"""What the lessons add up to: for who learns, for who teaches, for the house."""

from tests.journeys.cast import a_host, act, booked, held_lesson
from tests.support.server import Served


async def test_progress_and_analytics_after_a_lesson(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    goal = {
        "skillId": offer["skill"]["id"],
        "purpose": "learn",
        "level": "beginner",
        "targetLevel": "advanced",
        "goal": "Play in a quartet.",
    }
    await learner.post("/users/me/skills", goal, expect=201)
    before = (await learner.get("/users/me/progress")).data
    assert [(one["currentLevel"], one["goal"], one["lessonsAttended"]) for one in before["skills"]] == [
        ("beginner", "Play in a quartet.", 0)
    ]
    done = await held_lesson(served, host, learner, offer)
    await act(learner, done, "confirm")
    ahead = await booked(served, learner, host, offer, hours=50)
    after = (await learner.get("/users/me/progress")).data
    assert (after["totals"]["lessonsAttended"], after["totals"]["hosts"], after["totals"]["creditsSpent"]["amount"]) == (1, 1, 5)
    (cello,) = after["skills"]
    assert (cello["lastLessonAt"], cello["nextLessonAt"]) == (done["startsAt"], ahead["startsAt"])
    assert [one["id"] for one in cello["hosts"]] == [offer["host"]["id"]]
    days = f"from={done['startsAt'][:10]}&to={done['startsAt'][:10]}"
    for client, side, credit in ((host, "asHost", 4), (learner, "asLearner", 5)):
        seen = (await client.get(f"/users/me/analytics?{days}")).data
        assert [(one[side]["lessons"], one[side]["attendanceRate"], one[side]["credits"]["amount"]) for one in seen["buckets"]] == [
            (1, 1.0, credit)
        ]
        for bucket in ("day", "week", "month"):
            assert (await client.get(f"/users/me/analytics?bucket={bucket}")).data["bucket"] == bucket
    refused = await learner.call("GET", "/users/me/analytics?from=2026-02-02&to=2026-02-01", expect=400)
    assert refused.error["details"][0]["code"] == "learning.period"


async def test_staff_reads_how_sessions_go(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    done = await held_lesson(served, host, learner, offer)
    await act(learner, done, "confirm")
    day = done["startsAt"][:10]
    seen = (await (await served.staff("admin")).get(f"/admin/sessions/statistics?from={day}&to={day}")).data
    assert seen["byStatus"]["completed"] >= 1
    assert offer["skill"]["id"] in [one["skill"]["id"] for one in seen["bySkill"]]
    assert seen["earned"]["amount"] >= 5
    refused = await (await served.staff("support")).call("GET", "/admin/sessions/statistics", expect=403)
    assert refused.reason == "http.permission_missing"
