"""What verbs on an existing engagement share: lock it, apply the rule, make it so; and let go on what nothing else keeps."""

from collections.abc import Callable, Sequence
from uuid import UUID

from skillhall.gigs.commands.record import record, record_told, tell
from skillhall.gigs.model import paying
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.store.engagements import lock_engagement, of_escrow
from skillhall.identity.api import AccountNotActive, AccountNotFound, check_active
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.messaging.api import Say


async def change(tx: Tx, agreement_id: UUID, verb: Callable[[Engagement], Engagement], more: Sequence[Say] = ()) -> Engagement:
    """Apply `verb` under the lock of the project, store what it made of the engagement, and return that. `more` is said with it."""
    project, before = await lock_engagement(tx, agreement_id)
    after = verb(before)
    await record(tx, project, before, after, more=more)
    return after


async def let_go(tx: Tx, escrow_id: UUID, verb: Callable[[Engagement], Engagement], more: Sequence[Say] = ()) -> None:
    """Apply `verb`, which may thaw a payment; while client or worker is suspended, that keeps it instead. Of that nothing is said."""
    project, before = await lock_engagement(tx, await of_escrow(tx, escrow_id))
    after = verb(before)
    await tell(tx, project, before, after, more)
    if after != before:
        for account_id in after.agreement.parties:
            if not await is_active(tx, account_id):
                after = paying.suspended(after, escrow_id, Subject("suspension", account_id), tx.now)
    await record_told(tx, project, before, after)


async def is_active(tx: Tx, *account_ids: UUID) -> bool:
    """Whether all of them may be bound; none is suspended before this transaction has ended."""
    try:
        await check_active(tx, *account_ids)
    except (AccountNotActive, AccountNotFound):
        return False
    return True
