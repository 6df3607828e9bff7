"""Adopt members' skills and proposals that come in bulk: an import, the demo community."""

from collections.abc import Sequence

from skillhall.kernel.db.tx import Tx
from skillhall.skills.model.skill import Skill
from skillhall.skills.store import catalogue
from skillhall.skills.store.adopted import AdoptedSkill, insert_all


async def adopt(tx: Tx, rows: Sequence[AdoptedSkill]) -> None:
    """List these skills and count them. Nothing is published or noted: the adopted profiles name their skills already."""
    await insert_all(tx, rows)


async def adopt_proposals(tx: Tx, proposals: Sequence[Skill]) -> None:
    """Put these before staff, as members would add them to the catalogue; a name that stands there is refused. Nothing is published."""
    for proposal in proposals:
        await catalogue.insert_skill(tx, proposal)
