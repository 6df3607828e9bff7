"""Adopt links that hosts handed out elsewhere: an import, the demo community."""

from collections.abc import Sequence

from skillhall.kernel.db.tx import Tx
from skillhall.learning.store.adopted_materials import AdoptedMaterial, insert_materials


async def adopt_materials(tx: Tx, materials: Sequence[AdoptedMaterial]) -> None:
    """Put these beside their sessions, which are there already, each since its time."""
    await insert_materials(tx, materials)
