"""Earned credits become money that can be paid out, or what was earned becomes spendable again."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Subject, View
from skillhall.ledger.api import Transfer, WalletView, post, redeemed, reused, wallet
from skillhall.payments.model.payout_refusals import NotRedeemable, NotYetPayable
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.queries.payable import due
from skillhall.payments.store import payouts

MOST = 1_000_000_000


class EarnedCredits(Struct, frozen=True, forbid_unknown_fields=True):
    """Credits above zero."""

    amount: Annotated[int, Meta(ge=1, le=MOST)]
    currency: Literal["CREDIT"] = CREDIT


class Redeem(Body, frozen=True, kw_only=True):
    """How many earned credits, and into which currency: the community's where nothing is said."""

    credits: EarnedCredits
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$(?!\n)", description="Three capital letters", examples=["EUR"])] | None = None


class Reuse(Body, frozen=True, kw_only=True):
    """How much of one's earnings."""

    amount: Money


class RedemptionView(View, frozen=True, kw_only=True):
    """Credits that became money."""

    id: UUID
    credits: Money
    amount: Money
    wallet: WalletView


class ReuseView(View, frozen=True, kw_only=True):
    """Earnings that became spendable."""

    id: UUID
    amount: Money
    wallet: WalletView


async def redeem(tx: Tx, by: Actor, command: Redeem) -> RedemptionView:
    """Turn earned credits into money at the community's price. They have waited as earnings do, so the money can go at once."""
    asset = command.currency or tx.house.config.community_currency
    price = tx.setting(PaymentRules).credit_redeem_price.get(asset)
    if not price:
        raise NotRedeemable(currency=asset)
    await payouts.lock_earnings(tx, by.account_id)
    asked, payable = command.credits.amount, (await due(tx, by.account_id, CREDIT)).payable
    if asked > payable:
        raise NotYetPayable(payable=Money(payable, CREDIT), asked=Money(asked, CREDIT))
    await check_active(tx, by.account_id)
    redemption_id, amount = ids.new(), asked * price
    subject = Subject("redemption", redemption_id)
    lines = redeemed(by.account_id, asked, amount, asset=asset)
    await post(tx, Transfer(id=redemption_id, kind="redeem", subject=subject, lines=lines))
    tx.audit("payments.redeem", subject, after={"credits": asked, "amount": amount, "asset": asset})
    return RedemptionView(
        id=redemption_id,
        credits=Money(asked, CREDIT),
        amount=Money(amount, asset),
        wallet=await wallet(tx, by.account_id),
    )


async def reuse(tx: Tx, by: Actor, command: Reuse) -> ReuseView:
    """Move earnings into one's own wallet, where they can be spent and never be paid out again."""
    amount, asset = command.amount.amount, command.amount.currency
    if not 1 <= amount <= MOST:
        raise Invalid(FieldError("amount.amount", "body", "payments.amount", "Must be above zero."))
    await payouts.lock_earnings(tx, by.account_id)
    await check_active(tx, by.account_id)
    reuse_id = ids.new()
    subject = Subject("reuse", reuse_id)
    await post(tx, Transfer(id=reuse_id, kind="reuse", subject=subject, lines=reused(by.account_id, amount, asset=asset)))
    tx.audit("payments.reuse", subject, after={"amount": amount, "asset": asset})
    return ReuseView(id=reuse_id, amount=command.amount, wallet=await wallet(tx, by.account_id))
