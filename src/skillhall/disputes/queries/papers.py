"""Evidence and messages on screens, and the bundle of all that is known of a case."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from skillhall.disputes.model.case import is_impartial
from skillhall.disputes.queries.cases import DisputeView, dispute_view
from skillhall.disputes.queries.contests import evidence as known
from skillhall.disputes.queries.decisions import DecisionView, decisions
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.files import links
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant

EVIDENCE = Listing(
    columns=sql("e.id, e.case_id, e.account_id, e.text, e.file_id, e.file_name, e.content_type, e.size, e.created_at"),
    source=sql("disputes.evidence e"),
    sorts={"createdAt": sql("e.created_at")},
    default_sort="createdAt",
    key=sql("e.id"),
    filters={"case": sql("e.case_id = {}"), "id": sql("e.id = {}")},
)
MESSAGES = Listing(
    columns=sql("m.id, m.case_id, m.account_id, m.text, m.is_internal, m.created_at"),
    source=sql("disputes.message m"),
    sorts={"createdAt": sql("m.created_at")},
    default_sort="createdAt",
    key=sql("m.id"),
    filters={"case": sql("m.case_id = {}"), "id": sql("m.id = {}"), "told": sql("NOT m.is_internal")},
)
_LONG = ListQuery(limit=100, cursor="")


class EvidenceView(View, frozen=True, kw_only=True):
    """Something one side brought forward: words, a file whose `url` gives the content for an hour, or both; `size` is in bytes."""

    id: UUID
    dispute_id: UUID
    by: UUID
    text: str
    url: str | None
    file_id: UUID | None
    file_name: str | None
    content_type: str | None
    size: int | None
    created_at: Instant


class MessageView(View, frozen=True, kw_only=True):
    """What a side or staff wrote; an internal one is told to staff alone."""

    id: UUID
    dispute_id: UUID
    by: UUID
    text: str
    is_internal: bool
    created_at: Instant


class BundleView(View, frozen=True, kw_only=True):
    """All that is known of a case, assembled by itself.

    `facts` are what the hall has recorded: terms, attendance or deliveries, and the entries of the books. `evidence` and `messages` are the
    newest hundred; their lists have all.
    """

    dispute: DisputeView
    facts: dict[str, Any]
    evidence: list[EvidenceView]
    messages: list[MessageView]
    decisions: list[DecisionView]


async def evidence(read: Read, by: Actor, dispute_id: UUID, query: ListQuery) -> Page[EvidenceView]:
    """Return what both sides have brought forward."""
    await dispute_view(read, dispute_id, by)
    page = await EVIDENCE.page(read, query, decode=_evidence, where={"case": dispute_id})
    return replace(page, items=await _linked(read, page.items))


async def messages(read: Read, by: Actor, dispute_id: UUID, query: ListQuery) -> Page[MessageView]:
    """Return what was written; what staff keeps to itself to staff only that is no side."""
    found = await dispute_view(read, dispute_id, by)
    is_told = not is_impartial(by, found.payer_id, found.payee_id)
    return await MESSAGES.page(read, query, decode=_message, where={"case": dispute_id, "told": is_told})


async def one_evidence(read: Read, evidence_id: UUID) -> EvidenceView:
    """Return a piece of evidence that has just been stored."""
    page = await EVIDENCE.page(read, _LONG, decode=_evidence, where={"id": evidence_id})
    return (await _linked(read, page.items))[0]


async def one_message(read: Read, message_id: UUID) -> MessageView:
    """Return a message that has just been stored."""
    page = await MESSAGES.page(read, _LONG, decode=_message, where={"id": message_id})
    return page.items[0]


async def bundle(read: Read, by: Actor, dispute_id: UUID) -> BundleView:
    """Return everything about a case."""
    found = await dispute_view(read, dispute_id, by)
    latest = replace(_LONG, sort="-createdAt")
    return BundleView(
        dispute=found,
        facts=await known(read, found.kind, found.escrow_id, found.subject_id),
        evidence=(await evidence(read, by, dispute_id, latest)).items,
        messages=(await messages(read, by, dispute_id, latest)).items,
        decisions=await decisions(read, dispute_id),
    )


async def _linked(read: Read, views: Sequence[EvidenceView]) -> list[EvidenceView]:
    urls = await links(read, [view.file_id for view in views if view.file_id])
    return [replace(view, url=urls.get(view.file_id)) if view.file_id else view for view in views]


def _evidence(row: Row) -> EvidenceView:
    return EvidenceView(
        id=row["id"],
        dispute_id=row["case_id"],
        by=row["account_id"],
        text=row["text"],
        url=None,
        file_id=row["file_id"],
        file_name=row["file_name"],
        content_type=row["content_type"],
        size=row["size"],
        created_at=instant(row["created_at"]),
    )


def _message(row: Row) -> MessageView:
    return MessageView(
        id=row["id"],
        dispute_id=row["case_id"],
        by=row["account_id"],
        text=row["text"],
        is_internal=row["is_internal"],
        created_at=instant(row["created_at"]),
    )
