"""What a member does with a subscription: cancel, resume, change the plan, pay what is overdue."""

from uuid import UUID

from msgspec.structs import replace

from skillhall.billing import events
from skillhall.billing.commands.quoting import terms_of
from skillhall.billing.commands.renew import end
from skillhall.billing.commands.telling import resumed, tell
from skillhall.billing.model.bodies import ChangePlan, PayRenewal
from skillhall.billing.model.price import Purpose, plan_id
from skillhall.billing.model.refusals import NothingDue, NotSubscribed, RenewalOpen, SamePlan
from skillhall.billing.model.subscription import Subscription, Terms, change_to
from skillhall.billing.queries.membership import SubscriptionView, subscription_view
from skillhall.billing.store import catalogue, subscriptions
from skillhall.identity.api import AccountNotActive, people
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.payments.api import Options, PaymentView, charge, open_payment, payment_view


async def cancel_subscription(tx: Tx, by: Actor) -> SubscriptionView:
    """End it with its period; at once when that is over and the next one is not paid. Sent twice it answers the same."""
    await _cancel(tx, await _own(tx, by))
    return await subscription_view(tx, by.account_id)


async def resume_subscription(tx: Tx, by: Actor) -> SubscriptionView:
    """Let it go on after all, on its plan."""
    await subscriptions.store(tx, resumed(tx, await _own(tx, by)))
    return await subscription_view(tx, by.account_id)


async def change_plan(tx: Tx, by: Actor, command: ChangePlan) -> PaymentView | None:
    """Change the plan; return the payment of what is due now, None when nothing is.

    A dearer plan begins when its difference is paid, a cheaper one with the next period, the free one by cancelling; during a trial any
    plan begins at once. Whoever had cancelled goes on, with the plan that is chosen now.
    """
    sub = await _own(tx, by)
    plan = await catalogue.plan(tx, plan_id(command.plan_code))
    if plan.is_free:
        await _cancel(tx, sub)
        return None
    terms = await terms_of(tx, plan.id, sub.terms.asset)
    if sub.renewal_id is not None:
        raise RenewalOpen
    if terms.plan_id == sub.terms.plan_id:
        if sub.next_terms is None:
            raise SamePlan
        await subscriptions.store(tx, replace(sub, next_terms=None))
        return None
    match change_to(sub, terms):
        case "switch":
            await _switched(tx, sub, terms)
        case "downgrade":
            await subscriptions.store(tx, replace(resumed(tx, sub), next_terms=terms))
        case "upgrade":
            return await pay(tx, by, "subscription", Subject("plan", terms.plan_id), Options(), command.payment_method_id)
    return None


async def pay_renewal(tx: Tx, by: Actor, command: PayRenewal) -> PaymentView:
    """Pay what a subscription owes for its next period, by a stored method or on the client's side."""
    sub = await _own(tx, by)
    if sub.renewal_id is None:
        raise NothingDue
    return await pay(tx, by, "subscription", Subject("renewal", sub.renewal_id), Options(), command.payment_method_id)


async def _own(tx: Tx, by: Actor) -> Subscription:
    sub = await subscriptions.lock_live(tx, by.account_id)
    if sub is None:
        raise NotSubscribed
    return sub


async def _cancel(tx: Tx, sub: Subscription) -> None:
    if sub.renewal_id is not None:
        await end(tx, sub, "cancelled")
    elif not sub.is_cancelling:
        after = replace(sub, is_cancelling=True, next_terms=None)
        await subscriptions.store(tx, after)
        tell(tx, events.SubscriptionCancelled, after)


async def _switched(tx: Tx, sub: Subscription, terms: Terms) -> None:
    after = replace(resumed(tx, sub), terms=terms, next_terms=None)
    await subscriptions.store(tx, after)
    tell(tx, events.SubscriptionChanged, after, old_plan=sub.terms.code)


async def pay(tx: Tx, by: Actor, purpose: Purpose, asked: Subject, options: Options, method_id: UUID | None) -> PaymentView:
    """Open the one payment of it, or return it; with a stored method of the caller, who must be active, that one is charged."""
    if method_id is None:
        return await open_payment(tx, by, purpose, asked, options)
    payer = (await people(tx, [by.account_id])).get(by.account_id)
    if payer is None or not payer.is_active:
        raise AccountNotActive(account_id=by.account_id)
    return await payment_view(tx, await charge(tx, by.account_id, purpose, asked, options, method_id), by)
