"""What billing does about its sales when something has happened."""

from skillhall.billing.commands.take_back import undo_chargeback, undo_refund
from skillhall.billing.model.purchase import PURCHASE
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.payments.events import ChargebackClosed, RefundFailed


async def count_refund_as_undone(event: RefundFailed, tx: Tx) -> None:
    """A refund of a purchase did not go out."""
    if event.paid_kind == PURCHASE:
        await undo_refund(tx, derived("refund", event.refund_id))


async def count_chargeback_as_undone(event: ChargebackClosed, tx: Tx) -> None:
    """A chargeback of a purchase was won."""
    if event.paid_kind == PURCHASE and event.outcome == "won":
        await undo_chargeback(tx, event.paid_id, event.amount)
