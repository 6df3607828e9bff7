"""The bank of the sandbox: what its tokens do, what it charges for its work, and what becomes of a charge.

| method | what it does |
| --- | --- |
| `tok_ok` | is charged |
| `tok_decline`, `tok_insufficient` | is declined, as `card_declined` or `insufficient_funds` |
| `tok_action` | its bank asks the payer first, on the pay page; off-session the charge waits for the payer |
| `tok_slow` | is processing until the bank is told how it ends |
| `tok_timeout` | is charged, and neither answer nor webhook arrives: only asking shows it |
| `tok_late` | is charged; the answer is lost, the webhook arrives |
| `tok_lost` | the call never arrives |
| `tok_dispute` | is charged, and the payer's bank takes the money back at once |
| `tok_refund_fail`, `tok_refund_slow` | is charged; a refund fails, or is processing until told |
| `tok_refund_timeout` | is charged; a refund is done, without answer or webhook |

| destination | what it does |
| --- | --- |
| `ba_ok`, and every PayPal address | is paid |
| `ba_fail`, `ba_short` | fails, as `account_closed` or `balance_insufficient` |
| `ba_return` | is paid, and the money comes back at once |
| `ba_slow` | is processing until told |
| `ba_timeout`, `ba_lost` | is paid without an answer; the call never arrives |
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Final, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.kernel.events import Task
from skillhall.kernel.ids import derived
from skillhall.kernel.refusals import Conflict, NotFound
from skillhall.payments.ports import ChargebackFacts, MethodFacts, PaymentFacts, PayoutFacts, RefundFacts

NAME: Final = "sandbox"
DECLINES: Final[Mapping[str, str]] = MappingProxyType({"tok_decline": "card_declined", "tok_insufficient": "insufficient_funds"})
CARDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "tok_ok": "4242",
        "tok_decline": "0002",
        "tok_insufficient": "9995",
        "tok_action": "3184",
        "tok_slow": "0077",
        "tok_timeout": "0408",
        "tok_late": "0504",
        "tok_lost": "0404",
        "tok_dispute": "0259",
        "tok_refund_fail": "3222",
        "tok_refund_slow": "7726",
        "tok_refund_timeout": "5126",
    }
)
"""The last four digits each method shows."""
PAYOUT_FAILURES: Final[Mapping[str, str]] = MappingProxyType({"ba_fail": "account_closed", "ba_short": "balance_insufficient"})
FEE_PER_MILLE: Final = 29
FEE_FIXED: Final = 30
CHARGEBACK_FEE: Final = 1500
ANSWER_WITHIN_DAYS: Final = 7

ChargeState = Literal["created", "requires_action", "processing", "succeeded", "failed", "cancelled"]


class TellNews(Task, frozen=True, kw_only=True):
    """Deliver one event of the bank's to our own webhook."""

    name: ClassVar[str] = "payments.tell_sandbox_news"
    event_id: str


class NotAtTheBank(NotFound):
    """The sandbox bank knows no such thing."""

    code = "payments.sandbox_not_found"
    message = "The sandbox bank knows nothing by that name."


class BankCannot(Conflict):
    """The sandbox bank cannot do this to that thing as it stands."""

    code = "payments.sandbox_impossible"
    message = "The sandbox bank cannot do {event} to what is {status}."


class Charge(Struct, frozen=True, kw_only=True):
    """A charge as the bank keeps it. `booked_asset` differs from `asset` only when somebody made it do so.

    With a `customer` the bank keeps what it is paid with; `method` is what was kept, or what was kept before and is paid with.
    """

    ref: str
    key: UUID
    payment_id: UUID
    amount: int
    asset: str
    title: str
    return_url: str
    is_captured: bool
    created_at: datetime
    booked_asset: str
    behaves: str = ""
    state: ChargeState = "created"
    captured: int = 0
    fee: int | None = None
    failure: str = ""
    customer: str | None = None
    method: str | None = None


class BankRefund(Struct, frozen=True, kw_only=True):
    """A refund as the bank keeps it; without a key it was made at the bank's desk."""

    ref: str
    key: UUID | None
    charge_ref: str
    amount: int
    asset: str
    state: Literal["processing", "succeeded", "failed"]
    created_at: datetime
    failure: str = ""


class BankChargeback(Struct, frozen=True, kw_only=True):
    """A chargeback as the bank keeps it."""

    ref: str
    charge_ref: str
    amount: int
    asset: str
    fee: int
    state: Literal["open", "won", "lost"]
    created_at: datetime


