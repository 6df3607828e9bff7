"""Projects over HTTP: posted, found, changed, moved, removed, and what is refused."""

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from skillhall.gigs.api import adopt_bids, adopt_projects, hide_project, show_project
from skillhall.gigs.commands.personal_data import GigData
from skillhall.gigs.model.refusals import ProjectNotFound
from skillhall.gigs.queries.projects import project_view
from skillhall.gigs.store import bids, projects
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.skills.events import SkillsMerged
from tests.gigs.builders import CELLO, Studio
from tests.kernel.serving import Answered, Site
from tests.profiles.builders import BLOCK, SUSPEND

A = "/api/v1"
COPIES = """
INSERT INTO gigs.project (id, account_id, profile_id, title, description, pricing, asset, visibility, state, is_remote, tags, origin,
    created_at, updated_at, published_at)
SELECT gen_random_uuid(), account_id, profile_id, title, description, pricing, asset, visibility, state, is_remote, tags, origin,
    created_at, updated_at, published_at
FROM gigs.project, generate_series(1, 10000) WHERE id = $1
"""


async def send(site: Site, method: str, path: str, by: Actor | None = None, body: Any = None, **headers: str) -> Answered:
    """Send a request as this person."""
    return await site.send(method, f"{A}{path}", by.account_id if by else None, json=body, headers=headers)


async def test_a_project_is_posted_read_and_found(studio: Studio, site: Site) -> None:
    owner, other = await studio.person(name="Olga Owner"), await studio.person()
    body = {**CELLO, "category": "music", "location": "Zürich", "isRemote": False, "level": "advanced", "deadline": "2050-01-01T12:00:00Z"}
    made = await send(site, "POST", "/projects", owner, body)
    assert made.status == 201, made.body
    project = made.data
    assert project["status"] == "open"
    assert project["legacyStatus"] == "active"
    assert project["client"]["displayName"] == "Olga Owner"
    assert project["budget"] == {
        "type": "fixed", "min": {"amount": 120, "currency": "CREDIT"}, "max": {"amount": 180, "currency": "CREDIT"}, "currency": "CREDIT",
    }  # fmt: skip
    assert [skill["slug"] for skill in project["skills"]] == ["cello"]
    assert (project["tags"], project["categoryName"]) == (["film", "recording"], "Music")
    assert made.headers["Location"].endswith(project["id"])
    for by in (owner, other, None):
        assert (await send(site, "GET", f"/projects/{project['id']}", by)).data == project
    for found in (
        "search=cello fil", "skill=cello", f"skills={project['skills'][0]['id']}", "category=music", "tag=Film", "pricing=fixed",
        "currency=CREDIT&minBudget=150&maxBudget=150", "isRemote=false", "location=zurich", "level=advanced", "status=active",
        f"ownerId={owner.account_id}", f"ownerId={owner.profile_id}", "status=open,paused", "sort=budget", "sort=-deadline",
    ):  # fmt: skip
        assert [one["id"] for one in (await send(site, "GET", f"/projects?{found}", other)).data] == [project["id"]], found
    for missed in (
        "search=violin", "skill=violin", "category=design", "tag=fil", "pricing=hourly", "currency=EUR", "minBudget=181", "maxBudget=119",
        "isRemote=true", "location=bern", "level=expert", "status=draft", f"ownerId={other.account_id}",
    ):  # fmt: skip
        assert (await send(site, "GET", f"/projects?{missed}", other)).data == [], missed


async def test_money_is_written_in_many_ways(studio: Studio, site: Site) -> None:
    owner = await studio.person()
    for body, expected in (
        ({"budget": 12.5, "currency": "EUR"}, (1250, 1250, "EUR")),
        ({"budget": "7", "currency": "JPY"}, (7, 7, "JPY")),
        ({"budget": {"amount": 1250, "currency": "EUR"}}, (1250, 1250, "EUR")),
        ({"budget": {"min": {"amount": 5, "currency": "CREDIT"}}}, (5, None, "CREDIT")),
        ({"budget": {"type": "hourly", "max": "0.5", "currency": "KWD"}}, (None, 500, "KWD")),
        ({"budget": None}, (None, None, "CREDIT")),
    ):
        made = await send(site, "POST", "/projects", owner, {**CELLO, **body})
        assert made.status == 201, made.body
        budget = made.data["budget"]
        least, most, currency = expected
        assert budget["currency"] == currency
        assert (budget["min"] and budget["min"]["amount"], budget["max"] and budget["max"]["amount"]) == (least, most), body


