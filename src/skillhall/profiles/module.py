"""The declaration of profiles."""

from skillhall.identity.api import Faces, PersonalData
from skillhall.kernel.config import Config
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Module
from skillhall.profiles import routes
from skillhall.profiles.commands.faces import ProfileFaces
from skillhall.profiles.commands.personal_data import ProfileData
from skillhall.profiles.events import ProfileChanged, ProfileDeleted, ProfileOpened
from skillhall.profiles.model import ProfileRules
from skillhall.profiles.queries import CHECKS


def rules(_config: Config) -> ProfileRules:
    """Return the rules of profiles as they are delivered."""
    return ProfileRules()


MODULE = Module(
    name="profiles",
    storey=2,
    endpoints=endpoints_of(routes),
    ports=(Fills(port=Faces, by=ProfileFaces()), Fills(port=PersonalData, by=ProfileData())),
    checks=CHECKS,
    settings=(rules,),
    events=(ProfileOpened, ProfileChanged, ProfileDeleted),
)
