"""Skills, proposals and lists for tests, made by the real commands over the shipped catalogue."""

from typing import Any
from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.skills.api import skill_id_of
from skillhall.skills.commands.add_member_skill import add_member_skill
from skillhall.skills.commands.add_skill import add_skill
from skillhall.skills.model.member import AddMemberSkill, MemberSkillView
from skillhall.skills.model.skill import PUBLISH, NewSkill, Requirement
from skillhall.skills.model.views import SkillView
from tests.profiles.builders import a_person, in_turn

ANY = Match(None)
CELLO, THEORY, NOTATION = (skill_id_of(slug) for slug in ("cello", "music-theory", "reading-sheet-music"))
TALLY = sql("SELECT teachers, learners, workers FROM skills.tally WHERE skill_id = $1")


async def staff(tx: Tx) -> Actor:
    """Return somebody who may publish."""
    return msgspec.structs.replace(await a_person(tx, "Stella"), permissions=frozenset({PUBLISH}))


def a_skill(name: str = "Viola da Gamba", *requires: UUID, **fields: Any) -> NewSkill:
    prerequisites = [Requirement(skill_id=skill_id, strength=5) for skill_id in requires]
    return NewSkill(**{"name": name, "category": "music", "difficulty": 6, "prerequisites": prerequisites, **fields})


async def published(tx: Tx, by: Actor, name: str, *requires: UUID, **fields: Any) -> SkillView:
    """Publish or propose a skill."""
    return await add_skill(in_turn(tx), by, a_skill(name, *requires, **fields))


async def listed(tx: Tx, by: Actor, skill_id: UUID = CELLO, purpose: str = "teach", **fields: Any) -> MemberSkillView:
    """List a skill."""
    command = msgspec.convert({"skillId": str(skill_id), "purpose": purpose, "level": "advanced", **fields}, AddMemberSkill)
    return await add_member_skill(in_turn(tx), by, command)


async def tally(tx: Tx, skill_id: UUID = CELLO) -> tuple[int, int, int]:
    """Return how many teach, learn and work with the skill."""
    row = await tx.row(TALLY, skill_id)
    assert row is not None
    return row["teachers"], row["learners"], row["workers"]
