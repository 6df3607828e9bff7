"""Open a payment: its owner quotes it, and of one thing a payer has one. Nothing leaves the house yet."""

from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import post
from skillhall.payments.commands.apply import kept
from skillhall.payments.commands.cancel import superseded
from skillhall.payments.commands.owners import chosen_provider, payable
from skillhall.payments.commands.telling import tell
from skillhall.payments.events import PaymentSucceeded
from skillhall.payments.model.attempt import Attempt
from skillhall.payments.model.payment import NONE, Payment
from skillhall.payments.model.refusals import AlreadyOpen, AmountNotTaken, PaymentMoved
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.ports import Options, Quote
from skillhall.payments.queries.views import PaymentView, shown
from skillhall.payments.quote import Purpose
from skillhall.payments.store import attempts, payments
from skillhall.payments.store.methods import method as method_of
from skillhall.payments.tasks import ChargeMethod

TRIES = 3


class Wish(Struct, frozen=True, kw_only=True):
    """What somebody wants to pay for, and how; `token` is the provider's for the stored method.

    What a payer pays a subscription with is kept for its renewals; anything else where they wish it.
    """

    purpose: Purpose
    asked: Subject
    options: Options = Options()
    provider: str | None = None
    method_id: UUID | None = None
    token: str | None = None
    is_off_session: bool = False
    keeps_method: bool = False


async def open_payment(
    tx: Tx, by: Actor, purpose: Purpose, asked: Subject, options: Options, *, provider: str | None = None
) -> PaymentView:
    """Quote a thing and open a payment of it, or return the caller's open one. What costs nothing has succeeded at once.

    Locks its owner's rows (30, 40), then payments (50); a quote of 0 posts to the ledger.
    """
    return shown(tx, await opened(tx, by, Wish(purpose=purpose, asked=asked, options=options, provider=provider)), by)


async def charge(tx: Tx, payer_id: UUID, purpose: Purpose, asked: Subject, options: Options, method_id: UUID) -> UUID:
    """Charge a stored method of the payer without them, after this commit; return the payment. What comes of it is told by events.

    While an earlier payment of the same thing is on its way, nothing more is charged and that one is returned. Locks as `open_payment`.
    """
    by = Actor(account_id=payer_id, context="payments", reason="a charge of a stored method")
    chosen = await method_of(tx, method_id, payer_id)
    wish = Wish(
        purpose=purpose, asked=asked, options=options, provider=chosen.provider, method_id=method_id, token=chosen.token,
        is_off_session=True,
    )  # fmt: skip
    payment = await opened(tx, by, wish)
    attempt = await attempts.find_unanswered(tx, payment.id)
    if payment.state == "created" and attempt is not None and attempt.state == "prepared":
        tx.enqueue(ChargeMethod(attempt_id=attempt.id), key=str(attempt.id))
    return payment.id


async def opened(tx: Tx, by: Actor, wish: Wish) -> Payment:
    """Return the payer's one open payment of a thing, made now unless there is one."""
    for _ in range(TRIES):
        found = await payments.find_open(tx, by.account_id, wish.purpose, wish.asked)
        if found is not None and not _is_past(found, wish, tx):
            return _same(found, wish)
        try:
            async with tx.savepoint():  # whoever was faster has quoted too: ours leaves no trace
                return await _made(tx, by, wish, found)
        except payments.TwinError:
            continue
    raise PaymentMoved(status="processing")


def _is_past(found: Payment, wish: Wish, tx: Tx) -> bool:
    """Whether an open payment makes way for a new one: its time is over, or a stored method is charged now and it waits for another.

    A stored method that has failed makes way for its payer too: what they pay with instead may be kept.
    """
    if found.state == "failed":
        return wish.is_off_session or found.is_off_session or found.is_over(tx.now)
    waits_for_another = found.state in {"created", "requires_action"} and found.method_id != wish.method_id
    return found.is_over(tx.now) or (wish.is_off_session and waits_for_another)


def _same(found: Payment, wish: Wish) -> Payment:
    is_other_coupon = wish.options.coupon_code not in {None, found.coupon_code}
    if is_other_coupon or wish.provider not in {None, found.provider}:
        raise AlreadyOpen(payment_id=found.id)
    return found


async def _made(tx: Tx, by: Actor, wish: Wish, past: Payment | None) -> Payment:
    owner = payable(tx, wish.purpose)
    quote = await owner.quote(tx, by, wish.asked, wish.options)
    if quote.payer_id != by.account_id:
        raise AssertionError(f"{wish.purpose} {wish.asked}: quoted for another payer")
    provider = _charging(tx, wish, quote)
    await owner.lock(tx, quote.subject)
    if past is not None:
        await superseded(tx, past.id)
    payment = _payment(tx, wish, quote, provider)
    await payments.insert(tx, payment)
    tx.audit("payments.open", Subject("payment", payment.id), after={"amount": payment.amount, "asset": payment.asset})
    if not wish.is_off_session:
        await check_active(tx, payment.payer_id)
    if quote.amount:
        await _prepare(tx, payment, wish)
        return payment
    after, transfer = await kept(tx, owner, payment)
    await payments.store(tx, after)
    tell(tx, PaymentSucceeded, after, is_surplus=after.surplus_reason is not None)
    if transfer is not None:
        await post(tx, transfer)
    return after


def _charging(tx: Tx, wish: Wish, quote: Quote) -> str:
    """Return who charges it, nobody where it costs nothing; refuse an amount that they could only charge rounded."""
    if not quote.amount:
        return NONE
    party = chosen_provider(tx, wish.provider)
    step = party.step(quote.asset)
    if quote.amount % step:
        raise AmountNotTaken(amount=Money(quote.amount, quote.asset), provider=party.name, step=Money(step, quote.asset))
    return party.name


async def _prepare(tx: Tx, payment: Payment, wish: Wish) -> None:
    attempt = Attempt(
        id=ids.new(), payment_id=payment.id, verb="create", state="prepared", token=wish.token, is_charging=wish.is_off_session
    )  # fmt: skip
    await attempts.insert_attempt(tx, attempt)


def _payment(tx: Tx, wish: Wish, quote: Quote, provider: str) -> Payment:
    expires_at = quote.expires_at or tx.now + tx.setting(PaymentRules).expires_after
    payment = Payment(
        id=ids.new(),
        payer_id=quote.payer_id,
        payee_id=quote.payee_id,
        purpose=wish.purpose,
        asked_kind=wish.asked.kind,
        asked_id=wish.asked.id,
        subject_kind=quote.subject.kind,
        subject_id=quote.subject.id,
        title=quote.title,
        amount=quote.amount,
        asset=quote.asset,
        fee=quote.fee,
        lines=quote.lines,
        hold_id=quote.hold_id,
        coupon_code=wish.options.coupon_code,
        provider=provider,
        is_off_session=wish.is_off_session,
        method_id=wish.method_id,
        keeps_method=not wish.is_off_session and (wish.keeps_method or wish.purpose == "subscription"),
        state="created",
        created_at=tx.now,
        updated_at=tx.now,
        expires_at=expires_at,
    )
    return payment if quote.amount else msgspec.structs.replace(payment, state="succeeded", expires_at=None, succeeded_at=tx.now)
