"""Have nothing to do with somebody: neither finds, books or writes to the other. Running engagements go on."""

from uuid import UUID

from skillhall.identity.events import AccountBlocked, AccountUnblocked
from skillhall.identity.model.refusals import AccountNotFound, SelfBlock
from skillhall.identity.queries.people import person
from skillhall.identity.schemas.views import BlockView
from skillhall.identity.store import accounts
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Subject, instant


async def block(tx: Tx, by: Actor, account_id: UUID) -> BlockView:
    """Block an account; twice is once."""
    if account_id == by.account_id:
        raise SelfBlock
    states = await accounts.share_accounts(tx, [account_id, by.account_id])
    if states.get(account_id) in (None, "erased"):
        raise AccountNotFound
    since, is_new = await accounts.block(tx, by.account_id, account_id, tx.now)
    if is_new:
        tx.publish(AccountBlocked(account_id=by.account_id, blocked_id=account_id))
        tx.audit("identity.blocked", Subject("account", account_id))
    return BlockView(id=account_id, display_name=(await person(tx, account_id)).display_name, blocked_at=instant(since))


async def unblock(tx: Tx, by: Actor, account_id: UUID) -> Deleted:
    """Lift a block; none is fine."""
    if await accounts.unblock(tx, by.account_id, account_id):
        tx.publish(AccountUnblocked(account_id=by.account_id, blocked_id=account_id))
        tx.audit("identity.unblocked", Subject("account", account_id))
    return Deleted(id=account_id)
