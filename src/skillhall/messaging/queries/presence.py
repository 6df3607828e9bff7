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
# Whoever opens a conversation with somebody, whatever they say in it, learns nothing of them before an answer.
ONLINE = sql("""
SELECT known.account_id, (array_agg(DISTINCT known.profile_id))[1:20] AS profile_ids FROM (
    SELECT other.account_id, other.profile_id FROM messaging.participant own
    JOIN messaging.conversation c ON c.id = own.conversation_id AND c.deleted_at IS NULL
    JOIN messaging.participant other
        ON other.conversation_id = own.conversation_id AND other.account_id <> own.account_id AND other.left_at IS NULL
    WHERE own.account_id = $1 AND own.left_at IS NULL AND (other.has_written OR c.kind IN ('session', 'project'))
    UNION ALL
    SELECT k.other_account_id, k.other_id FROM connections.public_connection k
    WHERE k.profile_id = ANY(ARRAY(SELECT v.id FROM profiles.public_profile v WHERE v.account_id = $1))
) known
WHERE ($2::uuid[] IS NULL OR known.account_id = ANY($2))
    AND EXISTS (SELECT FROM messaging.device d WHERE d.account_id = known.account_id AND d.seen_at > $3)
    AND NOT EXISTS (SELECT FROM identity.public_block b
        WHERE (b.account_id, b.blocked_id) IN (($1, known.account_id), (known.account_id, $1)))
GROUP BY known.account_id ORDER BY known.account_id LIMIT $4
""")


class PresenceQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Of whom: without accounts, everybody one knows."""

    account_ids: Annotated[tuple[UUID, ...], Meta(max_length=MOST_SHOWN)] | None = None


class OnlineView(View, frozen=True, kw_only=True):
    """Somebody who is here now, by account, with the profiles one knows."""

    account_id: UUID
    profile_ids: list[UUID]


class PresenceView(View, frozen=True, kw_only=True):
    """Who is here now, at most 200."""

    online: list[OnlineView]


async def online_among(read: Read, by: Actor, account_ids: Sequence[UUID] | None = None) -> PresenceView:
    """Return who of these accounts is here now.

    One knows whom one is connected with, who has written where one takes part, and the people of one's sessions and projects;
    across a block nobody.
    """
    asked = None if account_ids is None else list(account_ids)
    rows = await read.rows(ONLINE, by.account_id, asked, read.wall - SILENT_AFTER, MOST_SHOWN)
    return PresenceView(online=[OnlineView(account_id=row["account_id"], profile_ids=row["profile_ids"]) for row in rows])


def presence_shown(hint: Hint) -> dict[str, object]:
    """Return what clients get of a hint that somebody has come or gone."""
    return {"accountId": hint.ids["account_id"], "isOnline": hint.ids["is_online"] == "1"}
