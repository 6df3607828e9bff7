"""Searching what was said where one takes part: by the beginnings of words, accents and case aside."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Moment, Page
from skillhall.messaging.model.participation import Found, FoundMessageView
from skillhall.messaging.queries.messages import message_views

TERMS = sql("SELECT profiles.beginnings($1)::text")
FOUND = Listing(
    columns=sql("m.id, c.kind, coalesce(p.left_title, c.title) AS title"),
    source=sql("""messaging.participant p JOIN messaging.conversation c ON c.id = p.conversation_id
        JOIN messaging.message m ON m.conversation_id = p.conversation_id AND m.sequence >= p.first_sequence
            AND m.sequence > p.hidden_before AND m.sequence <= coalesce(p.until_sequence, m.sequence)"""),
    sorts={"createdAt": sql("m.created_at")},
    default_sort="-createdAt",
    key=sql("m.id"),
    filters={
        "viewer": sql("p.account_id = {}"),
        "conversation": sql("p.conversation_id = {}"),
        "sender": sql("m.profile_id = {}"),
        "since": sql("m.created_at >= {}"),
        "until": sql("m.created_at < {}"),
        "with_files": sql("m.kind = 'file'"),
        "terms": sql("m.words @@ {}::text::tsquery"),
    },
    always=sql("""m.deleted_at IS NULL AND m.kind <> 'system' AND c.deleted_at IS NULL
        AND (p.left_at IS NULL OR m.edited_at IS NULL OR m.edited_at <= p.left_at)"""),
)


class MessageSearch(ListQuery, frozen=True, kw_only=True):
    """What to look for, and where; `search` is required. What was sent at `to` itself is left out. The first page does not count."""

    search: Annotated[str, Meta(max_length=200)] = ""
    conversation_id: UUID | None = None
    sender_profile_id: UUID | None = None
    with_files: bool | None = None
    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None


async def found_messages(read: Read, query: MessageSearch, by: Actor) -> Page[FoundMessageView]:
    """Return the messages the caller may see that have all the words, newest first; the first page begins a walk by cursor."""
    terms = await read.value(TERMS, query.search)
    if not terms:
        raise Invalid(FieldError("search", "query", "messaging.no_words", "Search for at least one word."))
    where = {
        "viewer": by.account_id,
        "conversation": query.conversation_id,
        "sender": query.sender_profile_id,
        "since": query.from_,
        "until": query.to,
        "with_files": query.with_files,
        "terms": terms,
    }
    is_walk = query.page == 1 and query.cursor is None  # nobody needs to know how many there are; counting costs as much as finding
    plain = msgspec.structs.replace(query, search=None, cursor="" if is_walk else query.cursor)
    page = await FOUND.page(read, plain, decode=lambda row: Found(row["id"], row["kind"], row["title"]), where=where)
    views = {view.id: view for view in await message_views(read, [one.id for one in page.items])}
    items = [
        FoundMessageView(message=views[one.id], conversation_type=one.kind, conversation_title=one.title)
        for one in page.items
        if one.id in views
    ]
    return Page(
        items=items,
        page=page.page,
        limit=page.limit,
        total=page.total,
        is_capped=page.is_capped,
        has_next=page.has_next,
        next_cursor=page.next_cursor,
    )
