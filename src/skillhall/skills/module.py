"""The declaration of skills."""

from skillhall.identity.api import PersonalData
from skillhall.kernel.config import Config
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Module
from skillhall.skills import routes
from skillhall.skills.commands.load_catalogue import load_catalogue
from skillhall.skills.commands.personal_data import SkillData
from skillhall.skills.events import MemberSkillsChanged, SkillChanged, SkillProposed, SkillPublished
from skillhall.skills.model.skill import SkillRules
from skillhall.skills.queries.proofs import CHECKS


def rules(_config: Config) -> SkillRules:
    """Return the rules of skills as they are delivered."""
    return SkillRules()


MODULE = Module(
    name="skills",
    storey=3,
    endpoints=endpoints_of(routes),
    ports=(Fills(port=PersonalData, by=SkillData()),),
    checks=CHECKS,
    settings=(rules,),
    events=(SkillProposed, SkillPublished, SkillChanged, MemberSkillsChanged),
    seeds=(load_catalogue,),
)
