"""Teams: asked, joined, declined, given another role, let go; and what a person takes along and leaves behind."""

from typing import Any

import msgspec
import pytest

from skillhall.gigs.commands.agree import CallOff, cancel_agreement
from skillhall.gigs.commands.cancel_project import delete_project
from skillhall.gigs.commands.personal_data import GigData
from skillhall.gigs.commands.plan_tasks import change_task
from skillhall.gigs.commands.run_team import (
    ChangeCollaborator,
    InviteCollaborator,
    change_collaborator,
    decline_team,
    invite_collaborator,
    join_team,
    relieve,
    remove_collaborator,
)
from skillhall.gigs.commands.set_project_status import SetProjectStatus, set_project_status
from skillhall.gigs.commands.track_time import StartSession, start_session
from skillhall.gigs.commands.work_on_task import Comment, Submit, comment_task, start_task
from skillhall.gigs.model.task import TaskChange
from skillhall.gigs.queries.projects import project_view
from skillhall.gigs.queries.team import CollaborationQuery, collaborations, team, worked_with
from skillhall.gigs.store.team import part
from skillhall.identity.api import AccountNotActive
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.http import Match
from skillhall.kernel.refusals import Invalid, Refusal
from skillhall.kernel.shapes import ListQuery
from tests.gigs.crew import Crew

ANY = Match(None).check


def ask(who: Actor, role: str = "member") -> InviteCollaborator:
    """Return an invitation of this person."""
    return msgspec.convert({"userId": str(who.account_id), "role": role, "message": "Join us."}, InviteCollaborator)


async def test_asked_and_joined(crew: Crew) -> None:
    mia, hall = await crew.person(name="Mia Member"), crew.hall
    asked = await hall.run(invite_collaborator, crew.client, crew.project_id, ask(mia, "viewer"))
    assert (asked.status, asked.role, asked.message, asked.user and asked.user.display_name) == (
        "pending",
        "viewer",
        "Join us.",
        "Mia Member",
    )
    assert await crew.refused(invite_collaborator, crew.client, crew.project_id, ask(mia)) == "gigs.already_on_team"
    with pytest.raises(Refusal):
        await team(await hall.read(), mia, crew.project_id)
    joined = await hall.run(join_team, mia, crew.project_id)
    assert (joined.status, joined.project_title) == ("accepted", "A cello part for a short film")
    assert await hall.run(join_team, mia, crew.project_id) == joined
    assert await crew.refused(decline_team, mia, crew.project_id) == "gigs.collaborator_moved"
    found = (await team(await hall.read(), mia, crew.project_id)).items
    assert [(one.role, one.status) for one in found] == [("owner", "accepted"), ("worker", "accepted"), ("viewer", "accepted")]
    changed = await hall.run(change_collaborator, crew.client, crew.project_id, mia.account_id, ChangeCollaborator(role="member"))
    assert changed.role == "member"
    assert [await crew.said(f"collaborator_{name}") for name in ("invited", "joined", "left")] == [1, 1, 0]
    await hall.run(remove_collaborator, mia, crew.project_id, mia.account_id)
    assert await crew.refused(remove_collaborator, mia, crew.project_id, mia.account_id) == "gigs.collaborator_not_found"
    assert (await hall.run(invite_collaborator, crew.client, crew.project_id, ask(mia))).status == "pending"
    assert (await hall.run(decline_team, mia, crew.project_id)).status == "declined"
    assert (await hall.run(invite_collaborator, crew.client, crew.project_id, ask(mia))).status == "pending"
    await hall.run(remove_collaborator, crew.client, crew.project_id, mia.account_id)
    assert await crew.refused(join_team, mia, crew.project_id) == "gigs.collaborator_moved"
    await hall.verify()


