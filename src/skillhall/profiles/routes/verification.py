"""HTTP of verification: the member's side, and staff's."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive
from skillhall.kernel.files import FileInUse, FileMissing, WrongKind
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post
from skillhall.kernel.shapes import Page
from skillhall.profiles.commands import verify
from skillhall.profiles.model import refusals as no
from skillhall.profiles.model.verification import (
    ApproveProfile,
    AskProfileVerification,
    ProfileVerificationQuery,
    ProfileVerificationView,
    RejectProfile,
    StaffProfileVerificationView,
)
from skillhall.profiles.queries import verification

OWN = (no.ProfileNotFound, no.NotYourProfile)
ASKING = (*OWN, no.VerificationOpen, no.AlreadyVerified, FileMissing, FileInUse, WrongKind, AccountNotActive)
DECIDING = (no.VerificationNotFound, no.VerificationClosed, no.OwnVerification, no.ProfileNotFound)
ASK = {"documents": ["019aa000-0000-7000-8000-000000000001"], "note": "My passport."}


@post("/profiles/{profile_id:uuid}/verification", created="/profiles/{profile_id}/verification", key=Key.NATURAL, refuses=ASKING,
      example=ASK, me="profile_id")  # fmt: skip
async def ask_profile_verification(call: Call, profile_id: UUID, data: AskProfileVerification) -> Answer[ProfileVerificationView]:
    """Ask to be verified, with up to five files of your own that show your name. One request of a profile at a time."""
    return await call.run(verify.ask_verification, profile_id, data)


@get("/profiles/{profile_id:uuid}/verification", refuses=(*OWN, no.VerificationNotFound), me="profile_id")
async def read_own_profile_verification(call: Call, profile_id: UUID) -> ProfileVerificationView:
    """Read your newest request."""
    return await verification.own_verification(call.read, profile_id, call.by)


@delete("/profiles/{profile_id:uuid}/verification", refuses=(*OWN, no.VerificationNotFound), me="profile_id")
async def withdraw_profile_verification(call: Call, profile_id: UUID) -> Answer[Deleted]:
    """Withdraw your open request; its files are removed."""
    return await call.run(verify.withdraw_verification, profile_id)


@get("/admin/profile-verifications", permission="account.read")
async def list_profile_verifications(call: Call, query: ProfileVerificationQuery) -> Page[StaffProfileVerificationView]:
    """List requests, the oldest first."""
    return await verification.requests(call.read, query)


@get("/admin/profile-verifications/{verification_id:uuid}", permission="account.read", refuses=(no.VerificationNotFound,))
async def read_profile_verification(call: Call, verification_id: UUID) -> StaffProfileVerificationView:
    """Read a request. Its documents are read as files, until 30 days after the decision."""
    return await verification.staff_view(call.read, verification_id)


@post("/admin/profile-verifications/{verification_id:uuid}/approve", permission="account.suspend", key=Key.NATURAL,
      refuses=(*DECIDING, no.NameChanged, AccountNotActive), example={"reason": "The passport shows this name."})  # fmt: skip
async def approve_profile_verification(call: Call, verification_id: UUID, data: ApproveProfile) -> Answer[StaffProfileVerificationView]:
    """Verify the profile."""
    return await call.run(verify.approve_verification, verification_id, data)


@post("/admin/profile-verifications/{verification_id:uuid}/reject", permission="account.suspend", key=Key.NATURAL, refuses=DECIDING,
      example={"reason": "The name cannot be read."})  # fmt: skip
async def reject_profile_verification(call: Call, verification_id: UUID, data: RejectProfile) -> Answer[StaffProfileVerificationView]:
    """Decline to verify the profile; the member reads the reason."""
    return await call.run(verify.reject_verification, verification_id, data)
