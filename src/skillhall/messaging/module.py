"""The declaration of messaging."""

from skillhall.identity.api import PersonalData
from skillhall.kernel.config import Config
from skillhall.kernel.files import FileAccess
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.live import Devices, Room
from skillhall.kernel.module import Fills, Module, Schedule
from skillhall.messaging import events
from skillhall.messaging.commands.follow_presence import PresentDevices, forget_silent_devices
from skillhall.messaging.commands.personal_data import MessagingData
from skillhall.messaging.model.conversation import MessagingRules
from skillhall.messaging.queries.file_access import MessageFiles
from skillhall.messaging.queries.proofs import CHECKS
from skillhall.messaging.routes import conversations, messages, participants, presence, reactions, search, second_doors
from skillhall.messaging.sockets import ConversationRoom


def rules(_config: Config) -> MessagingRules:
    """Return the rules of messaging as they are delivered."""
    return MessagingRules()


MODULE = Module(
    name="messaging",
    storey=4,
    endpoints=endpoints_of(conversations, messages, participants, reactions, search, presence, second_doors),
    schedules=(Schedule(name="messaging.forget_silent_devices", every_seconds=60, run=forget_silent_devices),),
    ports=(
        Fills(port=Room, by=ConversationRoom()),
        Fills(port=Devices, by=PresentDevices()),
        Fills(port=FileAccess, by=MessageFiles()),
        Fills(port=PersonalData, by=MessagingData()),
    ),
    checks=CHECKS,
    settings=(rules,),
    events=(events.ConversationOpened, events.MessageSent),
)
