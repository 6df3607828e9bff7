"""Choosing how one likes the screens."""

import msgspec
from msgspec import UNSET

from skillhall.identity.api import check_active
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.profiles.model.preferences import ChangePreferences, PreferencesView
from skillhall.profiles.store import preferences as store


async def set_preferences(tx: Tx, by: Actor, command: ChangePreferences, match: Match) -> PreferencesView:
    """Write what was sent."""
    before = await store.lock_preferences(tx, by.account_id)
    match.check(before.version)
    sent = {name: value for name in command.__struct_fields__ if (value := getattr(command, name)) is not UNSET}
    after = msgspec.structs.replace(before, **sent)
    if after != before:
        await check_active(tx, by.account_id)
        after = msgspec.structs.replace(after, version=before.version + 1)
        await store.update_preferences(tx, by.account_id, after)
    return after
