"""Hiding a profile from others, and showing it again: called by those who decide about content."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.profiles.events import ProfileChanged
from skillhall.profiles.store import profiles as store


async def hide(tx: Tx, profile_id: UUID, by: Actor, reason: str) -> None:
    """Hide the profile from everybody but its owner; audited. Hiding it twice is hiding it once."""
    await _set(tx, profile_id, by, reason, is_hidden=True)


async def show(tx: Tx, profile_id: UUID, by: Actor, reason: str) -> None:
    """Show the profile again; audited."""
    await _set(tx, profile_id, by, reason, is_hidden=False)


async def _set(tx: Tx, profile_id: UUID, by: Actor, reason: str, *, is_hidden: bool) -> None:
    account_id = await store.owner(tx, profile_id)
    await store.lock_profiles(tx, account_id)
    if await store.set_hidden(tx, profile_id, tx.now if is_hidden else None):
        verb = "hide" if is_hidden else "show"
        after = {"isHidden": is_hidden, "decidedBy": by.context or str(by.account_id)}
        tx.audit(f"profiles.{verb}", Subject("profile", profile_id), before={"isHidden": not is_hidden}, after=after, reason=reason)
        tx.publish(ProfileChanged(profile_id=profile_id, account_id=account_id))
