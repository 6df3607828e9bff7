"""What the platform keeps of work paid for in money: noted with the settlement, invoiced to the host by a job."""

from uuid import UUID

from skillhall.billing.store import settlements
from skillhall.billing.tasks import IssueFeeInvoice
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT


async def charge_fee(tx: Tx, host_id: UUID, hold_id: UUID, title: str, gross: int, fee: int, asset: str) -> None:
    """Note that a host was paid `gross`, of which `fee` is the platform's; call it with each settlement, also when the fee is 0.

    It takes no lock and may stand before or after the posting. Credits are no money: of them nothing is noted.
    """
    await _note(tx, host_id, hold_id, title, gross, fee, asset)


async def return_fee(tx: Tx, host_id: UUID, hold_id: UUID, title: str, gross: int, fee: int, asset: str) -> None:
    """Note that a host gave `gross` back after the settlement, and the platform `fee` of it: a refund or chargeback. As `charge_fee`."""
    await _note(tx, host_id, hold_id, title, -gross, -fee, asset)


async def _note(tx: Tx, host_id: UUID, hold_id: UUID, title: str, gross: int, fee: int, asset: str) -> None:
    if asset == CREDIT or gross == 0:
        return
    settlement_id = ids.new()
    await settlements.add(tx, settlement_id, host_id, hold_id, title, gross, fee, asset)
    if fee:
        tx.enqueue(IssueFeeInvoice(settlement_id=settlement_id))
