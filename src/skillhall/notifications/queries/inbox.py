"""The inbox on screens: lists, one notice, the unread count, why somebody was told, what was missed."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, field

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.live import Missed
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Moment, Page, View
from skillhall.notifications.model.refusals import NoticeNotFound
from skillhall.notifications.model.types import CATEGORIES, CHANNELS, Priority, find_type, type_of
from skillhall.notifications.model.views import CountView, NoticeView, notice_view
from skillhall.notifications.store.preferences import settings
from skillhall.notifications.words import has_phrase, phrase

NOTICES = Listing(
    columns=sql("""n.id, n.sequence, n.type, n.category, n.title, n.text, n.action, n.path, n.priority, n.state, n.read_at, n.subject_kind,
        n.subject_id, n.data, n.at, n.expires_at, n.actor_id"""),
    source=sql("notifications.notice n"),
    sorts={"createdAt": sql("n.at"), "priority": sql("array_position(ARRAY['low', 'normal', 'high', 'urgent'], n.priority)")},
    default_sort="-createdAt",
    key=sql("n.id"),
    filters={
        "account": sql("n.account_id = {}"),
        "unread": sql("n.read_at IS NULL"),
        "read": sql("n.read_at IS NOT NULL"),
        "type": sql("n.type = {}"),
        "category": sql("n.category = {}"),
        "priority": sql("n.priority = {}"),
        "since": sql("n.at >= {}"),
        "until": sql("n.at < {}"),
    },
    search=sql("(n.title ILIKE '%' || {} || '%' OR n.text ILIKE '%' || {} || '%')"),
    always=sql("n.state = 'sent' AND NOT n.is_silent AND NOT n.is_deleted"),
    late=(
        sql("""page.id, page.sequence, page.type, page.category, page.title, page.text, page.action, page.path, page.priority, page.state,
            page.read_at, page.subject_kind, page.subject_id, page.data, page.at, page.expires_at, p.id AS actor_profile_id,
            p.display_name AS actor_name, p.username AS actor_username, p.avatar_url AS actor_avatar_url, p.rating AS actor_rating"""),
        sql("LEFT JOIN profiles.public_profile p ON p.account_id = page.actor_id AND p.is_primary AND p.is_visible"),
    ),
)
NOTICE = sql("""
SELECT n.id, n.sequence, n.type, n.category, n.title, n.text, n.action, n.path, n.priority, n.state, n.read_at, n.subject_kind,
    n.subject_id, n.data, n.at, n.expires_at, n.why, n.rule, n.event_id, n.language, n.batch_id, n.actor_id, p.id AS actor_profile_id,
    p.display_name AS actor_name, p.username AS actor_username, p.avatar_url AS actor_avatar_url, p.rating AS actor_rating
FROM notifications.notice n
LEFT JOIN profiles.public_profile p ON p.account_id = n.actor_id AND p.is_primary AND p.is_visible
WHERE n.id = $1 AND n.account_id = $2 AND n.state <> 'cancelled' AND n.state <> 'scheduled' AND NOT n.is_deleted
""")
SHOWN = sql("""
SELECT n.id, n.sequence, n.type, n.category, n.title, n.text, n.action, n.path, n.priority, n.state, n.read_at, n.subject_kind,
    n.subject_id, n.data, n.at, n.expires_at, p.id AS actor_profile_id, p.display_name AS actor_name, p.username AS actor_username,
    p.avatar_url AS actor_avatar_url, p.rating AS actor_rating
FROM notifications.notice n
LEFT JOIN profiles.public_profile p ON p.account_id = n.actor_id AND p.is_primary AND p.is_visible
WHERE n.id = $1 AND n.state = 'sent' AND NOT n.is_silent AND NOT n.is_deleted
""")
SENT = sql("""
SELECT n.id, n.sequence, n.type, n.category, n.title, n.text, n.action, n.path, n.priority, n.state, n.read_at, n.subject_kind,
    n.subject_id, n.data, n.at, n.expires_at, NULL::uuid AS actor_profile_id
FROM notifications.notice n WHERE n.id = $1
""")
MISSED = sql("""
SELECT n.id, n.sequence, n.type, n.category, n.title, n.text, n.action, n.path, n.priority, n.state, n.read_at, n.subject_kind,
    n.subject_id, n.data, n.at, n.expires_at, p.id AS actor_profile_id, p.display_name AS actor_name, p.username AS actor_username,
    p.avatar_url AS actor_avatar_url, p.rating AS actor_rating
FROM notifications.notice n
LEFT JOIN profiles.public_profile p ON p.account_id = n.actor_id AND p.is_primary AND p.is_visible
WHERE n.account_id = $1 AND n.sequence > $2 AND n.state = 'sent' AND NOT n.is_silent AND NOT n.is_deleted
ORDER BY n.sequence LIMIT 100
""")
LAST = sql("SELECT last_sequence FROM notifications.inbox WHERE account_id = $1")
UNREAD = sql("SELECT unread FROM notifications.inbox WHERE account_id = $1")
OWN = sql("""
SELECT id, type, title, text, priority, state, at, read_at, opened_at, clicked_at, acted, acted_at, expires_at
FROM notifications.notice WHERE account_id = $1 ORDER BY at, id
""")
OWNER = sql("SELECT account_id FROM notifications.notice WHERE id = $1")


class NoticeQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of an inbox. `type` also takes older clients' names; `from` and `to` are instants, `to` left out."""

    unread_only: bool = False
    is_read: bool | None = None
    type: Annotated[str, Meta(max_length=80)] | None = None
    category: Annotated[str, Meta(max_length=40)] | None = None
    priority: Priority | None = None
    since: Moment | None = field(name="from", default=None)
    until: Moment | None = field(name="to", default=None)