@pytest.mark.parametrize(
    ("changes", "status", "reason", "fields"),
    [
        ({"title": "A"}, 400, "http.invalid", {"title"}),
        ({"budget": 1.5}, 400, "http.invalid", {"budget"}),
        ({"budget": "NaN"}, 400, "http.invalid", {"budget"}),
        ({"budget": "1e30"}, 400, "http.invalid", {"budget"}),
        ({"budget": {"min": 2, "max": 1}}, 400, "http.invalid", {"budget.max"}),
        ({"budget": {"min": {"amount": 2, "currency": "EUR"}}}, 422, "gigs.other_currency", set()),
        ({"visibility": "secret"}, 400, "http.invalid", {"visibility"}),
        ({"status": "completed"}, 400, "http.invalid", {"status"}),
        ({"deadline": "2001-01-01T00:00:00Z"}, 400, "http.invalid", {"deadline"}),
        ({"deadline": "2050-01-01T00:00:00Z", "startDate": "2051-01-01T00:00:00Z"}, 400, "http.invalid", {"deadline"}),
        ({"profileId": str(ids.NIL)}, 400, "http.invalid", {"profileId"}),
        ({"category": "underwater"}, 422, "gigs.category_unknown", set()),
        ({"skills": ["cello", "no-such-skill"]}, 422, "gigs.skill_unknown", set()),
    ],
)
async def test_what_cannot_be_posted(
    studio: Studio, site: Site, changes: dict[str, Any], status: int, reason: str, fields: set[str]
) -> None:
    refused = await send(site, "POST", "/projects", await studio.person(), {**CELLO, **changes})
    assert (refused.status, refused.reason) == (status, reason), refused.body
    assert {error["field"] for error in refused.json["error"].get("details") or ()} == fields


async def test_skills_are_named_by_id_slug_or_name(studio: Studio, site: Site) -> None:
    owner = await studio.person()
    rows = await studio.hall.pool.fetch("SELECT id, slug, name FROM skills.public_skill WHERE is_visible ORDER BY slug LIMIT 3")
    words = [str(rows[2]["id"]), rows[0]["slug"], rows[1]["name"].upper(), rows[0]["slug"]]
    made = await send(site, "POST", "/projects", owner, {**CELLO, "skills": words[:2], "requiredSkills": words[2:]})
    assert [skill["slug"] for skill in made.data["skills"]] == [rows[2]["slug"], rows[0]["slug"], rows[1]["slug"]]


async def test_a_project_is_changed_and_a_lost_update_refused(studio: Studio, site: Site) -> None:
    owner, other = await studio.person(), await studio.person()
    project = await studio.project(owner)
    path = f"/projects/{project.id}"
    read = await send(site, "GET", path, owner)
    changed = await send(
        site, "PATCH", path, owner, {"title": "A cello part for a film", "category": "music"}, **{"If-Match": read.headers["ETag"]}
    )
    assert (changed.data["title"], changed.data["category"], changed.data["version"]) == ("A cello part for a film", "music", 2)
    assert changed.data["skills"] == read.data["skills"]
    lost = await send(site, "PATCH", path, owner, {"title": "Another title"}, **{"If-Match": read.headers["ETag"]})
    assert lost.status == 412
    put = await send(
        site, "PUT", path, owner, {"skills": [], "budget": {"min": 5}, "currency": "EUR", "category": None, "tags": ["a b", "A  b"]}
    )
    assert (put.data["skills"], put.data["category"], put.data["tags"]) == ([], None, ["a b"])
    assert put.data["budget"] == {"type": "fixed", "min": {"amount": 500, "currency": "EUR"}, "max": None, "currency": "EUR"}
    assert (await send(site, "PATCH", path, owner, {"currency": "CREDIT"})).data["budget"]["min"] is None
    assert (await send(site, "PATCH", path, other, {"title": "Not mine at all"})).reason == "gigs.not_your_project"
    assert (await send(site, "PATCH", f"/projects/{ids.NIL}", other, {})).reason == "gigs.project_not_found"
    await studio.bidding(other, project, 100)
    assert (await send(site, "PATCH", path, owner, {"pricing": "hourly"})).reason == "gigs.terms_fixed"
    assert (await send(site, "PATCH", path, owner, {"status": "cancelled"})).data["status"] == "cancelled"
    assert (await send(site, "PATCH", path, owner, {"title": "Too late by now"})).reason == "gigs.project_moved"


