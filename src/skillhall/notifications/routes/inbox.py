"""HTTP of the inbox."""

from uuid import UUID

from msgspec import Struct

from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post, put
from skillhall.kernel.shapes import Page
from skillhall.notifications.commands import read as commands
from skillhall.notifications.model.inbox import Act, ReadMany
from skillhall.notifications.model.refusals import NoticeNotFound
from skillhall.notifications.model.types import Category
from skillhall.notifications.model.views import ClearedView, CountView, NoticeView, UpdatedView
from skillhall.notifications.queries import deliveries, inbox
from skillhall.notifications.queries.deliveries import DeliveryView
from skillhall.notifications.queries.inbox import NoticeQuery, WhyView

SOME = {"ids": ["01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"]}


class ReadAllQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Of which category; of all unless said."""

    category: Category | None = None


@get("/notifications")
async def list_notifications(call: Call, query: NoticeQuery) -> Page[NoticeView]:
    """List what you were told, the latest first. `unreadOnly=false` is the same as leaving it out."""
    return await inbox.inbox_page(call.read, query, call.by)


@get("/notifications/unread-count")
async def count_unread_notifications(call: Call) -> CountView:
    """Count what you have not read."""
    return await inbox.unread_count(call.read, call.by)


@get("/notifications/{notice_id:uuid}", refuses=(NoticeNotFound,))
async def read_notification(call: Call, notice_id: UUID) -> NoticeView:
    """Show one notification; it stays unread."""
    return await inbox.view(call.read, notice_id, call.by)


@get("/notifications/{notice_id:uuid}/why", refuses=(NoticeNotFound,))
async def explain_notification(call: Call, notice_id: UUID) -> WhyView:
    """Tell why you got a notification."""
    return await inbox.why(call.read, notice_id, call.by)


@get("/notifications/{notice_id:uuid}/deliveries", refuses=(NoticeNotFound,))
async def list_notification_deliveries(call: Call, notice_id: UUID) -> Page[DeliveryView]:
    """List by which channels a notification left the house, and what became of each."""
    await inbox.why(call.read, notice_id, call.by)
    items = await deliveries.deliveries_of(call.read, notice_id)
    return Page(
        items=items, page=1, limit=max(len(items), 1), total=len(items), is_capped=False, has_next=False, next_cursor=None
    )  # fmt: skip


@put("/notifications/{notice_id:uuid}/read", refuses=(NoticeNotFound,))
async def mark_notification_read(call: Call, notice_id: UUID) -> Answer[NoticeView]:
    """Mark a notification read. Doing it again changes nothing."""
    return await call.run(commands.read_notice, notice_id)


@post("/notifications/{notice_id:uuid}/read", key=Key.NATURAL, refuses=(NoticeNotFound,))
async def post_notification_read(call: Call, notice_id: UUID) -> Answer[NoticeView]:
    """Mark a notification read, as PUT does."""
    return await call.run(commands.read_notice, notice_id)


@put("/notifications/read-all")
async def mark_all_notifications_read(call: Call, query: ReadAllQuery) -> Answer[UpdatedView]:
    """Mark everything in your inbox read, or everything of a category."""
    return await call.run(commands.read_all, query.category)


@post("/notifications/mark-all-read", key=Key.NATURAL)
async def post_all_notifications_read(call: Call, query: ReadAllQuery) -> Answer[UpdatedView]:
    """Mark everything in your inbox read, as PUT does."""
    return await call.run(commands.read_all, query.category)


@put("/notifications/read/multiple", example=SOME)
async def mark_notifications_read(call: Call, data: ReadMany) -> Answer[UpdatedView]:
    """Mark these notifications read; unknown ones are left out."""
    return await call.run(commands.read_many, data)


@put("/notifications/{notice_id:uuid}/dismiss", refuses=(NoticeNotFound,))
async def dismiss_notification(call: Call, notice_id: UUID) -> Answer[NoticeView]:
    """Put a notification away: it is read, and no longer in the list."""
    return await call.run(commands.dismiss, notice_id)


@post("/notifications/{notice_id:uuid}/action", key=Key.NATURAL, refuses=(NoticeNotFound,), example={"action": "open"})
async def act_on_notification(call: Call, notice_id: UUID, data: Act) -> Answer[NoticeView]:
    """Note which action of a notification you took; it is read."""
    return await call.run(commands.act_on, notice_id, data)


@delete("/notifications/{notice_id:uuid}", refuses=(NoticeNotFound,))
async def delete_notification(call: Call, notice_id: UUID) -> Answer[Deleted]:
    """Delete a notification from your inbox."""
    return await call.run(commands.delete_notice, notice_id)


@delete("/notifications")
async def delete_notifications(call: Call) -> Answer[ClearedView]:
    """Empty your inbox."""
    return await call.run(commands.delete_all)
