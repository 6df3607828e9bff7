"""Who is in a conversation."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.messaging.model.conversation import Member, ParticipantView
from skillhall.messaging.model.participation import ParticipantsView
from skillhall.messaging.queries.members import member

ALL_IN = sql("""
SELECT p.account_id, p.profile_id, v.display_name, v.username, v.avatar_url, p.role, p.last_read, p.left_at
FROM messaging.participant p JOIN profiles.public_profile v ON v.id = p.profile_id
WHERE p.conversation_id = $1 AND p.left_at IS NULL ORDER BY p.role = 'member', p.joined_at, p.profile_id LIMIT 200
""")
NAMED = sql("SELECT account_id, profile_id FROM messaging.participant WHERE conversation_id = $1 AND (account_id = $2 OR profile_id = $2)")
PARTICIPANTS = Listing(
    columns=sql("""p.account_id, p.profile_id, v.display_name, v.username, v.avatar_url, p.role, p.left_at,
        CASE WHEN c.kind = 'direct' AND EXISTS (
            SELECT FROM identity.public_block b WHERE (b.account_id, b.blocked_id) IN (
                (p.account_id, own.account_id), (own.account_id, p.account_id))) THEN 0 ELSE p.last_read END AS last_read"""),
    source=sql("""messaging.participant own JOIN messaging.conversation c ON c.id = own.conversation_id
        JOIN messaging.participant p ON p.conversation_id = c.id JOIN profiles.public_profile v ON v.id = p.profile_id"""),
    sorts={"joinedAt": sql("p.joined_at"), "displayName": sql("lower(v.display_name)")},
    default_sort="joinedAt",
    key=sql("p.profile_id"),
    filters={"viewer": sql("own.account_id = {}"), "conversation": sql("own.conversation_id = {}")},
    search=sql("(v.display_name ILIKE '%' || {} || '%' OR v.username ILIKE '%' || {} || '%')"),
    always=sql("p.left_at IS NULL"),
)


async def participants_page(read: Read, query: ListQuery, by: Actor, conversation_id: UUID) -> Page[ParticipantView]:
    """Return who is in a conversation the caller takes part in now, in the order they joined.

    `lastRead` tells how far each has read; across a block it is 0.
    """
    own = await member(read, by, conversation_id)
    own.check_present()
    return await PARTICIPANTS.page(read, query, decode=_view, where={"viewer": by.account_id, "conversation": conversation_id})


async def all_in(read: Read, conversation_id: UUID) -> ParticipantsView:
    """Return who is in a conversation, owner first."""
    rows = await read.rows(ALL_IN, conversation_id)
    return ParticipantsView(conversation_id=conversation_id, participants=[_view(row) for row in rows])


async def find_participant(read: Read, conversation_id: UUID, named: UUID) -> Member | None:
    """Return somebody who is or was in a conversation, named by account or profile."""
    row = await read.row(NAMED, conversation_id, named)
    return None if row is None else Member(account_id=row["account_id"], profile_id=row["profile_id"])


def _view(row: Row) -> ParticipantView:
    return ParticipantView(
        id=row["account_id"],
        profile_id=row["profile_id"],
        display_name=row["display_name"],
        username=row["username"],
        avatar_url=row["avatar_url"],
        role=row["role"],
        last_read=row["last_read"],
        has_left=row["left_at"] is not None,
    )
