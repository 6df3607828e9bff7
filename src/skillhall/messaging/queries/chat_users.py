"""Whom somebody may write to without looking for them: people they are connected with or talk with already."""

from uuid import UUID

from msgspec.structs import replace

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import ListQuery, Page, View
from skillhall.messaging.queries.presence import online_among

KNOWN = Listing(
    columns=sql("v.account_id, v.id, v.display_name, v.username, v.avatar_url"),
    source=sql("profiles.public_profile v"),
    sorts={"displayName": sql("lower(v.display_name)")},
    default_sort="displayName",
    key=sql("v.id"),
    filters={
        "viewer": sql("""v.account_id <> {} AND v.id IN (
                SELECT k.other_id FROM connections.public_connection k
                WHERE k.profile_id = ANY(ARRAY(SELECT w.id FROM profiles.public_profile w WHERE w.account_id = {}))
                UNION ALL
                SELECT o.profile_id FROM messaging.participant p JOIN messaging.participant o ON o.conversation_id = p.conversation_id
                JOIN messaging.conversation c ON c.id = p.conversation_id
                WHERE p.account_id = {} AND p.left_at IS NULL AND o.left_at IS NULL
                    AND c.deleted_at IS NULL AND (c.kind <> 'direct' OR c.last_sequence > 0))
            AND NOT EXISTS (SELECT FROM identity.public_block b
                WHERE (b.account_id, b.blocked_id) IN ((v.account_id, {}), ({}, v.account_id)))"""),
    },
    search=sql("(v.display_name ILIKE '%' || {} || '%' OR v.username ILIKE '%' || {} || '%')"),
    always=sql("v.is_visible"),
)


class ChatUserView(View, frozen=True, kw_only=True):
    """Somebody one may write to: `id` is the account, `profileId` the profile to write to."""

    id: UUID
    profile_id: UUID
    display_name: str
    username: str | None
    avatar_url: str | None
    is_online: bool


async def chat_users(read: Read, query: ListQuery, by: Actor) -> Page[ChatUserView]:
    """Return whom the caller knows, by name."""
    page = await KNOWN.page(read, query, decode=_view, where={"viewer": by.account_id})
    online = {one.account_id for one in (await online_among(read, by, [one.id for one in page.items])).online}
    return replace(page, items=[replace(one, is_online=one.id in online) for one in page.items])


def _view(row: Row) -> ChatUserView:
    return ChatUserView(
        id=row["account_id"],
        profile_id=row["id"],
        display_name=row["display_name"],
        username=row["username"],
        avatar_url=row["avatar_url"],
        is_online=False,
    )
