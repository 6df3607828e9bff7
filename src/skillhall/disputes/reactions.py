"""What disputes does when something has happened."""

from skillhall.disputes.commands import follow_chargeback
from skillhall.kernel.db.tx import Tx
from skillhall.payments.events import ChargebackClosed, ChargebackOpened


async def open_chargeback(event: ChargebackOpened, tx: Tx) -> None:
    """Open the case of a chargeback."""
    await follow_chargeback.open_case(tx, event)


async def close_chargeback(event: ChargebackClosed, tx: Tx) -> None:
    """Close the case of a chargeback."""
    await follow_chargeback.close_case(tx, event)