class BankPayout(Struct, frozen=True, kw_only=True):
    """A payout as the bank keeps it."""

    ref: str
    key: UUID
    amount: int
    asset: str
    destination: str
    state: Literal["processing", "paid", "failed", "returned"]
    created_at: datetime
    failure: str = ""


def fee_of(amount: int) -> int:
    """Return what the bank keeps of a captured amount: 2.9 % and 30 minor units, never more than there is."""
    return min(amount, (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED)


def charged(charge: Charge, behaves: str) -> Charge:
    """Return what becomes of an open charge when a method that `behaves` so is charged; one that has ended stays as it is."""
    if charge.state in {"succeeded", "cancelled", "processing"}:
        return charge
    tried = replace(charge, behaves=behaves, failure="")
    if failure := DECLINES.get(behaves):
        return replace(tried, state="failed", failure=failure)
    if behaves == "tok_action":
        return replace(tried, state="requires_action")
    if behaves == "tok_slow" or not charge.is_captured:
        return replace(tried, state="processing")
    return taken(tried)


def taken(charge: Charge, amount: int | None = None, asset: str | None = None) -> Charge:
    """Return the charge with the money taken, whatever it was before: a bank may do that after all."""
    captured = charge.amount if amount is None else amount
    return replace(charge, state="succeeded", captured=captured, fee=fee_of(captured), booked_asset=asset or charge.asset, failure="")


def declined(charge: Charge, failure: str) -> Charge:
    """Return the charge with the method declined; money that was taken stays taken."""
    return charge if charge.state in {"succeeded", "cancelled"} else replace(charge, state="failed", failure=failure)


def given_up(charge: Charge) -> Charge:
    """Return the charge given up; money that was taken stays taken."""
    return charge if charge.state == "succeeded" else replace(charge, state="cancelled")


def customer_of(account_id: UUID) -> str:
    """Return what the bank calls a member."""
    return f"sbx_cu_{account_id.hex}"


def kept(charge: Charge) -> Charge:
    """Return a charge that has been taken with what the bank keeps of it."""
    behaves = "tok_ok" if charge.behaves in {"", *DECLINES} else charge.behaves
    if charge.customer is None or (charge.method is not None and behaves == charge.behaves):
        return charge
    return replace(charge, method=f"sbx_pm_{derived('sandbox method', charge.key).hex}", behaves=behaves)


def card(token: str, behaves: str, customer: str) -> MethodFacts:
    """Return a method as the bank shows it."""
    return MethodFacts(token=token, kind="card", brand="visa", last4=CARDS[behaves], exp_month=12, exp_year=2040, customer=customer)


def charge_facts(charge: Charge, page: str) -> PaymentFacts:
    """Return what the bank says of a charge. While the payer can do something, `page` is where."""
    is_open = charge.state in {"created", "requires_action", "failed"}
    return PaymentFacts(
        ref=charge.ref, state=charge.state, payment_id=charge.payment_id, captured=charge.captured, asset=charge.booked_asset,
        fee=charge.fee, client_secret=f"{charge.ref}_secret", action_url=page if is_open else None, failure=charge.failure,
        method=card(charge.method, charge.behaves, charge.customer) if charge.captured and charge.customer and charge.method else None,
        customer=charge.customer,
    )  # fmt: skip


def refund_facts(refund: BankRefund, charge: Charge) -> RefundFacts:
    """Return what the bank says of a refund."""
    return RefundFacts(
        ref=refund.ref, state=refund.state, amount=refund.amount, asset=refund.asset, payment_ref=charge.ref, payment_id=charge.payment_id,
        refund_id=refund.key, failure=refund.failure,
    )  # fmt: skip


def chargeback_facts(chargeback: BankChargeback, charge: Charge, answer_by: datetime | None) -> ChargebackFacts:
    """Return what the bank says of a chargeback."""
    return ChargebackFacts(
        ref=chargeback.ref, state=chargeback.state, amount=chargeback.amount, asset=chargeback.asset, payment_ref=charge.ref,
        payment_id=charge.payment_id, fee=chargeback.fee, reason="fraudulent", answer_by=answer_by,
    )  # fmt: skip


def payout_facts(payout: BankPayout) -> PayoutFacts:
    """Return what the bank says of a payout."""
    return PayoutFacts(
        ref=payout.ref, state=payout.state, amount=payout.amount, asset=payout.asset, payout_id=payout.key, failure=payout.failure
    )
