"""What a provider tells, kept once and applied once."""

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from skillhall.kernel.db.runner import RERUN
from skillhall.kernel.db.tx import Tx
from skillhall.payments.commands.apply import apply_payment
from skillhall.payments.commands.apply_chargeback import apply_chargeback
from skillhall.payments.commands.apply_payout import apply_payout
from skillhall.payments.commands.apply_refund import apply_refund
from skillhall.payments.model.refund import TooEarlyError
from skillhall.payments.ports import ChargebackFacts, Facts, News, PaymentFacts, RefundFacts
from skillhall.payments.store import inbox
from skillhall.payments.tasks import ApplyNews

SOON: Final = timedelta(minutes=2)
"""For so long news that came too early is tried again as any job that fails, then at leisure: a refund may be under way for days."""
LEISURE: Final = timedelta(hours=1)


async def receive(tx: Tx, provider: str, news: News) -> None:
    """Keep one event and apply it. What cannot be applied now stays kept, for a job; told again it changes nothing."""
    news = _dated(news)
    event_id = await inbox.keep(tx, provider, news)
    if event_id is None or news.facts is None:
        return
    try:
        async with tx.savepoint():
            await inbox.mark(tx, event_id, is_ours=await apply_facts(tx, provider, news.facts))
    except RERUN:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the event is kept and tried again
        await inbox.note_failure(tx, event_id, f"{type(error).__name__}: {error}")
        tx.enqueue(ApplyNews(event_id=event_id), key=str(event_id))


async def apply_kept(task: ApplyNews, tx: Tx) -> None:
    """Apply an event that could not be applied when it came."""
    told = await inbox.lock_pending(tx, task.event_id)
    if told is None:
        return
    try:
        async with tx.savepoint():
            await inbox.mark(tx, task.event_id, is_ours=await apply_facts(tx, told.provider, told.facts))
    except TooEarlyError as error:
        if tx.wall - told.received_at < SOON:
            raise
        await inbox.note_failure(tx, task.event_id, f"{type(error).__name__}: {error}")
        tx.enqueue(task, at=tx.now + LEISURE, key=str(task.event_id))


def _dated(news: News) -> News:
    """Return the event with its time in what it says of a payment: that decides which of two contradicting events came later."""
    facts = news.facts
    return replace(news, facts=replace(facts, at=facts.at or news.at)) if isinstance(facts, PaymentFacts) else news


async def apply_facts(tx: Tx, provider: str, facts: Facts) -> bool:
    """Apply what a provider says, of whatever kind; tell whether it is about anything of ours."""
    if isinstance(facts, PaymentFacts):
        return await apply_payment(tx, provider, facts) is not None
    if isinstance(facts, RefundFacts):
        return await apply_refund(tx, provider, facts) is not None
    if isinstance(facts, ChargebackFacts):
        return await apply_chargeback(tx, provider, facts) is not None
    return await apply_payout(tx, provider, facts) is not None
