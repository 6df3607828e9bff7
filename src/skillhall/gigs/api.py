"""The face of gigs: what other contexts may use. No logic."""

from skillhall.gigs.commands.adopt import GigMoves, GigReport, adopt
from skillhall.gigs.commands.cancel_project import hide_project, show_project
from skillhall.gigs.commands.contest import freeze, rule, thaw
from skillhall.gigs.commands.escrow import funded
from skillhall.gigs.model.agreement import Planned
from skillhall.gigs.model.bid import VALID, Bid, BidState
from skillhall.gigs.model.contest import Contested, Finished
from skillhall.gigs.model.engagement_refusals import EscrowNotFound, NotDisputable
from skillhall.gigs.model.escrow import SANDBOX, WALLET, EngagementRules
from skillhall.gigs.model.history import Choice, GigHistory, Step, Verb
from skillhall.gigs.model.project import Project, ProjectState
from skillhall.gigs.model.refusals import BidNotFound, ProjectNotFound
from skillhall.gigs.queries.contests import contested, evidence, find_contested, finished, finished_with
from skillhall.gigs.store.adopted_projects import adopt_bids, adopt_projects

__all__ = [
    "SANDBOX",
    "VALID",
    "WALLET",
    "Bid",
    "BidNotFound",
    "BidState",
    "Choice",
    "Contested",
    "EngagementRules",
    "EscrowNotFound",
    "Finished",
    "GigHistory",
    "GigMoves",
    "GigReport",
    "NotDisputable",
    "Planned",
    "Project",
    "ProjectNotFound",
    "ProjectState",
    "Step",
    "Verb",
    "adopt",
    "adopt_bids",
    "adopt_projects",
    "contested",
    "evidence",
    "find_contested",
    "finished",
    "finished_with",
    "freeze",
    "funded",
    "hide_project",
    "rule",
    "show_project",
    "thaw",
]
