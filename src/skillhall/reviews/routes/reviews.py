"""HTTP of reviews."""

from uuid import UUID

from skillhall.identity.api import AccountNotFound
from skillhall.kernel.http import Answer, Call, Deleted, Key, delete, get, post, put
from skillhall.kernel.shapes import Page
from skillhall.learning.api import SessionNotFound
from skillhall.reviews.commands import change, write
from skillhall.reviews.model import refusals as no
from skillhall.reviews.model.bodies import ChangeReview, Feedback, Respond, ReviewPerson, ReviewProject, WriteReview
from skillhall.reviews.queries import figures, reviews
from skillhall.reviews.queries.figures import ReviewFigures
from skillhall.reviews.queries.reviews import OwnReviewQuery, ReviewQuery, ReviewView, SessionFeedback

ID = "/reviews/{review_id:uuid}"
AN_ID = "018f0000-0000-7000-8000-000000000001"
SAID = {"rating": 5, "comment": "Patient, clear and well prepared."}
WRITE = (no.NotFinished, no.SelfReview, no.RevieweeUnnamed, no.AlreadyReviewed)
CHANGE = (no.ReviewNotFound, no.AuthorOnly)


@post("/reviews", created="/reviews/{id}", key=Key.NATURAL, refuses=WRITE, example={"sessionId": AN_ID, **SAID}, etag=True)
async def write_review(call: Call, data: WriteReview) -> Answer[ReviewView]:
    """Review a session, booking or project named by exactly one id; whom it is about follows.

    Both sides may, once it is completed. Nobody reads what one side has written until the other has written too, or seven days are over.
    """
    return await call.run(write.write_review, data)


@get("/reviews")
async def list_own_reviews(call: Call, query: OwnReviewQuery) -> Page[ReviewView]:
    """List the reviews one has received; with `direction=given` those one has written, also such as wait."""
    return await reviews.own_reviews(call.read, call.by, query)


@post(
    "/reviews/{user_id:uuid}",
    created="/reviews/{id}",
    refuses=(*WRITE, no.NothingShared),
    example=SAID,
    etag=True,
)
async def review_person(call: Call, user_id: UUID, data: ReviewPerson) -> Answer[ReviewView]:
    """Review a person: the session, booking or project named, else the last one completed with them and not reviewed yet."""
    return await call.run(write.review_person, user_id, data)


@get(ID, public=True, refuses=(no.ReviewNotFound,), etag=True)
async def read_review(call: Call, review_id: UUID) -> ReviewView:
    """Read a public review, or an own one."""
    return await reviews.review_view(call.read, call.by, review_id)


@put(ID, refuses=(*CHANGE, no.AlreadyWithdrawn, no.RatingIsFixed, no.EditClosed), example={"comment": "Patient and clear."}, etag=True)
async def change_review(call: Call, review_id: UUID, data: ChangeReview) -> Answer[ReviewView]:
    """Change an own review: all of it while it waits, its words for 48 hours after writing. With If-Match a lost update is refused."""
    return await call.run(change.change_review, review_id, data, call.match.check)


@delete(ID, refuses=CHANGE)
async def withdraw_review(call: Call, review_id: UUID) -> Deleted:
    """Withdraw an own review for good."""
    return Deleted(id=await call.act(change.withdraw_review, review_id))


@post(f"{ID}/response", key=Key.NATURAL, refuses=(no.ReviewNotFound, no.AlreadyAnswered), example={"response": "Thank you!"}, etag=True)
async def respond_to_review(call: Call, review_id: UUID, data: Respond) -> Answer[ReviewView]:
    """Reply to a public review of oneself, once."""
    return await call.run(change.respond, review_id, data)


@get("/reviews/user/{user_id:uuid}", public=True, me="user_id", refuses=(AccountNotFound,))
async def list_reviews_of(call: Call, user_id: UUID, query: ReviewQuery) -> Page[ReviewView]:
    """List the public reviews of a member."""
    return await reviews.reviews_about(call.read, call.by, user_id, query)


@get("/reviews/stats/{user_id:uuid}", public=True, me="user_id", refuses=(AccountNotFound,))
async def read_review_figures(call: Call, user_id: UUID) -> ReviewFigures:
    """Read what the reviews of a member come to: average, histogram, endorsed skills."""
    return await figures.figures(call.read, call.by, user_id)


@post("/sessions/{session_id:uuid}/feedback", created="/reviews/{id}", key=Key.NATURAL, refuses=WRITE, example=SAID, etag=True)
async def review_session(call: Call, session_id: UUID, data: Feedback) -> Answer[ReviewView]:
    """Review a session. The host of a group says whom."""
    return await call.run(write.review_session, session_id, data)


@get("/sessions/{session_id:uuid}/feedback", refuses=(SessionNotFound,))
async def read_session_feedback(call: Call, session_id: UUID) -> SessionFeedback:
    """Read what was said of a session, as far as it is public or one's own, and whom one may still review."""
    return await reviews.session_feedback(call.read, call.by, session_id)


@post("/projects/reviews", created="/reviews/{id}", key=Key.NATURAL, refuses=WRITE, example={"projectId": AN_ID, **SAID}, etag=True)
async def review_project(call: Call, data: ReviewProject) -> Answer[ReviewView]:
    """Review a project: the client its worker, or the worker its client."""
    return await call.run(write.review_project, data)


@get("/projects/owner/reviews")
async def list_own_project_reviews(call: Call, query: OwnReviewQuery) -> Page[ReviewView]:
    """List the reviews of projects one has received, or with `direction=given` written."""
    return await reviews.own_reviews(call.read, call.by, query, of_projects=True)


@get("/projects/{project_id:uuid}/reviews", public=True)
async def list_project_reviews(call: Call, project_id: UUID, query: ReviewQuery) -> Page[ReviewView]:
    """List the public reviews of a project."""
    return await reviews.reviews_of_project(call.read, project_id, query)
