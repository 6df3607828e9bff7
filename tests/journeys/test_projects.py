"""Somebody has something to be done: posts it, shows it, changes it, talks about it, calls it off."""

from typing import Any

from tests.journeys.cast import a_key
from tests.journeys.test_materials import SONGS, upload
from tests.support.client import Client
from tests.support.server import Served

BRIEF = {
    "title": "A cello part for a short film",
    "description": "Three minutes, quiet.",
    "budget": {"min": 120, "max": 180},
    "skills": ["cello"],
    "category": "music",
    "tags": ["film"],
}


async def a_project(client: Client, **changes: Any) -> dict[str, Any]:
    """Post a project; return it."""
    return (await client.post("/projects", {**BRIEF, **changes}, expect=201)).data


async def test_a_project_from_draft_to_cancelled(served: Served):
    owner, other = await served.person(), await served.person()
    project = await a_project(owner, status="draft")
    path = f"/projects/{project['id']}"
    assert (await other.call("GET", path, expect=404)).reason == "gigs.project_not_found"
    assert (await owner.post(f"{path}/publish", expect=200, key=a_key())).data["status"] == "open"
    assert (await other.get(path)).data["client"]["id"] == project["client"]["id"]
    changed = await owner.patch(path, {"title": "A cello part for a film"}, headers={"If-Match": (await owner.get(path)).headers["ETag"]})
    assert changed.data["title"] == "A cello part for a film"
    assert (await owner.put(path, {"isRemote": False, "location": "Leipzig"})).data["location"] == "Leipzig"
    assert (await owner.put(f"{path}/status", {"status": "paused"})).data["status"] == "paused"
    assert (await owner.post(f"{path}/resume", expect=200)).data["status"] == "open"
    assert (await owner.post(f"{path}/pause", expect=200)).data["status"] == "paused"
    assert (await owner.put(f"{path}/status", {"status": "active"})).data["status"] == "open"
    assert (await owner.post(f"{path}/unpublish", expect=200)).data["status"] == "draft"
    assert (await owner.post(f"{path}/cancel", {"reason": "Called off."}, expect=200)).data["cancelReason"] == "Called off."
    assert (await owner.delete(path)).data == {"id": project["id"], "deleted": True}
    await owner.call("GET", path, expect=404)


async def test_projects_are_found(served: Served):
    owner, other, stranger = await served.person(), await served.person(), served.stranger()
    public = await a_project(owner, title="An overture for the theremin", tags=["theremin"])
    members = await a_project(owner, title="A theremin behind the curtain", visibility="members")
    for client, path, expected in (
        (stranger, "/projects?search=theremin&ownerId={0}", {public["id"]}),
        (other, "/projects?search=theremin&ownerId={0}", {public["id"], members["id"]}),
        (other, "/projects/search?skill=cello&category=music&ownerId={0}", {public["id"], members["id"]}),
        (other, "/projects/public?tag=theremin&minBudget=100&maxBudget=200&ownerId={0}", {public["id"]}),
        (owner, "/projects/my?status=open", {public["id"], members["id"]}),
        (owner, "/clients/me/projects", {public["id"], members["id"]}),
        (stranger, "/clients/{0}/projects", {public["id"]}),
    ):
        assert {one["id"] for one in (await client.get(path.format(owner.account_id))).data} == expected, path
    suggested = (await stranger.get("/projects/search/suggestions?q=overtu")).data
    assert public["id"] in [one["id"] for one in suggested]
    assert "music" in [one["slug"] for one in (await stranger.get("/projects/categories")).data]
    assert "hourly" in (await stranger.get("/projects/filter-options")).data["pricing"]
    assert "cello" in [one["slug"] for one in (await stranger.get("/projects/global/skills-tags")).data["skills"]]
    assert (await other.get(f"/clients/{owner.account_id}")).data["projectsPosted"] == 2
    assert (await owner.get("/clients/me")).data["openProjects"] == 2


async def test_what_is_beside_a_project(served: Served):
    owner, other = await served.person(), await served.person()
    project = await a_project(owner)
    path = f"/projects/{project['id']}"
    files = [await upload(owner, content) for content in (SONGS, b"%PDF-1.7 a plan")]
    shown = (await owner.post(f"{path}/files", {"fileId": files[0]}, expect=201)).data
    await owner.post("/projects/files", {"projectId": project["id"], "fileId": files[1], "title": "The plan"}, expect=201)
    listed = (await other.get(f"{path}/files")).data
    assert [one["title"] for one in listed] == ["songs.pdf", "The plan"]
    assert (await other.get(listed[0]["url"].removeprefix(served.base))).body == SONGS
    assert (await owner.delete(f"{path}/files/{shown['id']}")).data["deleted"]
    await owner.post(f"{path}/updates", {"text": "We have begun."}, expect=201)
    await owner.post("/projects/updates", {"projectId": project["id"], "text": "One minute.", "type": "milestone"}, expect=201)
    assert [one["text"] for one in (await other.get(f"{path}/updates")).data] == ["One minute.", "We have begun."]
    asked = (await other.post(f"{path}/comments", {"content": "Does it sound alone?"}, expect=201)).data
    answer = {"projectId": project["id"], "content": "Yes.", "parentId": asked["id"]}
    await owner.post("/projects/comments", answer, expect=201)
    await other.put(f"/projects/comments/{asked['id']}", {"content": "Does it sound alone here?"})
    await other.delete(f"/projects/comments/{asked['id']}")
    assert [one["content"] for one in (await other.get(f"{path}/comments")).data] == ["", "Yes."]
    assert (await other.post(f"{path}/views", expect=200)).data["views"] == 1
    for shelf in ("saves", "favorites"):
        assert (await other.post(f"/projects/{shelf}", {"projectId": project["id"]}, expect=200)).data["card"]["title"] == project["title"]
        assert len((await other.get(f"/projects/{shelf}/my")).data) == 1
    stats = (await owner.get(f"{path}/stats")).data
    assert (stats["views"], stats["saves"], stats["favorites"], stats["comments"], stats["files"]) == (1, 1, 1, 1, 1)
    for shelf in ("saves", "favorites"):
        await other.delete(f"/projects/{shelf}?projectId={project['id']}")
