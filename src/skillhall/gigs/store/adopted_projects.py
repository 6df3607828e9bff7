"""Projects and bids that come in bulk: one statement a table."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec.structs import asdict

from skillhall.gigs.model.bid import Bid
from skillhall.gigs.model.project import Project
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

INSERT_PROJECTS = sql("""
INSERT INTO gigs.project (id, account_id, profile_id, title, description, pricing, asset, budget_min, budget_max, category_slug, visibility,
    state, paused_from, starts_at, deadline, is_remote, location, level, tags, worker_id, origin, version, created_at, updated_at,
    published_at, delivered_at, completed_at, cancelled_at)
SELECT id, account_id, profile_id, title, description, pricing, asset, budget_min, budget_max, category_slug, visibility,
    state, paused_from, starts_at, deadline, is_remote, location, level, tags, worker_id, $2, version, created_at, updated_at,
    published_at, delivered_at, completed_at, CASE WHEN state = 'cancelled' THEN updated_at END
FROM jsonb_to_recordset($1::jsonb) AS p (id uuid, account_id uuid, profile_id uuid, title text, description text, pricing text, asset text,
    budget_min bigint, budget_max bigint, category_slug text, visibility text, state text, paused_from text, starts_at timestamptz,
    deadline timestamptz, is_remote boolean, location text, level text, tags text[], worker_id uuid, version integer,
    created_at timestamptz, updated_at timestamptz, published_at timestamptz, delivered_at timestamptz, completed_at timestamptz)
""")
INSERT_SKILLS = sql("""
INSERT INTO gigs.project_skill (project_id, skill_id, position)
SELECT project_id, skill_id, position
FROM jsonb_to_recordset($1::jsonb) AS s (project_id uuid, skill_id uuid, position smallint)
""")
INSERT_BIDS = sql("""
INSERT INTO gigs.bid (id, project_id, account_id, profile_id, amount, hourly_rate, delivery_days, proposal, state, valid_until, created_at,
    decided_at)
SELECT id, project_id, account_id, profile_id, amount, hourly_rate, delivery_days, proposal, state, valid_until, created_at, decided_at
FROM jsonb_to_recordset($1::jsonb) AS b (id uuid, project_id uuid, account_id uuid, profile_id uuid, amount bigint, hourly_rate bigint,
    delivery_days smallint, proposal text, state text, valid_until timestamptz, created_at timestamptz, decided_at timestamptz)
""")


async def adopt_projects(tx: Tx, projects: Sequence[Project], skills: Mapping[UUID, Sequence[UUID]], origin: str = "import") -> None:
    """Write many projects as they are, with the skills each asks for. Nobody is told."""
    await tx.run(INSERT_PROJECTS, [asdict(one) for one in projects], origin)
    asked = [
        {"project_id": project_id, "skill_id": skill_id, "position": position}
        for project_id, wanted in skills.items()
        for position, skill_id in enumerate(wanted, 1)
    ]
    await tx.run(INSERT_SKILLS, asked)


async def adopt_bids(tx: Tx, bids: Sequence[Bid]) -> None:
    """Write many bids as they are. Nobody is told."""
    await tx.run(INSERT_BIDS, [asdict(one) for one in bids])
