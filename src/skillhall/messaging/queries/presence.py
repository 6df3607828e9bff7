"""Who of those one talks with is here now."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.events import Hint
from skillhall.kernel.shapes import View
from skillhall.messaging.store.presence import SILENT_AFTER

MOST_SHOWN = 200
# Whoever only opens a conversation with somebody, and says nothing, learns nothing of them.
ONLINE = sql("""
SELECT other.account_id, (array_agg(DISTINCT other.profile_id))[1:20] AS profile_ids FROM messaging.participant own
JOIN messaging.conversation c ON c.id = own.conversation_id AND c.deleted_at IS NULL AND (c.kind <> 'direct' OR c.last_sequence > 0)
JOIN messaging.participant other
    ON other.conversation_id = own.conversation_id AND other.account_id <> own.account_id AND other.left_at IS NULL
WHERE own.account_id = $1 AND own.left_at IS NULL AND ($2::uuid[] IS NULL OR other.account_id = ANY($2))
    AND EXISTS (SELECT FROM messaging.device d WHERE d.account_id = other.account_id AND d.seen_at > $3)
    AND NOT EXISTS (SELECT FROM identity.public_block b
        WHERE (b.account_id, b.blocked_id) IN ((own.account_id, other.account_id), (other.account_id, own.account_id)))
GROUP BY other.account_id ORDER BY other.account_id LIMIT $4
""")


class PresenceQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Of whom: without accounts, everybody one shares a conversation with."""

    account_ids: Annotated[tuple[UUID, ...], Meta(max_length=MOST_SHOWN)] | None = None


class OnlineView(View, frozen=True, kw_only=True):
    """Somebody who is here now, by account, with the profiles one talks with."""

    account_id: UUID
    profile_ids: list[UUID]


class PresenceView(View, frozen=True, kw_only=True):
    """Who is here now, at most 200."""

    online: list[OnlineView]


async def online_among(read: Read, by: Actor, account_ids: Sequence[UUID] | None = None) -> PresenceView:
    """Return who of these accounts is here now; of people one shares no conversation with, or across a block, nothing is known."""
    asked = None if account_ids is None else list(account_ids)
    rows = await read.rows(ONLINE, by.account_id, asked, read.wall - SILENT_AFTER, MOST_SHOWN)
    return PresenceView(online=[OnlineView(account_id=row["account_id"], profile_ids=row["profile_ids"]) for row in rows])


def presence_shown(hint: Hint) -> dict[str, object]:
    """Return what clients get of a hint that somebody has come or gone."""
    return {"accountId": hint.ids["account_id"], "isOnline": hint.ids["is_online"] == "1"}
