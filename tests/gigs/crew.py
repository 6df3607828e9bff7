"""Owners, workers and their teams on one project, for the tests of tasks, tracked time and teams; made with the real commands."""

from typing import Any
from uuid import UUID

import msgspec

from skillhall.gigs.commands.plan_tasks import CreateTask, create_task
from skillhall.gigs.commands.run_team import InviteCollaborator, invite_collaborator, join_team
from skillhall.gigs.commands.work_on_task import Review, Submit, review_submission, start_task, submit_task
from skillhall.gigs.queries.submissions import SubmissionView
from skillhall.gigs.queries.tasks import TaskView, task_view
from skillhall.kernel.actor import Actor
from tests.gigs.engaging import Deals

PULL = Submit(type="pull-request", url="https://example.org/score/pull/7")


class Crew(Deals):
    """A client's project with a worker, and who else joins."""

    client: Actor
    worker: Actor
    project_id: UUID
    agreement_id: UUID

    async def begin(self, *plan: int, hourly: bool = False) -> "Crew":
        """Have a client and a worker agree, and both sign."""
        self.client, self.worker = await self.pair()
        made = await (self.hourly(self.client, self.worker) if hourly else self.active(self.client, self.worker, *(plan or (100,))))
        self.project_id, self.agreement_id = made.project_id, made.id
        return self

    async def joined(self, role: str = "member", name: str = "Mia Member") -> Actor:
        """Return somebody who has joined the team."""
        who = await self.person(name=name)
        body = msgspec.convert({"userId": str(who.account_id), "role": role}, InviteCollaborator)
        await self.hall.run(invite_collaborator, self.client, self.project_id, body)
        await self.hall.run(join_team, who, self.project_id)
        return who

    async def task(self, assignee: Actor | None = None, **more: Any) -> TaskView:
        """Return a new task."""
        body = {"title": "Tune the second movement", "assigneeId": str(assignee.account_id) if assignee else None, **more}
        return await self.hall.run(create_task, self.client, self.project_id, msgspec.convert(body, CreateTask))

    async def tasks(self, count: int, assignee: Actor | None = None) -> list[TaskView]:
        """Return so many new tasks."""
        return [await self.task(assignee, title=f"Part {number}") for number in range(count)]

    async def submitted(self, who: Actor, task: TaskView, submit: Submit = PULL) -> SubmissionView:
        """Have somebody begin a task and hand it in."""
        await self.hall.run(start_task, who, task.id)
        return await self.hall.run(submit_task, who, task.id, submit)

    async def verdict(self, by: Actor, submission_id: UUID, status: str) -> SubmissionView:
        """Have somebody say whether it will do."""
        return await self.hall.run(review_submission, by, submission_id, Review(status=status, comments="Seen."))

    async def seen(self, task: TaskView, by: Actor | None = None) -> TaskView:
        """Return a task as it is now."""
        return await task_view(await self.hall.read(), by or self.client, task.id)
