"""Reviews on screens: one, lists of them, and what they come to."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from skillhall.identity.api import AccountNotFound, check_not_blocked
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import Instant, ListQuery, Page, View, instant, maybe_instant
from skillhall.learning import api as learning
from skillhall.profiles.api import PersonCard, cards
from skillhall.reviews.model.refusals import ReviewNotFound
from skillhall.reviews.model.review import Kind, Role, role_of
from skillhall.reviews.queries.engagements import engagements_of
from skillhall.reviews.store.reviews import reviewed

REVIEWS = Listing(
    columns=sql("""
        r.id, r.author_id, r.about_id, r.rating, r.comment, r.version, r.created_at, r.edited_at, r.edit_until, r.published_at, r.hidden_at,
        r.withdrawn_at, r.response, r.responded_at, e.kind, e.subject_id, e.project_id, e.reveal_at, e.revealed_at,
        r.author_id = e.provider_id AS by_provider, e.provider_profile_id, e.client_profile_id
    """),
    source=sql("reviews.review r JOIN reviews.engagement e ON e.id = r.engagement_id"),
    sorts={"createdAt": sql("r.created_at"), "publishedAt": sql("coalesce(r.published_at, e.reveal_at)"), "rating": sql("r.rating")},
    default_sort="-createdAt",
    key=sql("r.id"),
    filters={
        "id": sql("r.id = {}"),
        "author": sql("r.author_id = {}"),
        "about": sql("r.about_id = {}"),
        "kind": sql("e.kind = {}"),
        "subject": sql("e.subject_id = {}"),
        "project": sql("e.project_id = {}"),
        "of_projects": sql("e.project_id IS NOT NULL"),
        "rating": sql("r.rating = {}"),
        "is_public": sql("r.published_at IS NOT NULL AND r.hidden_at IS NULL AND r.withdrawn_at IS NULL"),
        "reader": sql("(r.author_id = {} OR r.published_at IS NOT NULL AND r.hidden_at IS NULL AND r.withdrawn_at IS NULL)"),
    },
    search=sql("r.comment ILIKE '%' || {} || '%'"),
)
IS_VISIBLE = sql("SELECT is_visible FROM identity.public_account WHERE id = $1")
MOST_OF_SESSION = 100
Status = Literal["waiting", "published", "hidden", "withdrawn"]


class ReviewView(View, frozen=True, kw_only=True):
    """A review of a session, booking or project: `kind` says which, and its id is in the field of that name.

    `waiting`: nobody but its author reads it until the other side has written too, at `publishesAt` at the latest. `isBlind` is false
    for one that was written when the other side's could be read already.
    """

    id: UUID
    status: Status
    kind: Kind
    session_id: UUID | None
    booking_id: UUID | None
    project_id: UUID | None
    rating: int
    comment: str
    author_id: UUID
    author: PersonCard | None
    author_role: Role
    about_id: UUID
    about: PersonCard | None
    is_blind: bool
    created_at: Instant
    edited_at: Instant | None
    editable_until: Instant
    publishes_at: Instant | None
    published_at: Instant | None
    response: str | None
    responded_at: Instant | None
    version: int


class ReviewQuery(ListQuery, frozen=True, kw_only=True):
    """Filters of reviews."""

    kind: Kind | None = None
    rating: Annotated[int, Meta(ge=1, le=5)] | None = None


class OwnReviewQuery(ReviewQuery, frozen=True, kw_only=True):
    """The same for one's own: those written, also such as wait, or those received."""

    direction: Literal["given", "received"] = "received"


class SessionFeedback(View, frozen=True, kw_only=True):
    """What was said of a session, as far as the caller may read it. `canReview` names whom the caller may still review."""

    session_id: UUID
    from_host: list[ReviewView]
    from_learners: list[ReviewView]
    can_review: list[UUID]


async def review_view(read: Read, by: Actor, review_id: UUID) -> ReviewView:
    """Return a review: one's own, or a public one."""
    reader = None if by.may("content.moderate") else by.account_id
    found = await _page(read, ListQuery(limit=1, cursor=""), {"id": review_id, "reader": reader})
    if not found.items:
        raise ReviewNotFound
    return found.items[0]


