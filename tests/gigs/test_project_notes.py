"""Files, updates, comments and figures of a project."""

from datetime import timedelta

from skillhall.gigs.queries.project_files import ProjectFiles
from skillhall.kernel import ids
from skillhall.kernel.shapes import Subject
from tests.gigs.builders import Studio
from tests.gigs.test_projects import send
from tests.kernel.serving import Site
from tests.learning.beside import a_file
from tests.profiles.builders import BLOCK


async def test_files_are_shown_to_whoever_sees_the_project(studio: Studio, site: Site) -> None:
    owner, member = await studio.person(), await studio.person()
    project, private = await studio.project(owner), await studio.project(owner, visibility="invited")
    score, plan = await a_file(studio, owner), await a_file(studio, owner, name="plan.pdf")
    path = f"/projects/{project.id}/files"
    made = await send(site, "POST", path, owner, {"fileId": str(score), "title": "The score"})
    assert (made.status, made.data["title"], made.data["contentType"]) == (201, "The score", "application/pdf")
    second = await send(site, "POST", "/projects/files", owner, {"fileId": str(plan), "projectId": str(private.id)})
    assert second.data["title"] == "plan.pdf"
    (shown,) = (await send(site, "GET", path, None)).data
    assert shown["id"] == made.data["id"]
    assert f"/files/{score}/content" in shown["url"]
    read = await studio.hall.read()
    for by, subject, expected in (
        (member, Subject("project_file", made.data["id"]), True),
        (member, Subject("project_file", second.data["id"]), False),
        (owner, Subject("project_file", second.data["id"]), True),
        (owner, Subject("project_file", ids.new()), False),
        (owner, Subject("something", made.data["id"]), False),
    ):
        assert await ProjectFiles().may_read(read, by, subject) is expected
    assert (await send(site, "POST", path, member, {"fileId": str(await a_file(studio, member))})).reason == "gigs.not_of_project"
    assert (await send(site, "POST", path, owner, {"fileId": str(score)})).reason == "files.in_use"
    assert (await send(site, "POST", path, owner, {"fileId": str(ids.new())})).reason == "files.not_found"
    assert (await send(site, "POST", path, owner, {"fileId": str(await a_file(studio, owner, "avatar"))})).reason == "files.wrong_kind"
    assert (await send(site, "DELETE", f"{path}/{made.data['id']}", member)).reason == "gigs.not_your_project"
    assert (await send(site, "DELETE", f"{path}/{ids.NIL}", owner)).reason == "gigs.file_not_found"
    assert (await send(site, "DELETE", f"{path}/{made.data['id']}", owner)).status == 200
    assert (await send(site, "GET", path, None)).data == []
    assert await studio.hall.pool.fetchval("SELECT count(*) FROM kernel.file WHERE id = $1", score) == 0


async def test_a_project_holds_so_many_files(studio: Studio, site: Site) -> None:
    owner = await studio.person()
    project = await studio.project(owner)
    await studio.hall.pool.execute(
        "INSERT INTO gigs.project_file (id, project_id, account_id, file_id, title, file_name, content_type, size, created_at) "
        "SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), '', '', '', 0, now() FROM generate_series(1, 50)",
        project.id, owner.account_id,
    )  # fmt: skip
    refused = await send(site, "POST", f"/projects/{project.id}/files", owner, {"fileId": str(await a_file(studio, owner))})
    assert refused.reason == "gigs.too_many_files"


async def test_owner_and_worker_tell_what_is_new(studio: Studio, site: Site) -> None:
    owner, worker, member = await studio.person(name="Olga Owner"), await studio.person(), await studio.person()
    project = await studio.project(owner)
    await studio.hall.pool.execute(
        "UPDATE gigs.project SET state = 'in_progress', worker_id = $2 WHERE id = $1", project.id, worker.account_id
    )
    path = f"/projects/{project.id}/updates"
    first = await send(site, "POST", path, owner, {"text": " We have begun. "})
    assert (first.data["type"], first.data["text"], first.data["author"]["displayName"]) == ("note", "We have begun.", "Olga Owner")
    second = await send(
        site, "POST", "/projects/updates", worker, {"projectId": str(project.id), "text": "One minute.", "type": "milestone"}
    )
    assert second.status == 201
    assert [one["id"] for one in (await send(site, "GET", path, member)).data] == [second.data["id"], first.data["id"]]
    assert (await send(site, "POST", path, member, {"text": "Me too."})).reason == "gigs.not_of_project"
    assert (await send(site, "POST", f"/projects/{ids.NIL}/updates", member, {"text": "Me too."})).reason == "gigs.project_not_found"
    assert [fact["byId"] for fact in await studio.told("project_update_posted")] == [str(owner.account_id), str(worker.account_id)]