async def test_who_may_ask_whom(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    mia, stranger, manager = await crew.person(), await crew.person(), await crew.joined("manager")
    for by, code in ((stranger, "gigs.not_your_project"), (manager, "gigs.not_your_project")):
        assert await crew.refused(invite_collaborator, by, crew.project_id, ask(mia)) == code
    for who in (crew.client, crew.worker):
        assert await crew.refused(invite_collaborator, crew.client, crew.project_id, ask(who)) == "gigs.already_on_team"
    nobody = Actor(account_id=ids.new())
    assert await crew.refused(invite_collaborator, crew.client, crew.project_id, ask(nobody)) == "gigs.invited_unknown"
    assert await crew.refused(invite_collaborator, crew.client, ids.new(), ask(mia)) == "gigs.project_not_found"
    assert await crew.refused(join_team, mia, crew.project_id) == "gigs.collaborator_not_found"
    role = ChangeCollaborator(role="viewer")
    assert await crew.refused(change_collaborator, crew.client, crew.project_id, mia.account_id, role) == "gigs.collaborator_not_found"
    assert await crew.refused(remove_collaborator, manager, crew.project_id, crew.worker.account_id) == "gigs.not_your_project"
    monkeypatch.setattr("skillhall.gigs.commands.run_team.MOST_COLLABORATORS", 1)
    assert await crew.refused(invite_collaborator, crew.client, crew.project_id, ask(mia)) == "gigs.too_many_collaborators"
    monkeypatch.undo()
    await crew.hall.run(invite_collaborator, crew.client, crew.project_id, ask(mia))
    late = await crew.person()
    await crew.hall.run(cancel_agreement, crew.client, crew.agreement_id, CallOff(reason="The film was called off."))
    await crew.hall.run(set_project_status, crew.client, crew.project_id, SetProjectStatus(status="cancelled"))
    assert await crew.refused(join_team, mia, crew.project_id) == "gigs.project_moved"
    assert await crew.refused(invite_collaborator, crew.client, crew.project_id, ask(late)) == "gigs.project_moved"


async def test_whoever_goes_leaves_nothing_behind(crew: Crew) -> None:
    mia, hall = await crew.joined(), crew.hall
    begun, handed_in = await crew.task(mia), await crew.task(mia)
    await hall.run(start_task, mia, begun.id)
    await crew.submitted(mia, handed_in)
    await hall.run(start_session, mia, StartSession(task_id=begun.id))
    viewer = ChangeCollaborator(role="viewer")
    await hall.run(change_collaborator, crew.client, crew.project_id, mia.account_id, viewer)
    assert ((await crew.seen(begun)).assignee_id, (await crew.seen(handed_in)).assignee_id) == (None, mia.account_id)
    assert await hall.pool.fetchval("SELECT count(*) FROM gigs.time_span WHERE ended_at IS NULL") == 0
    back = TaskChange(assignee_id=mia.account_id)
    assert await crew.refused(change_task, crew.client, begun.id, back, ANY) == "gigs.assignee_not_on_team"
    await hall.verify()


async def test_a_worker_may_manage_too(crew: Crew) -> None:
    await crew.hall.pool.execute(
        "INSERT INTO gigs.collaborator VALUES ($1, $2, 'manager', 'accepted', '', $3, now(), now())",
        crew.project_id, crew.worker.account_id, crew.client.account_id,
    )  # fmt: skip
    assert (await part(await crew.hall.read(), crew.project_id, crew.worker.account_id)).role == "manager"


async def test_who_is_asked_sees_a_project_that_is_not_for_everybody(crew: Crew) -> None:
    mia, hall = await crew.person(), crew.hall
    posted = await crew.project(crew.client, visibility="invited")
    with pytest.raises(Refusal):
        await project_view(await hall.read(), posted.id, mia)
    await hall.run(invite_collaborator, crew.client, posted.id, ask(mia))
    assert (await project_view(await hall.read(), posted.id, mia)).id == posted.id
    listed = await collaborations(await hall.read(), mia, CollaborationQuery(status=["Pending"]))
    assert [one.project_id for one in listed.items] == [posted.id]
    assert (await collaborations(await hall.read(), mia, CollaborationQuery(status=["accepted"]))).items == []
    with pytest.raises(Invalid):
        await collaborations(await hall.read(), mia, CollaborationQuery(status=["lost"]))


async def test_a_suspended_person_is_not_asked(crew: Crew) -> None:
    mia = await crew.person()
    await crew.hall.pool.execute("UPDATE identity.account SET state = 'suspended' WHERE id = $1", crew.client.account_id)
    with pytest.raises(AccountNotActive):
        await crew.hall.run(invite_collaborator, crew.client, crew.project_id, ask(mia))


async def test_people_worked_with(crew: Crew) -> None:
    await crew.joined()
    other = Crew(crew.hall)
    await other.active(crew.client, crew.worker, 50)
    found = (await worked_with(await crew.hall.read(), crew.client, ListQuery(sort="-projects"))).items
    assert [(one.user and one.user.display_name, one.projects, one.agreements, one.completed) for one in found] == [
        ("Wim Worker", 2, 2, 0), ("Mia Member", 1, 0, 0),
    ]  # fmt: skip
    assert (await worked_with(await crew.hall.read(), crew.worker, ListQuery())).items == []


async def test_what_one_takes_along_and_leaves(crew: Crew) -> None:
    mia, hall, data = await crew.joined(), crew.hall, GigData()
    task = await crew.task(mia, title="Secret words")
    await crew.submitted(mia, task, Submit(type="link", url="https://example.org/mine", notes="Mine."))
    await hall.run(comment_task, mia, task.id, Comment(text="Mine too."))
    await hall.run(start_session, mia, StartSession(project_id=crew.project_id, note="My note."))
    taken: dict[str, list[Any]] = msgspec.to_builtins(await data.export(await hall.read(), mia.account_id))
    for name in ("tasks", "submissions", "taskComments", "trackedTime", "teams"):
        assert len(taken[name]) == 1, name
    rounds = 0
    while not await hall.work(data.erase, mia.account_id, "Somebody", 1):
        rounds += 1
        assert rounds < 20
    assert await hall.work(data.erase, mia.account_id, "Somebody", 100)
    left = msgspec.json.encode(await data.export(await hall.read(), mia.account_id)).decode()
    assert not [word for word in ("example.org", "Mine", "My note") if word in left]
    assert (await part(await hall.read(), crew.project_id, mia.account_id)).role is None
    assert await hall.pool.fetchval("SELECT count(*) FROM gigs.time_span WHERE ended_at IS NULL") == 0
    second = await crew.task()
    await hall.run(start_task, crew.worker, second.id)
    await hall.run(start_session, crew.worker, StartSession(task_id=second.id))
    while not await hall.work(data.erase, crew.client.account_id, "Somebody", 2):
        pass
    assert "Secret words" not in msgspec.json.encode(await data.export(await hall.read(), crew.client.account_id)).decode()
    await hall.verify()


async def test_nobody_is_relieved_of_what_is_gone(crew: Crew) -> None:
    await crew.task(crew.worker)
    await crew.hall.run(cancel_agreement, crew.client, crew.agreement_id, CallOff(reason="The film was called off."))
    await crew.hall.run(delete_project, crew.client, crew.project_id)
    await crew.hall.drain()
    await crew.hall.work(relieve, crew.project_id, crew.worker.account_id)
    assert await crew.hall.pool.fetchval("SELECT count(*) FROM kernel.delivery WHERE attempts > 0") == 0
