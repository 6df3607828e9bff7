"""Lessons that are over, and what is said of them, made with the real commands."""

from datetime import datetime
from typing import Any
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.learning.commands.end import end
from skillhall.learning.commands.join import join
from skillhall.learning.commands.start import start
from skillhall.learning.queries.views import SessionView
from skillhall.reviews.commands.change import change_review, respond, withdraw_review
from skillhall.reviews.commands.write import review_session
from skillhall.reviews.model.bodies import ChangeReview, Feedback, Respond
from skillhall.reviews.queries.figures import ReviewFigures, figures
from skillhall.reviews.queries.reviews import ReviewView, review_view
from tests.learning.builders import People

SAID = "SELECT type FROM kernel.event WHERE type LIKE 'reviews.%' ORDER BY position"
RATINGS = "SELECT rating FROM profiles.profile WHERE account_id = $1"
OFFER = "SELECT rating, review_count FROM learning.offer WHERE id = $1"


def anything(_version: object) -> None:
    """Match every version."""


class Circle(People):
    """People who have learned together."""

    async def lesson(self) -> tuple[Actor, Actor, SessionView]:
        """Return host, learner, and their lesson, which is over."""
        host, learner = await self.host(), await self.person()
        return host, learner, await self.done(host, learner, price=0)

    async def class_(self, seats: int) -> tuple[Actor, list[Actor], SessionView]:
        """Return host, learners, and their group, which is over."""
        host = await self.host()
        session, learners = await self.filled(host, seats, price=0)
        await self.until(datetime.fromisoformat(session.starts_at))
        for learner in learners:
            await self.hall.run(join, learner, session.id)
        await self.hall.run(start, host, session.id)
        return host, learners, await self.hall.run(end, host, session.id)

    async def write(
        self, by: Actor, session_id: UUID, rating: int = 5, comment: str = "Thank you.", about: Actor | None = None
    ) -> ReviewView:
        """Have somebody review a session."""
        body = Feedback(rating=rating, comment=comment, reviewee_id=about.account_id if about else None)
        return await self.hall.run(review_session, by, session_id, body)

    async def change(self, by: Actor, review_id: UUID, **changes: Any) -> ReviewView:
        """Have somebody change a review."""
        return await self.hall.run(change_review, by, review_id, ChangeReview(**changes), anything)

    async def withdraw(self, by: Actor, review_id: UUID) -> UUID:
        """Have somebody take a review back."""
        return await self.hall.run(withdraw_review, by, review_id)

    async def reply(self, by: Actor, review_id: UUID, text: str = "You are welcome.") -> ReviewView:
        """Have somebody reply to a review."""
        return await self.hall.run(respond, by, review_id, Respond(response=text))

    async def read(self, by: Actor, review_id: UUID) -> ReviewView:
        """Return a review as somebody sees it."""
        return await review_view(await self.hall.read(), by, review_id)

    async def figures(self, who: Actor) -> ReviewFigures:
        """Return what everybody may know of somebody."""
        return await figures(await self.hall.read(), Actor(), who.account_id)

    async def shown(self, who: Actor) -> float | None:
        """Return the rating on somebody's profile."""
        return await self.hall.pool.fetchval(RATINGS, who.account_id)

    async def offered(self, session: SessionView) -> tuple[float | None, int]:
        """Return rating and number of reviews of a session's offer."""
        row = await self.hall.pool.fetchrow(OFFER, session.offer.id)
        return (row["rating"], row["review_count"]) if row else (None, 0)

    async def said(self) -> list[str]:
        """Return what reviews has published, in order."""
        return [row["type"].removeprefix("reviews.") for row in await self.hall.pool.fetch(SAID)]
