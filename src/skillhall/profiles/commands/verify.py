"""Asking for verification, withdrawing, and what staff decides.

Documents show what accounts are about, addresses and more: `account.read` reads them (support and above, not moderators of content),
and `account.suspend` decides, as those who may take an account's standing are those who may vouch for it.
"""

from datetime import timedelta
from uuid import UUID

import msgspec

from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Subject
from skillhall.profiles import events
from skillhall.profiles.commands.change import written
from skillhall.profiles.model.profile import ProfileRules
from skillhall.profiles.model.refusals import (
    AlreadyVerified,
    NameChanged,
    OwnVerification,
    ProfileNotFound,
    VerificationClosed,
    VerificationNotFound,
    VerificationOpen,
)
from skillhall.profiles.model.verification import (
    ApproveProfile,
    AskProfileVerification,
    ProfileVerificationView,
    RejectProfile,
    StaffProfileVerificationView,
    Verification,
)
from skillhall.profiles.queries.shown import own_profile
from skillhall.profiles.queries.verification import staff_view, verification_view
from skillhall.profiles.store import profiles, verifications


async def ask_verification(tx: Tx, by: Actor, profile_id: UUID, command: AskProfileVerification) -> ProfileVerificationView:
    """Open a request for one's profile; its files are readable by oneself and by those who decide."""
    allowed = tx.setting(ProfileRules).documents_per_verification
    documents = list(dict.fromkeys(command.documents))
    if len(documents) > allowed:
        raise Invalid(FieldError("documents", "body", "too_long", f"Must have at most {allowed} items."))
    profile = await own_profile(tx, await profiles.lock_profiles(tx, by.account_id), profile_id)
    if profile.is_verified:
        raise AlreadyVerified
    made = Verification(
        id=ids.new(),
        profile_id=profile.id,
        account_id=profile.account_id,
        state="pending",
        display_name=profile.display_name,
        note=command.note,
        documents=documents,
        requested_at=tx.now,
    )
    if not await verifications.insert_verification(tx, made):
        raise VerificationOpen
    await check_active(tx, by.account_id)
    tx.publish(events.VerificationRequested(verification_id=made.id, profile_id=profile.id, account_id=profile.account_id))
    return verification_view(made)


async def withdraw_verification(tx: Tx, by: Actor, profile_id: UUID) -> Deleted:
    """Withdraw the open request; its files go."""
    profile = await own_profile(tx, await profiles.lock_profiles(tx, by.account_id), profile_id)
    withdrawn = await verifications.withdraw(tx, profile.id)
    if withdrawn is None:
        raise VerificationNotFound
    return Deleted(id=withdrawn)


async def approve_verification(tx: Tx, by: Actor, verification_id: UUID, command: ApproveProfile) -> StaffProfileVerificationView:
    """Verify the profile; refused when it has taken another name since."""
    return await _decide(tx, by, verification_id, command.reason, is_approved=True)


async def reject_verification(tx: Tx, by: Actor, verification_id: UUID, command: RejectProfile) -> StaffProfileVerificationView:
    """Leave the profile as it is; the member reads why and may ask again."""
    return await _decide(tx, by, verification_id, command.reason, is_approved=False)


async def forget_documents(verification_id: UUID, tx: Tx) -> None:
    """Let the files of a decided request go when their time has come."""
    await verifications.forget_documents(tx, verification_id)


async def _decide(tx: Tx, by: Actor, verification_id: UUID, reason: str | None, *, is_approved: bool) -> StaffProfileVerificationView:
    found = await verifications.find_verification(tx, verification_id)
    if found is None:
        raise VerificationNotFound
    if found.account_id == by.account_id:
        raise OwnVerification
    own = await profiles.lock_profiles(tx, found.account_id)
    profile = next((profile for profile in own if profile.id == found.profile_id), None)
    forget_at = tx.now + timedelta(days=tx.setting(ProfileRules).verification_documents_days)
    if not await verifications.close_verification(tx, found, "approved" if is_approved else "rejected", reason, forget_at):
        closed = await verifications.find_verification(tx, verification_id)
        raise VerificationClosed(status=found.state if closed is None else closed.state)
    if profile is None:  # a deleted profile has no open request: the lock came first
        raise ProfileNotFound(profile_id=found.profile_id)
    if is_approved and profile.display_name != found.display_name:
        raise NameChanged
    if is_approved:
        await written(tx, profile, msgspec.structs.replace(profile, is_verified=True))
    after = {"isVerified": is_approved, "profileId": str(profile.id)}
    verb = "verification_approved" if is_approved else "verification_rejected"
    tx.audit(f"profiles.{verb}", Subject("verification", found.id), before={"isVerified": False}, after=after, reason=reason)
    decided = events.VerificationDecided(
        verification_id=found.id, profile_id=profile.id, account_id=profile.account_id, is_approved=is_approved
    )
    tx.publish(decided)
    return await staff_view(tx, found.id)
