"""What time alone does to subscriptions: the next period is charged, again after a refusal, or it ends. Nothing is refused here."""

from uuid import UUID

from skillhall.billing import events
from skillhall.billing.commands.telling import tell
from skillhall.billing.model.purchase import PURCHASE, Purchase, line
from skillhall.billing.model.subscription import (
    BillingRules,
    EndReason,
    State,
    Subscription,
    cut_of,
    ended,
    failed,
    following,
    is_last_try,
    renewing,
    retried,
)
from skillhall.billing.queries.taxes import tax_of
from skillhall.billing.store import coupons, purchases, subscriptions
from skillhall.billing.tasks import GiveUpPayments
from skillhall.identity.api import people
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.payments.api import Options, cancel_open, charge, default_method, open_payment


async def pass_time(subscription_id: UUID, tx: Tx) -> None:
    """Do what is due: end it, charge its next period, charge that again, or give it up after the last try."""
    sub = await subscriptions.lock(tx, subscription_id)
    if sub is None or sub.due_at is None or sub.due_at > tx.now:
        return
    rules = tx.setting(BillingRules)
    if sub.renewal_id is not None:
        if is_last_try(sub, rules):
            await end(tx, sub, "unpaid")
        else:
            await _try(tx, retried(sub, tx.now, rules), await purchases.lock(tx, sub.renewal_id))
        return
    if sub.is_cancelling:
        await end(tx, sub, "cancelled")
        return
    await _open(tx, sub, rules)


async def end(tx: Tx, sub: Subscription, reason: EndReason) -> None:
    """End a locked subscription. What is open for it is not waited for any more: money that still comes goes back."""
    for purchase_id in await purchases.give_up(tx, sub.id, "cancelled"):
        tx.enqueue(GiveUpPayments(purchase_id=purchase_id), key=str(purchase_id))
    after = ended(sub, reason, tx.now)
    await subscriptions.store(tx, after)
    tell(tx, events.SubscriptionEnded, after, reason=reason)


async def give_up_payments(task: GiveUpPayments, tx: Tx) -> None:
    """Cancel what is still open of the payments of a purchase nobody waits for."""
    await cancel_open(tx, Subject(PURCHASE, task.purchase_id), "superseded")


async def give_up_rivals(event: events.SubscriptionStarted, tx: Tx) -> None:
    """A subscription has begun: the others that were about to be bought are not waited for. To change the plan now costs less."""
    sub = await subscriptions.lock_live(tx, event.account_id)
    if sub is None or sub.id != event.subscription_id:
        return
    rivals = await purchases.open_plans(tx, event.account_id)
    for purchase_id in rivals:
        await purchases.lock(tx, purchase_id)
    await coupons.lock_of(tx, rivals)
    for purchase_id in rivals:
        if await purchases.set_dead(tx, purchase_id, "superseded"):
            await coupons.give_back(tx, purchase_id)
            tx.enqueue(GiveUpPayments(purchase_id=purchase_id), key=str(purchase_id))


async def not_renewed(tx: Tx, one: Purchase) -> None:
    """The charge of a renewal was refused, or its time is over: what the plan brings stays for now.

    Told once a try. Its subscription is locked.
    """
    sub = await subscriptions.live(tx, one.account_id)
    if sub is None or sub.renewal_id != one.id or sub.failed_tries == sub.tries:
        return
    rules = tx.setting(BillingRules)
    after = failed(sub, tx.now, rules)
    await subscriptions.store(tx, after)
    tell(tx, events.RenewalFailed, after, purchase_id=one.id, tries=sub.tries, is_last=is_last_try(sub, rules))


async def _open(tx: Tx, sub: Subscription, rules: BillingRules) -> None:
    terms = sub.next_terms or sub.terms
    cut = cut_of(terms, sub.discount)
    if sub.state is State.TRIALING and cut < terms.price and await default_method(tx, sub.account_id) is None:
        await end(tx, sub, "trial_over")
        return
    tax = await tax_of(tx, sub.account_id, terms.price - cut)
    period, purchase_id = following(sub, tx.now), ids.derived("renewal", sub.id, sub.period_no + 1)
    title = f"{terms.name}, {period.start:%Y-%m-%d} to {period.end:%Y-%m-%d}"
    one = Purchase(
        id=purchase_id, account_id=sub.account_id, purpose="subscription", kind="renewal", asked_kind="renewal", asked_id=purchase_id,
        title=title, amount=terms.price - cut + tax.amount, tax=tax.amount, asset=terms.asset, lines=(line(title, terms.price, cut, tax),),
        terms=terms, subscription_id=sub.id, period_no=sub.period_no + 1, created_at=tx.now,
    )  # fmt: skip
    for rival in await purchases.give_up(tx, sub.id, "superseded"):  # an upgrade of the period that is over
        tx.enqueue(GiveUpPayments(purchase_id=rival), key=str(rival))
    await purchases.insert(tx, one)
    await _try(tx, renewing(sub, one.id, tx.now, rules), one)


async def _try(tx: Tx, sub: Subscription, one: Purchase) -> None:
    """Charge the default method; without one, or where nobody may be charged, it has failed."""
    await subscriptions.store(tx, sub)
    if not await _is_charged(tx, sub.account_id, one):
        await not_renewed(tx, one)


async def _is_charged(tx: Tx, account_id: UUID, one: Purchase) -> bool:
    payer = (await people(tx, [account_id])).get(account_id)
    if payer is None or not payer.is_active:
        return False
    asked, actor = Subject("renewal", one.id), Actor(account_id=account_id, context="billing", reason="a renewal")
    method_id = await default_method(tx, account_id)
    try:
        async with tx.savepoint():
            if not one.amount:
                await open_payment(tx, actor, "subscription", asked, Options())
            elif method_id is not None:
                await charge(tx, account_id, "subscription", asked, Options(), method_id)
    except Refusal:
        return False
    return not one.amount or method_id is not None
