"""Choosing how one is told."""

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.notifications.commands.digest import plan_anew
from skillhall.notifications.model.choices import (
    ChangeFrequency,
    ChangeQuiet,
    ChangeSettings,
    FrequencyView,
    NoticeSettings,
    QuietView,
    changed,
    frequency_view,
    quiet_view,
    settings_view,
)
from skillhall.notifications.model.preferences import Settings
from skillhall.notifications.model.refusals import NumberUnproven
from skillhall.notifications.store import preferences as store


async def set_preferences(tx: Tx, by: Actor, command: ChangeSettings, match: Match) -> NoticeSettings:
    """Write what was sent; what is absent stays."""
    return settings_view(await _set(tx, by, command, match))


async def set_quiet_hours(tx: Tx, by: Actor, command: ChangeQuiet) -> QuietView:
    """Write the quiet hours alone."""
    return quiet_view(await _set(tx, by, ChangeSettings(quiet_hours=command)))


async def set_frequency(tx: Tx, by: Actor, command: ChangeFrequency) -> FrequencyView:
    """Write how often each channel speaks."""
    return frequency_view(await _set(tx, by, ChangeSettings(frequency=command)))


async def _set(tx: Tx, by: Actor, command: ChangeSettings, match: Match | None = None) -> Settings:
    before = await store.lock_settings(tx, by.account_id)
    if match is not None:
        match.check(before.version)
    change = changed(before, command)
    if change.after.sms_number not in (None, before.sms_number) and not tx.house.config.is_sandbox:
        raise NumberUnproven
    if change.after == before:
        return before
    await store.choose(tx, by.account_id, change.choices)
    await store.update(tx, change.after)
    await plan_anew(tx, by.account_id)
    return await store.settings(tx, by.account_id)
