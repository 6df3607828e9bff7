"""What reviews does when something has happened below."""

from skillhall.kernel.db.tx import Tx
from skillhall.reviews.store import endorsements
from skillhall.skills.events import SkillsMerged


async def follow_merge(event: SkillsMerged, tx: Tx) -> None:
    """Let endorsements go on under the skill that stands now."""
    await endorsements.move(tx, event.skill_id, event.into_id)
