"""Send a payout: a command notes that it goes out, the provider is called, a command applies the answer.

It dies before the call, or the answer is lost: the delivery runs again and asks what became of it before anything is sent again, with the
same key and only while the provider still knows that key. What nobody can tell stays unknown, its money in its hold.
"""

from skillhall.kernel.work.outside import Outside
from skillhall.payments.commands.apply_payout import apply_payout, told
from skillhall.payments.commands.send_payout import Sending, begin_sending
from skillhall.payments.ports import PayoutFacts, Provider, Providers
from skillhall.payments.tasks import SendPayout


async def send_payout(task: SendPayout, out: Outside) -> None:
    """Send it, or find out what became of it."""
    sending = await out.run(lambda tx: begin_sending(tx, task.payout_id, is_check=task.is_check))
    if sending is None:
        return
    (providers,) = out.house.ports[Providers]
    facts = told(await _answer(providers.by_name[sending.provider], sending), task.payout_id)
    await out.finish(lambda tx: apply_payout(tx, sending.provider, facts, is_proof=sending.is_asking))


async def _answer(party: Provider, sending: Sending) -> PayoutFacts | None:
    if not sending.is_asking:
        return await party.payout(sending.order)
    known = await party.retrieve_payout(sending.order.key, sending.ref)
    if known is None and sending.may_send and sending.ref is None:
        return await party.payout(sending.order)
    return known
