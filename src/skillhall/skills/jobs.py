"""What skills does with work put aside."""

from typing import Final

from skillhall.kernel.db.tx import Tx
from skillhall.profiles.api import note
from skillhall.skills.store import members
from skillhall.skills.tasks import NameAgain

AT_ONCE: Final = 100


async def name_again(task: NameAgain, tx: Tx) -> None:
    """Note the names of what these people offer, a hundred at a time; the rest follows in a transaction of its own."""
    accounts = await members.offering(tx, task.skill_id, task.after, AT_ONCE)
    for account_id in accounts:
        await members.lock_lists(tx, account_id)
    for account_id in accounts:
        await note(tx, account_id, skills=await members.offered(tx, account_id))
    if len(accounts) == AT_ONCE:
        tx.enqueue(NameAgain(skill_id=task.skill_id, after=accounts[-1]))