async def test_the_owner_moves_a_project(studio: Studio, site: Site) -> None:
    owner, worker = await studio.person(), await studio.person()
    project = await studio.project(owner, status="draft")
    path = f"/projects/{project.id}"
    for verb, status in (
        ("publish", "open"), ("publish", "open"), ("unpublish", "draft"), ("publish", "open"), ("pause", "paused"), ("resume", "open"),
    ):  # fmt: skip
        moved = await send(site, "POST", f"{path}/{verb}", owner)
        assert moved.data["status"] == status, moved.body
    assert (await send(site, "POST", f"{path}/resume", owner)).reason == "gigs.project_moved"
    for word, status in (("Paused", "paused"), ("ACTIVE", "open"), ("draft", "draft"), ("open", "open")):
        assert (await send(site, "PUT", f"{path}/status", owner, {"status": word})).data["status"] == status
    assert (await send(site, "PUT", f"{path}/status", owner, {"status": "disputed"})).reason == "gigs.status_not_settable"
    assert (await send(site, "PUT", f"{path}/status", owner, {"status": "completed"})).reason == "gigs.project_moved"
    assert (await send(site, "PUT", f"{path}/status", worker, {"status": "paused"})).reason == "gigs.not_your_project"
    bid = await studio.bidding(worker, project)
    assert (await send(site, "POST", f"{path}/unpublish", owner)).reason == "gigs.project_has_bids"
    cancelled = await send(site, "PUT", f"{path}/status", owner, {"status": "canceled", "reason": "The film was called off."})
    assert (cancelled.data["status"], cancelled.data["cancelReason"]) == ("cancelled", "The film was called off.")
    assert (await send(site, "POST", f"{path}/cancel", owner, {})).data == cancelled.data
    assert (await send(site, "GET", f"/bids/{bid.id}", worker)).data["status"] == "rejected"
    assert [fact["bidId"] for fact in await studio.told("bid_rejected")] == [str(bid.id)]
    assert len(await studio.told("project_published")) == 3
    await studio.hall.verify()


async def test_a_deleted_project_is_gone_but_its_bids_are_told(studio: Studio, site: Site) -> None:
    owner, worker = await studio.person(), await studio.person()
    project = await studio.project(owner)
    bid = await studio.bidding(worker, project)
    await studio.invited(project, owner, await studio.person())
    assert (await send(site, "DELETE", f"/projects/{project.id}", worker)).reason == "gigs.not_your_project"
    gone = await send(site, "DELETE", f"/projects/{project.id}", owner)
    assert gone.data == {"id": str(project.id), "deleted": True}
    for by in (owner, worker, None):
        assert (await send(site, "GET", f"/projects/{project.id}", by)).reason == "gigs.project_not_found"
    assert (await send(site, "GET", "/projects", owner)).data == []
    assert (await send(site, "GET", f"/bids/{bid.id}", worker)).data["status"] == "rejected"
    assert len(await studio.told("invite_withdrawn")) == len(await studio.told("project_deleted")) == 1
    await studio.hall.verify()


