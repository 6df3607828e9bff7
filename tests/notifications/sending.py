"""Notices on their way out, in one transaction that is rolled back: told, planned, begun, settled by hand."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Row, Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.deliver import Parcel, begin, settle
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.commands.subscribe import subscribe
from skillhall.notifications.model.delivery import SENT, Outcome
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.model.push import PushKeys, Subscribe, SubscriptionView
from skillhall.notifications.model.types import Channel
from skillhall.notifications.outside.push import Pushes
from skillhall.notifications.outside.sms import Texts
from skillhall.notifications.store.preferences import choose, lock_settings
from skillhall.notifications.tasks import SendDigest, SendNotice
from tests.profiles.builders import a_person, in_turn
from tests.support.push_service import Browser

DELIVERIES = sql("""
SELECT id, notice_id, channel, state, reason, attempts, due_at, retry_at, opened_at, clicked_at, address, reached
FROM notifications.delivery WHERE account_id = $1 ORDER BY channel, id
""")
CHANGE = sql("""
UPDATE notifications.setting SET is_quiet_on = $2, quiet_from = $3, quiet_until = $4, email_frequency = $5, push_frequency = $6,
    digest_at = $7, sms_number = $8 WHERE account_id = $1
""")
NUMBER = "+4915112345678"


def a_notice(who: Actor, code: str = "hall.reminder", **fields: Any) -> Notice:
    facts = fields.pop("facts", {"title": "Bring your cello", "text": "The lesson begins at nine."})
    about = Subject("account", who.account_id)
    return Notice(**{"account_id": who.account_id, "type": code, "about": about, "facts": facts, "path": "sessions/1", **fields})


async def a_reader(tx: Tx, **settings: Any) -> Actor:
    """Return a member who has chosen these settings; quiet hours are off unless named."""
    who = await a_person(tx)
    await chosen(tx, who, **settings)
    tx.house.ports[Pushes] = (Pushes(tx.house.config),)
    tx.house.ports[Texts] = (Texts(tx.house.config),)
    return who


async def chosen(tx: Tx, who: Actor, **settings: Any) -> None:
    """Write settings of a member."""
    given = {
        "is_quiet_on": False, "quiet_from": time(22), "quiet_until": time(8), "email_frequency": "immediate",
        "push_frequency": "immediate", "digest_at": time(8), "sms_number": None, **settings,
    }  # fmt: skip
    await lock_settings(in_turn(tx), who.account_id)
    await tx.run(CHANGE, who.account_id, *given.values())


async def told(tx: Tx, who: Actor, code: str = "hall.reminder", **fields: Any) -> None:
    """Tell a member something; tasks of earlier steps are forgotten."""
    tx.queued.clear()
    await notify(in_turn(tx), a_notice(who, code, **fields))


async def deliveries(tx: Tx, who: Actor) -> dict[str, Row]:
    """Return a member's deliveries by channel; of several in one channel the last."""
    return {row["channel"]: row for row in await tx.rows(DELIVERIES, who.account_id)}


def tasks(tx: Tx) -> list[UUID]:
    """Return what has been put aside to be sent: deliveries and digests."""
    found = [queued.task for queued in tx.queued]
    ours = [task for task in found if isinstance(task, SendNotice | SendDigest)]
    return [task.delivery_id if isinstance(task, SendNotice) else task.digest_id for task in ours]


async def begun(tx: Tx, delivery_id: UUID) -> Parcel | None:
    return await begin(in_turn(tx), delivery_id)


async def sent(tx: Tx, delivery_id: UUID, outcome: Outcome = SENT) -> Parcel:
    """Begin and settle an attempt; its pause, if it waited for one, is over."""
    tx.wall += timedelta(hours=1)
    parcel = await begun(tx, delivery_id)
    assert parcel is not None
    await settle(in_turn(tx), delivery_id, outcome)
    return parcel


async def switch(tx: Tx, who: Actor, name: str, channel: Channel, *, is_on: bool = False) -> None:
    """Turn a channel off or on for a type, a category or everything."""
    await lock_settings(in_turn(tx), who.account_id)
    await choose(tx, who.account_id, {(name, channel): is_on})


async def subscribed(tx: Tx, who: Actor, browser: Browser | None = None, login_id: UUID | None = None) -> tuple[Browser, SubscriptionView]:
    """Let a browser take pushes of a member."""
    (pushes,) = tx.house.ports[Pushes]
    found = browser or Browser(f"https://push-{ids.new().hex}.example.org", pushes.public_key)
    given = found.subscription
    by = Actor(account_id=who.account_id, login_id=login_id)
    command = Subscribe(endpoint=given["endpoint"], expiration_time=None, keys=PushKeys(**given["keys"]))
    return found, await subscribe(in_turn(tx), by, command, "a browser of a test")
