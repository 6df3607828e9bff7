"""What something costs a member now. A quote is kept as an open purchase, and with it one use of the coupon."""

from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from skillhall.billing.model import refusals as no
from skillhall.billing.model.price import Off, price_in
from skillhall.billing.model.purchase import PURCHASE, Purchase, line
from skillhall.billing.model.subscription import BillingRules, State, Subscription, Terms, upgrade_net, worth_of
from skillhall.billing.model.tax import Tax
from skillhall.billing.ports import Boostable
from skillhall.billing.queries.taxes import tax_of
from skillhall.billing.store import catalogue, coupons, purchases, subscriptions
from skillhall.billing.tasks import GiveUpPayments
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import LedgerRules
from skillhall.payments.api import Options, Quote


async def quote(tx: Tx, by: Actor, asked: Subject, options: Options) -> Quote:
    """Return what `asked` costs the caller: ("package" | "plan", id), optionally with a currency ("plan:USD"), ("boost:premium", project).

    Asked again while it is open, the same quote comes back. ("renewal", purchase) is what a subscription owes.
    """
    kind, _, rest = asked.kind.partition(":")
    asset = tx.house.config.community_currency
    match kind:
        case "package":
            draft = await _package(tx, by.account_id, asked, rest or asset, options)
        case "plan":
            draft = await _plan(tx, by.account_id, asked, rest or asset, options)
        case "boost":
            draft = await _boost(tx, by.account_id, asked, rest, options)
        case _:
            return await _renewal(tx, by, asked.id, options)
    return quote_of(await _kept(tx, draft))


def quote_of(one: Purchase) -> Quote:
    """Return the quote of a purchase."""
    return Quote(
        subject=Subject(PURCHASE, one.id), payer_id=one.account_id, payee_id=None, title=one.title, amount=one.amount, asset=one.asset,
        lines=one.lines, expires_at=one.expires_at,
    )  # fmt: skip


async def terms_of(read: Read, plan_id: UUID, asset: str) -> Terms:
    """Return a plan as it is sold now; the free one is not."""
    plan = await catalogue.plan(read, plan_id)
    if plan.is_free:
        raise no.PlanIsFree
    price = price_in(plan.prices, asset)
    return Terms(plan_id=plan.id, code=plan.code, name=plan.name, price=price, asset=asset, limits=plan.limits, trial_days=plan.trial_days)


async def off_of(read: Read, options: Options, purpose: str, item: str, asset: str) -> Off | None:
    """Return what the payer's coupon takes off this thing, or nothing without one."""
    if options.coupon_code is None:
        return None
    return (await coupons.coupon(read, options.coupon_code)).check(purpose, item, asset, read.now)


async def _package(tx: Tx, account_id: UUID, asked: Subject, asset: str, options: Options) -> Purchase:
    check_sold(tx)
    package = await catalogue.package(tx, asked.id)
    off = await off_of(tx, options, "credits", package.code, asset)
    draft = Purchase(
        id=ids.new(), account_id=account_id, purpose="credits", kind="package", asked_kind=asked.kind, asked_id=asked.id,
        title=f"{package.name}: {package.credits} credits", amount=0, tax=0, asset=asset, lines=(), credits=package.credits,
        created_at=tx.now,
    )  # fmt: skip
    return priced(draft, price_in(package.prices, asset), off, Tax())  # a voucher for many things is taxed when it is spent


async def _plan(tx: Tx, account_id: UUID, asked: Subject, asset: str, options: Options) -> Purchase:
    sub = await subscriptions.lock_live(tx, account_id)
    terms = await terms_of(tx, asked.id, asset if sub is None else sub.terms.asset)
    draft = Purchase(
        id=ids.new(), account_id=account_id, purpose="subscription", kind="plan", asked_kind=asked.kind, asked_id=asked.id,
        title=f"{terms.name}, one month", amount=0, tax=0, asset=terms.asset, lines=(), terms=terms, created_at=tx.now,
    )  # fmt: skip
    if sub is not None:
        return await _upgrade(tx, draft, sub, terms, options)
    off = await off_of(tx, options, "subscription", terms.code, terms.asset)
    if terms.trial_days and not await subscriptions.has_tried(tx, account_id):
        title = f"{terms.name}, {terms.trial_days} days on trial"
        return priced(replace(draft, title=title, is_trial=True, discount=off), 0, off, Tax())
    price = terms.price
    tax = await tax_of(tx, account_id, price - (off.of(price) if off else 0))
    return priced(replace(draft, discount=off), price, off, tax)


async def _upgrade(tx: Tx, draft: Purchase, sub: Subscription, terms: Terms, options: Options) -> Purchase:
    if sub.renewal_id is not None or sub.period_end <= tx.now:
        raise no.RenewalOpen
    if terms.plan_id == sub.terms.plan_id or sub.state is State.TRIALING:
        raise no.AlreadySubscribed
    if terms.price <= sub.terms.price:
        raise no.NotAnUpgrade
    if options.coupon_code is not None:
        raise no.CouponNotForThis(code=options.coupon_code)
    price = upgrade_net(sub, worth_of(terms, sub.discount), tx.now)
    title = f"{terms.name} instead of {sub.terms.name}, until {sub.period_end:%Y-%m-%d}"
    upgrade = replace(
        draft, kind="upgrade", title=title, old_terms=sub.terms, old_net=sub.period_net, subscription_id=sub.id, period_no=sub.period_no
    )
    return priced(upgrade, price, None, await tax_of(tx, draft.account_id, price))


