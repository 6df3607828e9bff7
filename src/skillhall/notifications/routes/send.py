"""HTTP of what staff sends: to one, to some, to an audience."""

from uuid import UUID

from skillhall.identity.api import AccountNotFound
from skillhall.kernel.http import Answer, Call, get, post
from skillhall.kernel.shapes import Page
from skillhall.notifications.commands.preview import preview_type
from skillhall.notifications.commands.send import cancel_batch, send, send_many, send_one
from skillhall.notifications.model.audience import Audience, check_named
from skillhall.notifications.model.batch import BatchView, Send, SendMany, SendOne
from skillhall.notifications.model.preview import Preview, PreviewView
from skillhall.notifications.model.refusals import BatchEnded, BatchNotFound, NotSendable
from skillhall.notifications.model.views import NoticeView
from skillhall.notifications.queries import audience, batches
from skillhall.notifications.queries.audience import AudienceView
from skillhall.notifications.queries.batches import BatchQuery

SOMEBODY = "01936f7e-2c4b-7d3a-9f10-5b8e2a6c4d01"
SAID = {"title": "The hall is closed on Monday", "message": "We paint the walls. Lessons online take place."}


@post(
    "/notifications",
    created="/notifications/{id}",
    permission="notice.send",
    refuses=(AccountNotFound, NotSendable),
    example={**SAID, "userId": SOMEBODY},
)
async def create_notification(call: Call, data: SendOne) -> Answer[NoticeView]:
    """Tell one member something, now or later."""
    return await call.run(send_one, data)


@post("/notifications/send", permission="notice.send", refuses=(NotSendable,), example={**SAID, "userIds": [SOMEBODY]})
async def send_notification(call: Call, data: Send) -> Answer[BatchView]:
    """Tell some members, or an audience. Up to a hundred are told at once, more of them soon."""
    return await call.run(send, data)


@post(
    "/notifications/bulk",
    status=202,
    permission="notice.send",
    refuses=(NotSendable,),
    example={**SAID, "audience": {"abilities": ["host"]}},
)
async def send_notifications(call: Call, data: SendMany) -> Answer[BatchView]:
    """Tell an audience, by named filters. The answer is the batch; how far it has come stands there."""
    return await call.run(send_many, data)


@post("/notifications/audience", permission="notice.send", example={"abilities": ["host"], "languages": ["de"]})
async def count_audience(call: Call, data: Audience) -> AudienceView:
    """Count who would be told. Nothing is sent."""
    check_named(data)
    return await audience.size(call.read, data)


@get("/notifications/batches", permission="notice.send")
async def list_notification_batches(call: Call, query: BatchQuery) -> Page[BatchView]:
    """List what was sent to many, the latest first."""
    return await batches.batches_page(call.read, query)


@get("/notifications/batches/{batch_id:uuid}", permission="notice.send", refuses=(BatchNotFound,))
async def read_notification_batch(call: Call, batch_id: UUID) -> BatchView:
    """Show how far a batch has come."""
    return await batches.batch(call.read, batch_id)


@post("/notifications/batches/{batch_id:uuid}/cancel", permission="notice.send", refuses=(BatchNotFound, BatchEnded))
async def cancel_notification_batch(call: Call, batch_id: UUID) -> Answer[BatchView]:
    """Stop a batch: nobody else is told, what nobody has read is taken back, what has not left the house stays."""
    return await call.run(cancel_batch, batch_id)


@post(
    "/notifications/preview",
    permission="notice.send",
    example={"type": "hall.announcement", "facts": {"title": "Closed", "text": "On Monday."}},
)
async def preview_notification(call: Call, data: Preview) -> Answer[PreviewView]:
    """Show the words of a type in every language; with `isSentToMe` send it to yourself, by all channels you have on."""
    return await call.run(preview_type, data)
