"""Messages on screens: pages both ways, catching up, one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.config import Config
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.files import link
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page, instant, maybe_instant
from skillhall.messaging.model.message import AttachmentView, MessageView, ReactionView, SenderView, subject_view
from skillhall.messaging.model.refusals import MessageNotFound
from skillhall.messaging.queries.members import member

MESSAGES = Listing(
    columns=sql("""m.id, m.conversation_id, m.sequence, m.client_id, m.kind, m.profile_id, m.account_id, m.text, m.code, m.params,
        m.subject_kind, m.subject_id, m.reply_to_id, m.revision, m.edited_at, m.deleted_at, m.created_at"""),
    source=sql("messaging.message m"),
    sorts={"sequence": sql("m.sequence"), "createdAt": sql("m.sequence"), "revision": sql("coalesce(m.revision, 0)")},
    default_sort="-sequence",
    key=sql("m.id"),
    filters={
        "conversation": sql("m.conversation_id = {}"),
        "ids": sql("m.id = ANY({})"),
        "first": sql("m.sequence >= {}"),
        "last": sql("m.sequence <= {}"),
        "after": sql("m.sequence > {}"),
        "before": sql("m.sequence < {}"),
        "changed": sql("m.revision > {}"),
    },
    late=(
        sql("""page.*, v.display_name, v.username, v.avatar_url,
            CASE WHEN page.kind = 'file' THEN (
                SELECT jsonb_agg(jsonb_build_array(a.file_id, a.name, a.content_type, a.size) ORDER BY a.position)
                FROM messaging.attachment a WHERE a.message_id = page.id) END AS files,
            (SELECT jsonb_agg(jsonb_build_object('emoji', r.emoji, 'count', r.count, 'profileIds', r.profile_ids) ORDER BY r.first, r.emoji)
                FROM (SELECT emoji, count(*) AS count, min(at) AS first, jsonb_agg(profile_id ORDER BY at, profile_id) AS profile_ids
                    FROM messaging.reaction WHERE message_id = page.id GROUP BY emoji) r) AS reactions"""),
        sql("LEFT JOIN profiles.public_profile v ON v.id = page.profile_id"),
    ),
)
SEEN = sql("""
SELECT p.left_at FROM messaging.message m JOIN messaging.conversation c ON c.id = m.conversation_id
JOIN messaging.participant p ON p.conversation_id = c.id AND p.account_id = $2
WHERE m.id = $1 AND c.deleted_at IS NULL AND m.sequence >= p.first_sequence AND m.sequence > p.hidden_before
    AND (p.until_sequence IS NULL OR m.sequence <= p.until_sequence)
