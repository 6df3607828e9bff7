"""The face of skills: one skill, cards, whether it is published, the shipped catalogue. No logic."""

from skillhall.skills.commands.adopt import adopt, adopt_proposals
from skillhall.skills.commands.import_sheet import SheetReport, export_sheet, import_sheet
from skillhall.skills.commands.load_catalogue import load_catalogue, shipped
from skillhall.skills.commands.note import note
from skillhall.skills.model.refusals import SheetUnreadable, SkillNotFound
from skillhall.skills.model.skill import Skill, skill_id_of
from skillhall.skills.model.views import SkillCard
from skillhall.skills.queries.catalogue import check_published, skill, skill_cards
from skillhall.skills.queries.verifications import verification_view as verification
from skillhall.skills.store.adopted import AdoptedSkill

__all__ = [
    "AdoptedSkill",
    "SheetReport",
    "SheetUnreadable",
    "Skill",
    "SkillCard",
    "SkillNotFound",
    "adopt",
    "adopt_proposals",
    "check_published",
    "export_sheet",
    "import_sheet",
    "load_catalogue",
    "note",
    "shipped",
    "skill",
    "skill_cards",
    "skill_id_of",
    "verification",
]
