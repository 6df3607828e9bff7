"""Withdraw: earnings are set aside for a payout and sent, because their owner asks or because the time has come.

Two at once: the second waits for the first and sees what is left. The process dies after the commit: the task sends it.
Sent twice: the Idempotency-Key answers with the first payout. A retry of one that failed is a new payout that is debited anew.
"""

from decimal import Decimal
from uuid import UUID

from skillhall.identity.api import check_active, people
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.money import Money, exponent, minor_units
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Subject, instant
from skillhall.ledger.api import Indebted, Transfer, post, set_aside
from skillhall.payments.events import PayoutRequested
from skillhall.payments.model.payout import PAYOUT, Payout, PayoutAccount
from skillhall.payments.model.payout_refusals import (
    AddressUnverified,
    CurrencyNotPaidOut,
    DestinationTooNew,
    IdentityUnverified,
    NoPayoutAccount,
    NotYetPayable,
)
from skillhall.payments.model.prices import LARGEST
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.queries.payable import due, owed
from skillhall.payments.queries.payouts import PayoutView, payout_view
from skillhall.payments.store import payouts
from skillhall.payments.tasks import SendPayout


class RequestPayout(Body, frozen=True, kw_only=True):
    """How much; everything that can go, where nothing is said. A bare number is in major units of the payout account's currency."""

    amount: Money | Decimal | None = None


async def request_payout(tx: Tx, by: Actor, command: RequestPayout) -> PayoutView:
    """Send earnings to one's payout account."""
    await payouts.lock_earnings(tx, by.account_id)
    account = await payouts.find_payout_account(tx, by.account_id)
    if account is None:
        raise NoPayoutAccount
    if not by.email_verified:
        raise AddressUnverified
    if account.kyc != "verified":
        raise IdentityUnverified(status=account.kyc)
    if account.payable_from and tx.now < account.payable_from:
        raise DestinationTooNew(payable_from=instant(account.payable_from))
    if debt := await owed(tx, by.account_id):
        raise Indebted(owed=debt.amount, currency=debt.currency)
    amount = _amount(command.amount, account.asset)
    payable = (await due(tx, by.account_id, account.asset)).payable
    if (amount or 1) > payable:
        raise NotYetPayable(payable=Money(payable, account.asset), asked=Money(amount or 1, account.asset))
    payout = await _pay_out(tx, account, amount or payable, is_automatic=False)
    tx.audit("payments.request_payout", Subject(PAYOUT, payout.id), after={"amount": payout.amount, "asset": payout.asset})
    return await payout_view(tx, payout.id, by)


async def pay_out_due(account_id: UUID, tx: Tx) -> None:
    """Pay out what can go of an account whose time has come, and note the next time; nothing when somebody was faster.

    Small sums wait until there is more; asked for by hand they go.
    """
    await payouts.lock_earnings(tx, account_id)
    account = await payouts.find_payout_account(tx, account_id)
    if account is None or account.next_payout_at is None or account.next_payout_at > tx.now:
        return
    await payouts.save_payout_account(tx, account.timed(tx.now))
    payable = (await due(tx, account_id, account.asset)).payable
    may_go = (await people(tx, [account_id]))[account_id].is_active and not await owed(tx, account_id)
    if may_go and payable >= tx.setting(PaymentRules).min_payout(account.asset):
        await _pay_out(tx, account, payable, is_automatic=True)


async def _pay_out(tx: Tx, account: PayoutAccount, amount: int, *, is_automatic: bool) -> Payout:
    payout = Payout(
        id=ids.new(), account_id=account.account_id, amount=amount, asset=account.asset, kind=account.kind, provider=account.provider,
        destination=account.destination, label=account.label, is_automatic=is_automatic, requested_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    await payouts.insert_payout(tx, payout)
    await check_active(tx, account.account_id)
    lines = set_aside(payout.hold_id, payout.account_id, amount, PAYOUT, payout.id, asset=payout.asset, account="earnings")
    subject = Subject(PAYOUT, payout.id)
    await post(tx, Transfer(id=derived("payout_open", payout.id), kind="payout_open", subject=subject, lines=lines))
    tx.publish(PayoutRequested(payout_id=payout.id, account_id=payout.account_id, amount=amount, asset=payout.asset))
    tx.enqueue(SendPayout(payout_id=payout.id), key=str(payout.id))
    return payout


def _amount(given: Money | Decimal | None, asset: str) -> int | None:
    """Return the minor units that are meant."""
    if given is None:
        return None
    if isinstance(given, Money) and given.currency != asset:
        raise CurrencyNotPaidOut(currency=asset, asked=given.currency)
    amount = minor_units(given, asset, least=1, most=LARGEST)
    if amount is None:
        raise Invalid(FieldError("amount", "body", "payments.amount", f"Must be above zero, with at most {exponent(asset)} decimals."))
    return amount
