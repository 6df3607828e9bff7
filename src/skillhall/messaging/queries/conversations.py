"""Conversations on screens: one, all of a person, how much of them waits to be read."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page, instant, maybe_instant
from skillhall.messaging.model.conversation import KINDS, ConversationView, Kind, ParticipantView, UnreadView
from skillhall.messaging.model.message import LastMessageView, subject_view
from skillhall.messaging.model.participation import FOREVER
from skillhall.messaging.model.refusals import ConversationNotFound
from skillhall.messaging.queries.members import takes_part

__all__ = ["ConversationQuery", "conversation_view", "conversations_page", "takes_part", "unread_view"]
CONVERSATIONS = Listing(
    columns=sql("""c.id, c.kind, coalesce(p.left_title, c.title) AS title, c.subject_kind, c.subject_id, c.last_sequence, c.last_revision,
        c.flagged_at, least(c.last_message_at, p.left_at) AS last_at, c.version, c.created_at,
        p.account_id, p.profile_id, p.role, p.left_at, p.last_read, p.is_archived, p.is_favorite, p.muted_until,
        least(c.last_sequence, p.until_sequence) AS last, greatest(p.first_sequence - 1, p.hidden_before) AS unseen"""),
    source=sql("messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id"),
    sorts={"updatedAt": sql("least(c.last_message_at, p.left_at)"), "createdAt": sql("c.created_at")},
    default_sort="-updatedAt",
    key=sql("c.id"),
    filters={
        "account": sql("p.account_id = {}"),
        "profile": sql("p.profile_id = {}"),
        "id": sql("c.id = {}"),
        "shown": sql("p.hidden_before < least(c.last_sequence, p.until_sequence)"),
        "kind": sql("c.kind = {}"),
        "subject": sql("c.subject_id = {}"),
        "archived": sql("p.is_archived"),
        "kept": sql("NOT p.is_archived"),
        "favorite": sql("p.is_favorite"),
        "unread": sql("""EXISTS (SELECT FROM messaging.message m
            WHERE m.conversation_id = c.id AND m.sequence > greatest(p.last_read, p.first_sequence - 1, p.hidden_before)
                AND m.sequence <= least(c.last_sequence, p.until_sequence) AND m.deleted_at IS NULL)"""),
    },
    search=sql("""(coalesce(p.left_title, c.title) ILIKE '%' || {} || '%' OR EXISTS (
        SELECT FROM messaging.participant o JOIN profiles.public_profile v ON v.id = o.profile_id
        WHERE o.conversation_id = c.id AND o.account_id <> p.account_id AND p.left_at IS NULL
            AND (v.display_name ILIKE '%' || {} || '%' OR v.username ILIKE '%' || {} || '%')))"""),
    always=sql("c.deleted_at IS NULL"),
    late=(
        sql("""page.*, l.id AS message_id, l.sequence AS message_sequence, l.kind AS message_kind, l.text AS message_text, l.code, l.params,
            l.profile_id AS sender_id, l.deleted_at AS message_deleted_at, l.created_at AS said_at,
            (SELECT count(*) FROM messaging.message d WHERE d.conversation_id = page.id AND d.deleted_at IS NOT NULL
                AND d.sequence > greatest(page.last_read, page.unseen) AND d.sequence <= page.last) AS deleted,
            (SELECT count(*) FROM messaging.participant o
                WHERE o.conversation_id = page.id AND o.left_at IS NULL AND page.left_at IS NULL) AS people_count,
            (SELECT jsonb_agg(jsonb_build_object('id', o.account_id, 'profileId', o.profile_id, 'displayName', o.display_name,
                    'username', o.username, 'avatarUrl', o.avatar_url, 'role', o.role, 'lastRead', o.last_read, 'hasLeft', o.has_left))
                FROM (SELECT o.account_id, o.profile_id, v.display_name, v.username, v.avatar_url, o.role,
                        CASE WHEN page.kind = 'direct' AND EXISTS (
                            SELECT FROM identity.public_block b WHERE (b.account_id, b.blocked_id) IN (
                                (o.account_id, page.account_id), (page.account_id, o.account_id))) THEN 0 ELSE o.last_read END AS last_read,
                        o.left_at IS NOT NULL AS has_left
                    FROM messaging.participant o JOIN profiles.public_profile v ON v.id = o.profile_id
                    WHERE o.conversation_id = page.id AND (page.left_at IS NULL OR o.account_id = page.account_id)
                    ORDER BY o.account_id = page.account_id, o.left_at IS NOT NULL, o.joined_at, o.profile_id LIMIT 10) o) AS people"""),
        sql("LEFT JOIN messaging.message l ON l.conversation_id = page.id AND l.sequence = page.last AND l.sequence > page.unseen"),
    ),
)
UNREAD = sql("""
WITH waiting AS (
    SELECT c.id, greatest(p.last_read, p.first_sequence - 1, p.hidden_before) AS seen, least(c.last_sequence, p.until_sequence) AS last
    FROM messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id
    WHERE p.account_id = $1 AND ($2::uuid IS NULL OR p.profile_id = $2) AND c.deleted_at IS NULL AND NOT p.is_archived
        AND (p.muted_until IS NULL OR p.muted_until <= $3) AND p.last_read < c.last_sequence
), counted AS (
    SELECT w.last - w.seen - (
        SELECT count(*) FROM messaging.message m
        WHERE m.conversation_id = w.id AND m.deleted_at IS NOT NULL AND m.sequence > w.seen AND m.sequence <= w.last) AS messages
    FROM waiting w WHERE w.last > w.seen
)
SELECT coalesce(sum(messages), 0)::bigint AS messages, count(*) AS conversations FROM counted WHERE messages > 0
""")
_ONE = ListQuery(cursor="")


class ConversationQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of one's conversations. Without `isArchived` the archived ones are left out.

    `subjectId` finds the conversation of a session or project. `isUnread` has those whose `unreadCount` is not 0.
    """

    type: str | None = None
    subject_id: UUID | None = None
    is_archived: bool | None = False
    is_favorite: bool | None = None
    is_unread: bool | None = None


