"""Sixteen at once on tasks: one outcome each, and what a task says of itself holds."""

from collections import Counter

from skillhall.gigs.commands.plan_tasks import (
    AssignTasks,
    ChangeTasks,
    TasksNamed,
    assign_tasks,
    change_task,
    change_tasks,
    delete_task,
    delete_tasks,
)
from skillhall.gigs.commands.run_team import remove_collaborator
from skillhall.gigs.commands.work_on_task import Review, review_submission, start_task, submit_task
from skillhall.gigs.model.task import TaskChange
from skillhall.kernel.http import Match
from tests.gigs.crew import PULL, Crew
from tests.learning.builders import outcome

ANY = Match(None).check
DONE = TaskChange(status="completed")


async def test_submit_against_delete(crew: Crew) -> None:
    hall = crew.hall
    tasks = await crew.tasks(4, crew.worker)
    for task in tasks:
        await hall.run(start_task, crew.worker, task.id)
        submits = [outcome(hall.run, submit_task, crew.worker, task.id, PULL) for _ in range(8)]
        deletes = [outcome(hall.run, delete_task, crew.client, task.id) for _ in range(8)]
        answers = await hall.race(*(call for pair in zip(submits, deletes, strict=True) for call in pair))
        assert Counter(answers[1::2])["ok"] == 1
        assert Counter(answers[0::2])["ok"] <= 1
        assert set(answers) <= {"ok", "gigs.task_not_found", "gigs.task_moved"}
        assert (
            await crew.hall.pool.fetchval("SELECT count(*) FROM gigs.submission WHERE task_id = $1", task.id) == Counter(answers[::2])["ok"]
        )
    await hall.verify()


async def test_bulk_assign_against_complete(crew: Crew) -> None:
    hall, member = crew.hall, await crew.joined()
    tasks = await crew.tasks(6, crew.worker)
    named = [task.id for task in tasks]
    there, back = AssignTasks(task_ids=named, assignee_id=member.account_id), AssignTasks(task_ids=named[::-1], assignee_id=None)
    assigns = [outcome(hall.run, assign_tasks, crew.client, there if index % 2 else back) for index in range(8)]
    completes = [outcome(hall.run, change_task, crew.client, task_id, DONE, ANY) for task_id in (*named, *named[:2])]
    answers = await hall.race(*(call for pair in zip(assigns, completes, strict=True) for call in pair))
    assert Counter(answers[1::2]) == {"ok": 8}
    assert set(answers[0::2]) <= {"ok", "gigs.bulk_refused"}
    assert {(await crew.seen(task)).status for task in tasks} == {"completed"}
    assert await crew.said("task_completed") == 6
    await hall.verify()


async def test_bulk_over_two_projects_in_either_order(crew: Crew) -> None:
    hall = crew.hall
    other = Crew(hall)
    other.client, other.worker = crew.client, await crew.person()
    made = await other.active(other.client, other.worker, 50)
    other.project_id = made.project_id
    named = [(await crew.task()).id, (await other.task()).id, (await crew.task()).id]
    bodies = [ChangeTasks(task_ids=named[:: 1 if index % 2 else -1], changes=TaskChange(priority="urgent")) for index in range(12)]
    calls = [outcome(hall.run, change_tasks, crew.client, body) for body in bodies]
    calls += [outcome(hall.run, delete_tasks, crew.client, TasksNamed(task_ids=named)) for _ in range(4)]
    answers = await hall.race(*calls)
    assert Counter(answers[12:])["ok"] == 1
    assert set(answers) <= {"ok", "gigs.bulk_refused"}
    await hall.verify()


async def test_one_verdict(crew: Crew) -> None:
    given = await crew.submitted(crew.worker, await crew.task(crew.worker))
    words = ["approved", "rejected", "changes_requested"]
    bodies = [Review(status=words[index % 3]) for index in range(16)]
    answers = await crew.hall.race(*(outcome(crew.hall.run, review_submission, crew.client, given.id, body) for body in bodies))
    assert set(answers) == {"ok", "gigs.submission_decided"}
    assert await crew.said("task_reviewed") == 1
    await crew.hall.verify()


async def test_a_task_of_nobodys_is_taken_once(crew: Crew) -> None:
    task, people = await crew.task(), [await crew.joined(name=f"Member {number}") for number in range(16)]
    answers = await crew.hall.race(*(outcome(crew.hall.run, start_task, who, task.id) for who in people))
    assert Counter(answers) == {"ok": 1, "gigs.not_your_task": 15}


async def test_assigned_while_being_let_go(crew: Crew) -> None:
    hall, member = crew.hall, await crew.joined()
    tasks = await crew.tasks(8)
    assigns = [
        outcome(hall.run, assign_tasks, crew.client, AssignTasks(task_ids=[task.id], assignee_id=member.account_id)) for task in tasks
    ]
    goes = [outcome(hall.run, remove_collaborator, crew.client, crew.project_id, member.account_id) for _ in range(8)]
    answers = await hall.race(*(call for pair in zip(assigns, goes, strict=True) for call in pair))
    assert Counter(answers[1::2]) == {"ok": 1, "gigs.collaborator_not_found": 7}
    assert {(await crew.seen(task)).assignee_id for task in tasks} == {None}
    await hall.verify()
