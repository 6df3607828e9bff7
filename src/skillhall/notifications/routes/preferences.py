"""HTTP of preferences: one document, and the two parts of it that older clients know apart."""

from skillhall.kernel.http import Answer, Call, get, patch, put
from skillhall.kernel.shapes import Page
from skillhall.notifications.commands.set_preferences import set_frequency, set_preferences, set_quiet_hours
from skillhall.notifications.model.choices import (
    ChangeFrequency,
    ChangeQuiet,
    ChangeSettings,
    FrequencyView,
    NoticeSettings,
    QuietView,
)
from skillhall.notifications.model.refusals import AlwaysOn, NumberMissing
from skillhall.notifications.queries import preferences as queries
from skillhall.notifications.queries.inbox import TypeView

CHANGE = {
    "push": False,
    "categories": {"announcements": {"email": False}},
    "types": {"hall.reminder": {"email": True}},
    "quietHours": {"isEnabled": True, "from": "22:00", "until": "08:00"},
    "frequency": {"email": "daily"},
}


@get("/notifications/types")
async def list_notification_types(call: Call) -> Page[TypeView]:
    """List every type of notification there is."""
    return await queries.types(call.read, call.by)


@get("/notifications/preferences", etag=True)
async def read_notification_preferences(call: Call) -> NoticeSettings:
    """Show how you are told: by which channels, when not, how often."""
    return await queries.preferences(call.read, call.by)


@put("/notifications/preferences", etag=True, refuses=(AlwaysOn, NumberMissing), example=CHANGE)
async def update_notification_preferences(call: Call, data: ChangeSettings) -> Answer[NoticeSettings]:
    """Change how you are told: what is absent stays. What concerns security cannot be turned off."""
    return await call.run(set_preferences, data, call.match)


@patch("/notifications/preferences", etag=True, refuses=(AlwaysOn, NumberMissing), example={"email": True})
async def edit_notification_preferences(call: Call, data: ChangeSettings) -> Answer[NoticeSettings]:
    """Change how you are told, as PUT does."""
    return await call.run(set_preferences, data, call.match)


@get("/settings/quiet-hours")
async def read_quiet_hours(call: Call) -> QuietView:
    """Show your quiet hours."""
    return await queries.quiet_hours(call.read, call.by)


@put("/settings/quiet-hours", example={"isEnabled": True, "from": "21:30", "until": "07:00"})
async def update_quiet_hours(call: Call, data: ChangeQuiet) -> Answer[QuietView]:
    """Change your quiet hours, by your own clock. What is urgent, or about security, comes all the same."""
    return await call.run(set_quiet_hours, data)


@get("/settings/notifications/frequency")
async def read_notification_frequency(call: Call) -> FrequencyView:
    """Show how often each channel speaks to you."""
    return await queries.frequency(call.read, call.by)


@put("/settings/notifications/frequency", example={"email": "weekly", "push": "immediate"})
async def update_notification_frequency(call: Call, data: ChangeFrequency) -> Answer[FrequencyView]:
    """Change how often each channel speaks to you: what may wait is gathered into a digest."""
    return await call.run(set_frequency, data)
