"""A project becomes tasks: a team is gathered, work is planned, begun, handed in, reviewed, counted and taken away as tables."""

from typing import Any

import aiohttp
import msgspec

from tests.journeys.test_engagements import a_bid, a_pair, accepted, signed
from tests.support.client import Client
from tests.support.server import Served, eventually

PULL = {"type": "pull-request", "url": "https://example.org/score/pull/7"}


async def a_project(served: Served) -> tuple[Client, Client, str]:
    """Return a client and a worker who have signed, and their project."""
    client, worker = await a_pair(served)
    made = await accepted(client, await a_bid(client, worker))
    await signed(client, worker, made)
    return client, worker, made["projectId"]


async def a_task(client: Client, project_id: str, **body: Any) -> dict[str, Any]:
    """Return a new task."""
    return (await client.post(f"/projects/{project_id}/tasks", {"title": "Tune the second movement", **body}, expect=201)).data


async def listed(client: Client, path: str) -> list[str]:
    """Return the ids that a list shows."""
    return [one["id"] for one in (await client.get(path)).data]


async def test_from_todo_to_completed(served: Served) -> None:
    client, worker, project_id = await a_project(served)
    made = await client.post("/tasks", {"projectId": project_id, "title": "Tune it", "dueDate": "2050-02-01"}, expect=201)
    path = f"/tasks/{made.data['id']}"
    assert made.headers["Location"].endswith(path)
    assert (await worker.post(f"{path}/start", expect=200)).data["assigneeId"] == worker.account_id
    given = (await worker.post(f"{path}/submit", {**PULL, "notes": "Both movements."}, expect=201)).data
    one = f"/tasks/submissions/{given['id']}"
    assert await listed(client, "/projects/owner/pending-evaluations") == [given["id"]]
    assert (await worker.put(f"{one}/review", {"status": "approved"}, expect=403)).reason == "gigs.not_managing"
    sent_back = await client.put(f"{one}/review", {"status": "changes-requested", "comments": "Too slow."})
    assert (sent_back.data["status"], (await worker.get(path)).data["status"]) == ("changes_requested", "in_progress")
    second = (await worker.post(f"{path}/submit", {"type": "link", "link": "https://example.org/final"}, expect=201)).data
    await client.put(f"/tasks/submissions/{second['id']}/review", {"status": "approve"})
    assert (await worker.get(f"/tasks/submissions/{second['id']}")).data["status"] == "approved"
    assert await listed(worker, f"{path}/submissions") == [second["id"], given["id"]]
    assert await listed(client, "/projects/owner/evaluation-history") == [second["id"], given["id"]]
    assert (await worker.get(path)).data["status"] == "completed"
    mine = (await worker.get("/tasks/analytics/performance")).data
    assert (mine["completed"], mine["onTimeRate"], mine["approvalRate"], mine["productivityScore"]) == (1, 1.0, 0.5, 75)
    team = (await client.get(f"/tasks/analytics/collaboration?projectId={project_id}")).data
    assert [(line["userId"], line["completedTasks"]) for line in team] == [(worker.account_id, 1)]


async def test_planning_one_and_several(served: Served) -> None:
    client, worker, project_id = await a_project(served)
    tasks = [(await a_task(client, project_id, title=title))["id"] for title in ("Score", "Parts", "Print")]
    read = await client.get(f"/tasks/{tasks[0]}")
    as_read = {"If-Match": read.headers["ETag"]}
    assert (await client.patch(f"/tasks/{tasks[0]}", {"priority": "urgent"}, headers=as_read)).data["version"] == 2
    late = await client.call("PUT", f"/tasks/{tasks[0]}", {"priority": "low"}, headers=as_read, expect=412)
    assert late.reason == "http.changed_meanwhile"
    assert (await client.put(f"/tasks/{tasks[0]}", {"status": "in-progress"})).data["status"] == "in_progress"
    assigned = await client.post("/tasks/bulk/assign", {"taskIds": tasks, "assigneeId": worker.account_id}, expect=200)
    assert (assigned.data["count"], assigned.data["taskIds"]) == (3, tasks)
    assert await listed(worker, "/projects/developer/tasks?status=todo") == [tasks[2], tasks[1]]
    for path in ("/tasks", "/tasks/owner", "/projects/owner/tasks", f"/projects/{project_id}/tasks"):
        assert await listed(client, f"{path}?sort=createdAt") == tasks
    await client.put("/tasks/bulk/update", {"taskIds": tasks[1:], "changes": {"status": "completed"}})
    refused = await client.put("/tasks/bulk/update", {"taskIds": tasks, "changes": {"status": "todo"}}, expect=422)
    assert refused.reason == "gigs.bulk_refused"
    assert [(detail["field"], detail["code"]) for detail in refused.error["details"]] == [
        ("taskIds.1", "gigs.task_moved"),
        ("taskIds.2", "gigs.task_moved"),
    ]
    await client.delete(f"/tasks/{tasks[0]}")
    assert (await client.call("DELETE", "/tasks/bulk/delete", {"taskIds": tasks}, expect=422)).reason == "gigs.bulk_refused"
    assert (await client.call("DELETE", "/tasks/bulk/delete", {"taskIds": tasks[1:]}, expect=200)).data["count"] == 2
    assert await listed(client, "/tasks") == []


