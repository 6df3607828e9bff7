"""What happened with a project day by day, counted from its rows; counted again at any time it comes to the same."""

from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks

LOCK = sql("SELECT id FROM gigs.project WHERE id = $1 FOR NO KEY UPDATE")
CLEAR = sql("DELETE FROM gigs.project_day WHERE project_id = $1")
COUNT = sql("""
INSERT INTO gigs.project_day (project_id, day, bids, invites, comments, updates, tasks, tasks_completed, deliveries, paid)
SELECT $1, (x.at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE x.what = 'bid'), count(*) FILTER (WHERE x.what = 'invite'),
    count(*) FILTER (WHERE x.what = 'comment'), count(*) FILTER (WHERE x.what = 'update'), count(*) FILTER (WHERE x.what = 'task'),
    count(*) FILTER (WHERE x.what = 'completed'), count(*) FILTER (WHERE x.what = 'delivery'), coalesce(sum(x.paid), 0)
FROM (
    SELECT 'bid' AS what, created_at AS at, 0::bigint AS paid FROM gigs.bid WHERE project_id = $1
    UNION ALL SELECT 'invite', created_at, 0 FROM gigs.invite WHERE project_id = $1
    UNION ALL SELECT 'comment', created_at, 0 FROM gigs.project_comment WHERE project_id = $1 AND deleted_at IS NULL
    UNION ALL SELECT 'update', created_at, 0 FROM gigs.project_update WHERE project_id = $1
    UNION ALL SELECT 'task', created_at, 0 FROM gigs.task WHERE project_id = $1 AND deleted_at IS NULL
    UNION ALL SELECT 'completed', completed_at, 0 FROM gigs.task
        WHERE project_id = $1 AND completed_at IS NOT NULL AND deleted_at IS NULL
    UNION ALL SELECT 'delivery', d.delivered_at, 0 FROM gigs.delivery d JOIN gigs.agreement a ON a.id = d.agreement_id
        WHERE a.project_id = $1
    UNION ALL SELECT 'paid', closed_at, paid_gross FROM gigs.escrow WHERE project_id = $1 AND paid_gross > 0 AND closed_at IS NOT NULL) x
GROUP BY 2
""")


@locks(30, 1)
async def recount(tx: Tx, project_id: UUID) -> None:
    """Count a project anew. Its lock keeps a count that looked earlier from being written later."""
    await tx.row(LOCK, project_id)
    await tx.run(CLEAR, project_id)
    await tx.run(COUNT, project_id)
