"""Verification requests, for their member and for those who decide."""

from uuid import UUID

import msgspec

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Page, instant, maybe_instant
from skillhall.profiles.model.refusals import VerificationNotFound
from skillhall.profiles.model.verification import (
    ProfileVerificationQuery,
    ProfileVerificationView,
    StaffProfileVerificationView,
    Verification,
)
from skillhall.profiles.queries.shown import own_profile
from skillhall.profiles.store import profiles as store
from skillhall.profiles.store import verifications

REQUESTS = Listing(
    columns=sql("""v.id, v.profile_id, v.account_id, v.state, v.display_name, v.note, v.documents, v.requested_at, v.decided_at,
        v.decided_by, v.reason, p.kind, p.username, p.display_name AS current_name, p.is_verified"""),
    source=sql("profiles.verification v JOIN profiles.profile p ON p.id = v.profile_id"),
    sorts={"requestedAt": sql("v.requested_at")},
    default_sort="requestedAt",
    key=sql("v.id"),
    filters={"state": sql("v.state = {}"), "id": sql("v.id = {}")},
    search=sql("v.display_name ILIKE '%' || {} || '%'"),
)
ONE = sql("""
SELECT v.id, v.profile_id, v.account_id, v.state, v.display_name, v.note, v.documents, v.requested_at, v.decided_at, v.decided_by, v.reason,
    p.kind, p.username, p.display_name AS current_name, p.is_verified
FROM profiles.verification v JOIN profiles.profile p ON p.id = v.profile_id WHERE v.id = $1
""")


async def own_verification(read: Read, profile_id: UUID, by: Actor) -> ProfileVerificationView:
    """Return the newest request of one's profile."""
    profile = await own_profile(read, await store.live_profiles(read, by.account_id), profile_id)
    found = await verifications.find_last(read, profile.id)
    if found is None:
        raise VerificationNotFound
    return verification_view(found)


async def requests(read: Read, query: ProfileVerificationQuery) -> Page[StaffProfileVerificationView]:
    """Return requests, the oldest first."""
    return await REQUESTS.page(read, query, decode=_staff_view, where={"state": query.status})


async def staff_view(read: Read, verification_id: UUID) -> StaffProfileVerificationView:
    """Return one request as those who decide see it."""
    row = await read.row(ONE, verification_id)
    if row is None:
        raise VerificationNotFound
    return _staff_view(row)


def verification_view(found: Verification) -> ProfileVerificationView:
    """Return the request as its member sees it."""
    return ProfileVerificationView(
        id=found.id,
        profile_id=found.profile_id,
        status=found.state,
        display_name=found.display_name,
        note=found.note,
        documents=found.documents,
        reason=found.reason,
        requested_at=instant(found.requested_at),
        decided_at=maybe_instant(found.decided_at),
    )


def _staff_view(row: Row) -> StaffProfileVerificationView:
    found = msgspec.convert(dict(row), Verification)
    plain = msgspec.structs.asdict(verification_view(found))
    return StaffProfileVerificationView(
        **plain,
        account_id=found.account_id,
        profile_type=row["kind"],
        username=row["username"],
        current_name=row["current_name"],
        is_verified=row["is_verified"],
        decided_by=found.decided_by,
    )