async def test_work_under_way_is_not_called_off_here(studio: Studio, site: Site) -> None:
    owner, worker = await studio.person(wallet=200), await studio.person()
    project = await studio.project(owner)
    await studio.hall.pool.execute(
        "UPDATE gigs.project SET state = 'in_progress', worker_id = $2 WHERE id = $1", project.id, worker.account_id
    )
    for method, path in (("POST", "/cancel"), ("DELETE", "")):
        body = {} if method == "POST" else None
        assert (await send(site, method, f"/projects/{project.id}{path}", owner, body)).reason == "gigs.work_under_way"
    paused = await send(site, "POST", f"/projects/{project.id}/pause", owner)
    assert paused.data["workerId"] == str(worker.account_id)
    assert (await send(site, "PUT", f"/projects/{project.id}/status", owner, {"status": "in_progress"})).data["status"] == "in_progress"


async def test_each_sees_what_is_meant_for_them(studio: Studio, site: Site) -> None:
    owner, member, invited, bidder, blocked = [await studio.person() for _ in range(5)]
    await studio.hall.pool.execute(BLOCK, owner.account_id, blocked.account_id)
    public = await studio.project(owner)
    members = await studio.project(owner, visibility="members")
    private = await studio.project(owner, visibility="private")
    draft = await studio.project(owner, status="draft")
    bid_on = await studio.project(owner)
    await studio.bidding(bidder, bid_on)
    await send(site, "PATCH", f"/projects/{bid_on.id}", owner, {"visibility": "invite_only"})
    await studio.invited(private, owner, invited)
    hidden = await studio.project(owner)
    await studio.hall.work(hide_project, hidden.id, owner, "Spam.")
    everything = {one.id for one in (public, members, private, draft, bid_on, hidden)}
    seen = [
        (owner, everything),
        (member, {public.id, members.id}),
        (invited, {public.id, members.id, private.id}),
        (bidder, {public.id, members.id, bid_on.id}),
        (blocked, set[UUID]()),
        (None, {public.id}),
    ]
    for by, wanted in seen:
        for path in ("/projects", f"/projects?ownerId={owner.account_id}", f"/clients/{owner.account_id}/projects"):
            listed = await send(site, "GET", path, by)
            if by is blocked and path.startswith("/clients"):
                assert listed.reason == "gigs.client_not_found"
            else:
                assert {UUID(one["id"]) for one in listed.data} == wanted, path
        for project_id in everything:
            status = (await send(site, "GET", f"/projects/{project_id}", by)).status
            assert status == (200 if project_id in wanted else 404)
            for part in ("files", "updates", "comments", "stats"):
                assert (await send(site, "GET", f"/projects/{project_id}/{part}", by)).status == status, part
    assert {one["id"] for one in (await send(site, "GET", "/projects/public", owner)).data} == {
        str(one.id) for one in (public, members, private, bid_on, hidden)
    }
    assert {one["id"] for one in (await send(site, "GET", "/projects/my", owner)).data} == {str(project_id) for project_id in everything}
    assert (await send(site, "GET", "/projects/my", member)).data == []
    await studio.hall.work(show_project, hidden.id, owner, "It was none.")
    assert (await send(site, "GET", f"/projects/{hidden.id}", member)).status == 200
    await studio.hall.pool.execute(SUSPEND, owner.account_id)
    assert (await send(site, "GET", "/projects", member)).data == []
    assert (await send(site, "GET", f"/projects/{public.id}", None)).status == 404


async def test_a_moderator_sees_what_is_hidden(studio: Studio) -> None:
    owner = await studio.person()
    project = await studio.project(owner, visibility="invited")
    staff = Actor(account_id=(await studio.person()).account_id, permissions=frozenset({"content.moderate"}))
    read = await studio.hall.read()
    assert (await project_view(read, project.id, staff)).id == project.id
    with pytest.raises(ProjectNotFound):
        await project_view(read, project.id, Actor(account_id=staff.account_id))


