"""Clients: people as owners of projects."""

from uuid import UUID

from skillhall.gigs.model.refusals import ClientNotFound
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Instant, View, instant
from skillhall.profiles.api import PersonCard

CLIENT = sql("""
SELECT v.account_id, v.id, v.display_name, v.username, v.avatar_url, v.rating, a.created_at
FROM profiles.public_profile v JOIN identity.staff_account a ON a.id = v.account_id
WHERE v.account_id = $1 AND v.is_primary AND (v.account_id = $2 OR v.is_visible AND NOT EXISTS (
    SELECT FROM identity.public_block b WHERE (b.account_id, b.blocked_id) IN ((v.account_id, $2), ($2, v.account_id))))
""")
FIGURES = sql("""
SELECT count(*)::int AS projects_posted, count(*) FILTER (WHERE state = 'open')::int AS open_projects,
    count(*) FILTER (WHERE state IN ('in_progress', 'delivered', 'disputed'))::int AS projects_under_way,
    count(*) FILTER (WHERE state = 'completed')::int AS completed_projects,
    count(DISTINCT worker_id)::int AS workers_hired
FROM gigs.project WHERE account_id = $1 AND state <> 'draft' AND deleted_at IS NULL AND hidden_at IS NULL
""")


class ClientView(View, frozen=True, kw_only=True):
    """Somebody as an owner of projects: what they have posted, drafts left out, and how many people they have hired."""

    id: UUID
    profile: PersonCard
    member_since: Instant
    projects_posted: int
    open_projects: int
    projects_under_way: int
    completed_projects: int
    workers_hired: int


async def client_view(read: Read, by: Actor, account_id: UUID) -> ClientView:
    """Return a member as client, or refuse as if they were not there when hidden or across a block."""
    row = await read.row(CLIENT, account_id, by.account_id)
    if row is None:
        raise ClientNotFound
    figures = await read.row(FIGURES, account_id)
    assert figures is not None  # noqa: S101 - an aggregate without GROUP BY has one row
    card = PersonCard(
        id=row["id"], display_name=row["display_name"], username=row["username"], avatar_url=row["avatar_url"], rating=row["rating"]
    )
    return ClientView(id=account_id, profile=card, member_since=instant(row["created_at"]), **figures)
