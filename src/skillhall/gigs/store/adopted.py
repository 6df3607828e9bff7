"""Agreements with their work and money that come in bulk: one statement a table."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import asdict

from skillhall.gigs.model.engagement import Engagement
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx

INSERT_AGREEMENTS = sql("""
INSERT INTO gigs.agreement (id, project_id, bid_id, client_id, client_profile_id, worker_id, worker_profile_id, kind, state, version, asset,
    rules, sign_by, next_week_at, created_at, updated_at, active_at, closed_at, closed_as, closed_by, closed_reason)
SELECT id, project_id, bid_id, client_id, client_profile_id, worker_id, worker_profile_id, kind, state, version, asset,
    rules, sign_by, next_week_at, created_at, updated_at, active_at, closed_at, closed_as, closed_by, closed_reason
FROM jsonb_to_recordset($1::jsonb) AS a (id uuid, project_id uuid, bid_id uuid, client_id uuid, client_profile_id uuid, worker_id uuid,
    worker_profile_id uuid, kind text, state text, version integer, asset text, rules jsonb, sign_by timestamptz, next_week_at timestamptz,
    created_at timestamptz, updated_at timestamptz, active_at timestamptz, closed_at timestamptz, closed_as text, closed_by uuid,
    closed_reason text)
""")
INSERT_VERSIONS = sql("""
INSERT INTO gigs.agreement_version (agreement_id, version, terms, by_id, created_at, client_signed_at, worker_signed_at)
SELECT id, version, terms, terms_by, created_at, client_signed_at, worker_signed_at
FROM jsonb_to_recordset($1::jsonb) AS v (id uuid, version integer, terms jsonb, terms_by uuid, created_at timestamptz,
    client_signed_at timestamptz, worker_signed_at timestamptz)
""")
INSERT_MILESTONES = sql("""
INSERT INTO gigs.milestone (id, agreement_id, position, title, description, due_on, state, revisions, started_at, delivered_at)
SELECT id, agreement_id, position, title, description, due_on, state, revisions, started_at, delivered_at
FROM jsonb_to_recordset($1::jsonb) AS m (id uuid, agreement_id uuid, position smallint, title text, description text, due_on date,
    state text, revisions smallint, started_at timestamptz, delivered_at timestamptz)
""")
INSERT_BOOKINGS = sql("""
INSERT INTO gigs.booking (id, agreement_id, state, starts_at, ends_at, notes, revisions, confirmed_at, started_at, delivered_at, closed_at)
SELECT id, agreement_id, state, starts_at, ends_at, notes, revisions, confirmed_at, started_at, delivered_at, closed_at
FROM jsonb_to_recordset($1::jsonb) AS b (id uuid, agreement_id uuid, state text, starts_at timestamptz, ends_at timestamptz, notes text,
    revisions smallint, confirmed_at timestamptz, started_at timestamptz, delivered_at timestamptz, closed_at timestamptz)
""")
INSERT_DELIVERIES = sql("""
INSERT INTO gigs.delivery (id, agreement_id, subject_kind, subject_id, by_id, notes, url, files, delivered_at, answer, answer_text,
    answered_by, answered_at)
SELECT id, agreement_id, subject_kind, subject_id, by_id, notes, url, files, delivered_at, answer, answer_text, answered_by, answered_at
FROM jsonb_to_recordset($1::jsonb) AS d (id uuid, agreement_id uuid, subject_kind text, subject_id uuid, by_id uuid, notes text, url text,
    files jsonb, delivered_at timestamptz, answer text, answer_text text, answered_by uuid, answered_at timestamptz)
""")
INSERT_ESCROWS = sql("""
INSERT INTO gigs.escrow (id, kind, subject_id, round, agreement_id, project_id, client_id, worker_id, title, amount, asset, state,
    frozen_by, release_at, fee_bp, fee_min, paid_gross, paid_fee, funded_from, created_at, funded_at, closed_at,
    clawed)
SELECT id, kind, subject_id, round, agreement_id, project_id, client_id, worker_id, title, amount, asset, state, frozen_by,
    release_at, fee_bp, fee_min, paid_gross, paid_fee, funded_from, created_at, funded_at, closed_at, clawed
FROM jsonb_to_recordset($1::jsonb) AS e (id uuid, kind text, subject_id uuid, round smallint, agreement_id uuid, project_id uuid,
    client_id uuid, worker_id uuid, title text, amount bigint, asset text, state text, frozen_by text, release_at timestamptz,
    fee_bp integer, fee_min integer, paid_gross bigint, paid_fee bigint, funded_from text, created_at timestamptz, funded_at timestamptz,
    closed_at timestamptz, clawed bigint)
""")
COUNT_DAYS = sql("""
INSERT INTO gigs.project_day (project_id, day, bids, invites, comments, updates, tasks, tasks_completed, deliveries, paid)
SELECT x.project_id, (x.at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE x.what = 'bid'), 0, 0, 0, 0, 0,
    count(*) FILTER (WHERE x.what = 'delivery'), coalesce(sum(x.paid), 0)
FROM (
    SELECT project_id, 'bid' AS what, created_at AS at, 0::bigint AS paid FROM gigs.bid WHERE project_id = ANY($1::uuid[])
    UNION ALL SELECT a.project_id, 'delivery', d.delivered_at, 0 FROM gigs.delivery d JOIN gigs.agreement a ON a.id = d.agreement_id
        WHERE a.project_id = ANY($1::uuid[])
    UNION ALL SELECT project_id, 'paid', closed_at, paid_gross FROM gigs.escrow
        WHERE project_id = ANY($1::uuid[]) AND paid_gross > 0 AND closed_at IS NOT NULL) x
GROUP BY 1, 2
""")


async def insert_engagements(tx: Tx, engagements: Sequence[Engagement]) -> None:
    """Write many agreements in their first version as they are, with all work, deliveries and payments."""
    agreements = [_row(engagement.agreement) for engagement in engagements]
    await tx.run(INSERT_AGREEMENTS, agreements)
    await tx.run(INSERT_VERSIONS, agreements)
    await tx.run(INSERT_MILESTONES, [_row(one) for engagement in engagements for one in engagement.milestones])
    await tx.run(INSERT_BOOKINGS, [_row(engagement.booking) for engagement in engagements if engagement.booking])
    await tx.run(INSERT_DELIVERIES, [_row(one) for engagement in engagements for one in engagement.deliveries])
    await tx.run(INSERT_ESCROWS, [_row(one) for engagement in engagements for one in engagement.escrows])


async def count_days(tx: Tx, project_ids: Sequence[UUID]) -> None:
    """Count what happened day by day with projects that have nothing yet but bids, deliveries and payments."""
    await tx.run(COUNT_DAYS, list(project_ids))


def _row(one: Any) -> dict[str, Any]:  # noqa: ANN401 - any Struct
    return asdict(one)
