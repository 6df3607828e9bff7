"""Payments over HTTP."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive
from skillhall.kernel.http import Answer, Call, Key, get, post
from skillhall.kernel.http.gate import PermissionMissing
from skillhall.kernel.shapes import Page
from skillhall.payments.commands.cancel import cancel_payment
from skillhall.payments.commands.confirm import Confirm
from skillhall.payments.commands.decide import Decide, decide_payment
from skillhall.payments.commands.open_intent import OpenIntent
from skillhall.payments.flows import paying
from skillhall.payments.flows.verify import Verify, verify
from skillhall.payments.model import refusals as no
from skillhall.payments.ports import MethodNotAccepted
from skillhall.payments.queries.payments import PaymentQuery, StatisticsQuery, StatisticsView, payments_page, statistics
from skillhall.payments.queries.providers import ProvidersView, providers
from skillhall.payments.queries.views import PaymentView, payment_view

PAYMENT = "/payments/{payment_id:uuid}"


@post(
    "/payments/intent",
    created="/payments/{id}",
    key=Key.NATURAL,
    limit="money",
    refuses=(no.AlreadyOpen, no.AmountMismatch, no.AmountNotTaken, no.NoProvider, no.NotPayable, no.PaymentMoved, AccountNotActive),
    example={"packageId": "018f0000-0000-7000-8000-000000000001", "couponCode": "SPRING"},
)
async def open_payment_intent(call: Call, data: OpenIntent) -> Answer[PaymentView]:
    """Begin to pay for one thing. Its owner says what it costs; asked again, the same payment is answered until it is paid or given up.

    Beside the reasons below it answers what the owner of the thing says against it. `nextAction` tells how the payer goes on: to a page
    of the provider, or with the provider's form and `clientSecret`. What costs nothing has succeeded at once.
    """
    return await paying.intend(call, data)


@post(
    f"{PAYMENT}/confirm",
    key=Key.NATURAL,
    limit="money",
    refuses=(no.PaymentNotFound, no.PaymentMoved, no.OutcomeUnknown, no.MethodNotFound, MethodNotAccepted, no.CardNumber, no.NoProvider),
    example={"paymentMethodId": "018f0000-0000-7000-8000-000000000002"},
)
async def confirm_payment(call: Call, payment_id: UUID, data: Confirm) -> PaymentView:
    """Charge a stored method, or a token for one charge; without one, learn what the payer did on the provider's page. Payer only."""
    return await paying.confirm_payment(call, payment_id, data)


@post(f"{PAYMENT}/cancel", key=Key.NATURAL, refuses=(no.PaymentNotFound, no.PaymentMoved))
async def cancel_open_payment(call: Call, payment_id: UUID) -> Answer[PaymentView]:
    """Give a payment up that is not being charged. Payer only."""
    return await call.run(cancel_payment, payment_id)


@post(
    f"{PAYMENT}/decide",
    key=Key.NATURAL,
    permission="payout.decide",
    refuses=(no.PaymentNotFound, no.OwnPayment, no.NotUndecided, no.OtherOperatorNeeded, no.DecisionDiffers, no.ReferenceNeeded),
    example={"outcome": "succeeded", "evidence": "The provider's statement of 21 November has it.", "reference": "ch_3P"},
)
async def decide_unknown_payment(call: Call, payment_id: UUID, data: Decide) -> Answer[PaymentView]:
    """Say what became of a charge of which nothing was heard for three days. Two operators have to say the same, with evidence."""
    return await call.run(decide_payment, payment_id, data)


@post(
    "/payments/verify",
    key=Key.NATURAL,
    limit="money",
    refuses=(no.PaymentNotFound, no.NoProvider),
    example={"razorpay_order_id": "order_N1", "razorpay_payment_id": "pay_N1", "razorpay_signature": "9b1d"},
)
async def verify_payment(call: Call, data: Verify) -> PaymentView:
    """Come back from Razorpay's form: Razorpay is asked what became of the order, and that is applied. Payer only."""
    return await verify(call, data)


@get("/payments")
async def list_payments(call: Call, query: PaymentQuery) -> Page[PaymentView]:
    """List one's payments, as payer, and as payee those that brought money; staff that reads accounts sees everybody's."""
    return await payments_page(call.read, call.by, query)


@get("/payments/statistics", refuses=(PermissionMissing,))
async def read_payment_statistics(call: Call, query: StatisticsQuery) -> StatisticsView:
    """Read what one's payments come to in each currency; staff reads the community's with `scope=platform`."""
    return await statistics(call.read, call.by, query)


@get("/payments/providers", public=True)
async def list_payment_providers(call: Call) -> ProvidersView:
    """Read through whom one can pay here."""
    return providers(call.read)


@get(PAYMENT, refuses=(no.PaymentNotFound,))
async def read_payment(call: Call, payment_id: UUID) -> PaymentView:
    """Read a payment: as its payer, as its payee once it has brought money, or as staff that reads accounts."""
    return await payment_view(call.read, payment_id, call.by)