async def _boost(tx: Tx, account_id: UUID, asked: Subject, boost: str, options: Options) -> Purchase:
    rules, asset = tx.setting(BillingRules), tx.house.config.community_currency
    owners = tx.ports(Boostable)
    if boost not in rules.boosts or not owners:
        raise no.NothingToBoost
    title = await owners[0].title(tx, account_id, asked.id)
    price = rules.boost_price(boost, asset)
    off = await off_of(tx, options, "boost", boost, asset)
    tax = await tax_of(tx, account_id, price - (off.of(price) if off else 0))
    draft = Purchase(
        id=ids.new(), account_id=account_id, purpose="boost", kind="boost", asked_kind=asked.kind, asked_id=asked.id,
        title=f"Boost {boost}: {title}", amount=0, tax=0, asset=asset, lines=(), boost=boost, days=rules.boost_days, created_at=tx.now,
    )  # fmt: skip
    return priced(draft, price, off, tax)


async def _renewal(tx: Tx, by: Actor, purchase_id: UUID, options: Options) -> Quote:
    found = await purchases.purchase(tx, purchase_id)
    if found.kind != "renewal" or found.account_id != by.account_id:
        raise no.PurchaseNotFound
    sub = await subscriptions.lock_live(tx, found.account_id)
    one = await purchases.lock(tx, purchase_id)
    if sub is None or sub.renewal_id != one.id or one.state != "open":
        raise no.NothingDue
    if options.coupon_code is not None:
        raise no.CouponNotForThis(code=options.coupon_code)
    soon = tx.now + timedelta(minutes=tx.setting(BillingRules).quote_minutes)
    return replace(quote_of(one), expires_at=max(sub.due_at or soon, soon))


def check_sold(read: Read) -> None:
    """Refuse where the operator's mode sells no credits."""
    mode = read.setting(LedgerRules).mode
    if mode != "voucher":
        raise no.NoCreditsSold(mode=mode)


def priced(draft: Purchase, price: int, off: Off | None, tax: Tax) -> Purchase:
    """Return the purchase with its price, what a coupon takes off, and the tax on the rest."""
    cut = off.of(price) if off else 0
    lines = (line(draft.title, price, cut, tax),)
    return replace(draft, amount=price - cut + tax.amount, tax=tax.amount, lines=lines, coupon_code=off.code if off else None)


async def _kept(tx: Tx, draft: Purchase) -> Purchase:
    """Keep a draft as the open purchase of its thing, with its coupon; an open one with the same coupon is returned as it is."""
    asked = Subject(draft.asked_kind, draft.asked_id)
    draft = replace(draft, expires_at=draft.created_at + timedelta(minutes=tx.setting(BillingRules).quote_minutes))
    rival = await purchases.lock_open_upgrade(tx, draft.subscription_id) if draft.subscription_id else None
    if rival and rival.asked_id != draft.asked_id:
        await purchases.set_dead(tx, rival.id, "superseded")
        tx.enqueue(GiveUpPayments(purchase_id=rival.id), key=str(rival.id))
    old = await purchases.lock_open(tx, draft.account_id, asked)
    if old is None and not await purchases.insert(tx, draft):
        old = await purchases.lock_open(tx, draft.account_id, asked)
    if old is not None:
        if _still_stands(old, draft):
            return old
        await _replaced(tx, old, draft)
    elif draft.coupon_code:
        await _reserved(tx, draft, [])
    return draft


def _still_stands(old: Purchase, draft: Purchase) -> bool:
    """Return whether the open purchase is the one asked for now; refuse while it stands with other conditions."""
    is_same = old.coupon_code == draft.coupon_code and old.period_no == draft.period_no
    if old.expires_at is not None and old.expires_at <= draft.created_at:
        return False
    if not is_same:
        raise no.OtherPurchaseOpen
    return True


async def _replaced(tx: Tx, old: Purchase, draft: Purchase) -> None:
    """Give up a purchase whose time is over for a new one of the same thing."""
    await purchases.set_dead(tx, old.id, "expired")
    if not await purchases.insert(tx, draft):
        raise no.OtherPurchaseOpen
    await _reserved(tx, draft, [old])


async def _reserved(tx: Tx, draft: Purchase, gone: list[Purchase]) -> None:
    coupon = await coupons.coupon(tx, draft.coupon_code) if draft.coupon_code else None
    await coupons.lock_of(tx, [one.id for one in gone], coupon.id if coupon else None)
    for one in gone:
        await coupons.give_back(tx, one.id)
    if coupon:
        await coupons.reserve(tx, coupon, draft.account_id, draft.id)
