"""Preferences and the registry on screens."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Page
from skillhall.notifications.model.choices import FrequencyView, NoticeSettings, QuietView, frequency_view, quiet_view, settings_view
from skillhall.notifications.model.types import CHANNELS, TYPES
from skillhall.notifications.queries.inbox import TypeView
from skillhall.notifications.store.preferences import settings
from skillhall.notifications.words import phrase


async def preferences(read: Read, by: Actor) -> NoticeSettings:
    """Return how the caller is told."""
    return settings_view(await settings(read, by.account_id))


async def quiet_hours(read: Read, by: Actor) -> QuietView:
    """Return the caller's quiet hours."""
    return quiet_view(await settings(read, by.account_id))


async def frequency(read: Read, by: Actor) -> FrequencyView:
    """Return how often each channel speaks to the caller."""
    return frequency_view(await settings(read, by.account_id))


async def types(read: Read, by: Actor) -> Page[TypeView]:
    """Return every type there is, its category named in the caller's language."""
    locale = (await settings(read, by.account_id)).locale
    items = [
        TypeView(
            type=kind.code,
            category=kind.category,
            category_name=phrase(f"category-{kind.category}", locale),
            channels=[channel for channel in CHANNELS if channel in {*kind.channels, "in_app"}],
            priority=kind.priority,
            is_security=kind.is_security,
            may_wait=kind.may_wait,
            aliases=list(kind.aliases),
        )
        for kind in TYPES.values()
    ]
    return Page(items=items, page=1, limit=len(items), total=len(items), is_capped=False, has_next=False, next_cursor=None)


async def everything(read: Read, account_id: UUID) -> dict[str, object]:
    """Return what an account has chosen, to take along."""
    chosen = await settings(read, account_id)
    return {
        "choices": [{"name": name, "channel": channel, "isOn": is_on} for (name, channel), is_on in sorted(chosen.choices.items())],
        "quietHours": quiet_view(chosen),
        "frequency": frequency_view(chosen),
        "smsNumber": chosen.sms_number,
    }
