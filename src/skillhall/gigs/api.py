"""The face of gigs: what other contexts may use. No logic."""

from skillhall.gigs.commands.adopt import GigMoves, GigReport, adopt
from skillhall.gigs.commands.cancel_project import hide_project, show_project
from skillhall.gigs.commands.contest import freeze, rule, thaw
from skillhall.gigs.model.agreement import Planned
from skillhall.gigs.model.bid import VALID, Bid, BidState
from skillhall.gigs.model.contest import Contested, Finished
from skillhall.gigs.model.engagement_refusals import EscrowNotFound, NotDisputable
from skillhall.gigs.model.escrow import SANDBOX, WALLET, EngagementRules
from skillhall.gigs.model.history import Choice, GigHistory, Step, Verb
from skillhall.gigs.model.project import Project, ProjectState
from skillhall.gigs.model.refusals import BidNotFound, ProjectNotFound
from skillhall.gigs.queries.contests import contested, conversation, evidence, find_contested, finished, finished_with
from skillhall.gigs.queries.news import (
    AgreementNews,
    BidNews,
    InviteNews,
    Match,
    ProjectNews,
    TaskNews,
    WorkNews,
    agreement_news,
    bid_news,
    booking_state,
    collaborator_state,
    comment_author,
    has_bid,
    has_task_comment,
    invite_news,
    matching_workers,
    project_news,
    submission_news,
    task_news,
    work_news,
)
from skillhall.gigs.store.adopted_projects import adopt_bids, adopt_projects

__all__ = [
    "SANDBOX",
    "VALID",
    "WALLET",
    "AgreementNews",
    "Bid",
    "BidNews",
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
    "InviteNews",
    "Match",
    "NotDisputable",
    "Planned",
    "Project",
    "ProjectNews",
    "ProjectNotFound",
    "ProjectState",
    "Step",
    "TaskNews",
    "Verb",
    "WorkNews",
    "adopt",
    "adopt_bids",
    "adopt_projects",
    "agreement_news",
    "bid_news",
    "booking_state",
    "collaborator_state",
    "comment_author",
    "contested",
    "conversation",
    "evidence",
    "find_contested",
    "finished",
    "finished_with",
    "freeze",
    "has_bid",
    "has_task_comment",
    "hide_project",
    "invite_news",
    "matching_workers",
    "project_news",
    "rule",
    "show_project",
    "submission_news",
    "task_news",
    "thaw",
    "work_news",
]
