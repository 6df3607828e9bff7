"""The return page of clients that hand over what the provider's form gave them; the provider itself is asked what is true."""

from msgspec import field

from skillhall.kernel.http import Call
from skillhall.kernel.shapes import Body
from skillhall.payments.flows.paying import ask
from skillhall.payments.model.refusals import PaymentNotFound
from skillhall.payments.queries.views import PaymentView, payment_view
from skillhall.payments.store import payments


class Verify(Body, frozen=True, kw_only=True):
    """What Razorpay's form hands over, as it names it. The payment is found by its order; the signature proves nothing more: we ask."""

    razorpay_order_id: str = field(name="razorpay_order_id")
    razorpay_payment_id: str = field(name="razorpay_payment_id")
    razorpay_signature: str = field(name="razorpay_signature")


async def verify(call: Call, command: Verify) -> PaymentView:
    """Apply what the provider says of the order; the answer is the payment as it is then."""
    payment = await payments.find_of_payer(call.read, call.by.account_id, command.razorpay_order_id)
    if payment is None:
        raise PaymentNotFound
    await ask(call, payment.id)
    return await payment_view(call.read, payment.id, call.by)
