"""Send money back: note it, call the provider, apply the answer. Killed anywhere in between it is found and asked after."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.kernel.db.tx import House, Tx
from skillhall.kernel.work.outside import Outside
from skillhall.payments.commands.apply_refund import apply_refund
from skillhall.payments.model.refund import State, TooEarlyError, may_be_resent
from skillhall.payments.ports import Provider, Providers, RefundFacts, RefundOrder
from skillhall.payments.store import payments, refunds


class Step(Struct, frozen=True, kw_only=True):
    """What to do with a refund: send it the first time, or ask after it, and send it again with the same key if it never arrived."""

    order: RefundOrder
    provider: str
    ref: str | None
    is_first: bool
    may_be_sent: bool


async def send_refund(refund_id: UUID, out: Outside) -> None:
    """Send a refund, or ask what became of it; nothing when it has ended."""
    step = await out.run(lambda tx: _begin(tx, refund_id))
    if step is None:
        return
    party = out.house.ports[Providers][0].by_name[step.provider]
    said = await party.refund(step.order) if step.is_first else await _asked(party, step)
    facts = replace(said, refund_id=refund_id, payment_id=step.order.payment_id)
    try:
        await out.finish(lambda tx: apply_refund(tx, step.provider, facts, is_certain=True))
    except TooEarlyError:  # a webhook has named the refund otherwise at the same moment: this one is another
        await out.finish(lambda tx: apply_refund(tx, step.provider, facts, is_certain=True))


async def _begin(tx: Tx, refund_id: UUID) -> Step | None:
    refund = await refunds.lock_refund(tx, refund_id)
    if refund.state in {State.SUCCEEDED, State.CANCELLED}:
        return None
    payment = await payments.payment(tx, refund.payment_id)
    if payment.ref is None or refund.provider not in _parties(tx.house):
        return None
    await refunds.note_sent(tx, refund_id)
    order = RefundOrder(key=refund.id, payment_id=payment.id, ref=payment.ref, amount=refund.amount, asset=refund.asset)
    party = _parties(tx.house)[refund.provider]
    return Step(
        order=order, provider=refund.provider, ref=refund.ref, is_first=refund.state is State.PENDING,
        may_be_sent=may_be_resent(refund, tx.wall, party.safe_seconds),
    )  # fmt: skip


def _parties(house: House) -> dict[str, Provider]:
    return {name: party for found in house.ports.get(Providers, ()) for name, party in found.by_name.items()}


async def _asked(party: Provider, step: Step) -> RefundFacts:
    """Return how it stands now. What the provider never had is sent while that is safe; later it has failed."""
    facts = await party.retrieve_refund(step.order, step.ref)
    if facts is not None:
        return facts
    if step.may_be_sent:
        return await party.refund(step.order)
    return RefundFacts(ref="", state="failed", amount=step.order.amount, asset=step.order.asset, failure="never_arrived")
