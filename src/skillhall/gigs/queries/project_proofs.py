"""What must hold of projects, bids and invites at any moment."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.module import Check

NOBODY_BIDS_ON_THEIR_OWN = sql("SELECT b.id FROM gigs.bid b JOIN gigs.project p ON p.id = b.project_id WHERE b.account_id = p.account_id")
BIDS_STAND_ON_LIVE_PROJECTS = sql("""
SELECT b.id, p.state FROM gigs.bid b JOIN gigs.project p ON p.id = b.project_id
WHERE b.state IN ('pending', 'shortlisted', 'interviewing')
    AND (p.state NOT IN ('open', 'paused') OR p.worker_id IS NOT NULL OR p.deleted_at IS NOT NULL)
""")
INVITES_STAND_FOR_LIVE_PROJECTS = sql("""
SELECT i.id, p.state FROM gigs.invite i JOIN gigs.project p ON p.id = i.project_id
WHERE i.state = 'pending' AND (p.state IN ('draft', 'cancelled') OR p.deleted_at IS NOT NULL)
""")
INVITES_ARE_BY_THE_OWNER = sql("SELECT i.id FROM gigs.invite i JOIN gigs.project p ON p.id = i.project_id WHERE i.by_id <> p.account_id")
PROJECT_CHECKS = (
    Check(name="gigs.nobody_bids_on_their_own", violations=NOBODY_BIDS_ON_THEIR_OWN),
    Check(name="gigs.bids_stand_on_live_projects", violations=BIDS_STAND_ON_LIVE_PROJECTS),
    Check(name="gigs.invites_stand_for_live_projects", violations=INVITES_STAND_FOR_LIVE_PROJECTS),
    Check(name="gigs.invites_are_by_the_owner", violations=INVITES_ARE_BY_THE_OWNER),
)
