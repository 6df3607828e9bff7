"""Time at work: timers on tasks, work sessions with pauses, and the minutes of a week that the client pays."""

from datetime import timedelta

from tests.journeys.test_engagements import a_bid, a_pair, accepted, signed
from tests.journeys.test_tasks import a_project, a_task
from tests.support.server import Served, eventually


async def test_a_timer_on_a_task(served: Served) -> None:
    client, worker, project_id = await a_project(served)
    task, other = [await a_task(client, project_id, title=title) for title in ("Score", "Parts")]
    made = await worker.post(f"/tasks/{task['id']}/timer/start", expect=201)
    begun = made.data
    assert made.headers["Location"].endswith(f"/work-sessions/{begun['id']}")
    assert (begun["status"], begun["taskTitle"], begun["agreementId"] is not None) == ("running", "Score", True)
    assert (await worker.post(f"/tasks/{task['id']}/timer/start", expect=201)).data["id"] == begun["id"]
    assert (await worker.post(f"/tasks/{other['id']}/timer/start", expect=409)).reason == "gigs.timer_running"
    await served.advance(timedelta(minutes=45))
    assert (await worker.get("/work-sessions/active")).data["session"]["durationMinutes"] >= 45
    stopped = (await worker.post(f"/tasks/timer/{begun['id']}/stop", expect=200)).data
    assert (stopped["status"], stopped["durationMinutes"]) == ("ended", 45)
    assert (await worker.post(f"/tasks/timer/{begun['id']}/stop", expect=200)).data == stopped
    await worker.post(f"/tasks/{other['id']}/timer/start", expect=201)
    assert (await worker.post("/tasks/timer/stop-active", expect=200)).data["session"]["taskId"] == other["id"]
    assert (await worker.post("/tasks/timer/stop-active", expect=200)).data["session"] is None
    assert [one["id"] for one in (await client.get(f"/tasks/{task['id']}/time-tracking")).data] == [begun["id"]]
    assert len((await worker.get("/tasks/time-tracking/my?open=false")).data) == 2


async def test_hours_are_told_by_what_was_tracked(served: Served) -> None:
    now = await served.now()
    await served.advance(timedelta(days=8 - now.weekday()))  # a Tuesday, so that all of it is in one week
    client, worker = await a_pair(served, wallet=990)
    by_the_hour = {"hourlyRate": {"amount": 30, "currency": "CREDIT"}, "proposal": "By the hour."}
    bid = await a_bid(client, worker, body=by_the_hour, pricing="hourly")
    made = await signed(client, worker, await accepted(client, bid, weeklyMinutes=600))
    path = f"/agreements/{made['id']}"

    async def weeks() -> list[str]:
        return [week["status"] for week in (await client.get(path)).data["weeks"]]

    await eventually(weeks, ["open"])
    begun = (await worker.post("/work-sessions", {"agreementId": made["id"], "note": "Mixing."}, expect=201)).data
    own = f"/work-sessions/{begun['id']}"
    await served.advance(timedelta(minutes=40))
    assert (await worker.post(f"{own}/pause", expect=200)).data["status"] == "paused"
    await served.advance(timedelta(minutes=60))
    assert (await worker.post(f"{own}/resume", expect=200)).data["status"] == "running"
    await served.advance(timedelta(minutes=20))
    ended = (await worker.post(f"{own}/end", expect=200)).data
    assert (ended["status"], ended["durationMinutes"], ended["note"]) == ("ended", 60, "Mixing.")
    assert (await worker.post(f"{own}/resume", expect=409)).reason == "gigs.time_entry_moved"
    second = (await worker.post("/work-sessions/start", {"agreementId": made["id"]}, expect=201)).data
    await worker.post(f"/work-sessions/{second['id']}/end", expect=200)
    assert (await client.get(own)).data == (await worker.get(own)).data
    assert len((await client.get(f"/work-sessions?agreementId={made['id']}")).data) == 2
    assert (await (await served.person()).call("GET", own, expect=404)).reason == "gigs.time_entry_not_found"
    week = (await client.get(path)).data["weeks"][0]
    tracked = (await client.get(f"/work-sessions/minutes?agreementId={made['id']}&week={week['startsOn']}")).data
    assert tracked["week"] == week["startsOn"]
    told = (await worker.post(f"/weeks/{week['id']}/submit", {"note": "Mixing."}, expect=200)).data
    assert told["minutes"] == tracked["minutes"] >= 60