async def reviews_about(read: Read, by: Actor, account_id: UUID, query: ReviewQuery) -> Page[ReviewView]:
    """Return the public reviews of a member."""
    await check_visible(read, by, account_id)
    return await _page(read, query, {"about": account_id, "is_public": True, **_filters(query)})


async def own_reviews(read: Read, by: Actor, query: OwnReviewQuery, *, of_projects: bool = False) -> Page[ReviewView]:
    """Return what the caller has written, or received and may read."""
    given = query.direction == "given"
    side = {"author": by.account_id} if given else {"about": by.account_id, "is_public": True}
    return await _page(read, query, {**side, "of_projects": of_projects, **_filters(query)})


async def reviews_of_project(read: Read, project_id: UUID, query: ReviewQuery) -> Page[ReviewView]:
    """Return the public reviews of a project."""
    return await _page(read, query, {"project": project_id, "is_public": True, **_filters(query)})


async def session_feedback(read: Read, by: Actor, session_id: UUID) -> SessionFeedback:
    """Return what was said of a session to whom the session itself is shown."""
    await learning.session_view(read, session_id, by)
    query = ListQuery(limit=MOST_OF_SESSION, cursor="", sort="createdAt")
    page = await _page(read, query, {"subject": session_id, "reader": by.account_id})
    own = [one for one in await engagements_of(read, "session", session_id) if by.account_id in {one.provider_id, one.client_id}]
    done = await reviewed(read, by.account_id, [one.id for one in own])
    return SessionFeedback(
        session_id=session_id,
        from_host=[view for view in page.items if view.author_role == "host"],
        from_learners=[view for view in page.items if view.author_role == "learner"],
        can_review=[one.other(by.account_id) for one in own if one.id not in done],
    )


async def check_visible(read: Read, by: Actor, account_id: UUID) -> None:
    """Refuse for an account that others do not see, and across a block."""
    if not await read.value(IS_VISIBLE, account_id):
        raise AccountNotFound
    if not by.is_stranger:
        await check_not_blocked(read, by.account_id, account_id)


def _filters(query: ReviewQuery) -> dict[str, object]:
    return {"kind": query.kind, "rating": query.rating}


async def _page(read: Read, query: ListQuery, where: Mapping[str, object]) -> Page[ReviewView]:
    page: Page[Any] = await REVIEWS.page(read, query, decode=_row, where=where)
    known = await cards(read, list({row[side] for row in page.items for side in ("provider_profile_id", "client_profile_id")}))
    return replace(page, items=[_view(row, known) for row in page.items])


def _row(row: Row) -> Row:
    return row


def _view(row: Row, known: Mapping[UUID, PersonCard]) -> ReviewView:
    kind, by_provider = row["kind"], row["by_provider"]
    faces = [known.get(row["provider_profile_id"]), known.get(row["client_profile_id"])]
    author, about = faces if by_provider else reversed(faces)
    return ReviewView(
        id=row["id"],
        status=_status(row),
        kind=kind,
        session_id=row["subject_id"] if kind == "session" else None,
        booking_id=row["subject_id"] if kind == "booking" else None,
        project_id=row["project_id"],
        rating=row["rating"],
        comment=row["comment"],
        author_id=row["author_id"],
        author=author,
        author_role=role_of(kind, is_provider=by_provider),
        about_id=row["about_id"],
        about=about,
        is_blind=row["revealed_at"] is None or row["created_at"] <= row["revealed_at"],
        created_at=instant(row["created_at"]),
        edited_at=maybe_instant(row["edited_at"]),
        editable_until=instant(row["edit_until"] if row["published_at"] else max(row["edit_until"], row["reveal_at"])),
        publishes_at=instant(row["reveal_at"]) if row["published_at"] is None else None,
        published_at=maybe_instant(row["published_at"]),
        response=row["response"],
        responded_at=maybe_instant(row["responded_at"]),
        version=row["version"],
    )


def _status(row: Row) -> Status:
    if row["withdrawn_at"]:
        return "withdrawn"
    if row["hidden_at"]:
        return "hidden"
    return "published" if row["published_at"] else "waiting"
