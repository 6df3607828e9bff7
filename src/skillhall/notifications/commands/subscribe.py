"""A browser begins or ends taking pushes."""

from datetime import UTC, datetime
from typing import Final

from msgspec import UnsetType

from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import instant
from skillhall.notifications.model.push import (
    MOST_DEVICES,
    DroppedView,
    DropSubscription,
    PushSubscription,
    Subscribe,
    SubscriptionView,
    check_subscription,
)
from skillhall.notifications.outside.push import Pushes
from skillhall.notifications.store import push as store

LAST_MILLISECOND: Final = 4_102_444_800_000  # the year 2100; browsers that set a date set one soon
AGENT_LENGTH: Final = 200


async def subscribe(tx: Tx, by: Actor, command: Subscribe, user_agent: str) -> SubscriptionView:
    """Let this browser take pushes of the account. Sent again it is the same one; another account in the browser takes it over.

    Of more than `MOST_DEVICES` browsers the oldest go.
    """
    check_subscription(command, may_be_here=tx.house.config.is_sandbox)
    await check_active(tx, by.account_id)
    new = PushSubscription(
        id=ids.new(),
        account_id=by.account_id,
        endpoint=command.endpoint,
        p256dh=command.keys.p256dh,
        auth=command.keys.auth,
        server_key=tx.port(Pushes).public_key,
        expires_at=_end(command.expiration_time),
    )
    subscription_id, created_at = await store.subscribe(tx, new, by.login_id, user_agent[:AGENT_LENGTH])
    await store.keep_newest(tx, by.account_id, MOST_DEVICES)
    return SubscriptionView(id=subscription_id, endpoint=command.endpoint, created_at=instant(created_at))


async def drop_subscription(tx: Tx, by: Actor, command: DropSubscription) -> DroppedView:
    """End one's own browser's pushes; one that has ended is fine, another's stays."""
    return DroppedView(removed=await store.drop(tx, by.account_id, command.endpoint))


def _end(milliseconds: float | UnsetType | None) -> datetime | None:
    """Return when a browser will end its subscription by itself, if it says so."""
    if not isinstance(milliseconds, int | float) or not 0 < milliseconds < LAST_MILLISECOND:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
