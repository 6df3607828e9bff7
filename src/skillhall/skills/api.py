"""The face of skills: one skill, cards, whether it is published, the shipped catalogue. No logic."""

from skillhall.skills.commands.adopt import adopt
from skillhall.skills.commands.load_catalogue import load_catalogue, shipped
from skillhall.skills.model.refusals import SkillNotFound
from skillhall.skills.model.skill import Skill, SkillCard, skill_id_of
from skillhall.skills.queries.catalogue import check_published, skill, skill_cards
from skillhall.skills.store.adopted import AdoptedSkill

__all__ = [
    "AdoptedSkill",
    "Skill",
    "SkillCard",
    "SkillNotFound",
    "adopt",
    "check_published",
    "load_catalogue",
    "shipped",
    "skill",
    "skill_cards",
    "skill_id_of",
]
