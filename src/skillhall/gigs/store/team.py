"""Collaborators in the database, guarded by the lock of their project; and what part somebody has in a project."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from skillhall.gigs.model.project import ProjectState
from skillhall.gigs.model.refusals import ProjectNotFound
from skillhall.gigs.model.team import Collaborator, Part, Role
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx

PARTS = sql("""
SELECT p.id, p.state, p.account_id = a.id AS is_owner, p.worker_id = a.id AS is_worker, c.role, a.id AS account_id
FROM gigs.project p CROSS JOIN unnest($2::uuid[]) AS a (id)
LEFT JOIN gigs.collaborator c ON c.project_id = p.id AND c.account_id = a.id AND c.state = 'accepted'
WHERE p.id = $1 AND p.deleted_at IS NULL
""")
COLLABORATOR = sql("""
SELECT project_id, account_id, role, state, message, invited_by, invited_at, decided_at
FROM gigs.collaborator WHERE project_id = $1 AND account_id = $2
""")
PUT_COLLABORATOR = sql("""
INSERT INTO gigs.collaborator (project_id, account_id, role, state, message, invited_by, invited_at, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (project_id, account_id) DO UPDATE SET role = excluded.role, state = excluded.state, message = excluded.message,
    invited_by = excluded.invited_by, invited_at = excluded.invited_at, decided_at = excluded.decided_at
""")
COUNT = sql("SELECT count(*) FROM gigs.collaborator WHERE project_id = $1 AND state IN ('pending', 'accepted')")
_RANKED: Final[dict[str, Role]] = {"manager": Role.MANAGER, "member": Role.MEMBER, "viewer": Role.VIEWER}


async def part(read: Read, project_id: UUID, account_id: UUID) -> Part:
    """Return what part this person has in a project, perhaps none; refuse a project that is not there."""
    return (await parts(read, project_id, [account_id]))[account_id]


async def parts(read: Read, project_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, Part]:
    """Return what part each of these has in a project; refuse a project that is not there."""
    rows = await read.rows(PARTS, project_id, list(account_ids))
    if not rows:
        raise ProjectNotFound
    return {
        row["account_id"]: Part(
            project_id=project_id,
            project_state=ProjectState(row["state"]),
            account_id=row["account_id"],
            role=_role(row["role"], is_owner=row["is_owner"], is_worker=bool(row["is_worker"])),
        )
        for row in rows
    }


async def find_collaborator(read: Read, project_id: UUID, account_id: UUID) -> Collaborator | None:
    """Return whoever was asked to join, in whatever state."""
    row = await read.row(COLLABORATOR, project_id, account_id)
    return None if row is None else msgspec.convert(dict(row), Collaborator)


async def put_collaborator(tx: Tx, new: Collaborator) -> None:
    """Store somebody of a locked project's team as they are now."""
    await tx.run(
        PUT_COLLABORATOR, new.project_id, new.account_id, new.role, new.state, new.message, new.invited_by, new.invited_at, new.decided_at
    )


async def count_collaborators(read: Read, project_id: UUID) -> int:
    """Return how many belong to the team or are asked to."""
    return await read.value(COUNT, project_id)


def _role(given: str | None, *, is_owner: bool, is_worker: bool) -> Role | None:
    if is_owner:
        return Role.OWNER
    if is_worker and given != Role.MANAGER:
        return Role.WORKER
    return None if given is None else _RANKED[given]