""")
SAID_THEN = sql("""
SELECT DISTINCT ON (e.message_id) e.message_id, e.version, e.text, e.at FROM messaging.message_edit e
JOIN messaging.message m ON m.id = e.message_id AND m.edited_at > $2 AND m.deleted_at IS NULL
WHERE e.message_id = ANY($1) AND e.at <= $2 ORDER BY e.message_id, e.version DESC
""")
FileRow = tuple[UUID, str, str, int]
AtLeastZero = Annotated[int, Meta(ge=0)]


class MessageQuery(ListQuery, frozen=True, kw_only=True):
    """Which messages: the newest first; `before` a sequence pages back; `after` one catches up, oldest first.

    `changedAfter` a revision tells, in their order, which messages were edited, deleted or reacted to since.
    """

    before: AtLeastZero | None = None
    after: AtLeastZero | None = None
    changed_after: AtLeastZero | None = None


async def messages_page(read: Read, by: Actor, conversation_id: UUID, query: MessageQuery) -> Page[MessageView]:
    """Return what the caller may see of a conversation: all since they joined, and until they left, as it was then."""
    own = await member(read, by, conversation_id)
    if query.after is not None and query.changed_after is not None:
        raise Invalid(FieldError("changedAfter", "query", "invalid", "Ask for new messages and for changes one after the other."))
    where: dict[str, object] = {
        "conversation": conversation_id, "first": own.first_seen, "last": own.until_sequence, "after": query.after, "before": query.before,
        "changed": query.changed_after,
    }  # fmt: skip
    sort = query.sort or ("revision" if query.changed_after is not None else "sequence" if query.after is not None else None)
    is_walk = query.page == 1 and (query.before, query.after, query.changed_after) != (None, None, None)
    asked = msgspec.structs.replace(query, sort=sort, cursor=query.cursor or ("" if is_walk else None))
    page = await MESSAGES.page(read, asked, decode=lambda row: view_of(row, read), where=where)
    return msgspec.structs.replace(page, items=await _as_left(read, page.items, own.left_at))


async def message_view(read: Read, message_id: UUID) -> MessageView:
    """Return one message, whoever asks."""
    views = await message_views(read, [message_id])
    if not views:
        raise MessageNotFound(message_id=message_id)
    return views[0]


async def message_views(read: Read, message_ids: Sequence[UUID]) -> list[MessageView]:
    """Return at most a hundred messages, newest first; unknown ids are left out."""
    query = ListQuery(cursor="", limit=min(max(len(message_ids), 1), 100))
    return (await MESSAGES.page(read, query, decode=lambda row: view_of(row, read), where={"ids": list(message_ids)})).items


async def seen_view(read: Read, by: Actor, message_id: UUID) -> MessageView:
    """Return a message that the caller may see."""
    row = await read.row(SEEN, message_id, by.account_id)
    if row is None:
        raise MessageNotFound(message_id=message_id)
    return (await _as_left(read, [await message_view(read, message_id)], row["left_at"]))[0]


def view_of(row: Row, read: Read) -> MessageView:
    """Return the message of a row of the list."""
    is_deleted = row["deleted_at"] is not None
    return MessageView(
        id=row["id"],
        conversation_id=row["conversation_id"],
        sequence=row["sequence"],
        client_id=row["client_id"],
        type=row["kind"],
        content="" if is_deleted else row["text"],
        code=row["code"],
        params=row["params"],
        sender=_sender(row),
        subject=subject_view(row["subject_kind"], row["subject_id"]),
        reply_to_id=row["reply_to_id"],
        attachments=[] if is_deleted or row["files"] is None else _files(row["files"], read.house.config, read),
        reactions=[] if is_deleted else msgspec.convert(row["reactions"] or [], list[ReactionView]),
        is_edited=row["edited_at"] is not None,
        is_deleted=is_deleted,
        revision=row["revision"],
        created_at=instant(row["created_at"]),
        edited_at=maybe_instant(row["edited_at"]),
    )


async def _as_left(read: Read, views: list[MessageView], left_at: datetime | None) -> list[MessageView]:
    """Return messages as their reader left them: what was edited since says what it said then."""
    if left_at is None:
        return views
    then = {row["message_id"]: row for row in await read.rows(SAID_THEN, [one.id for one in views], left_at)}
    return [_said_then(one, then[one.id]) if one.id in then else one for one in views]


def _said_then(view: MessageView, row: Row) -> MessageView:
    is_edited = row["version"] > 1
    return msgspec.structs.replace(view, content=row["text"], is_edited=is_edited, edited_at=instant(row["at"]) if is_edited else None)


def _sender(row: Row) -> SenderView | None:
    if row["account_id"] is None:
        return None
    return SenderView(
        id=row["account_id"],
        profile_id=row["profile_id"],
        display_name=row["display_name"] or "",
        username=row["username"],
        avatar_url=row["avatar_url"],
    )


def _files(found: object, config: Config, read: Read) -> list[AttachmentView]:
    return [
        AttachmentView(file_id=file_id, name=name, content_type=media, size=size, url=link(config, file_id, media, read.wall))
        for file_id, name, media, size in msgspec.convert(found, list[FileRow])
    ]
