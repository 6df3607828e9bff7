"""The declaration of gigs on one screen."""

from skillhall.billing.api import Boostable
from skillhall.billing.events import BoostPaid, BoostRestored, BoostRevoked
from skillhall.connections.api import Savable
from skillhall.gigs import events, reactions
from skillhall.gigs.commands import pass_time
from skillhall.gigs.commands.boost import BoostableProjects, end_boost
from skillhall.gigs.commands.invite import expire_invite
from skillhall.gigs.commands.pay_by_card import WorkPayable
from skillhall.gigs.commands.personal_data import GigData, GigObligations
from skillhall.gigs.events import work
from skillhall.gigs.jobs import hold_for_suspension
from skillhall.gigs.model.escrow import EngagementRules
from skillhall.gigs.queries.delivery_files import DeliveryFiles
from skillhall.gigs.queries.engagement_proofs import ENGAGEMENT_CHECKS, HELD_BY_KIND, OPEN_BY_STATE
from skillhall.gigs.queries.project_files import ProjectFiles
from skillhall.gigs.queries.project_proofs import PROJECT_CHECKS
from skillhall.gigs.queries.saved import SavableProjects
from skillhall.gigs.queries.submissions import TaskFiles
from skillhall.gigs.queries.work_proofs import WORK_CHECKS
from skillhall.gigs.routes import (
    agreements,
    bids,
    bookings,
    boosts,
    clients,
    invites,
    project_notes,
    projects,
    saved_projects,
    tasks,
    team,
    tracking,
)
from skillhall.gigs.sockets import ProjectRoom
from skillhall.gigs.store import boosts as boost_store
from skillhall.gigs.store import engagement_timing as timing
from skillhall.gigs.store import invites as invite_store
from skillhall.gigs.tasks import HoldForSuspension
from skillhall.identity.api import Obligations, PersonalData
from skillhall.identity.events import AccountBanned, AccountRestored, AccountSuspended
from skillhall.kernel.config import Config
from skillhall.kernel.files import FileAccess
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.live import Room
from skillhall.kernel.module import Fills, Gauge, Job, Module, Reaction, Sweep
from skillhall.payments.api import Payable
from skillhall.skills.events import SkillsMerged

COUNTED = (
    events.BidSubmitted,
    events.InviteSent,
    events.ProjectCommented,
    events.ProjectUpdatePosted,
    work.TaskCreated,
    work.TaskCompleted,
    work.TaskDeleted,
    events.WorkDelivered,
    events.EscrowReleased,
    events.EscrowSplit,
)
"""What the days of a project are counted anew for."""


def engagement_rules(_config: Config) -> EngagementRules:
    """Return the rules of engagements as they are delivered."""
    return EngagementRules()


MODULE = Module(
    name="gigs",
    storey=6,
    endpoints=endpoints_of(
        projects, bids, invites, project_notes, saved_projects, clients, agreements, bookings, boosts, tasks, tracking, team
    ),
    reactions=(
        Reaction(name="gigs.freeze_suspended", event=AccountSuspended, run=reactions.freeze_payments),
        Reaction(name="gigs.freeze_banned", event=AccountBanned, run=reactions.freeze_payments),
        Reaction(name="gigs.thaw_restored", event=AccountRestored, run=reactions.thaw_payments),
        Reaction(name="gigs.note_job", event=events.AgreementCompleted, run=reactions.note_job),
        Reaction(name="gigs.charge_week", event=events.WeekOpened, run=reactions.charge_week),
        Reaction(name="gigs.boost_project", event=BoostPaid, run=reactions.boost_project),
        Reaction(name="gigs.end_boost", event=BoostRevoked, run=reactions.end_boost_of_project),
        Reaction(name="gigs.restore_boost", event=BoostRestored, run=reactions.restore_boost_of_project),
        Reaction(name="gigs.relieve_worker", event=events.AgreementCancelled, run=reactions.relieve_worker),
        *(Reaction(name=f"gigs.recount_{event.name.partition('.')[2]}", event=event, run=reactions.recount_project) for event in COUNTED),
        Reaction(name="gigs.follow_merge", event=SkillsMerged, run=reactions.follow_merge),
        Reaction(name="gigs.mail_invite_sent", event=events.InviteSent, run=reactions.mail_invited),
    ),
    jobs=(Job(task=HoldForSuspension, run=hold_for_suspension),),
    sweeps=(
        Sweep(name="gigs.expire_invites", due=invite_store.DUE, next_due=invite_store.NEXT_DUE, run=expire_invite),
        Sweep(name="gigs.end_boosts", due=boost_store.DUE, next_due=boost_store.NEXT_DUE, run=end_boost),
        Sweep(name="gigs.expire_bids", due=timing.DUE_BIDS, next_due=timing.NEXT_BID, run=pass_time.expire_bid),
        Sweep(name="gigs.expire_agreements", due=timing.DUE_SIGNATURES, next_due=timing.NEXT_SIGNATURE, run=pass_time.expire_agreement),
        Sweep(name="gigs.open_weeks", due=timing.DUE_WEEKS, next_due=timing.NEXT_WEEK, run=pass_time.open_week),
        Sweep(name="gigs.release_payments", due=timing.DUE_RELEASES, next_due=timing.NEXT_RELEASE, run=pass_time.release_due),
        Sweep(name="gigs.lapse_weeks", due=timing.DUE_LAPSES, next_due=timing.NEXT_LAPSE, run=pass_time.lapse_week),
    ),
    ports=(
        Fills(port=Obligations, by=GigObligations()),
        Fills(port=PersonalData, by=GigData()),
        Fills(port=FileAccess, by=ProjectFiles()),
        Fills(port=FileAccess, by=DeliveryFiles()),
        Fills(port=FileAccess, by=TaskFiles()),
        Fills(port=Savable, by=SavableProjects()),
        Fills(port=Payable, by=WorkPayable()),
        Fills(port=Boostable, by=BoostableProjects()),
        Fills(port=Room, by=ProjectRoom()),
    ),
    checks=(*PROJECT_CHECKS, *ENGAGEMENT_CHECKS, *WORK_CHECKS),
    gauges=(
        Gauge(name="skillhall_open_agreements", help="Agreements that have not ended, by state", value=OPEN_BY_STATE),
        Gauge(name="skillhall_open_payments", help="Protected payments that are not decided, by what they pay for", value=HELD_BY_KIND),
    ),
    settings=(engagement_rules,),
    events=tuple(fact for said in (events, work) for fact in vars(said).values() if isinstance(fact, type) and getattr(fact, "name", "")),
)
