"""Buy something of the community: the price is the server's, and what was bought is there when the payment has succeeded."""

from uuid import UUID

from skillhall.billing.commands.subscribe import change_plan, pay, pay_renewal
from skillhall.billing.model.bodies import BuyThis, ChangePlan, Choice, PayRenewal, check_one_choice
from skillhall.billing.model.price import Purpose, plan_id
from skillhall.billing.store import subscriptions
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject, View
from skillhall.payments.api import Options, PaymentView, find_paid


class OpenedBuyView(View, frozen=True, kw_only=True):
    """Which purchase and payment stand; none where nothing is due."""

    purchase_id: UUID | None
    payment_id: UUID | None


async def buy_this(tx: Tx, by: Actor, command: BuyThis) -> OpenedBuyView:
    """Open the one payment of it, or return it; with a stored method that one is charged.

    A plan dearer than one's own is an upgrade; one's own, while its renewal is unpaid, pays that.
    """
    check_one_choice(command)
    purpose, asked = asked_of(command)
    options = Options(coupon_code=command.coupon_code)
    sub = await subscriptions.live(tx, by.account_id) if purpose == "subscription" else None
    if sub is not None and sub.renewal_id is not None and sub.terms.plan_id == asked.id:
        return await _opened(tx, await pay_renewal(tx, by, PayRenewal(payment_method_id=command.payment_method_id)))
    return await _opened(tx, await pay(tx, by, purpose, asked, options, command.payment_method_id))


async def change_subscription(tx: Tx, by: Actor, command: ChangePlan) -> OpenedBuyView:
    """Change the plan of one's subscription."""
    return await _opened(tx, await change_plan(tx, by, command))


async def pay_subscription(tx: Tx, by: Actor, command: PayRenewal) -> OpenedBuyView:
    """Pay the open renewal of one's subscription."""
    return await _opened(tx, await pay_renewal(tx, by, command))


def asked_of(choice: Choice) -> tuple[Purpose, Subject]:
    """Return how payments knows what is chosen."""
    currency = f":{choice.currency}" if choice.currency else ""
    if choice.plan_code is not None:
        return "subscription", Subject(f"plan{currency}", plan_id(choice.plan_code))
    if choice.boost is not None:
        return "boost", Subject(f"boost:{choice.boost.kind}", choice.boost.project_id)
    if choice.package_id is None:
        raise LookupError("nothing is chosen")
    return "credits", Subject(f"package{currency}", choice.package_id)


async def _opened(tx: Tx, payment: PaymentView | None) -> OpenedBuyView:
    found = None if payment is None else await find_paid(tx, payment_id=payment.id)
    if found is None:
        return OpenedBuyView(purchase_id=None, payment_id=None)
    return OpenedBuyView(purchase_id=found.subject.id, payment_id=found.id)
