"""What a buyer gives up when the price goes back, and who may ask for it. Every row concerned is locked by the caller (`fulfill.lock`)."""

from uuid import UUID

from skillhall.billing import events
from skillhall.billing.commands.fulfill import boost_event, lock
from skillhall.billing.commands.renew import end
from skillhall.billing.commands.telling import tell
from skillhall.billing.model.purchase import PURCHASE, Purchase, credits_for, most_back, tax_in
from skillhall.billing.model.refusals import NotRefundable, PurchaseNotFound
from skillhall.billing.model.subscription import Subscription, moved, restored
from skillhall.billing.store import coupons, purchases, subscriptions
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Lines, balance, clawed_credits, clawed_sale, reused_since, set_aside, unsold
from skillhall.payments.api import Part, Returned

STAFF = "hold.release"


async def refundable(tx: Tx, by: Actor, subject: Subject, captured: int, gone: int) -> int:
    """Return how much may go back because somebody asks: of a package the part that is not spent; the rest only staff gives back."""
    one = await purchases.purchase(tx, subject.id)
    is_staff = by.may(STAFF) or by.context is not None
    if by.account_id != one.account_id and not is_staff:
        raise PurchaseNotFound
    if one.state != "paid":
        raise NotRefundable(why="it is not paid")
    if one.kind == "package":
        return min(captured - gone, most_back(one, await _unspent(tx, one)))
    if not is_staff:
        raise NotRefundable(why="a plan or boost runs until it ends; ask the people who run this community")
    return captured - gone


async def _unspent(tx: Tx, one: Purchase) -> int:
    """Return the bought credits in the wallet. Those earned and made spendable since are none: they are paid out at another price."""
    reused = await reused_since(tx, one.account_id, CREDIT, one.paid_at or tx.now)
    return max((await balance(tx, one.account_id, CREDIT)).bought - reused, 0)


async def returned(tx: Tx, subject: Subject, part: Part) -> Returned:
    """Take back what was bought with this part. Spent credits are missing: a refund is refused by the ledger, otherwise they are owed."""
    one = await purchases.purchase(tx, subject.id)
    credits_ = credits_for(one, part.amount) if one.kind == "package" else 0
    lines = _credit_lines(one, part, credits_) if one.kind == "package" else _sale_lines(one, part)
    is_all = part.why == "chargeback" or one.money_back + part.amount >= one.amount
    is_revoked = is_all and one.revoked_at is None
    await purchases.add_returned(tx, part.hold_id or ids.new(), one, part.why, part.amount, credits_, tx.now if is_revoked else None)
    if is_revoked:
        await _revoke(tx, one, is_chargeback=part.why == "chargeback")
    return Returned(lines=lines, credits=credits_)


async def undo_refund(tx: Tx, hold_id: UUID) -> None:
    """A refund did not go out: its part of the price, and the credits, are counted as there again. What was ended stays so."""
    purchase_id = await purchases.find_returned_by(tx, hold_id)
    if purchase_id is not None:
        await lock(tx, Subject(PURCHASE, purchase_id))
        await purchases.undo_returned(tx, purchase_id, hold_id)


async def undo_chargeback(tx: Tx, purchase_id: UUID, amount: int) -> None:
    """The bank has given a chargeback of so much back: it is counted as never gone, and what had ended with it goes on."""
    one = await purchases.purchase(tx, purchase_id)
    sub = await subscriptions.lock(tx, one.subscription_id) if one.subscription_id else None
    await lock(tx, Subject(PURCHASE, purchase_id))
    await purchases.undo_chargeback(tx, purchase_id, amount)
    if not await purchases.set_kept_again(tx, purchase_id):
        return
    await coupons.take_again(tx, purchase_id)
    if one.boost is not None:
        tx.publish(boost_event(events.BoostRestored, one))
    if sub is not None and await _goes_on(tx, sub):
        await subscriptions.store(tx, restored(sub))
        tell(tx, events.SubscriptionRestored, sub)


async def _goes_on(tx: Tx, sub: Subscription) -> bool:
    """Whether a locked subscription ended by chargebacks alone, its period runs, and no other has taken its place."""
    was_taken = sub.end_reason == "charged_back" and tx.now < sub.period_end
    return was_taken and await subscriptions.live(tx, sub.account_id) is None and await subscriptions.is_paid(tx, sub.id)


def _credit_lines(one: Purchase, part: Part, credits_: int) -> Lines:
    if part.hold_id is not None:
        return set_aside(part.hold_id, one.account_id, credits_, "refund", part.payment_id, asset=CREDIT, account="wallet")
    return clawed_credits(one.account_id, credits_, part.amount, asset=part.asset, provider=part.account)


def _sale_lines(one: Purchase, part: Part) -> Lines:
    tax = tax_in(one, part.amount)
    if part.hold_id is not None:
        return unsold(part.hold_id, part.payer_id, part.amount, tax, part.payment_id, asset=part.asset)
    return clawed_sale(part.amount, tax, asset=part.asset, provider=part.account)


async def _revoke(tx: Tx, one: Purchase, *, is_chargeback: bool) -> None:
    """All of the price is gone: what it brought ends, and the coupon may be used again."""
    await coupons.give_back(tx, one.id)
    if one.boost is not None:
        tx.publish(boost_event(events.BoostRevoked, one))
    if one.purpose != "subscription":
        return
    sub = await subscriptions.live(tx, one.account_id)
    if sub is None or sub.id != one.subscription_id:
        return
    if is_chargeback:
        await end(tx, sub, "charged_back")
    elif one.kind == "upgrade":
        if one.old_terms and one.period_no == sub.period_no and sub.terms.plan_id == one.plan.plan_id:
            await subscriptions.store(tx, moved(sub, one.old_terms, one.old_net))
    elif (one.period_no is None and sub.period_no == 0) or one.period_no == sub.period_no:
        await end(tx, sub, "refunded")
