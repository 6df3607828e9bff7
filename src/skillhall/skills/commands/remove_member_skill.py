"""Taking one skill off one's lists."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.skills.commands.write_lists import find, settle
from skillhall.skills.store import members as store


async def remove_member_skill(tx: Tx, by: Actor, member_skill_id: UUID) -> Deleted:
    """Take one skill off one's lists."""
    own = await store.lock_lists(tx, by.account_id)
    old = find(own, member_skill_id)
    await settle(tx, by, own, [one for one in own if one is not old])
    return Deleted(id=old.id)
