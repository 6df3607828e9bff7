"""What connections does when something has happened below."""

from skillhall.connections.commands.forget import sever
from skillhall.connections.queries.parties import profiles_of
from skillhall.connections.tasks import ForgetProfile
from skillhall.identity.events import AccountBlocked
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.events import ProfileDeleted


async def part(event: AccountBlocked, tx: Tx) -> None:
    """End everything between the two, for good: an unblocked person asks anew."""
    await sever(tx, await profiles_of(tx, event.account_id), await profiles_of(tx, event.blocked_id))


async def clear_away(event: ProfileDeleted, tx: Tx) -> None:
    """End everything the profile had, as work of its own: a followed one may have more than one transaction should hold."""
    tx.enqueue(ForgetProfile(profile_id=event.profile_id))
