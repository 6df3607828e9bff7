"""The declaration of skills."""

from skillhall.identity.api import PersonalData
from skillhall.kernel.config import Config
from skillhall.kernel.files import FileAccess
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Job, Module
from skillhall.skills import events
from skillhall.skills.commands.load_catalogue import load_catalogue
from skillhall.skills.commands.personal_data import EvidenceAccess, SkillData
from skillhall.skills.jobs import name_again
from skillhall.skills.model.skill import SkillRules
from skillhall.skills.queries.proofs import CHECKS
from skillhall.skills.routes import catalogue, members, sheet, staff
from skillhall.skills.tasks import NameAgain


def rules(_config: Config) -> SkillRules:
    """Return the rules of skills as they are delivered."""
    return SkillRules()


MODULE = Module(
    name="skills",
    storey=3,
    endpoints=endpoints_of(catalogue, members, staff, sheet),
    jobs=(Job(task=NameAgain, run=name_again),),
    ports=(Fills(port=PersonalData, by=SkillData()), Fills(port=FileAccess, by=EvidenceAccess())),
    checks=CHECKS,
    settings=(rules,),
    events=tuple(fact for fact in vars(events).values() if isinstance(fact, type) and getattr(fact, "name", "")),
    seeds=(load_catalogue,),
)