async def test_a_team_and_what_it_says(served: Served) -> None:
    client, worker, project_id = await a_project(served)
    member, other, stranger = [await served.person() for _ in range(3)]
    team = f"/projects/{project_id}/team"
    for who, verb in ((member, "accept"), (other, "decline")):
        await client.post(team, {"userId": who.account_id, "message": "Join us."}, expect=201)
        assert (await who.get("/projects/collaborations?status=pending")).data[0]["projectId"] == project_id
        await who.post(f"{team}/{verb}", expect=200)
    assert (await client.patch(f"{team}/{member.account_id}", {"role": "manager"})).data["role"] == "manager"
    assert [one["role"] for one in (await member.get(team)).data] == ["owner", "worker", "manager"]
    assert (await stranger.call("GET", team, expect=404)).reason == "gigs.project_not_found"
    task = await a_task(member, project_id, assigneeId=worker.account_id)
    path = f"/tasks/{task['id']}/comments"
    said = (await worker.post(path, {"text": "Which tempo?"}, expect=201)).data
    answer = (await member.post(path, {"text": "66.", "parentId": said["id"]}, expect=201)).data
    await worker.put(f"/tasks/comments/{said['id']}", {"text": "Which tempo, please?"})
    assert (await client.call("DELETE", f"/tasks/comments/{said['id']}", expect=403)).reason == "gigs.not_your_comment"
    await worker.delete(f"/tasks/comments/{said['id']}")
    assert [(one["id"], one["isDeleted"]) for one in (await client.get(path)).data] == [(said["id"], True), (answer["id"], False)]
    found = {one["userId"]: one["agreements"] for one in (await client.get("/projects/owner/developers")).data}
    assert found == {member.account_id: 0, worker.account_id: 1}
    await member.delete(f"{team}/me")
    await client.post(team, {"userId": other.account_id, "role": "viewer"}, expect=201)
    await client.delete(f"{team}/{other.account_id}")
    assert len((await client.get(team)).data) == 2


async def test_a_file_is_handed_in(served: Served) -> None:
    client, worker, project_id = await a_project(served)
    task = await a_task(client, project_id)
    form = aiohttp.FormData({"purpose": "document"})
    form.add_field("file", b"Both movements, in D minor.", filename="score.txt", content_type="text/plain")
    headers = {"Authorization": f"Bearer {worker.token}"}
    async with worker.session.post(f"{worker.base}/api/v1/files", data=form, headers=headers) as answer:
        file_id = msgspec.json.decode(await answer.read())["data"]["id"]
    await worker.post(f"/tasks/{task['id']}/start", expect=200)
    given = (await worker.post(f"/tasks/{task['id']}/submit", {"type": "file", "fileIds": [file_id]}, expect=201)).data
    (handed,) = (await client.get(f"/tasks/submissions/{given['id']}")).data["files"]
    assert (handed["fileName"], handed["contentType"]) == ("score.txt", "text/plain")
    async with client.session.get(handed["url"]) as answer:
        assert await answer.read() == b"Both movements, in D minor."
    await client.get(f"/files/{file_id}")
    assert (await (await served.person()).call("GET", f"/files/{file_id}", expect=404)).reason == "files.not_found"


async def test_an_owners_figures_and_tables(served: Served) -> None:
    client, worker, project_id = await a_project(served)
    task = await a_task(client, project_id)
    await client.put(f"/tasks/{task['id']}", {"status": "done"})
    stats = (await client.get("/projects/owner/stats")).data
    assert (stats["projects"], stats["active"], stats["completedTasks"], stats["workers"]) == (1, 1, 1, 1)
    for path in ("/projects/owner/active-projects", "/projects/owner/projects"):
        assert await listed(client, path) == [project_id]
    assert (await client.get("/projects/owner/categories")).data == []
    path = f"/projects/{project_id}/analytics"

    async def counted() -> tuple[int, int]:
        totals = (await client.get(path)).data["totals"]
        return (totals["bids"], totals["tasksCompleted"])

    await eventually(counted, (1, 1))
    assert (await worker.call("GET", path, expect=403)).reason == "gigs.not_managing"
    days = await client.post("/projects/analytics/download", {"projectId": project_id}, expect=200)
    assert days.headers["content-type"] == "text/csv; charset=utf-8"
    assert days.body.decode().splitlines()[0].startswith("day,views,bids")
    people = await client.post("/projects/export", {}, expect=200)
    assert "applicants.csv" in people.headers["content-disposition"]
    assert project_id in people.body.decode()
    assert (await client.call("GET", "/projects/admin/stats", expect=403)).reason == "http.permission_missing"
    assert (await (await served.staff("admin")).get("/projects/admin/stats")).data["projects"] >= 1