async def test_what_is_asked_of_the_list_is_checked(studio: Studio, site: Site) -> None:
    member = await studio.person()
    for query, field in (
        ("status=nonsense", "status"), ("minBudget=2&maxBudget=1", "maxBudget"), ("sort=title", "sort"), ("level=wizard", "level"),
        ("colour=red", "colour"), ("limit=101", "limit"),
    ):  # fmt: skip
        refused = await send(site, "GET", f"/projects?{query}", member)
        assert refused.status == 400
        assert [error["field"] for error in refused.json["error"]["details"]] == [field]


async def test_pages_follow_each_other(studio: Studio, site: Site) -> None:
    owner = await studio.person()
    made = [str((await studio.project(owner, title=f"Project number {number}")).id) for number in range(5)]
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        page = (await send(site, "GET", f"/projects?limit=2&cursor={cursor}", None)).json
        found += [one["id"] for one in page["data"]]
        cursor = page["pagination"]["nextCursor"] if page["pagination"]["hasNext"] else None
    assert found == made[::-1]
    assert (await send(site, "GET", "/projects?limit=2&page=2", None)).json["pagination"]["total"] == 5
    assert [one["id"] for one in (await send(site, "GET", "/projects?search=number", None)).data] == made[::-1]


async def test_many_that_say_the_same_are_found_too(studio: Studio, site: Site) -> None:
    owner = await studio.person()
    project = await studio.project(owner)
    await studio.hall.pool.execute(COPIES, project.id)
    found = (await send(site, "GET", "/projects?search=cello&limit=3", None)).json
    assert (len(found["data"]), found["pagination"]["total"]) == (3, 10_000)


async def test_suggestions_options_and_words_in_use(studio: Studio, site: Site) -> None:
    owner = await studio.person()
    project = await studio.project(owner, category="music")
    await studio.project(owner, status="draft", tags=["secret"])
    found = (await send(site, "GET", "/projects/search/suggestions?q=cell", None)).data
    assert {"kind": "project", "text": project.title, "id": str(project.id), "slug": None} in found
    assert ("skill", "cello") in [(one["kind"], one["slug"]) for one in found]
    assert (await send(site, "GET", "/projects/search/suggestions", None)).data == []
    assert (await send(site, "GET", "/projects/search/suggestions?query=musi", None)).data[-1]["kind"] == "category"
    options = (await send(site, "GET", "/projects/filter-options", None)).data
    assert {"slug": "music", "name": "Music", "parent": None, "projects": 1} in options["categories"]
    assert options["currencies"] == [{"currency": "CREDIT", "minBudget": 120, "maxBudget": 180, "projects": 1}]
    words = (await send(site, "GET", "/projects/global/skills-tags", None)).data
    assert [(one["slug"], one["projects"]) for one in words["skills"]] == [("cello", 1)]
    assert words["tags"] == [{"tag": "film", "projects": 1}, {"tag": "recording", "projects": 1}]
    assert {"slug": "music", "name": "Music", "parent": None, "projects": 1} in (await send(site, "GET", "/projects/categories", None)).data


async def test_a_client_in_numbers(studio: Studio, site: Site) -> None:
    owner, other = await studio.person(name="Olga Owner"), await studio.person()
    await studio.project(owner)
    await studio.project(owner, status="draft")
    client = (await send(site, "GET", f"/clients/{owner.account_id}", other)).data
    assert (client["profile"]["displayName"], client["projectsPosted"], client["openProjects"], client["workersHired"]) == (
        "Olga Owner",
        1,
        1,
        0,
    )
    assert (await send(site, "GET", "/clients/me", owner)).data == client
    assert len((await send(site, "GET", "/clients/me/projects", owner)).data) == 2
    assert (await send(site, "GET", f"/clients/{ids.NIL}", other)).reason == "gigs.client_not_found"
    assert (await send(site, "GET", f"/clients/{ids.NIL}/projects", other)).reason == "gigs.client_not_found"


