"""Keep time for oneself: a soft entry, which free time avoids and bookings made before survive."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.calendar.model.entry import BlockNotFound, CalendarRules, Entry, TooManyBlocks, check_period
from skillhall.calendar.queries import shown
from skillhall.calendar.store import entries
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body, Moment, Subject


class Block(Body, frozen=True, kw_only=True):
    """Time to keep; only the person sees the title."""

    starts_at: Moment
    ends_at: Moment
    title: Annotated[str, Meta(min_length=1, max_length=200)] = "Blocked"


async def block(tx: Tx, by: Actor, command: Block) -> shown.BlockView:
    """Keep this time of the caller's."""
    rules = tx.setting(CalendarRules)
    check_period(command.starts_at, command.ends_at, rules.longest_block_days)
    await entries.lock_people(tx, [by.account_id])
    if await entries.blocks_ahead(tx, by.account_id, tx.now) >= rules.most_blocks:
        raise TooManyBlocks(limit=rules.most_blocks)
    subject = Subject("block", ids.new())
    entry = Entry(account_id=by.account_id, starts_at=command.starts_at, ends_at=command.ends_at, title=command.title)
    await entries.insert_entries(tx, subject, [entry], firm=False)
    return await shown.block(tx, by.account_id, subject.id)


async def unblock(tx: Tx, by: Actor, block_id: UUID) -> None:
    """Give one of the caller's blocks back."""
    await entries.lock_people(tx, [by.account_id])
    if not await entries.delete_block(tx, by.account_id, block_id):
        raise BlockNotFound
