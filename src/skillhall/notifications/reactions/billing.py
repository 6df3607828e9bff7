"""What people are told of what they bought of the community: subscriptions, papers, credits, boosts."""

from typing import Final

from skillhall.billing import events
from skillhall.billing.api import paper_news, subscription_news
from skillhall.gigs.api import project_news
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.reactions.telling import hears, yes_or_no

CREDIT_NOTE: Final = "CRN"
BOOSTS: dict[type[events.BoostFact], str] = {
    events.BoostPaid: "billing.boost_paid",
    events.BoostRevoked: "billing.boost_revoked",
    events.BoostRestored: "billing.boost_restored",
}
SUBSCRIPTIONS: dict[type[events.SubscriptionFact], str] = {
    events.SubscriptionStarted: "billing.subscription_started",
    events.SubscriptionRenewed: "billing.subscription_renewed",
    events.SubscriptionChanged: "billing.subscription_changed",
    events.SubscriptionCancelled: "billing.subscription_cancelled",
    events.SubscriptionResumed: "billing.subscription_resumed",
    events.RenewalFailed: "billing.renewal_failed",
    events.SubscriptionEnded: "billing.subscription_ended",
    events.SubscriptionRestored: "billing.subscription_restored",
}


async def tell_subscriber(event: events.SubscriptionFact, tx: Tx) -> None:
    """Tell a subscriber what became of the subscription; not that it has ended as they had asked."""
    news = await subscription_news(tx, event.subscription_id)
    reason = event.reason if isinstance(event, events.SubscriptionEnded) else ""
    if news is None or reason == "cancelled":
        return
    facts: dict[str, Fact] = {
        "plan": news.plan,
        "reason": reason,
        "is_trial": yes_or_no(isinstance(event, events.SubscriptionStarted) and event.is_trial),
        "is_last": yes_or_no(isinstance(event, events.RenewalFailed) and event.is_last),
    }
    notice = Notice(
        account_id=event.account_id,
        type=SUBSCRIPTIONS[type(event)],
        about=Subject("subscription", event.subscription_id),
        facts=facts,
        path="billing",
        why="subscriber",
        data={"subscriptionId": str(event.subscription_id), "plan": event.plan},
    )
    await notify(tx, notice)


async def tell_paper(event: events.InvoiceIssued, tx: Tx) -> None:
    """Bring the link to a paper, unless it is about nothing, as that of a trial."""
    news = await paper_news(tx, event.invoice_id)
    if news is None or not event.total:
        return
    notice = Notice(
        account_id=event.account_id,
        type="billing.credit_note_issued" if event.series == CREDIT_NOTE else "billing.invoice_issued",
        about=Subject("invoice", event.invoice_id),
        facts={
            "number": news.number,
            "title": news.title,
            "seller": news.seller,
            "corrects": news.corrects,
            "series": event.series,
            "price": Money(abs(event.total), event.asset),
        },
        path=f"billing/invoices/{event.invoice_id}",
        why="payee" if event.series == "FEE" else "payer",
        data={"invoiceId": str(event.invoice_id)},
    )
    await notify(tx, notice)


async def tell_credits(event: events.CreditsBought, tx: Tx) -> None:
    """Tell that bought credits are in the wallet."""
    notice = Notice(
        account_id=event.account_id,
        type="billing.credits_bought",
        about=Subject("purchase", event.purchase_id),
        facts={"price": Money(event.credits, "CREDIT")},
        path="wallet",
        why="payer",
        data={"purchaseId": str(event.purchase_id)},
    )
    await notify(tx, notice)


async def tell_boost(event: events.BoostFact, tx: Tx) -> None:
    """Tell the owner of a project that it is shown before others, is so no more, or is so again."""
    project = await project_news(tx, event.project_id)
    if project is None:
        return
    notice = Notice(
        account_id=event.account_id,
        type=BOOSTS[type(event)],
        about=Subject("project", event.project_id),
        facts={"title": project.title, "days": event.days},
        path=f"projects/{event.project_id}",
        why="owner",
        data={"projectId": str(event.project_id), "purchaseId": str(event.purchase_id)},
    )
    await notify(tx, notice)


REACTIONS = (
    *hears(tell_subscriber, *SUBSCRIPTIONS),
    *hears(tell_paper, events.InvoiceIssued),
    *hears(tell_credits, events.CreditsBought),
    *hears(tell_boost, *BOOSTS),
)
