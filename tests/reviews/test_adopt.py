"""Reviews that come in bulk stand as if they had been written here."""

from datetime import timedelta

from skillhall.kernel.actor import Actor
from skillhall.learning.api import Finished, finished
from skillhall.learning.queries.views import SessionView
from skillhall.reviews.api import AdoptedReview, adopt
from tests.learning.builders import DAY, HOUR
from tests.reviews.builders import Circle


async def _found(circle: Circle, session: SessionView) -> Finished:
    found = await finished(await circle.hall.read(), "session", session.id)
    assert found is not None
    return found


def _said(of: Finished, by: Actor, about: Actor, rating: int, after: timedelta, reply_after: timedelta | None = None) -> AdoptedReview:
    reply = {} if reply_after is None else {"response": "Thank you.", "responded_at": of.completed_at + reply_after}
    at = of.completed_at + after
    return AdoptedReview(of=of, author_id=by.account_id, about_id=about.account_id, rating=rating, comment="", at=at, **reply)  # type: ignore[arg-type]


async def test_they_stand_as_time_has_left_them(circle: Circle) -> None:
    host, (one, two, three), session = await circle.class_(3)
    of = await _found(circle, session)
    await circle.hall.advance(10 * DAY)
    given = [
        _said(of, one, host, 5, HOUR, 3 * HOUR),
        _said(of, host, one, 4, 2 * HOUR),
        _said(of, two, host, 2, HOUR, 2 * HOUR),
        _said(of, host, two, 3, 9 * DAY, 11 * DAY),
        _said(of, three, host, 1, 6 * DAY),
        _said(of, host, three, 1, 20 * DAY),
    ]
    await circle.hall.work(adopt, given, await circle.now())
    rows = await circle.hall.pool.fetch("SELECT rating, published_at - $1 AS shown, response FROM reviews.review", of.completed_at)
    assert sorted((row["rating"], row["shown"], row["response"]) for row in rows if row["rating"] > 1) == [
        (2, 7 * DAY + HOUR, None), (3, 9 * DAY, None), (4, 2 * HOUR, None), (5, 2 * HOUR, "Thank you."),
    ]  # fmt: skip
    assert [row["shown"] for row in rows if row["rating"] == 1] == [None]
    assert (await circle.shown(host), await circle.offered(session)) == (3.5, (3.5, 2))
    assert ([await circle.shown(who) for who in (one, two, three)], await circle.said()) == ([4.0, 3.0, None], [])
    await circle.hall.verify()
    await circle.hall.advance(4 * DAY)
    assert (await circle.figures(host)).histogram == {"1": 1, "2": 1, "3": 0, "4": 0, "5": 1}
    await circle.hall.verify()


async def test_later_ones_are_counted_with_those_of_before(circle: Circle) -> None:
    host, (one, two), session = await circle.class_(2)
    await circle.write(one, session.id, 5)
    await circle.write(host, session.id, 5, about=one)
    of = await _found(circle, session)
    await circle.hall.advance(8 * DAY)
    await circle.hall.work(adopt, [_said(of, two, host, 2, HOUR)], await circle.now())
    assert (await circle.shown(host), (await circle.figures(host)).total_reviews) == (3.5, 2)
    await circle.hall.verify()
