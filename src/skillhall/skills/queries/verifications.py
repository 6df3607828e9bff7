"""Requests for verification on screens."""

from uuid import UUID

from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.files import links
from skillhall.kernel.shapes import ListQuery, Page, instant, maybe_instant
from skillhall.profiles.api import primary_cards
from skillhall.skills.model.refusals import VerificationNotFound
from skillhall.skills.model.verification import VerificationState, VerificationView
from skillhall.skills.queries import graph
from skillhall.skills.queries.ranked import showing

LIST = Listing(
    columns=sql("""v.id AS verification_id, v.account_id, v.purpose, v.level, v.evidence, v.note, v.state, v.reason, v.requested_at,
        v.decided_at, v.file_ids, s.id, s.slug, s.name, s.category_slug, s.difficulty"""),
    source=sql("skills.verification v JOIN skills.skill s ON s.id = v.skill_id"),
    sorts={"requestedAt": sql("v.requested_at")},
    default_sort="requestedAt",
    key=sql("v.id"),
    filters={"id": sql("v.id = {}"), "state": sql("v.state = {}"), "account": sql("v.account_id = {}")},
)


class VerificationQuery(ListQuery, frozen=True, kw_only=True):
    """Requests of one state; without it all."""

    status: VerificationState | None = None


async def verifications(read: Read, query: VerificationQuery, account_id: UUID | None = None) -> Page[VerificationView]:
    """Return requests, of one account or of all, the oldest first."""
    page = await LIST.page(read, query, decode=lambda row: row, where={"state": query.status, "account": account_id})
    return showing(page, await _views(read, page.items))


async def verification_view(read: Read, verification_id: UUID) -> VerificationView:
    """Return one request."""
    page = await LIST.page(read, ListQuery(limit=1), decode=lambda row: row, where={"id": verification_id})
    if not page.items:
        raise VerificationNotFound(verification_id=verification_id)
    return (await _views(read, page.items))[0]


async def _views(read: Read, rows: list[Row]) -> list[VerificationView]:
    members = await primary_cards(read, [row["account_id"] for row in rows])
    addresses = await links(read, [file_id for row in rows for file_id in row["file_ids"]])
    return [
        VerificationView(
            id=row["verification_id"],
            member=members[row["account_id"]],
            skill=graph.card(row),
            purpose=row["purpose"],
            level=row["level"],
            evidence=row["evidence"],
            note=row["note"],
            files=[addresses[file_id] for file_id in row["file_ids"] if file_id in addresses],
            status=row["state"],
            reason=row["reason"],
            requested_at=instant(row["requested_at"]),
            decided_at=maybe_instant(row["decided_at"]),
        )
        for row in rows
    ]
