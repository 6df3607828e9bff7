"""HTTP of tasks: planned, worked on, handed in, reviewed, talked about; one or several at once."""

from uuid import UUID

from skillhall.gigs.commands import plan_tasks as planning
from skillhall.gigs.commands import work_on_task as working
from skillhall.gigs.commands.plan_tasks import AssignTasks, ChangeTasks, CreateTask, CreateTaskOn, TasksChanged, TasksNamed
from skillhall.gigs.commands.work_on_task import Comment, EditComment, Review, Submit
from skillhall.gigs.model import refusals as no
from skillhall.gigs.model import task as refused
from skillhall.gigs.model.engagement_refusals import MilestoneNotFound
from skillhall.gigs.model.task import TaskChange
from skillhall.gigs.model.team import NotManaging, OnlyViewing
from skillhall.gigs.queries import submissions
from skillhall.gigs.queries import tasks as queries
from skillhall.gigs.queries.submissions import SubmissionQuery, SubmissionView, TaskCommentView
from skillhall.gigs.queries.tasks import TaskQuery, TaskView
from skillhall.kernel.files import FileInUse, FileMissing, WrongKind
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, patch, post, put
from skillhall.kernel.shapes import ListQuery, Page

ID = "/tasks/{task_id:uuid}"
AN_ID = "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"
TASK = {"title": "Tune the second movement", "priority": "high", "dueDate": "2027-02-01"}
REFERENCES = (refused.AssigneeNotOnTeam, MilestoneNotFound)
CREATE = (no.ProjectNotFound, NotManaging, no.ProjectMoved, refused.TooManyTasks, *REFERENCES)
PLAN = (refused.TaskNotFound, NotManaging, no.ProjectMoved)
CHANGE = (*PLAN, refused.TaskMoved, *REFERENCES)
WORK = (refused.TaskNotFound, refused.NotYourTask, OnlyViewing, no.ProjectMoved, refused.TaskMoved)
COMMENT = (no.CommentNotFound, no.NotYourComment)


@post("/tasks", created="/tasks/{id}", refuses=CREATE, example={**TASK, "projectId": AN_ID}, etag=True)
async def create_task(call: Call, data: CreateTaskOn) -> Answer[TaskView]:
    """Create a task of a project that you own or manage."""
    return await call.run(planning.create_task_on, data)


@post("/projects/{project_id:uuid}/tasks", created="/tasks/{id}", refuses=CREATE, example=TASK, etag=True)
async def create_project_task(call: Call, project_id: UUID, data: CreateTask) -> Answer[TaskView]:
    """Create a task of this project; the same as `/tasks`."""
    return await call.run(planning.create_task, project_id, data)


@get("/projects/{project_id:uuid}/tasks", refuses=(no.ProjectNotFound,))
async def list_project_tasks(call: Call, project_id: UUID, query: TaskQuery) -> Page[TaskView]:
    """List the tasks of a project, for everybody who works on it."""
    return await queries.tasks_of_project(call.read, call.by, project_id, query)


@get("/tasks")
async def list_tasks(call: Call, query: TaskQuery) -> Page[TaskView]:
    """List the tasks of all projects in which you have a part."""
    return await queries.tasks(call.read, call.by, query)


@get("/tasks/owner")
async def list_owner_tasks(call: Call, query: TaskQuery) -> Page[TaskView]:
    """List the tasks of your own projects."""
    return await queries.tasks(call.read, call.by, query, owner=call.by.account_id)


@get("/projects/owner/tasks", alias_of="listOwnerTasks")
async def list_tasks_of_owner(call: Call, query: TaskQuery) -> Page[TaskView]:
    """List the tasks of your own projects; the same as `/tasks/owner`."""
    return await queries.tasks(call.read, call.by, query, owner=call.by.account_id)


@get("/projects/developer/tasks")
async def list_own_tasks(call: Call, query: TaskQuery) -> Page[TaskView]:
    """List the tasks that are assigned to you, in all projects."""
    return await queries.tasks(call.read, call.by, query, assignee=call.by.account_id)


@put("/tasks/bulk/update", refuses=(refused.BulkRefused,), example={"taskIds": [AN_ID], "changes": {"priority": "urgent"}})
async def change_tasks(call: Call, data: ChangeTasks) -> Answer[TasksChanged]:
    """Change several tasks together. When one cannot be changed, none is; `details` tells why, one for each."""
    return await call.run(planning.change_tasks, data)


@delete("/tasks/bulk/delete", refuses=(refused.BulkRefused,), example={"taskIds": [AN_ID]})
async def delete_tasks(call: Call, data: TasksNamed) -> Answer[TasksChanged]:
    """Delete several tasks together. When one cannot be deleted, none is; `details` tells why, one for each."""
    return await call.run(planning.delete_tasks, data)


@post("/tasks/bulk/assign", key=Key.NATURAL, refuses=(refused.BulkRefused,), example={"taskIds": [AN_ID], "assigneeId": None})
async def assign_tasks(call: Call, data: AssignTasks) -> Answer[TasksChanged]:
    """Assign several tasks together. When one cannot be assigned, none is; `details` tells why, one for each."""
    return await call.run(planning.assign_tasks, data)


