"""Open a payment as a client asks for it: by the thing, never by the price."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.money import Asset, Money, exponent
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, Subject, View
from skillhall.payments.commands.attempt import prepare
from skillhall.payments.commands.open_payment import Wish, opened
from skillhall.payments.model.payment import OPEN, Payment
from skillhall.payments.model.refusals import AmountMismatch
from skillhall.payments.ports import Options
from skillhall.payments.quote import Purpose
from skillhall.payments.store import attempts, payments

Code = Annotated[str, Meta(min_length=1, max_length=64)]


class Boost(Body, frozen=True, kw_only=True):
    """Which project to show more, and how."""

    project_id: UUID
    kind: Literal["standard", "premium", "featured"] = "standard"


class OpenIntent(Body, frozen=True, kw_only=True):
    """What to pay for: exactly one thing. `amount`, `currency` and `payeeId` are only compared with what is true.

    A bare amount is in major units of the currency. With `keepMethod` what is paid with is kept as a payment method of the payer's; what
    pays a subscription always is, and becomes the default, which its renewals are charged to.
    """

    package_id: UUID | None = None
    session_id: UUID | None = None
    booking_id: UUID | None = None
    milestone_id: UUID | None = None
    plan_code: Code | None = None
    boost: Boost | None = None
    provider: Code | None = None
    coupon_code: Code | None = None
    amount: Money | Decimal | None = None
    currency: Asset | None = None
    payee_id: UUID | None = None
    keep_method: bool = False


class OpenedView(View, frozen=True, kw_only=True):
    """Which payment stands, and the call to its provider that is to be made."""

    id: UUID
    attempt_id: UUID | None


async def open_intent(tx: Tx, by: Actor, command: OpenIntent) -> OpenedView:
    """Open it, or find the caller's open one; tell which call is to be made before the payer can go on."""
    purpose, asked = _asked(command)
    wish = Wish(
        purpose=purpose, asked=asked, options=Options(coupon_code=command.coupon_code), provider=command.provider,
        keeps_method=command.keep_method,
    )  # fmt: skip
    payment = await opened(tx, by, wish)
    _compare(command, payment, tx.house.config.community_currency)
    return OpenedView(id=payment.id, attempt_id=await unfinished(tx, payment))


async def unfinished(tx: Tx, payment: Payment) -> UUID | None:
    """Return the call that is to be made or asked after before the payer can go on; a new one where the first never arrived."""
    attempt = await attempts.find_unanswered(tx, payment.id)
    if attempt is None and payment.ref is None and payment.state in OPEN:
        locked = await payments.lock(tx, payment.id)
        attempt = await attempts.find_unanswered(tx, payment.id)
        if attempt is None and locked.ref is None and locked.state in OPEN:
            return await prepare(tx, locked, "create", None)
    return None if attempt is None else attempt.id


def _asked(command: OpenIntent) -> tuple[Purpose, Subject]:
    things: list[tuple[Purpose, str, UUID | None]] = [
        ("credits", "package", command.package_id),
        ("session", "session", command.session_id),
        ("booking", "booking", command.booking_id),
        ("milestone", "milestone", command.milestone_id),
        ("subscription", "plan", None if command.plan_code is None else derived("plan", command.plan_code.lower())),
        ("boost", f"boost:{command.boost.kind}" if command.boost else "", command.boost.project_id if command.boost else None),
    ]
    named: list[tuple[Purpose, Subject]] = [
        (purpose, Subject(kind, thing_id)) for purpose, kind, thing_id in things if thing_id is not None
    ]
    if len(named) != 1:
        text = "Name exactly one of packageId, sessionId, bookingId, milestoneId, planCode, boost."
        raise Invalid(FieldError("", "body", "payments.one_thing", text))
    return named[0]


def _compare(command: OpenIntent, payment: Payment, currency: str) -> None:
    costs = Money(payment.amount, payment.asset)
    amount = command.amount
    if isinstance(amount, Money):
        is_same = (amount.amount, amount.currency) == (payment.amount, payment.asset)
    else:
        is_same = amount is None or (
            (command.currency or currency) == payment.asset and amount.is_finite()
            and amount.scaleb(exponent(payment.asset)) == payment.amount
        )  # fmt: skip
    if not is_same:
        raise AmountMismatch(field="amount", amount=costs)
    if command.currency not in {None, payment.asset}:
        raise AmountMismatch(field="currency", amount=costs)
    if command.payee_id not in {None, payment.payee_id}:
        raise AmountMismatch(field="payee", amount=costs)