async def test_projects_are_put_aside_through_connections(studio: Studio, site: Site) -> None:
    owner, member = await studio.person(), await studio.person()
    project = await studio.project(owner)
    private = await studio.project(owner, visibility="invited")
    for shelf in ("saves", "favorites"):
        saved = await send(site, "POST", f"/projects/{shelf}", member, {"projectId": str(project.id)})
        assert saved.data["card"]["path"] == f"/projects/{project.id}"
        assert [one["subjectId"] for one in (await send(site, "GET", f"/projects/{shelf}/my", member)).data] == [str(project.id)]
        refused = await send(site, "POST", f"/projects/{shelf}", member, {"projectId": str(private.id)})
        assert refused.reason == "connections.subject_not_found"
    stats = (await send(site, "GET", f"/projects/{project.id}/stats", owner)).data
    assert (stats["saves"], stats["favorites"]) == (1, 1)
    for shelf in ("saves", "favorites"):
        assert (await send(site, "DELETE", f"/projects/{shelf}?projectId={project.id}", member)).status == 200
        assert (await send(site, "GET", f"/projects/{shelf}/my", member)).data == []


async def test_a_merged_skill_takes_its_projects_along(studio: Studio) -> None:
    owner = await studio.person()
    rows = await studio.hall.pool.fetch("SELECT id, slug FROM skills.public_skill WHERE is_visible ORDER BY slug LIMIT 2")
    both = await studio.project(owner, skills=[rows[0]["slug"], rows[1]["slug"]])
    one = await studio.project(owner, skills=[rows[0]["slug"]])
    await studio.hall.work(_publish, SkillsMerged(skill_id=rows[0]["id"], into_id=rows[1]["id"]))
    await studio.hall.drain()
    asked = await studio.hall.pool.fetch("SELECT project_id, skill_id FROM gigs.project_skill")
    assert {(row["project_id"], row["skill_id"]) for row in asked} == {(both.id, rows[1]["id"]), (one.id, rows[1]["id"])}


async def _publish(tx: Tx, event: SkillsMerged) -> None:
    tx.publish(event)


async def test_projects_and_bids_come_in_bulk(studio: Studio) -> None:
    owner, worker = await studio.person(), await studio.person()
    project = await studio.project(owner)
    bid = await studio.bidding(worker, project)
    read = await studio.hall.read()
    model, placed = await projects.project(read, project.id), await bids.bid(read, bid.id)
    copies = [replace(model, id=ids.new()) for _ in range(3)]
    skills = {copy.id: [skill.id for skill in project.skills] for copy in copies}
    await studio.hall.work(adopt_projects, copies, skills)
    await studio.hall.work(adopt_bids, [replace(placed, id=ids.new(), project_id=copy.id) for copy in copies])
    for copy in copies:
        view = await project_view(await studio.hall.read(), copy.id, worker)
        assert (view.title, view.skills, view.bids_count) == (project.title, project.skills, 1)
    await studio.hall.verify()


async def test_a_person_takes_their_postings_along_and_is_forgotten(studio: Studio) -> None:
    owner, worker = await studio.person(), await studio.person()
    project, done = await studio.project(owner), await studio.project(owner)
    await studio.bidding(worker, project)
    await studio.invited(project, owner, await studio.person(), message="Come and play.")
    await studio.hall.pool.execute(
        "UPDATE gigs.project SET state = 'completed', completed_at = now(), worker_id = $2 WHERE id = $1", done.id, worker.account_id
    )
    read = await studio.hall.read()
    export = await GigData().export(read, owner.account_id)
    assert (len(export["projects"]), len(export["invites"]), export["bids"]) == (2, 1, [])  # type: ignore[arg-type]
    for who in (owner, worker):
        while not await studio.hall.work(GigData().erase, who.account_id, "Somebody", 1):
            pass
    rows = await studio.hall.pool.fetch("SELECT id, title, description, deleted_at IS NULL AS stays FROM gigs.project ORDER BY id")
    assert [(row["id"], row["title"], row["description"], row["stays"]) for row in rows] == [
        (project.id, "Somebody", "", False), (done.id, "Somebody", "", True),
    ]  # fmt: skip
    assert await studio.hall.pool.fetchval("SELECT proposal || state FROM gigs.bid") == "rejected"
    assert await studio.hall.pool.fetchval("SELECT message || state FROM gigs.invite") == "withdrawn"
    await studio.hall.verify()