@get(ID, refuses=(refused.TaskNotFound,), etag=True)
async def read_task(call: Call, task_id: UUID) -> TaskView:
    """Read a task of a project in which you have a part."""
    return await queries.task_view(call.read, call.by, task_id)


@put(ID, refuses=CHANGE, example={"status": "completed"}, etag=True)
async def replace_task(call: Call, task_id: UUID, data: TaskChange) -> Answer[TaskView]:
    """Change a task; the same as PATCH."""
    return await call.run(planning.change_task, task_id, data, call.match.check)


@patch(ID, refuses=CHANGE, example={"dueDate": "2027-02-15", "assigneeId": None}, etag=True)
async def change_task(call: Call, task_id: UUID, data: TaskChange) -> Answer[TaskView]:
    """Change a task: absent stays, null empties. Into review leads a submission alone, and out of it a verdict."""
    return await call.run(planning.change_task, task_id, data, call.match.check)


@delete(ID, refuses=(refused.TaskNotFound, NotManaging))
async def delete_task(call: Call, task_id: UUID) -> Answer[Deleted]:
    """Take a task off the list. The time spent on it stays, and what runs on it ends."""
    return await call.run(planning.delete_task, task_id)


@post(f"{ID}/start", key=Key.NATURAL, refuses=WORK)
async def start_task(call: Call, task_id: UUID) -> Answer[TaskView]:
    """Begin a task that is yours, or take one that is nobody's."""
    return await call.run(working.start_task, task_id)


@post(
    f"{ID}/submit",
    created="/tasks/submissions/{id}",
    refuses=(*WORK, FileMissing, FileInUse, WrongKind),
    example={"type": "pull_request", "url": "https://example.org/score/pull/7", "notes": "Both movements."},
)
async def submit_task(call: Call, task_id: UUID, data: Submit) -> Answer[SubmissionView]:
    """Hand in a link, files or a pull request; the task waits in review for the verdict."""
    return await call.run(working.submit_task, task_id, data)


@get(f"{ID}/submissions", refuses=(refused.TaskNotFound,))
async def list_task_submissions(call: Call, task_id: UUID, query: ListQuery) -> Page[SubmissionView]:
    """List what was handed in for a task, the latest first."""
    return await submissions.submissions_of_task(call.read, call.by, task_id, query)


@get("/tasks/submissions/{submission_id:uuid}", refuses=(refused.SubmissionNotFound,))
async def read_task_submission(call: Call, submission_id: UUID) -> SubmissionView:
    """Read one submission."""
    return await submissions.submission_view(call.read, call.by, submission_id)


@put(
    "/tasks/submissions/{submission_id:uuid}/review",
    refuses=(refused.SubmissionNotFound, NotManaging, refused.OwnSubmission, refused.SubmissionDecided),
    example={"status": "changes_requested", "comments": "The tempo is too slow."},
)
async def review_task_submission(call: Call, submission_id: UUID, data: Review) -> Answer[SubmissionView]:
    """Approve a submission, reject it or ask for changes. Approved, the task is completed; otherwise it goes on."""
    return await call.run(working.review_submission, submission_id, data)


@get("/projects/owner/pending-evaluations")
async def list_pending_evaluations(call: Call, query: SubmissionQuery) -> Page[SubmissionView]:
    """List the submissions that wait for your verdict."""
    return await submissions.evaluations(call.read, call.by, query, pending=True)


@get("/projects/owner/evaluation-history")
async def list_evaluations(call: Call, query: SubmissionQuery) -> Page[SubmissionView]:
    """List the submissions of your projects that have their verdict."""
    return await submissions.evaluations(call.read, call.by, query, pending=False)


@post(
    f"{ID}/comments",
    created="/tasks/{task_id}/comments",
    refuses=(refused.TaskNotFound, no.CommentNotFound),
    example={"text": "Which tempo do you want?"},
)
async def comment_task(call: Call, task_id: UUID, data: Comment) -> Answer[TaskCommentView]:
    """Say something about a task, perhaps in answer to another comment."""
    return await call.run(working.comment_task, task_id, data)


@get(f"{ID}/comments", refuses=(refused.TaskNotFound,))
async def list_task_comments(call: Call, task_id: UUID, query: ListQuery) -> Page[TaskCommentView]:
    """List what was said about a task, in order."""
    return await submissions.comments_of_task(call.read, call.by, task_id, query)


@put("/tasks/comments/{comment_id:uuid}", refuses=COMMENT, example={"text": "Which tempo do you want, 60 or 66?"})
async def change_task_comment(call: Call, comment_id: UUID, data: EditComment) -> Answer[TaskCommentView]:
    """Change your comment."""
    return await call.run(working.edit_comment, comment_id, data)


@delete("/tasks/comments/{comment_id:uuid}", refuses=COMMENT)
async def delete_task_comment(call: Call, comment_id: UUID) -> Answer[Deleted]:
    """Delete your comment; answers to it stay."""
    return await call.run(working.delete_comment, comment_id)
