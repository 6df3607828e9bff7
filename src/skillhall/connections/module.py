"""The declaration of connections."""

from skillhall.connections import events
from skillhall.connections.commands.personal_data import ConnectionData
from skillhall.connections.jobs import forget_profile
from skillhall.connections.model.connection import ConnectionRules
from skillhall.connections.ports import Savable
from skillhall.connections.queries.bookmarks import SavableProfiles
from skillhall.connections.queries.proofs import CHECKS
from skillhall.connections.queries.relations import ConnectedProfiles
from skillhall.connections.reactions import clear_away, part
from skillhall.connections.routes import bookmarks, connections, follows
from skillhall.connections.tasks import ForgetProfile
from skillhall.identity.api import PersonalData
from skillhall.identity.events import AccountBlocked
from skillhall.kernel.config import Config
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Job, Module, Reaction
from skillhall.profiles.api import Relations
from skillhall.profiles.events import ProfileDeleted


def rules(_config: Config) -> ConnectionRules:
    """Return the rules of connections as they are delivered."""
    return ConnectionRules()


MODULE = Module(
    name="connections",
    storey=3,
    endpoints=endpoints_of(connections, follows, bookmarks),
    reactions=(
        Reaction(name="connections.part_blocked", event=AccountBlocked, run=part),
        Reaction(name="connections.clear_away_deleted", event=ProfileDeleted, run=clear_away),
    ),
    jobs=(Job(task=ForgetProfile, run=forget_profile),),
    ports=(
        Fills(port=PersonalData, by=ConnectionData()),
        Fills(port=Relations, by=ConnectedProfiles()),
        Fills(port=Savable, by=SavableProfiles()),
    ),
    checks=CHECKS,
    settings=(rules,),
    events=(
        events.Requested,
        events.Accepted,
        events.Rejected,
        events.Withdrawn,
        events.Removed,
        events.Followed,
        events.Unfollowed,
    ),
)