async def conversations_page(read: Read, by: Actor, query: ConversationQuery) -> Page[ConversationView]:
    """Return the conversations of the profile the caller acts as, latest message first; hidden ones come back with their next message."""
    where: dict[str, object] = {
        "account": by.account_id, "profile": by.profile_id, "shown": True, "kind": _kind(query.type), "subject": query.subject_id,
        "archived": query.is_archived, "kept": query.is_archived is False, "favorite": query.is_favorite, "unread": query.is_unread,
    }  # fmt: skip
    return await CONVERSATIONS.page(read, query, decode=lambda row: _view(row, read.now), where=where)


async def conversation_view(read: Read, by: Actor, conversation_id: UUID) -> ConversationView:
    """Return one conversation in which the caller takes part, or has."""
    where = {"account": by.account_id, "id": conversation_id}
    page = await CONVERSATIONS.page(read, _ONE, decode=lambda row: _view(row, read.now), where=where)
    if not page.items:
        raise ConversationNotFound(conversation_id=conversation_id)
    return page.items[0]


async def unread_view(read: Read, by: Actor) -> UnreadView:
    """Return how much waits for the profile the caller acts as."""
    row = await read.row(UNREAD, by.account_id, by.profile_id, read.now)
    return UnreadView(count=row["messages"], conversations=row["conversations"]) if row else UnreadView(count=0, conversations=0)


def _kind(word: str | None) -> Kind | None:
    if word is None:
        return None
    kind = KINDS.get(word.strip().lower())
    if kind is None:
        raise Invalid(FieldError("type", "query", "not_an_option", f"One of: {', '.join(sorted(set(KINDS.values())))}."))
    return kind


def _view(row: Row, now: datetime) -> ConversationView:
    people = msgspec.convert(row["people"] or [], list[ParticipantView])
    others = [one for one in people if one.id != row["account_id"]]
    muted_until: datetime | None = row["muted_until"]
    is_muted = muted_until is not None and muted_until > now
    ends_at = muted_until if is_muted and muted_until != FOREVER else None
    return ConversationView(
        id=row["id"],
        type=row["kind"],
        title=row["title"] or ", ".join(one.display_name for one in others),
        subject=subject_view(row["subject_kind"], row["subject_id"]),
        participants=people,
        participant_count=row["people_count"],
        last_message=_last(row),
        last_sequence=row["last"],
        last_revision=row["last_revision"],
        profile_id=row["profile_id"],
        role=row["role"],
        last_read=row["last_read"],
        unread_count=max(row["last"] - max(row["last_read"], row["unseen"]), 0) - row["deleted"],
        is_archived=row["is_archived"],
        is_favorite=row["is_favorite"],
        is_muted=is_muted,
        muted_until=maybe_instant(ends_at),
        has_left=row["left_at"] is not None,
        is_flagged=row["flagged_at"] is not None,
        created_at=instant(row["created_at"]),
        updated_at=instant(row["last_at"]),
        version=row["version"],
    )


def _last(row: Row) -> LastMessageView | None:
    if row["message_id"] is None:
        return None
    is_deleted = row["message_deleted_at"] is not None
    kind: Literal["text", "file", "system"] = row["message_kind"]
    params: dict[str, Any] | None = row["params"]
    return LastMessageView(
        id=row["message_id"],
        sequence=row["message_sequence"],
        type=kind,
        content="" if is_deleted else row["message_text"],
        code=row["code"],
        params=params,
        sender_profile_id=row["sender_id"],
        is_deleted=is_deleted,
        created_at=instant(row["said_at"]),
    )
