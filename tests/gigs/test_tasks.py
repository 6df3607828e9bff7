"""Tasks: planned, begun, handed in, reviewed; several at once; who may see and do what."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.gigs.commands.agree import CallOff, cancel_agreement
from skillhall.gigs.commands.cancel_project import delete_project
from skillhall.gigs.commands.pause_project import pause_project
from skillhall.gigs.commands.plan_tasks import (
    AssignTasks,
    ChangeTasks,
    CreateTask,
    TasksNamed,
    assign_tasks,
    change_task,
    change_tasks,
    create_task,
    delete_task,
    delete_tasks,
)
from skillhall.gigs.commands.track_time import start_timer
from skillhall.gigs.commands.work_on_task import (
    Comment,
    EditComment,
    Review,
    Submit,
    comment_task,
    delete_comment,
    edit_comment,
    review_submission,
    start_task,
    submit_task,
)
from skillhall.gigs.model import task as model
from skillhall.gigs.model.task import BulkRefused, TaskChange, TaskState
from skillhall.gigs.queries.submissions import SubmissionQuery, TaskFiles, comments_of_task, evaluations, submissions_of_task
from skillhall.gigs.queries.tasks import TaskQuery, tasks, tasks_of_project
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import ListQuery
from tests.gigs.crew import PULL, Crew

ANY = Match(None).check
HEAD = """INSERT INTO kernel.file (id, account_id, purpose, content_type, size, name, state)
VALUES ($1, $2, 'document', 'application/pdf', 12, 'score.pdf', 'stored')"""


async def test_from_todo_to_completed(crew: Crew) -> None:
    task = await crew.task(crew.worker, dueDate="2050-02-01", priority="high")
    assert (task.status, task.assignee_id, task.priority, task.is_overdue) == ("todo", crew.worker.account_id, "high", False)
    assert task.assignee is not None
    assert (task.assignee.display_name, task.project.title) == ("Wim Worker", "A cello part for a short film")
    assert (await crew.hall.run(start_task, crew.worker, task.id)).status == "in_progress"
    again = await crew.hall.run(start_task, crew.worker, task.id)
    assert again.version == 2
    given = await crew.hall.run(submit_task, crew.worker, task.id, PULL)
    assert (given.type, given.status, given.url) == ("pull_request", "pending", "https://example.org/score/pull/7")
    assert ((await crew.seen(task)).status, (await crew.seen(task)).pending_submission_id) == ("review", given.id)
    sent_back = await crew.verdict(crew.client, given.id, "changes-requested")
    assert (sent_back.status, sent_back.review, (await crew.seen(task)).status) == ("changes_requested", "Seen.", "in_progress")
    second = await crew.hall.run(submit_task, crew.worker, task.id, Submit(type="link", link="https://example.org/final"))
    assert (await crew.verdict(crew.client, second.id, "approved")).status == "approved"
    assert (await crew.verdict(crew.client, second.id, "Approve")).status == "approved"
    done = await crew.seen(task, crew.worker)
    assert (done.status, done.submissions_count, done.completed_at is not None) == ("completed", 2, True)
    assert [await crew.said(f"task_{name}") for name in ("created", "assigned", "submitted", "reviewed", "completed")] == [1, 1, 2, 2, 1]
    read = await crew.hall.read()
    assert [one.id for one in (await submissions_of_task(read, crew.worker, task.id, ListQuery())).items] == [second.id, given.id]
    assert [one.id for one in (await evaluations(read, crew.client, SubmissionQuery(), pending=False)).items] == [second.id, given.id]
    assert (await evaluations(read, crew.client, SubmissionQuery(), pending=True)).items == []
    reopened = await crew.hall.run(change_task, crew.client, task.id, TaskChange(status="in_progress"), ANY)
    assert (reopened.status, reopened.completed_at) == ("in_progress", None)
    await crew.hall.verify()


async def test_a_task_of_nobodys_is_taken(crew: Crew) -> None:
    task, viewer = await crew.task(), await crew.joined("viewer")
    assert await crew.refused(start_task, viewer, task.id) == "gigs.only_viewing"
    assert await crew.refused(submit_task, crew.worker, task.id, PULL) == "gigs.not_your_task"
    assert (await crew.hall.run(start_task, crew.worker, task.id)).assignee_id == crew.worker.account_id
    assert await crew.refused(start_task, crew.client, task.id) == "gigs.not_your_task"
    assert await crew.said("task_assigned") == 1


async def test_who_may_plan(crew: Crew) -> None:
    manager, member, stranger = await crew.joined("manager"), await crew.joined(), await crew.person()
    body = CreateTask(title="Print the parts", assignee_id=member.account_id)
    task = await crew.hall.run(create_task, manager, crew.project_id, body)
    for who in (member, crew.worker):
        assert await crew.refused(create_task, who, crew.project_id, body) == "gigs.not_managing"
        assert await crew.refused(change_task, who, task.id, TaskChange(title="Mine"), ANY) == "gigs.not_managing"
        assert await crew.refused(delete_task, who, task.id) == "gigs.not_managing"
    assert await crew.refused(create_task, stranger, crew.project_id, body) == "gigs.project_not_found"
    for verb in ((change_task, stranger, task.id, TaskChange(), ANY), (delete_task, stranger, task.id), (start_task, stranger, task.id)):
        assert await crew.refused(*verb) == "gigs.task_not_found"
    foreign = CreateTask(title="Print the parts", assignee_id=stranger.account_id)
    assert await crew.refused(create_task, crew.client, crew.project_id, foreign) == "gigs.assignee_not_on_team"
    lost = CreateTask(title="Print the parts", milestone_id=ids.new())
    assert await crew.refused(create_task, crew.client, crew.project_id, lost) == "gigs.milestone_not_found"
    milestone = (await crew.agreement(crew.agreement_id)).milestones[0].id
    assert (await crew.task(milestoneId=str(milestone))).milestone_id == milestone
    read = await crew.hall.read()
    for who, count in ((crew.client, 2), (crew.worker, 2), (manager, 2), (member, 2), (stranger, 0)):
        assert len((await tasks(read, who, TaskQuery())).items) == count
    with pytest.raises(Exception, match=r"gigs\.project_not_found"):
        await tasks_of_project(read, stranger, crew.project_id, TaskQuery())
    given = await crew.submitted(member, task)
    assert await crew.refused(_verdict, member, given.id) == "gigs.not_managing"
    own = await crew.submitted(manager, await crew.task(manager))
    assert await crew.refused(_verdict, manager, own.id) == "gigs.own_submission"
    assert await crew.refused(_verdict, stranger, own.id) == "gigs.submission_not_found"
    assert (await crew.verdict(manager, given.id, "rejected")).status == "rejected"
    assert await crew.refused(_verdict, crew.client, given.id) == "gigs.submission_decided"
    assert await crew.refused(_verdict, crew.client, ids.new()) == "gigs.submission_not_found"


async def _verdict(tx: Tx, by: Actor, submission_id: UUID) -> object:
    return await review_submission(tx, by, submission_id, Review(status="approved"))


async def test_what_moves_a_task(crew: Crew) -> None:
    task = await crew.task(crew.worker)
    for words, status in (("Started", "in_progress"), ("to-do", "todo"), ("done", "completed"), ("done", "completed")):
        assert (await crew.hall.run(change_task, crew.client, task.id, TaskChange(status=words), ANY)).status == status
    for words in ("todo", "review"):
        assert await crew.refused(change_task, crew.client, task.id, TaskChange(status=words), ANY) == "gigs.task_moved"
    assert await crew.refused(change_task, crew.client, task.id, TaskChange(assignee_id=None), ANY) == "gigs.task_moved"
    assert await crew.refused(start_task, crew.worker, task.id) == "gigs.task_moved"
    assert await crew.refused(submit_task, crew.worker, task.id, PULL) == "gigs.task_moved"
    waiting = await crew.task(crew.worker)
    await crew.submitted(crew.worker, waiting)
    for words in ("completed", "in_progress"):
        assert await crew.refused(change_task, crew.client, waiting.id, TaskChange(status=words), ANY) == "gigs.task_moved"
    changed = await crew.hall.run(change_task, crew.client, waiting.id, TaskChange(title=" Tune it ", due_date=None), ANY)
    assert (changed.title, changed.status) == ("Tune it", "review")
    stale = Match(etag_of(1)).check
    assert await crew.refused(change_task, crew.client, waiting.id, TaskChange(title="Late"), stale) == "http.changed_meanwhile"
    for wrong in (Submit(type="link"), Submit(type="file"), Submit(type="poem", url="https://example.org/x")):
        assert await crew.refused(submit_task, crew.worker, task.id, wrong) == "http.invalid"
    for call in (lambda: model.task_state("lost"), lambda: model.verdict_of("maybe")):
        with pytest.raises(Invalid):
            call()
    assert {state: model.ARROWS[state] for state in TaskState}[TaskState.REVIEW] == frozenset()


async def test_a_project_that_rests_or_is_over(crew: Crew) -> None:
    task = await crew.task(crew.worker)
    await crew.hall.run(pause_project, crew.client, crew.project_id)
    assert await crew.refused(start_task, crew.worker, task.id) == "gigs.project_moved"
    assert (await crew.hall.run(change_task, crew.client, task.id, TaskChange(priority="low"), ANY)).priority == "low"
    await crew.hall.pool.execute("UPDATE gigs.project SET state = 'cancelled', paused_from = NULL, cancelled_at = now()")
    assert await crew.refused(change_task, crew.client, task.id, TaskChange(priority="high"), ANY) == "gigs.project_moved"
    assert await crew.refused(create_task, crew.client, crew.project_id, CreateTask(title="More")) == "gigs.project_moved"
    await crew.hall.run(delete_task, crew.client, task.id)
    left = await crew.hall.pool.fetchval("UPDATE gigs.task SET deleted_at = NULL RETURNING id")
    said = await crew.hall.run(comment_task, crew.client, left, Comment(text="It is over."))
    await crew.hall.run(delete_project, crew.client, crew.project_id)
    for verb in ((start_task, crew.worker, left), (start_timer, crew.worker, left), (delete_task, crew.client, left)):
        assert await crew.refused(*verb) == "gigs.task_not_found"
    assert await crew.refused(edit_comment, crew.client, said.id, EditComment(text="No")) == "gigs.comment_not_found"
    assert (await tasks(await crew.hall.read(), crew.client, TaskQuery())).items == []
    assert await crew.refused(create_task, crew.client, crew.project_id, CreateTask(title="More")) == "gigs.project_not_found"


async def test_lists(crew: Crew) -> None:
    today = (await crew.now()).date()
    late = await crew.task(crew.worker, title="Late", dueDate=str(today - timedelta(days=1)), priority="low")
    free = await crew.task(title="Nobody's", dueDate=str(today + timedelta(days=1)), priority="urgent")
    read = await crew.hall.read()

    async def listed(query: dict[str, Any], by: Actor = crew.client) -> list[str]:
        fixed = query.pop("fixed", {})
        found = await tasks(read, by, msgspec.convert(query, TaskQuery, strict=False), **fixed)
        return [task.title for task in found.items]

    assert await listed({}) == ["Nobody's", "Late"]
    for query, titles in (
        ({"overdue": True}, ["Late"]), ({"unassigned": True}, ["Nobody's"]), ({"priority": "low"}, ["Late"]),
        ({"status": ["To-Do"]}, ["Nobody's", "Late"]),
        ({"status": ["done"]}, []), ({"assigneeId": str(crew.worker.account_id)}, ["Late"]), ({"dueBefore": str(today)}, ["Late"]),
        ({"search": "nobo"}, ["Nobody's"]), ({"sort": "dueDate"}, ["Late", "Nobody's"]), ({"sort": "-priority"}, ["Nobody's", "Late"]),
        ({"projectId": str(crew.project_id), "sort": "updatedAt"}, ["Late", "Nobody's"]), ({"milestoneId": str(ids.new())}, []),
        ({"fixed": {"owner": crew.client.account_id}}, ["Nobody's", "Late"]), ({"fixed": {"assignee": crew.client.account_id}}, []),
    ):  # fmt: skip
        assert await listed(dict(query)) == titles, query
    assert await listed({"fixed": {"owner": crew.worker.account_id}}, crew.worker) == []
    assert (late.is_overdue, free.is_overdue) == (True, False)
    with pytest.raises(Invalid) as wrong:
        await listed({"status": ["lost"]})
    assert wrong.value.errors[0].location == "query"


async def test_several_together_or_not_at_all(crew: Crew) -> None:
    good, waiting, other = await crew.task(), await crew.task(crew.worker), Crew(crew.hall)
    await crew.submitted(crew.worker, waiting)
    foreign = await (await other.begin()).task()
    everything = [good.id, waiting.id, foreign.id, ids.new()]
    with pytest.raises(BulkRefused) as caught:
        await crew.hall.run(assign_tasks, crew.client, AssignTasks(task_ids=everything, assignee_id=crew.client.account_id))
    assert caught.value.sentence == "3 of 4 tasks cannot be changed so; nothing was done."
    assert [(error.field, error.code) for error in caught.value.details] == [
        ("taskIds.1", "gigs.task_moved"), ("taskIds.2", "gigs.task_not_found"), ("taskIds.3", "gigs.task_not_found"),
    ]  # fmt: skip
    assert (await crew.seen(good)).assignee_id is None
    stranger = await crew.person()
    lost = AssignTasks(task_ids=[good.id], assignee_id=stranger.account_id)
    with pytest.raises(BulkRefused) as caught:
        await crew.hall.run(assign_tasks, crew.client, lost)
    assert [error.code for error in caught.value.details] == ["gigs.assignee_not_on_team"]
    assert await crew.refused(delete_tasks, crew.worker, TasksNamed(task_ids=[good.id])) == "gigs.bulk_refused"
    second = await crew.task()
    body = AssignTasks(task_ids=[good.id, second.id, good.id], assignee_id=crew.worker.account_id)
    assert (await crew.hall.run(assign_tasks, crew.client, body)).count == 2
    change = ChangeTasks(task_ids=[good.id, second.id], changes=TaskChange(status="completed", priority="urgent"))
    assert (await crew.hall.run(change_tasks, crew.client, change)).task_ids == [good.id, second.id]
    assert [((await crew.seen(task)).status, (await crew.seen(task)).priority) for task in (good, second)] == [("completed", "urgent")] * 2
    wrong = ChangeTasks(task_ids=[good.id, waiting.id], changes=TaskChange(status="todo"))
    assert await crew.refused(change_tasks, crew.client, wrong) == "gigs.bulk_refused"
    assert (await crew.hall.run(delete_tasks, crew.client, TasksNamed(task_ids=[good.id, waiting.id]))).count == 2
    assert await crew.refused(delete_task, crew.client, good.id) == "gigs.task_not_found"
    assert await crew.said("task_deleted") == 2
    await crew.hall.verify()


async def test_files_are_handed_in_and_read_by_the_team(crew: Crew) -> None:
    task, file_id, stranger = await crew.task(crew.worker), ids.new(), await crew.person()
    await crew.hall.pool.execute(HEAD, file_id, crew.worker.account_id)
    given = await crew.submitted(crew.worker, task, Submit(type="file-upload", file_ids=[file_id, file_id], notes="Bound."))
    assert [(file.file_name, file.size, file.url is not None) for file in given.files] == [("score.pdf", 12, True)]
    subject = model.Submission(id=given.id, task_id=task.id, account_id=crew.worker.account_id, state="pending").subject
    read, files = await crew.hall.read(), TaskFiles()
    assert [await files.may_read(read, who, subject) for who in (crew.client, crew.worker, stranger)] == [True, True, False]
    await crew.verdict(crew.client, given.id, "rejected")
    assert await crew.refused(submit_task, crew.worker, task.id, Submit(type="file", file_ids=[ids.new()])) == "files.not_found"


async def test_comments_on_a_task(crew: Crew) -> None:
    task, other, viewer, stranger = await crew.task(), await crew.task(), await crew.joined("viewer"), await crew.person()
    first = await crew.hall.run(comment_task, viewer, task.id, Comment(text="Which tempo?"))
    answer = await crew.hall.run(comment_task, crew.client, task.id, Comment(text="66.", parent_id=first.id))
    assert (answer.parent_id, first.author and first.author.display_name) == (first.id, "Mia Member")
    assert await crew.refused(comment_task, crew.client, other.id, Comment(text="66.", parent_id=first.id)) == "gigs.comment_not_found"
    assert await crew.refused(comment_task, stranger, task.id, Comment(text="Hello")) == "gigs.task_not_found"
    assert await crew.refused(edit_comment, crew.client, first.id, EditComment(text="No")) == "gigs.not_your_comment"
    assert await crew.refused(delete_comment, stranger, first.id) == "gigs.comment_not_found"
    assert (await crew.hall.run(edit_comment, viewer, first.id, EditComment(text="Which tempo, please?"))).edited_at
    await crew.hall.run(delete_comment, viewer, first.id)
    assert await crew.refused(edit_comment, viewer, first.id, EditComment(text="Back")) == "gigs.comment_not_found"
    found = (await comments_of_task(await crew.hall.read(), crew.worker, task.id, ListQuery())).items
    assert [(comment.text, comment.is_deleted) for comment in found] == [("", True), ("66.", False)]
    assert ((await crew.seen(task)).comments_count, await crew.said("task_commented")) == (1, 2)


async def test_a_project_has_so_many_tasks(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillhall.gigs.commands.plan_tasks.MOST_TASKS", 1)
    await crew.task()
    assert await crew.refused(create_task, crew.client, crew.project_id, CreateTask(title="One more")) == "gigs.too_many_tasks"


async def test_whoever_does_not_work_here_any_more_is_relieved(crew: Crew) -> None:
    begun, handed_in = await crew.task(crew.worker), await crew.task(crew.worker)
    await crew.hall.run(start_task, crew.worker, begun.id)
    await crew.submitted(crew.worker, handed_in)
    await crew.hall.run(cancel_agreement, crew.client, crew.agreement_id, CallOff(reason="The film was called off."))
    await crew.hall.drain()
    assert ((await crew.seen(begun)).assignee_id, (await crew.seen(handed_in)).assignee_id) == (None, crew.worker.account_id)
    assert await crew.refused(start_task, crew.worker, begun.id) == "gigs.task_not_found"
    await crew.hall.verify()
