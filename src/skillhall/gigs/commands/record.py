"""Store what a verb made of an engagement: rows, the project's state, messages, the worker's time, money, news."""

from collections.abc import Collection, Sequence
from uuid import UUID

from skillhall.billing.api import charge_fee
from skillhall.calendar.api import Entry
from skillhall.calendar.api import move as move_time
from skillhall.calendar.api import release as release_time
from skillhall.calendar.api import reserve as reserve_time
from skillhall.gigs.model.agreement import AgreementState
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.engagement_facts import engagement_facts, given_up, moved_money, posting, to_give_back
from skillhall.gigs.model.escrow import WALLET
from skillhall.gigs.model.paying import funded
from skillhall.gigs.model.project import Project, ProjectState
from skillhall.gigs.model.says import says
from skillhall.gigs.model.work import Booking
from skillhall.gigs.store.bids import reopen_bids
from skillhall.gigs.store.engagement_rows import store_engagement
from skillhall.gigs.store.projects import move_project
from skillhall.identity.api import check_active
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Indebted, Insufficient, NotInMode, Transfer, freeze, post, unfreeze
from skillhall.messaging.api import Say, say
from skillhall.payments.api import cancel_open, give_back

TOO_LITTLE = (Insufficient, Indebted, NotInMode)
"""Why money cannot be set aside from a wallet now."""


async def record(
    tx: Tx, project: Project, before: Engagement | None, after: Engagement, *, bound: Collection[UUID] = (), more: Sequence[Say] = ()
) -> None:
    """Make it so; the project is locked. Messages, people, calendar and ledger follow in lock order. Nothing when nothing changed.

    `bound` are accounts that this commits, so they must be active. What a case has to say of it comes as `more`.
    """
    await tell(tx, project, before, after, more)
    if before == after:
        return
    if bound:
        await check_active(tx, *bound)
    await record_told(tx, project, before, after)


async def tell(tx: Tx, project: Project, before: Engagement | None, after: Engagement, more: Sequence[Say] = ()) -> None:
    """Say what changed in the project's conversation, and give up the payments that nobody need make any more."""
    for escrow_id in given_up(before, after):
        await cancel_open(tx, Subject("escrow", escrow_id), "cancelled")
    await say(tx, *says(project, before, after, list(engagement_facts(before, after))), *more)


async def record_told(tx: Tx, project: Project, before: Engagement | None, after: Engagement) -> None:
    """Do all of it but the saying, for who has to `tell` before it is known what else happens."""
    if before == after:
        return
    await _store(tx, project, before, after)
    transfer = await _moving(tx, before, after)
    await _keep_time(tx, before.booking if before else None, after)
    await _keep_freezes(tx, before, after)
    if transfer:
        await post(tx, transfer)


async def record_unposted(tx: Tx, project: Project, before: Engagement, after: Engagement) -> None:
    """As `record`, where payments has brought or taken the money and posts by itself. Nothing else moves with it."""
    if before == after:
        return
    await tell(tx, project, before, after)
    await _store(tx, project, before, after)
    await _keep_time(tx, before.booking, after)


async def _store(tx: Tx, project: Project, before: Engagement | None, after: Engagement) -> None:
    await store_engagement(tx, before, after)
    await _move_project(tx, project, after)
    for fact in engagement_facts(before, after):
        tx.publish(fact)
    agreement = after.agreement
    tx.hint(f"project:{agreement.project_id}", "agreement:status", agreement_id=agreement.id, status=agreement.state)
    if agreement.state is AgreementState.CANCELLED and after.project_state is ProjectState.OPEN:
        tx.hint(f"project:{agreement.project_id}", "room:expel", account_id=agreement.worker_id)


async def record_funded(
    tx: Tx, project: Project, before: Engagement | None, pending: Engagement, funded: Engagement, *, bound: Collection[UUID] = ()
) -> None:
    """Record `funded`; where the wallet has too little, or this community keeps no such money in wallets, record `pending`."""
    try:
        async with tx.savepoint():
            await record(tx, project, before, funded, bound=bound)
    except TOO_LITTLE:
        await record(tx, project, before, pending, bound=bound)


async def record_week(tx: Tx, project: Project, before: Engagement, pending: Engagement, *, bound: Collection[UUID] = ()) -> None:
    """Record an engagement in which a week may have begun; its limit is set aside if the client's wallet has it."""
    new = [escrow for escrow in pending.escrows[len(before.escrows) :] if escrow.kind == "week"]
    if not new:
        await record(tx, project, before, pending, bound=bound)
        return
    await record_funded(tx, project, before, pending, funded(pending, new[0].id, WALLET, tx.now), bound=bound)


async def _move_project(tx: Tx, project: Project, after: Engagement) -> None:
    agreement, wanted = after.agreement, after.project_state
    is_paused = project.state is ProjectState.PAUSED and wanted is ProjectState.IN_PROGRESS
    if project.state is not wanted and not is_paused:
        worker_id = None if wanted is ProjectState.OPEN else agreement.worker_id
        await move_project(tx, project.id, wanted, worker_id=worker_id)
    if agreement.state is AgreementState.CANCELLED and wanted is ProjectState.OPEN:
        await reopen_bids(tx, project.id)


async def _keep_time(tx: Tx, before: Booking | None, after: Engagement) -> None:
    booking = after.booking
    if booking is None:
        return
    entries = _entries(after, booking)
    if before is None:
        if entries:
            await reserve_time(tx, booking.subject, entries)
    elif before.takes_time and not booking.takes_time:
        await release_time(tx, booking.subject)
    elif (before.starts_at, before.ends_at) != (booking.starts_at, booking.ends_at):
        await move_time(tx, booking.subject, entries)


def _entries(after: Engagement, booking: Booking) -> list[Entry]:
    """Return the worker's time; the client need not be there."""
    if booking.starts_at is None or booking.ends_at is None:
        return []
    worker, title = after.agreement.worker_id, after.agreement.terms.title
    return [Entry(account_id=worker, starts_at=booking.starts_at, ends_at=booking.ends_at, title=title)]


async def _moving(tx: Tx, before: Engagement | None, after: Engagement) -> Transfer | None:
    """Return the transfer to post; the client's part of card money is put on its way back, and the fee of what was paid noted."""
    backs = {one.id: await give_back(tx, one.id, one.returned, one.state) for one in to_give_back(before, after)}
    for one in moved_money(before, after):
        if one.paid_gross:
            await charge_fee(tx, one.worker_id, one.id, one.title, one.paid_gross, one.paid_fee, one.asset)
    return posting(before, after, backs)


async def _keep_freezes(tx: Tx, before: Engagement | None, after: Engagement) -> None:
    old = {escrow.id: escrow for escrow in before.escrows} if before else {}
    for escrow in after.escrows:
        was = old.get(escrow.id)
        if was is None or was.frozen_by == escrow.frozen_by or not escrow.is_funded:
            continue
        if was.freeze_key:
            await unfreeze(tx, [escrow.id], was.freeze_key)
        if escrow.freeze_key:
            await freeze(tx, [escrow.id], escrow.freeze_key)
