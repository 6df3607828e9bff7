"""What a payment brings: the buyer gets what was quoted, once. Every row concerned is locked by the caller (`lock`)."""

from skillhall.billing import events
from skillhall.billing.commands.telling import resumed, tell
from skillhall.billing.model.purchase import GIVEN_UP, Purchase
from skillhall.billing.model.refusals import AlreadySubscribed
from skillhall.billing.model.subscription import Subscription, begun, moved, renewed, worth_of
from skillhall.billing.store import coupons, purchases, subscriptions
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import LedgerRules, Lines, buy, sale
from skillhall.payments.api import Kept, Source, Surplus


async def lock(tx: Tx, subject: Subject) -> None:
    """Lock what a purchase touches: its buyer's subscription where it is for one, the purchase, its coupon."""
    found = await purchases.purchase(tx, subject.id)
    if found.purpose == "subscription":
        await subscriptions.lock_live(tx, found.account_id)
    await purchases.lock(tx, found.id)
    if found.coupon_code:
        await coupons.lock_of(tx, [found.id])


async def paid(tx: Tx, subject: Subject, source: Source) -> Kept | Surplus:
    """Hand over what was bought. Money for what is paid already, or was given up by somebody's will, goes back."""
    one = await purchases.purchase(tx, subject.id)
    reason = await _no_use(tx, one)
    if reason is None:
        reason = await _handed_over(tx, one, source)
    if reason is not None:
        await _gone(tx, one)
        return Surplus(reason=reason)
    if one.coupon_code is not None:
        await coupons.set_used(tx, one.id)
    if one.kind == "package":
        return Kept(kind="buy", lines=bought(one, source))
    return Kept(kind="sale", lines=sold(one, source))


async def _no_use(tx: Tx, one: Purchase) -> str | None:
    """Return why the money for a purchase goes back. One whose time was over stands again, if its coupon has a use left."""
    if one.state == "paid":
        return "paid already"
    if one.state == "open":
        return None
    if one.dead_reason in GIVEN_UP:
        return one.dead_reason
    if one.coupon_code is None:
        return None
    try:
        async with tx.savepoint():
            await coupons.reserve(tx, await coupons.coupon(tx, one.coupon_code), one.account_id, one.id)
    except Refusal:
        return "the coupon is used up"
    return None


async def _gone(tx: Tx, one: Purchase) -> None:
    if await purchases.set_dead(tx, one.id, "superseded") or one.state == "dead":
        await coupons.give_back(tx, one.id)


async def _handed_over(tx: Tx, one: Purchase, source: Source) -> str | None:
    match one.kind:
        case "package":
            return await _package(tx, one, source)
        case "plan":
            return await _plan(tx, one, source)
        case "renewal" | "upgrade":
            return await _next(tx, one, source)
        case "boost":
            return await _boost(tx, one, source)


async def _package(tx: Tx, one: Purchase, source: Source) -> str | None:
    if tx.setting(LedgerRules).mode != "voucher":
        return "no credits are sold any more"
    await purchases.set_paid(tx, one, source.payment_id)
    tx.publish(events.CreditsBought(purchase_id=one.id, account_id=one.account_id, credits=one.credits))
    return None


async def _boost(tx: Tx, one: Purchase, source: Source) -> str | None:
    await purchases.set_paid(tx, one, source.payment_id)
    tx.publish(boost_event(events.BoostPaid, one))
    return None


async def _plan(tx: Tx, one: Purchase, source: Source) -> str | None:
    sub = begun(ids.new(), one.account_id, one.plan, one.net, one.discount, tx.now, is_trial=one.is_trial)
    if not await subscriptions.insert(tx, sub):
        if not source.amount:
            raise AlreadySubscribed
        return "subscribed already"
    await purchases.set_paid(tx, one, source.payment_id, sub.id)
    tell(tx, events.SubscriptionStarted, sub, is_trial=one.is_trial)
    return None


async def _next(tx: Tx, one: Purchase, source: Source) -> str | None:
    """Renew or upgrade, if the subscription still waits for that."""
    sub = await subscriptions.live(tx, one.account_id)
    if sub is None or not _waits(sub, one):
        return "the subscription has moved on"
    await purchases.set_paid(tx, one, source.payment_id)
    if one.kind == "renewal":
        after = renewed(sub, one.plan, one.net, one.created_at)
        tell(tx, events.SubscriptionRenewed, after, purchase_id=one.id)
    else:
        after = moved(resumed(tx, sub), one.plan, worth_of(one.plan, sub.discount))
    if after.terms.code != sub.terms.code:
        tell(tx, events.SubscriptionChanged, after, old_plan=sub.terms.code)
    await subscriptions.store(tx, after)
    return None


def _waits(sub: Subscription, one: Purchase) -> bool:
    if one.kind == "renewal":
        return sub.renewal_id == one.id
    is_same_plan = one.old_terms is not None and one.old_terms.plan_id == sub.terms.plan_id
    return sub.id == one.subscription_id and sub.renewal_id is None and sub.period_no == one.period_no and is_same_plan


def boost_event(kind: type[events.BoostFact], one: Purchase) -> events.BoostFact:
    """Return what is said of a boost."""
    return kind(purchase_id=one.id, account_id=one.account_id, project_id=one.asked_id, kind=one.boost or "", days=one.days or 0)


def bought(one: Purchase, source: Source) -> Lines:
    """Return what a package moves in the books. Kind "buy"."""
    return buy(one.account_id, one.credits, source.amount, asset=source.asset, provider=source.account, provider_fee=source.fee)


def sold(one: Purchase, source: Source) -> Lines:
    """Return what a plan or boost moves. Kind "sale"."""
    if not source.amount:
        return ()
    return sale(source.amount, one.tax, asset=source.asset, provider=source.account, provider_fee=source.fee)