async def test_comments_are_written_answered_changed_and_deleted(studio: Studio, site: Site) -> None:
    owner, member, blocked = await studio.person(), await studio.person(name="Mia Member"), await studio.person()
    project, elsewhere = await studio.project(owner), await studio.project(owner)
    path = f"/projects/{project.id}/comments"
    asked = await send(site, "POST", path, member, {"content": "Does it sound alone?"})
    assert (asked.status, asked.data["author"]["displayName"]) == (201, "Mia Member")
    answered = await send(
        site, "POST", "/projects/comments", owner, {"projectId": str(project.id), "content": "Yes.", "parentId": asked.data["id"]}
    )
    assert answered.data["parentId"] == asked.data["id"]
    loud = await send(site, "POST", path, blocked, {"content": "Loudly!"})
    await studio.hall.pool.execute(BLOCK, member.account_id, blocked.account_id)
    assert [one["content"] for one in (await send(site, "GET", path, member)).data] == ["Does it sound alone?", "Yes."]
    assert len((await send(site, "GET", path, None)).data) == 3
    mine = f"/projects/comments/{asked.data['id']}"
    changed = await send(site, "PUT", mine, member, {"content": "Does it sound alone here?"})
    assert (changed.data["content"], changed.data["editedAt"] is None) == ("Does it sound alone here?", False)
    assert (await send(site, "PUT", mine, owner, {"content": "No."})).reason == "gigs.not_your_comment"
    assert (await send(site, "DELETE", f"/projects/comments/{answered.data['id']}", member)).reason == "gigs.not_your_comment"
    assert (await send(site, "DELETE", f"/projects/comments/{loud.data['id']}", owner)).status == 200
    assert (await send(site, "DELETE", mine, member)).status == 200
    assert (await send(site, "DELETE", mine, member)).reason == "gigs.comment_not_found"
    shown = (await send(site, "GET", path, owner)).data
    assert [(one["content"], one["isDeleted"], one["authorId"] is None) for one in shown] == [
        ("", True, True), ("Yes.", False, False), ("", True, True),
    ]  # fmt: skip
    other = await send(site, "POST", f"/projects/{elsewhere.id}/comments", member, {"content": "?", "parentId": answered.data["id"]})
    assert other.reason == "gigs.comment_not_found"
    facts = await studio.told("project_commented")
    assert [fact["answeredId"] for fact in facts] == [None, str(member.account_id), None]


async def test_a_project_in_numbers(studio: Studio, site: Site) -> None:
    owner, member, worker = await studio.person(), await studio.person(), await studio.person()
    project = await studio.project(owner)
    bid = await studio.bidding(worker, project)
    await studio.bidding(member, project, None)
    await send(site, "POST", f"/bids/{bid.id}/shortlist", owner)
    for by in (member, member, worker, owner):
        assert (await send(site, "POST", f"/projects/{project.id}/views", by)).status == 200
    await studio.hall.advance(timedelta(days=1))
    await send(site, "POST", f"/projects/{project.id}/views", member)
    own = (await send(site, "GET", f"/projects/{project.id}/stats", owner)).data
    assert own == {
        "projectId": str(project.id), "views": 3, "viewers": 2, "bids": 1, "applications": 1, "saves": 0, "favorites": 0, "comments": 0,
        "updates": 0, "files": 0, "shortlisted": 1, "interviewing": 0, "invites": 0,
    }  # fmt: skip
    others = (await send(site, "GET", f"/projects/{project.id}/stats", None)).data
    assert others == {**own, "shortlisted": None, "interviewing": None, "invites": None}
