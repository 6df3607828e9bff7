"""The declaration of learning."""

from skillhall.connections.api import Savable
from skillhall.identity.api import Obligations, PersonalData
from skillhall.identity.events import AccountBanned, AccountSuspended
from skillhall.kernel.config import Config
from skillhall.kernel.files import FileAccess
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.live import Room
from skillhall.kernel.module import Fills, Gauge, Job, Module, Reaction, Sweep
from skillhall.learning import events
from skillhall.learning.commands import pass_time
from skillhall.learning.commands.checkout import LessonPayments
from skillhall.learning.commands.personal_data import LearningData, LearningObligations
from skillhall.learning.jobs import cancel_for_suspension, move_sessions
from skillhall.learning.model.materials import MaterialRules
from skillhall.learning.model.terms import LearningRules
from skillhall.learning.queries.file_access import LearningFiles
from skillhall.learning.queries.material_proofs import MATERIAL_CHECKS
from skillhall.learning.queries.proofs import CHECKS, OPEN_BY_STATE
from skillhall.learning.queries.saved import SavableOffers
from skillhall.learning.reactions import cancel_sessions, follow_merge, note_session
from skillhall.learning.routes import groups, materials, offers, progress, sessions
from skillhall.learning.sockets import SessionRoom
from skillhall.learning.store import timing
from skillhall.learning.tasks import CancelForSuspension, MoveSessions
from skillhall.payments.api import Payable
from skillhall.skills.events import SkillsMerged


def rules(_config: Config) -> LearningRules:
    """Return the rules of learning as they are delivered."""
    return LearningRules()


def material_rules(_config: Config) -> MaterialRules:
    """Return how much is kept beside a session as it is delivered."""
    return MaterialRules()


MODULE = Module(
    name="learning",
    storey=6,
    endpoints=endpoints_of(offers, groups, sessions, materials, progress),
    reactions=(
        Reaction(name="learning.cancel_suspended", event=AccountSuspended, run=cancel_sessions),
        Reaction(name="learning.cancel_banned", event=AccountBanned, run=cancel_sessions),
        Reaction(name="learning.note_session", event=events.SessionCompleted, run=note_session),
        Reaction(name="learning.follow_merge", event=SkillsMerged, run=follow_merge),
    ),
    jobs=(Job(task=CancelForSuspension, run=cancel_for_suspension), Job(task=MoveSessions, run=move_sessions)),
    sweeps=(
        Sweep(name="learning.remind", due=timing.DUE_REMINDERS, next_due=timing.NEXT_REMINDER, run=pass_time.remind),
        Sweep(name="learning.pass_time", due=timing.DUE_SESSIONS, next_due=timing.NEXT_SESSION, run=pass_time.pass_time),
        Sweep(name="learning.fill_seats", due=timing.DUE_FILLS, next_due=timing.NEXT_FILL, run=pass_time.fill_seats),
        Sweep(name="learning.settle", due=timing.DUE_SEATS, next_due=timing.NEXT_SEAT, run=pass_time.settle),
    ),
    ports=(
        Fills(port=Obligations, by=LearningObligations()),
        Fills(port=PersonalData, by=LearningData()),
        Fills(port=FileAccess, by=LearningFiles()),
        Fills(port=Savable, by=SavableOffers()),
        Fills(port=Payable, by=LessonPayments()),
        Fills(port=Room, by=SessionRoom()),
    ),
    checks=(*CHECKS, *MATERIAL_CHECKS),
    gauges=(Gauge(name="skillhall_open_sessions", help="Sessions that have not ended, by state", value=OPEN_BY_STATE),),
    settings=(rules, material_rules),
    events=tuple(fact for fact in vars(events).values() if isinstance(fact, type) and getattr(fact, "name", "")),
)
