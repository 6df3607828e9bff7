"""What payments does later with money that goes back."""

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.work.outside import Outside
from skillhall.payments.commands import apply_chargeback
from skillhall.payments.flows import send_refund as flow
from skillhall.payments.ports import Providers
from skillhall.payments.store import refunds
from skillhall.payments.tasks import ResumeRefund, SendRefund

MOST = 100


async def send_refund(task: SendRefund, out: Outside) -> None:
    """Send money back, or ask what became of it."""
    await flow.send_refund(task.refund_id, out)


async def resume_refund(task: ResumeRefund, tx: Tx) -> None:
    """Send again what a chargeback that was won had taken out of refunds."""
    await apply_chargeback.resume_refund(tx, task.chargeback_id)


async def chase_refunds(tx: Tx) -> None:
    """Ask after every refund of which nothing was heard for too long; those of a provider that is not configured any more wait."""
    for refund_id in await refunds.silent(tx, tx.now, tx.wall, list(tx.port(Providers).by_name), MOST):
        tx.enqueue(SendRefund(refund_id=refund_id), key=str(refund_id))
