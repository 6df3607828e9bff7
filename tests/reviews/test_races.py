"""Sixteen at once: each review is written once, shown once and counted once, and nobody waits for somebody who waits for them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.tx import Tx
from skillhall.reviews.api import hide, show
from skillhall.reviews.commands.pass_time import pass_time
from tests.learning.builders import outcome
from tests.reviews.builders import Circle

MANY = 16
MODERATOR = Actor(account_id=ids.new(), permissions=frozenset({"content.moderate"}))
REVEAL_AT = "SELECT reveal_at FROM reviews.engagement WHERE subject_id = $1"
ENGAGEMENT = "SELECT id FROM reviews.engagement WHERE subject_id = $1"
STARS = "SELECT rating FROM reviews.review WHERE id = $1"


async def test_both_sides_of_a_group_write_at_once(circle: Circle) -> None:
    hall = circle.hall
    host, learners, session = await circle.class_(MANY // 2)
    calls = [outcome(circle.write, learner, session.id, 1 + place % 5) for place, learner in enumerate(learners)]
    calls += [outcome(circle.write, host, session.id, 4, "Keen.", learner) for learner in learners]
    assert set(await hall.race(*calls)) == {"ok"}
    assert Counter(await circle.said()) == {"written": MANY, "revealed": MANY}
    given = [1 + place % 5 for place in range(len(learners))]
    assert await circle.offered(session) == (round(sum(given) / len(given), 2), len(given))
    assert (await circle.figures(host)).total_reviews == len(given)
    assert [await circle.shown(learner) for learner in learners] == [4.0] * len(learners)
    await hall.verify()


async def test_both_sides_and_time_reveal_once(circle: Circle) -> None:
    hall = circle.hall
    host, learner, session = await circle.lesson()
    mine = await circle.write(learner, session.id, 3)
    await _stop_before(circle, await hall.pool.fetchval(REVEAL_AT, session.id))
    engagement_id = await hall.pool.fetchval(ENGAGEMENT, session.id)
    calls = [*(outcome(hall.work, _sweep, engagement_id) for _ in range(8)), *(outcome(circle.write, host, session.id) for _ in range(8))]
    assert set(await hall.race(*calls)) == {"ok"}
    await hall.advance(timedelta(minutes=1))
    assert Counter(await circle.said()) == {"written": 2, "revealed": 2}
    assert (await circle.read(STRANGER, mine.id)).status == "published"
    await hall.verify()


async def test_the_same_author_writes_once(circle: Circle) -> None:
    hall = circle.hall
    _, learner, session = await circle.lesson()
    calls = [outcome(circle.write, learner, session.id, 1 + place % 5, f"Version {place}") for place in range(MANY)]
    assert Counter(await hall.race(*calls)) == {"ok": 1, "reviews.already_reviewed": MANY - 1}
    assert await circle.said() == ["written"]
    await hall.verify()


async def test_a_change_of_the_stars_comes_before_the_reveal_or_not_at_all(circle: Circle) -> None:
    hall = circle.hall
    for _ in range(3):
        host, learner, session = await circle.lesson()
        mine = await circle.write(learner, session.id, 5)
        calls = [outcome(_rate, circle, learner, place % 4 + 1, mine.id) for place in range(MANY - 2)]
        calls[4:4] = [outcome(circle.write, host, session.id), outcome(circle.write, host, session.id)]
        answers = await hall.race(*calls)
        assert answers[4:6] == ["ok", "ok"]
        assert set(answers) <= {"ok", "reviews.rating_is_fixed"}
        stars = await hall.pool.fetchval(STARS, mine.id)
        assert (await circle.shown(host), await circle.offered(session)) == (float(stars), (float(stars), 1))
        await hall.verify()


async def test_withdrawing_hiding_showing_and_replying_count_once(circle: Circle) -> None:
    hall = circle.hall
    for _ in range(3):
        host, learner, session = await circle.lesson()
        mine, _ = await circle.write(learner, session.id, 2), await circle.write(host, session.id)
        calls = [outcome(circle.withdraw, learner, mine.id) for _ in range(4)]
        calls += [outcome(hall.work, verb, mine.id, MODERATOR, "Looked at.") for verb in (hide, show) * 4]
        calls += [outcome(circle.reply, host, mine.id) for _ in range(4)]
        answers = await hall.race(*calls[::2], *calls[1::2])
        assert set(answers) <= {"ok", "reviews.not_found"}
        assert (await circle.shown(host), await circle.offered(session)) == (None, (None, 0))
        await hall.verify()


async def _rate(circle: Circle, by: Actor, rating: int, review_id: UUID) -> None:
    await circle.change(by, review_id, rating=rating)


async def _sweep(tx: Tx, engagement_id: UUID) -> None:
    await pass_time(engagement_id, tx)


async def _stop_before(circle: Circle, at: datetime) -> None:
    """Move business time to a moment before `at`, so that the race runs over it; nothing is swept on the way."""
    await circle.hall.pool.execute("UPDATE kernel.clock SET shift = $1", at - datetime.now(UTC) - timedelta(milliseconds=30))
