"""What two people say of each other: who may, when it is shown, and what it counts for."""

from datetime import timedelta

import pytest

from skillhall.identity.api import AccountNotFound
from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.refusals import Invalid
from skillhall.learning.queries.offers import offer_view
from skillhall.learning.queries.statistics import statistics
from skillhall.reviews.api import hide, show
from skillhall.reviews.commands.write import review_person, write_review
from skillhall.reviews.model import refusals as no
from skillhall.reviews.model.bodies import ReviewPerson, WriteReview
from skillhall.reviews.queries import reviews
from skillhall.reviews.queries.reviews import OwnReviewQuery, ReviewQuery
from tests.kernel.serving import Site
from tests.learning.builders import DAY, HOUR, MINUTE
from tests.reviews.builders import Circle

A = "/api/v1"
WEEK = 7 * DAY
MODERATOR = Actor(account_id=ids.new(), permissions=frozenset({"content.moderate"}))
SKILL = "SELECT ratings, average_rating FROM skills.tally WHERE skill_id = $1"


async def test_neither_reads_the_other_before_both_have_written(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    assert await circle.offered(session) == (None, 0)
    mine = await circle.write(learner, session.id, 4, "Clear and patient.")
    assert (mine.status, mine.author_role, mine.rating, mine.session_id) == ("waiting", "learner", 4, session.id)
    assert (mine.author_id, mine.about_id, mine.published_at) == (learner.account_id, host.account_id, None)
    assert await circle.read(learner, mine.id) == mine
    for other in (host, STRANGER, await circle.person()):
        with pytest.raises(no.ReviewNotFound):
            await circle.read(other, mine.id)
    assert (await circle.figures(host)).total_reviews == 0
    assert (await circle.shown(host), await circle.offered(session)) == (None, (None, 0))
    theirs = await circle.write(host, session.id, 5, "Came prepared.")
    assert (theirs.status, theirs.author_role, theirs.is_blind) == ("published", "host", True)
    seen = await circle.read(STRANGER, mine.id)
    assert (seen.status, seen.comment, seen.is_blind, seen.publishes_at) == ("published", "Clear and patient.", True, None)
    assert (await circle.shown(host), await circle.shown(learner)) == (4.0, 5.0)
    assert await circle.offered(session) == (4.0, 1)
    assert await circle.said() == ["written", "written", "revealed", "revealed"]
    await circle.hall.verify()


async def test_what_one_side_wrote_is_shown_after_seven_days(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    mine = await circle.write(learner, session.id, 2)
    await circle.hall.advance(WEEK - MINUTE)
    assert (await circle.figures(host)).average_rating is None
    await circle.hall.advance(2 * MINUTE)
    assert (await circle.read(STRANGER, mine.id)).status == "published"
    assert (await circle.figures(host)).histogram == {"1": 0, "2": 1, "3": 0, "4": 0, "5": 0}
    late = await circle.write(host, session.id, 1, "Now I know what you wrote.")
    assert (late.status, late.is_blind, (await circle.read(STRANGER, mine.id)).is_blind) == ("published", False, True)
    assert await circle.said() == ["written", "revealed", "written", "revealed"]
    await circle.hall.advance(WEEK)
    assert (await circle.said()).count("revealed") == 2
    await circle.hall.verify()


async def test_no_event_tells_a_rating_before_it_is_shown(circle: Circle) -> None:
    _, learner, session = await circle.lesson()
    await circle.write(learner, session.id, 3)
    data = await circle.hall.pool.fetchval("SELECT data::text FROM kernel.event WHERE type = 'reviews.written'")
    assert "rating" not in data
    assert str(learner.account_id) in data


async def test_who_may_review_whom(circle: Circle) -> None:
    host, learner = await circle.host(), await circle.person()
    session = await circle.begun(host, learner, price=0)
    for by in (host, learner):
        with pytest.raises(no.NotFinished):
            await circle.write(by, session.id)
    await circle.until(await circle.now() + 2 * HOUR)
    with pytest.raises(no.NotFinished):
        await circle.write(await circle.person(), session.id)
    with pytest.raises(no.NotFinished):
        await circle.write(learner, ids.new())
    with pytest.raises(no.SelfReview):
        await circle.write(learner, session.id, about=learner)
    first = await circle.write(learner, session.id, 5, "The same")
    assert (await circle.write(learner, session.id, 5, "The same")).id == first.id
    with pytest.raises(no.AlreadyReviewed):
        await circle.write(learner, session.id, 5, "Something else")
    assert await circle.said() == ["written"]


async def test_exactly_one_thing_is_named(circle: Circle) -> None:
    _, learner, session = await circle.lesson()
    for body in (WriteReview(rating=5), WriteReview(rating=5, session_id=session.id, project_id=session.id)):
        with pytest.raises(Invalid) as caught:
            await circle.hall.run(write_review, learner, body)
        assert [(error.field, error.code) for error in caught.value.details] == [
            (name, "reviews.one_subject") for name in ("sessionId", "bookingId", "projectId")
        ]
    for body in (WriteReview(rating=5, booking_id=session.id), WriteReview(rating=5, project_id=session.id)):
        with pytest.raises(no.NotFinished):
            await circle.hall.run(write_review, learner, body)
    assert (await circle.hall.run(write_review, learner, WriteReview(rating=5, session_id=session.id))).comment == ""


async def test_a_person_is_reviewed_for_the_last_thing_done_together(circle: Circle) -> None:
    host, learner = await circle.host(), await circle.person()
    early, late = await circle.done(host, learner, price=0), await circle.done(host, learner, price=0)
    both = ReviewPerson(rating=5, session_id=early.id, booking_id=early.id)
    with pytest.raises(Invalid):
        await circle.hall.run(review_person, learner, host.account_id, both)
    written = [await circle.hall.run(review_person, learner, host.account_id, ReviewPerson(rating=4)) for _ in range(2)]
    assert [one.session_id for one in written] == [late.id, early.id]
    with pytest.raises(no.NothingShared):
        await circle.hall.run(review_person, learner, host.account_id, ReviewPerson(rating=4))
    named = await circle.hall.run(review_person, host, learner.account_id, ReviewPerson(rating=3, session_id=early.id))
    assert (named.session_id, named.status) == (early.id, "published")
    with pytest.raises(no.SelfReview):
        await circle.hall.run(review_person, host, host.account_id, ReviewPerson(rating=5))
    with pytest.raises(no.NotFinished):
        await circle.hall.run(review_person, host, (await circle.person()).account_id, ReviewPerson(rating=5, session_id=early.id))


async def test_in_a_group_each_learner_and_the_host_are_two_sides(circle: Circle) -> None:
    host, (one, two, three), session = await circle.class_(3)
    with pytest.raises(no.RevieweeUnnamed):
        await circle.write(host, session.id)
    first = await circle.write(one, session.id, 5)
    await circle.write(two, session.id, 2)
    assert (await circle.write(host, session.id, 4, about=one)).about_id == one.account_id
    assert (await circle.read(STRANGER, first.id)).status == "published"
    assert await circle.offered(session) == (5.0, 1)
    with pytest.raises(no.NotFinished):
        await circle.write(one, session.id, about=two)
    await circle.write(host, session.id, 4, about=three)
    feedback = await reviews.session_feedback(await circle.hall.read(), host, session.id)
    assert (len(feedback.from_host), [view.author_id for view in feedback.from_learners]) == (2, [one.account_id])
    assert feedback.can_review == [two.account_id]
    await circle.hall.advance(WEEK)
    assert await circle.offered(session) == (3.5, 2)
    assert (await circle.figures(host)).average_rating == 3.5
    assert await circle.hall.pool.fetchrow(SKILL, session.skill.id) == (2, 3.5)
    await circle.hall.verify()


async def test_who_did_not_come_has_nothing_to_say(circle: Circle) -> None:
    host = await circle.host()
    session, (came, missing) = await circle.filled(host, 2, price=0)
    await circle.hall.pool.execute("UPDATE learning.seat SET state = 'attended' WHERE account_id = $1", came.account_id)
    await circle.hall.pool.execute("UPDATE learning.seat SET state = 'no_show' WHERE account_id = $1", missing.account_id)
    await circle.hall.pool.execute(
        "UPDATE learning.session SET state = 'completed', ended_at = now(), due_at = NULL, remind_at = NULL WHERE id = $1", session.id
    )
    with pytest.raises(no.NotFinished):
        await circle.write(missing, session.id)
    assert (await circle.write(host, session.id)).about_id == came.account_id


async def test_all_may_be_changed_while_it_waits_and_its_words_for_a_while_after(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    mine = await circle.write(learner, session.id, 2, "Hm.")
    await circle.hall.advance(3 * DAY)
    changed = await circle.change(learner, mine.id, rating=4, comment="On second thoughts: good.")
    assert (changed.rating, changed.version, changed.edited_at is not None) == (4, 2, True)
    assert await circle.change(learner, mine.id, rating=4) == changed
    with pytest.raises(no.ReviewNotFound):
        await circle.change(host, mine.id, rating=5)
    theirs = await circle.write(host, session.id, 5, "Keeen.")
    with pytest.raises(no.AuthorOnly):
        await circle.change(learner, theirs.id, comment="")
    with pytest.raises(no.RatingIsFixed):
        await circle.change(host, theirs.id, rating=1)
    assert (await circle.change(host, theirs.id, comment="Keen.", rating=5)).comment == "Keen."
    with pytest.raises(no.EditClosed):
        await circle.change(learner, mine.id, comment="Too late.")
    await circle.hall.advance(2 * DAY)
    with pytest.raises(no.EditClosed):
        await circle.change(host, theirs.id, comment="Keen!")
    assert (await circle.shown(host), await circle.shown(learner)) == (4.0, 5.0)
    await circle.hall.verify()


async def test_a_withdrawn_review_counts_no_more_and_is_not_written_again(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    mine, theirs = await circle.write(learner, session.id, 1), await circle.write(host, session.id, 5)
    with pytest.raises(no.AuthorOnly):
        await circle.withdraw(host, mine.id)
    for _ in range(2):
        assert await circle.withdraw(learner, mine.id) == mine.id
    assert (await circle.read(learner, mine.id)).status == "withdrawn"
    with pytest.raises(no.ReviewNotFound):
        await circle.read(host, mine.id)
    assert (await circle.shown(host), await circle.offered(session)) == (None, (None, 0))
    assert await circle.hall.pool.fetchrow(SKILL, session.skill.id) == (0, None)
    with pytest.raises(no.AlreadyReviewed):
        await circle.write(learner, session.id, 1)
    with pytest.raises(no.AlreadyWithdrawn):
        await circle.change(learner, mine.id, comment="Still here.")
    assert (await circle.read(STRANGER, theirs.id)).status == "published"
    assert (await circle.said()).count("withdrawn") == 1
    with pytest.raises(no.ReviewNotFound):
        await circle.withdraw(learner, ids.new())
    await circle.hall.verify()


async def test_a_review_withdrawn_while_it_waits_is_never_shown(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    mine = await circle.write(learner, session.id, 1)
    await circle.withdraw(learner, mine.id)
    assert (await circle.write(host, session.id, 5)).status == "published"
    assert (await circle.shown(host), await circle.shown(learner)) == (None, 5.0)
    assert await circle.said() == ["written", "withdrawn", "written", "revealed"]
    await circle.hall.verify()


async def test_one_reply(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    mine = await circle.write(learner, session.id, 3)
    with pytest.raises(no.ReviewNotFound):
        await circle.reply(host, mine.id)
    await circle.write(host, session.id, 5)
    with pytest.raises(no.ReviewNotFound):
        await circle.reply(learner, mine.id)
    for _ in range(2):
        assert (await circle.reply(host, mine.id)).response == "You are welcome."
    with pytest.raises(no.AlreadyAnswered):
        await circle.reply(host, mine.id, "And another thing.")
    assert (await circle.said()).count("answered") == 1


async def test_a_moderator_hides_a_review_and_shows_it_again(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    mine, _ = await circle.write(learner, session.id, 1), await circle.write(host, session.id, 5)
    for _ in range(2):
        await circle.hall.work(hide, mine.id, MODERATOR, "An insult.")
    assert ((await circle.read(learner, mine.id)).status, (await circle.read(MODERATOR, mine.id)).status) == ("hidden", "hidden")
    with pytest.raises(no.ReviewNotFound):
        await circle.read(host, mine.id)
    with pytest.raises(no.ReviewNotFound):
        await circle.reply(host, mine.id)
    assert (await circle.shown(host), await circle.offered(session)) == (None, (None, 0))
    await circle.hall.verify()
    for _ in range(2):
        await circle.hall.work(show, mine.id, MODERATOR, "It was none.")
    assert (await circle.shown(host), await circle.offered(session)) == (1.0, (1.0, 1))
    assert (await circle.said())[-2:] == ["withdrawn", "revealed"]
    found = await circle.hall.pool.fetch(
        "SELECT action FROM kernel.audit WHERE subject_kind = 'review' AND subject_id = $1 ORDER BY position", mine.id
    )
    assert [row["action"] for row in found] == ["reviews.hide", "reviews.show"]
    await circle.hall.verify()


async def test_a_review_hidden_while_it_waits_is_not_shown_by_time(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    mine = await circle.write(learner, session.id, 1)
    await circle.hall.work(hide, mine.id, MODERATOR, "An insult.")
    await circle.hall.advance(WEEK + MINUTE)
    assert (await circle.figures(host)).total_reviews == 0
    await circle.hall.work(show, mine.id, MODERATOR, "It was none.")
    assert (await circle.figures(host)).total_reviews == 1
    assert await circle.said() == ["written", "revealed"]
    await circle.hall.verify()


async def test_lists_of_ones_own_and_of_others(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    other = await circle.done(host, learner, price=0)
    waiting = await circle.write(learner, session.id, 2)
    shown, theirs = await circle.write(learner, other.id, 5), await circle.write(host, other.id, 4)
    read = await circle.hall.read()
    given = await reviews.own_reviews(read, learner, OwnReviewQuery(direction="given", sort="createdAt"))
    assert [view.id for view in given.items] == [waiting.id, shown.id]
    assert [view.id for view in (await reviews.own_reviews(read, learner, OwnReviewQuery())).items] == [theirs.id]
    assert [view.id for view in (await reviews.own_reviews(read, host, OwnReviewQuery())).items] == [shown.id]
    assert (await reviews.own_reviews(read, host, OwnReviewQuery(), of_projects=True)).items == []
    about = await reviews.reviews_about(read, STRANGER, host.account_id, ReviewQuery(rating=5, kind="session"))
    assert [(view.id, view.author and view.author.display_name) for view in about.items] == [(shown.id, "Ada Example")]
    assert (await reviews.reviews_about(read, STRANGER, host.account_id, ReviewQuery(rating=1))).items == []
    await circle.hall.pool.execute(
        "INSERT INTO identity.block (account_id, blocked_id, blocked_at) VALUES ($1, $2, now())", host.account_id, learner.account_id
    )
    for by, account_id in ((learner, host.account_id), (STRANGER, ids.new())):
        with pytest.raises(AccountNotFound):
            await reviews.reviews_about(await circle.hall.read(), by, account_id, ReviewQuery())


async def test_offers_and_figures_show_what_learners_said(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    read = await circle.hall.read()
    assert (await offer_view(read, session.offer.id, learner.account_id)).average_rating is None
    assert (await statistics(read, host.account_id)).average_rating is None
    await circle.write(learner, session.id, 4)
    await circle.write(host, session.id, 1)
    view = await offer_view(read, session.offer.id, learner.account_id)
    assert (view.average_rating, view.review_count, view.version) == (4.0, 1, 1)
    assert (await statistics(read, host.account_id)).average_rating == 4.0
    assert (await statistics(read, learner.account_id)).average_rating == 1.0


async def test_over_http(circle: Circle, site: Site) -> None:
    host, learner, session = await circle.lesson()
    for wrong in ({"rating": 0}, {"rating": 6}, {"rating": 4.5}, {"rating": 5, "comment": "x" * 2001}, {"comment": "No stars."}):
        refused = await site.post(f"{A}/reviews", learner.account_id, json={"sessionId": str(session.id), **wrong})
        assert (refused.status, refused.reason) == (400, "http.invalid")
    body = {"sessionId": str(session.id), "rating": 5, "comment": "Splendid."}
    made = await site.post(f"{A}/reviews", learner.account_id, json=body)
    where = f"{A}/reviews/{made.data['id']}"
    assert (made.status, made.headers["Location"]) == (201, where)
    assert (await site.get(where)).status == 404
    tag = (await site.get(where, learner.account_id)).headers["ETag"]
    lost = await site.send("PUT", where, learner.account_id, json={"rating": 4}, headers={"If-Match": '"another"'})
    changed = await site.send("PUT", where, learner.account_id, json={"rating": 4}, headers={"If-Match": tag})
    assert (lost.status, changed.status, changed.data["rating"]) == (412, 200, 4)
    assert (await site.send("DELETE", where, host.account_id)).reason == "reviews.not_found"
    gone = await site.send("DELETE", where, learner.account_id)
    assert gone.data == {"id": made.data["id"], "deleted": True}


async def test_the_terms_of_the_operator_are_kept_on_the_row(circle: Circle) -> None:
    _, learner, session = await circle.lesson()
    await circle.write(learner, session.id)
    reveal_at, edit_until, made_at = await circle.hall.pool.fetchrow(  # type: ignore[misc]
        "SELECT e.reveal_at, r.edit_until, r.created_at FROM reviews.review r JOIN reviews.engagement e ON e.id = r.engagement_id"
    )
    assert (reveal_at - made_at, edit_until - made_at) == (timedelta(days=7), timedelta(hours=48))