class TypeView(View, frozen=True, kw_only=True):
    """One type of notification: where it belongs, by which channels it goes unless chosen otherwise, other words for it."""

    type: str
    category: str
    category_name: str
    channels: list[str]
    priority: str
    is_security: bool
    may_wait: bool
    aliases: list[str]


class WhyView(View, frozen=True, kw_only=True):
    """Why somebody was told: `why` is their part in it, `rule` what of the hall told them when it heard of `eventId`.

    `channels` is how such a notification reaches them as they choose now: now, digest or off.
    """

    id: UUID
    type: str
    category: str
    why: str
    explanation: str
    rule: str
    event_id: UUID | None
    batch_id: UUID | None
    is_security: bool
    channels: dict[str, str]


async def inbox_page(read: Read, query: NoticeQuery, by: Actor) -> Page[NoticeView]:
    """Return what the caller was told, the latest first."""
    kind = None if query.type is None else find_type(query.type)
    wrong = [
        FieldError(name, "query", "notifications.unknown_" + name, text)
        for name, text, is_wrong in (
            ("type", "There is no such type; GET /notifications/types lists them.", query.type is not None and kind is None),
            ("category", f"One of: {', '.join(CATEGORIES)}.", query.category not in (None, *CATEGORIES)),
        )
        if is_wrong
    ]
    if wrong:
        raise Invalid(*wrong)
    where = {
        "account": by.account_id,
        "unread": query.unread_only or query.is_read is False,
        "read": query.is_read is True,
        "type": kind and kind.code,
        "category": query.category,
        "priority": query.priority,
        "since": query.since,
        "until": query.until,
    }
    return await NOTICES.page(read, query, decode=_view, where=where)


async def view(read: Read, notice_id: UUID, by: Actor) -> NoticeView:
    """Return one of the caller's notices."""
    row = await read.row(NOTICE, notice_id, by.account_id)
    if row is None:
        raise NoticeNotFound(notice_id=notice_id)
    return _view(row)


async def sent_view(read: Read, notice_id: UUID) -> NoticeView:
    """Return a notice as its sender sees it, also while it waits for its time."""
    row = await read.row(SENT, notice_id)
    if row is None:
        raise NoticeNotFound(notice_id=notice_id)
    return _view(row)


async def find_shown(read: Read, notice_id: UUID) -> NoticeView | None:
    """Return a notice as its reader's devices get it; nothing once it is taken away."""
    row = await read.row(SHOWN, notice_id)
    return None if row is None else _view(row)


async def missed(read: Read, account_id: UUID, after: int) -> Sequence[Missed]:
    """Return what an account was told after this sequence, rising, at most 100."""
    rows = await read.rows(MISSED, account_id, after)
    return [Missed(row["sequence"], "notification:new", _view(row)) for row in rows]


async def last_number(read: Read, account_id: UUID) -> int:
    """Return the sequence of the latest an account was told, 0 before any."""
    return await read.value(LAST, account_id) or 0


async def unread_count(read: Read, by: Actor) -> CountView:
    """Return how much of what the caller was told is unread."""
    return CountView(count=await unread(read, by.account_id))


async def unread(read: Read, account_id: UUID) -> int:
    """Return how much of what an account was told is unread."""
    return await read.value(UNREAD, account_id) or 0


async def why(read: Read, notice_id: UUID, by: Actor) -> WhyView:
    """Return why the caller was told this; staff that may read accounts asks for anybody."""
    owner = await read.value(OWNER, notice_id) if by.may("account.read") else by.account_id
    row = await read.row(NOTICE, notice_id, owner)
    if row is None:
        raise NoticeNotFound(notice_id=notice_id)
    kind, chosen = type_of(row["type"]), await settings(read, owner)
    name = f"why-{row['why']}"
    return WhyView(
        id=row["id"],
        type=kind.code,
        category=kind.category,
        why=row["why"] or "other",
        explanation=phrase(name if row["why"] and has_phrase(name) else "why-other", row["language"]),
        rule=row["rule"],
        event_id=row["event_id"],
        batch_id=row["batch_id"],
        is_security=kind.is_security,
        channels={channel: chosen.wants(kind, channel, row["priority"]) or "off" for channel in CHANNELS},
    )


async def everything(read: Read, account_id: UUID) -> list[dict[str, object]]:
    """Return all an account was told, to take along."""
    return [dict(row) for row in await read.rows(OWN, account_id)]


def _view(row: Row) -> NoticeView:
    return notice_view(dict(row))
