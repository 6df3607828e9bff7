"""What is said of subscriptions: every event of one is made here."""

from typing import Any, TypeVar

from msgspec.structs import replace

from skillhall.billing.events import SubscriptionFact, SubscriptionResumed
from skillhall.billing.model.subscription import Subscription
from skillhall.kernel.db.tx import Tx

F = TypeVar("F", bound=SubscriptionFact)


def tell(tx: Tx, event: type[F], sub: Subscription, **more: Any) -> None:  # noqa: ANN401 - the event's own fields
    """Say that something has happened to a subscription."""
    facts: dict[str, Any] = {"subscription_id": sub.id, "account_id": sub.account_id, "plan": sub.terms.code}
    tx.publish(event(**facts, **more))


def resumed(tx: Tx, sub: Subscription) -> Subscription:
    """Return a subscription that goes on after its period, and say so where it was to end. The caller stores it."""
    if not sub.is_cancelling:
        return sub
    after = replace(sub, is_cancelling=False)
    tell(tx, SubscriptionResumed, after)
    return after
