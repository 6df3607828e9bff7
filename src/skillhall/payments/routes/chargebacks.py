"""HTTP of chargebacks."""

from uuid import UUID

from skillhall.kernel.http import Call, get
from skillhall.kernel.shapes import Page
from skillhall.payments.model.refund_refusals import ChargebackNotFound
from skillhall.payments.queries import chargebacks
from skillhall.payments.queries.chargebacks import ChargebackQuery, ChargebackView


@get("/payments/chargebacks")
async def list_chargebacks(call: Call, query: ChargebackQuery) -> Page[ChargebackView]:
    """List the chargebacks of what one was paid for; staff sees all."""
    return await chargebacks.chargebacks(call.read, call.by, query)


@get("/payments/chargebacks/{chargeback_id:uuid}", refuses=(ChargebackNotFound,))
async def read_chargeback(call: Call, chargeback_id: UUID) -> ChargebackView:
    """Read a chargeback: who was paid, and staff. Evidence is added to its case, `GET /disputes?escrowId=` its id."""
    return await chargebacks.chargeback_view(call.read, chargeback_id, call.by)
