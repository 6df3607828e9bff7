"""What people are told of their payments, refunds and payouts, and staff of money that waits. Of chargebacks `disputes` tells."""

from typing import Any

from skillhall.identity.api import holders
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.module import Reaction
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.reactions.telling import hears, yes_or_no
from skillhall.payments import events
from skillhall.payments.api import asking_page, find_paid, identity_check, waits_for_staff

PAYOUTS: dict[type[events.PayoutFact], str] = {
    events.PayoutRequested: "payments.payout_requested",
    events.PayoutPaid: "payments.payout_paid",
    events.PayoutFailed: "payments.payout_failed",
    events.PayoutCancelled: "payments.payout_cancelled",
}


async def tell_payer(event: events.PaymentFact, tx: Tx) -> None:
    """Tell the payer what became of their money. Of a renewal that fails billing tells, and nothing of what cost nothing."""
    paid = await find_paid(tx, payment_id=event.payment_id)
    code = _code(event)
    if paid is None or code is None or not event.amount:
        return
    facts: dict[str, Fact] = {"title": paid.title, "price": Money(event.amount, event.asset)}
    data: dict[str, Any] = {"paymentId": str(event.payment_id), "purpose": event.purpose}
    if isinstance(event, events.ActionRequired):
        page = await asking_page(tx, event.payment_id)
        if page is None:
            return
        facts["link"] = page or f"{tx.house.config.base_url}/api/v1/payments/{event.payment_id}/back"
        data["url"] = facts["link"]
    if isinstance(event, events.Refunded | events.RefundFailed):
        data["refundId"] = str(event.refund_id)
    notice = Notice(
        account_id=event.payer_id,
        type=code,
        about=Subject("payment", event.payment_id),
        facts=facts,
        path=f"payments/{event.payment_id}",
        why="payer",
        data=data,
    )
    await notify(tx, notice)


async def tell_payee(event: events.PayoutFact, tx: Tx) -> None:
    """Tell somebody what became of a payout of theirs."""
    notice = Notice(
        account_id=event.account_id,
        type=PAYOUTS[type(event)],
        about=Subject("payout", event.payout_id),
        facts={
            "price": Money(event.amount, event.asset),
            "is_returned": yes_or_no(isinstance(event, events.PayoutFailed) and event.is_returned),
        },
        path=f"payouts/{event.payout_id}",
        why="payee",
        data={"payoutId": str(event.payout_id)},
    )
    await notify(tx, notice)


async def tell_identity_checked(event: events.IdentityChecked, tx: Tx) -> None:
    """Tell somebody whether they may be paid out, unless it was decided anew meanwhile."""
    status, reason = await identity_check(tx, event.account_id)
    if status != event.status:
        return
    notice = Notice(
        account_id=event.account_id,
        type="payments.identity_checked",
        about=Subject("account", event.account_id),
        facts={"status": event.status, "reason": reason},
        path="payouts",
        why="payee",
        data={"status": event.status},
    )
    await notify(tx, notice)


async def tell_destination(event: events.DestinationChanged, tx: Tx) -> None:
    """Tell somebody that their earnings go elsewhere now: it may not have been them."""
    notice = Notice(
        account_id=event.account_id,
        type="payments.destination_changed",
        about=Subject("account", event.account_id),
        facts={"until": event.payable_from},
        path="payouts",
        why="payee",
    )
    await notify(tx, notice)


async def tell_staff(event: events.MoneySuspended | events.RefundFailed, tx: Tx) -> None:
    """Tell those who decide about money that some waits for them; nothing when it has gone back by itself."""
    is_refund = isinstance(event, events.RefundFailed)
    about = Subject("refund", event.refund_id) if is_refund else Subject("suspense", event.suspense_id)
    if not await waits_for_staff(tx, about.id):
        return
    facts: dict[str, Fact] = {"price": Money(event.amount, event.asset), "waiting": about.kind}
    path = f"payments/{event.payment_id}" if is_refund else "payments/suspense"
    deciders = await holders(tx, "payout.decide")
    notices = [Notice(account_id=one, type="payments.money_waits", about=about, facts=facts, path=path, why="staff") for one in deciders]
    await notify(tx, *notices)


def _code(event: events.PaymentFact) -> str | None:
    match event:
        case events.PaymentSucceeded():
            return "payments.not_kept" if event.is_surplus else "payments.succeeded"
        case events.PaymentFailed():
            return None if event.is_off_session and event.purpose == "subscription" else "payments.failed"
        case events.ActionRequired():
            return "payments.action_required" if event.is_off_session else None
        case events.Refunded():
            return "payments.refunded"
        case _:
            return "payments.refund_failed"


REACTIONS = (
    *hears(
        tell_payer,
        events.PaymentSucceeded,
        events.PaymentFailed,
        events.ActionRequired,
        events.Refunded,
        events.RefundFailed,
    ),
    *hears(tell_payee, *PAYOUTS),
    *hears(tell_identity_checked, events.IdentityChecked),
    *hears(tell_destination, events.DestinationChanged),
    *hears(tell_staff, events.MoneySuspended),
    Reaction(name="notifications.tell_staff_payments_refund_failed", event=events.RefundFailed, run=tell_staff),
)
