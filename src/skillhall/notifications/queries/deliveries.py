"""What became of notices on their way: by notice for its reader and for staff, in figures for all."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.module import Check
from skillhall.kernel.shapes import Instant, View, maybe_instant

OF_NOTICE = sql("""
SELECT d.id, d.channel, d.state, d.reason, d.attempts, d.digest_id, d.due_at, d.sent_at, d.delivered_at, d.opened_at, d.clicked_at
FROM notifications.delivery d WHERE d.notice_id = $1 ORDER BY d.channel
""")
BY_CHANNEL = sql("""
SELECT channel, count(*) AS planned, count(sent_at) AS sent, count(*) FILTER (WHERE state = 'delivered') AS delivered,
    count(opened_at) AS opened, count(clicked_at) AS clicked, count(*) FILTER (WHERE state = 'bounced') AS bounced,
    count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'suppressed') AS suppressed,
    count(*) FILTER (WHERE state = 'cancelled') AS cancelled, count(*) FILTER (WHERE state IN ('pending', 'waiting_digest')) AS waiting
FROM notifications.delivery WHERE due_at >= $1 AND due_at < $2 GROUP BY channel ORDER BY channel
""")
TIMES = sql("""
SELECT count(read_at) AS read, avg(extract(epoch FROM (read_at - at)))::float8 AS mean_to_read,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM (read_at - at))::float8) AS median_to_read,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM (clicked_at - at))::float8) AS median_to_click
FROM notifications.notice WHERE at >= $1 AND at < $2 AND state <> 'scheduled'
""")
OWN_DELIVERIES = sql("""
SELECT notice_id, channel, state, sent_at, opened_at, clicked_at FROM notifications.delivery WHERE account_id = $1 ORDER BY id
""")
OWN_BROWSERS = sql("""
SELECT endpoint, user_agent, created_at FROM notifications.push_subscription WHERE account_id = $1 ORDER BY id
""")
ANOTHERS = sql("""
SELECT d.id FROM notifications.delivery d JOIN notifications.notice n ON n.id = d.notice_id WHERE n.account_id <> d.account_id
""")
FORGOTTEN = sql("""
SELECT d.id FROM notifications.delivery d JOIN notifications.digest g ON g.id = d.digest_id
WHERE d.state = 'waiting_digest' AND (g.state NOT IN ('waiting', 'sending') OR (g.account_id, g.channel) <> (d.account_id, d.channel))
""")
CHECKS: Final = (
    Check(name="notifications.delivery_is_its_readers", violations=ANOTHERS),
    Check(name="notifications.digest_has_sent_what_it_carried", violations=FORGOTTEN),
)


class DeliveryView(View, frozen=True, kw_only=True):
    """One notice by one channel.

    `status`: pending, waiting_digest, sent, delivered, opened, clicked, bounced, failed, suppressed, cancelled. `reason` says why it went
    no further: preference, read, deleted, expired, no_longer_true, account, address_bounced,
    address_unproven, no_device, or what the other server said.
    """

    id: UUID
    channel: str
    status: str
    reason: str | None
    attempts: int
    digest_id: UUID | None
    due_at: Instant | None
    sent_at: Instant | None
    delivered_at: Instant | None
    opened_at: Instant | None
    clicked_at: Instant | None


class ChannelFigures(View, frozen=True, kw_only=True):
    """What became of everything one channel had to send."""

    channel: str
    planned: int
    sent: int
    delivered: int
    opened: int
    clicked: int
    bounced: int
    failed: int
    suppressed: int
    cancelled: int
    waiting: int


class DeliveryFigures(View, frozen=True, kw_only=True):
    """All channels, and how long people took: from its time to the reading and to the click, in seconds."""

    channels: list[ChannelFigures]
    read: int
    mean_seconds_to_read: float | None
    median_seconds_to_read: float | None
    median_seconds_to_click: float | None


async def deliveries_of(read: Read, notice_id: UUID) -> list[DeliveryView]:
    """Return by which channels a notice left, and how far it came."""
    return [_view(row) for row in await read.rows(OF_NOTICE, notice_id)]


async def figures(read: Read, since: datetime, until: datetime) -> DeliveryFigures:
    """Return the figures of what was due, and of notices that came, in [since, until)."""
    rows = await read.rows(BY_CHANNEL, since, until)
    times: Any = await read.row(TIMES, since, until)
    return DeliveryFigures(
        channels=[ChannelFigures(**row) for row in rows],
        read=times["read"],
        mean_seconds_to_read=times["mean_to_read"],
        median_seconds_to_read=times["median_to_read"],
        median_seconds_to_click=times["median_to_click"],
    )


async def own(read: Read, account_id: UUID) -> dict[str, object]:
    """Return what is kept about a person: what was sent, and to which browsers."""
    return {
        "deliveries": [dict(row) for row in await read.rows(OWN_DELIVERIES, account_id)],
        "browsers": [dict(row) for row in await read.rows(OWN_BROWSERS, account_id)],
    }


def _view(row: Row) -> DeliveryView:
    return DeliveryView(
        id=row["id"],
        channel=row["channel"],
        status=row["state"],
        reason=row["reason"],
        attempts=row["attempts"],
        digest_id=row["digest_id"],
        due_at=maybe_instant(row["due_at"]),
        sent_at=maybe_instant(row["sent_at"]),
        delivered_at=maybe_instant(row["delivered_at"]),
        opened_at=maybe_instant(row["opened_at"]),
        clicked_at=maybe_instant(row["clicked_at"]),
    )
