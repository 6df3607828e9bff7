"""Adopt members' skills that come in bulk: an import, the demo community."""

from collections.abc import Sequence

from skillhall.kernel.db.tx import Tx
from skillhall.skills.store.adopted import AdoptedSkill, insert_all


async def adopt(tx: Tx, rows: Sequence[AdoptedSkill]) -> None:
    """List these skills and count them. Nothing is published or noted: the adopted profiles name their skills already."""
    await insert_all(tx, rows)
