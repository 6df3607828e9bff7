"""Teams on screens: who works on a project, what one is asked to join, and with whom one has worked."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.model.team import CollaboratorNotFound, CollaboratorState, Role
from skillhall.gigs.queries.projects import whole
from skillhall.gigs.queries.tasks import face_of
from skillhall.gigs.store.team import part
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard

COLLABORATORS = Listing(
    columns=sql("c.project_id, c.account_id, c.role, c.state, c.message, c.invited_by, c.invited_at, c.decided_at, p.title"),
    source=sql("gigs.collaborator c JOIN gigs.project p ON p.id = c.project_id"),
    late=(
        sql("page.*, h.id AS face_id, h.display_name, h.username, h.avatar_url, h.rating"),
        sql("LEFT JOIN profiles.public_profile h ON h.account_id = page.account_id AND h.is_primary"),
    ),
    sorts={"invitedAt": sql("c.invited_at")},
    default_sort="-invitedAt",
    key=sql("c.project_id"),
    filters={"account": sql("c.account_id = {}"), "project": sql("c.project_id = {}"), "states": sql("c.state = ANY({}::text[])")},
    always=sql("p.deleted_at IS NULL"),
)
TEAM = sql("""
SELECT m.account_id, m.role, m.state, m.since, h.id AS face_id, h.display_name, h.username, h.avatar_url, h.rating,
    (SELECT count(*)::int FROM gigs.task t WHERE t.project_id = $1 AND t.assignee_id = m.account_id AND t.state <> 'completed'
        AND t.deleted_at IS NULL) AS open_tasks
FROM (
    SELECT account_id, 'owner' AS role, 'accepted' AS state, created_at AS since, 1 AS rank FROM gigs.project WHERE id = $1
    UNION ALL SELECT worker_id, 'worker', 'accepted',
        coalesce((SELECT max(a.created_at) FROM gigs.agreement a WHERE a.project_id = $1), created_at), 2
        FROM gigs.project WHERE id = $1 AND worker_id IS NOT NULL
    UNION ALL SELECT account_id, role, state, coalesce(decided_at, invited_at), 3 FROM gigs.collaborator
        WHERE project_id = $1 AND (state = 'accepted' OR state = 'pending' AND $2)) m
LEFT JOIN profiles.public_profile h ON h.account_id = m.account_id AND h.is_primary
ORDER BY m.rank, m.since, m.account_id
""")
WORKED_WITH = Listing(
    columns=sql("w.account_id, w.projects, w.agreements, w.completed, w.last_at"),
    source=sql("""(
        SELECT x.owner_id, x.account_id, count(DISTINCT x.project_id)::int AS projects, count(x.agreement_id)::int AS agreements,
            (count(*) FILTER (WHERE x.state = 'completed'))::int AS completed, max(x.at) AS last_at
        FROM (
            SELECT a.client_id AS owner_id, a.worker_id AS account_id, a.project_id, a.id AS agreement_id, a.state, a.created_at AS at
            FROM gigs.agreement a WHERE a.active_at IS NOT NULL
            UNION ALL SELECT p.account_id, c.account_id, c.project_id, NULL, NULL, c.decided_at
            FROM gigs.collaborator c JOIN gigs.project p ON p.id = c.project_id
            WHERE c.decided_at IS NOT NULL AND c.state IN ('accepted', 'removed')) x
        GROUP BY x.owner_id, x.account_id) w"""),
    late=(
        sql("page.*, h.id AS face_id, h.display_name, h.username, h.avatar_url, h.rating"),
        sql("LEFT JOIN profiles.public_profile h ON h.account_id = page.account_id AND h.is_primary"),
    ),
    sorts={"lastAt": sql("w.last_at"), "projects": sql("w.projects")},
    default_sort="-lastAt",
    key=sql("w.account_id"),
    filters={"owner": sql("w.owner_id = {}")},
)


class CollaboratorView(View, frozen=True, kw_only=True):
    """Somebody who is asked to join a team, or has. `userId` is their account."""

    project_id: UUID
    project_title: str
    user_id: UUID
    user: PersonCard | None
    role: Role
    status: CollaboratorState
    message: str
    invited_by: UUID
    invited_at: Instant
    decided_at: Instant | None


class TeamMemberView(View, frozen=True, kw_only=True):
    """One of a team: its owner, its worker, or a collaborator; who has not answered is shown to those who plan."""

    user_id: UUID
    user: PersonCard | None
    role: Role
    status: CollaboratorState
    open_tasks: int
    since: Instant


class WorkedWithView(View, frozen=True, kw_only=True):
    """Somebody who has worked for the caller: on how many projects, under how many agreements, and how many of those were completed."""

    user_id: UUID
    user: PersonCard | None
    projects: int
    agreements: int
    completed: int
    last_at: Instant


class CollaborationQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of teams one is asked to join or belongs to; `status` takes several: pending, accepted, declined, removed."""

    status: list[Annotated[str, Meta(max_length=40)]] | None = None


async def team(read: Read, by: Actor, project_id: UUID) -> Page[TeamMemberView]:
    """Return who works on a project, to everybody who does."""
    mine = await part(read, project_id, by.account_id)
    mine.check_member()
    return whole([_member(row) for row in await read.rows(TEAM, project_id, mine.may_manage)])


async def collaborations(read: Read, by: Actor, query: CollaborationQuery) -> Page[CollaboratorView]:
    """Return the teams the caller is asked to join, belongs to, or belonged to."""
    words = [word.strip().lower() for word in query.status or ()]
    if unknown := [word for word in words if word not in list(CollaboratorState)]:
        problem = f"{unknown[0]} is none of: {', '.join(CollaboratorState)}."
        raise Invalid(FieldError("status", "query", "not_an_option", problem))
    return await COLLABORATORS.page(read, query, decode=_collaborator, where={"account": by.account_id, "states": words or None})


async def collaborator_view(read: Read, project_id: UUID, account_id: UUID) -> CollaboratorView:
    """Return one collaborator as stored."""
    where = {"project": project_id, "account": account_id}
    page = await COLLABORATORS.page(read, ListQuery(limit=1, cursor=""), decode=_collaborator, where=where)
    if not page.items:
        raise CollaboratorNotFound
    return page.items[0]


async def worked_with(read: Read, by: Actor, query: ListQuery) -> Page[WorkedWithView]:
    """Return who has worked for the caller, the latest first."""
    return await WORKED_WITH.page(read, query, decode=_worked_with, where={"owner": by.account_id})


def _member(row: Row) -> TeamMemberView:
    return TeamMemberView(
        user_id=row["account_id"],
        user=face_of(row),
        role=Role(row["role"]),
        status=CollaboratorState(row["state"]),
        open_tasks=row["open_tasks"],
        since=instant(row["since"]),
    )


def _collaborator(row: Row) -> CollaboratorView:
    return CollaboratorView(
        project_id=row["project_id"],
        project_title=row["title"],
        user_id=row["account_id"],
        user=face_of(row),
        role=Role(row["role"]),
        status=CollaboratorState(row["state"]),
        message=row["message"],
        invited_by=row["invited_by"],
        invited_at=instant(row["invited_at"]),
        decided_at=maybe_instant(row["decided_at"]),
    )


def _worked_with(row: Row) -> WorkedWithView:
    return WorkedWithView(
        user_id=row["account_id"],
        user=face_of(row),
        projects=row["projects"],
        agreements=row["agreements"],
        completed=row["completed"],
        last_at=instant(row["last_at"]),
    )
