"""What connections does with work put aside."""

from skillhall.connections.commands.forget import forget
from skillhall.connections.tasks import ForgetProfile
from skillhall.kernel.db.tx import Tx


async def forget_profile(task: ForgetProfile, tx: Tx) -> None:
    """End everything the profile had, a batch at a time."""
    if not await forget(tx, [task.profile_id]):
        tx.enqueue(ForgetProfile(profile_id=task.profile_id))
