"""The declaration of profiles."""

from skillhall.identity.api import Faces, PersonalData
from skillhall.kernel.config import Config
from skillhall.kernel.files import FileAccess
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Module, Sweep
from skillhall.profiles.commands.faces import ProfileFaces
from skillhall.profiles.commands.personal_data import ProfileData
from skillhall.profiles.commands.pictures import ProfileFiles
from skillhall.profiles.commands.verify import forget_documents
from skillhall.profiles.events import ProfileChanged, ProfileDeleted, ProfileOpened, VerificationDecided, VerificationRequested
from skillhall.profiles.model.profile import ProfileRules
from skillhall.profiles.queries.proofs import CHECKS
from skillhall.profiles.routes import details, people, profiles, verification
from skillhall.profiles.store import verifications


def rules(_config: Config) -> ProfileRules:
    """Return the rules of profiles as they are delivered."""
    return ProfileRules()


MODULE = Module(
    name="profiles",
    storey=2,
    endpoints=endpoints_of(profiles, details, verification, people),
    sweeps=(Sweep(name="profiles.forget_documents", due=verifications.DUE, next_due=verifications.NEXT_DUE, run=forget_documents),),
    ports=(Fills(port=Faces, by=ProfileFaces()), Fills(port=PersonalData, by=ProfileData()), Fills(port=FileAccess, by=ProfileFiles())),
    checks=CHECKS,
    settings=(rules,),
    events=(ProfileOpened, ProfileChanged, ProfileDeleted, VerificationRequested, VerificationDecided),
)
