"""Client and worker review each other when the work is done."""

import msgspec
import pytest

from skillhall.gigs.commands.accept_bid import BookedView
from skillhall.gigs.commands.deliver import Deliver, deliver_booking
from skillhall.gigs.commands.escrow import complete_booking, release_milestone
from skillhall.gigs.commands.run_booking import confirm_booking, start_booking
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.reviews.commands.endorse import endorse
from skillhall.reviews.commands.write import review_person, review_project, write_review
from skillhall.reviews.model import refusals as no
from skillhall.reviews.model.bodies import Endorse, ReviewPerson, ReviewProject, WriteReview
from skillhall.reviews.queries import reviews
from skillhall.reviews.queries.reviews import OwnReviewQuery, ReviewQuery
from tests.gigs.engaging import Deals
from tests.reviews.builders import Circle


@pytest.fixture
def deals(circle: Circle) -> Deals:
    """People who agree on work."""
    return Deals(circle.hall)


async def _booking(deals: Deals) -> tuple[Actor, Actor, BookedView]:
    client, worker = await deals.pair()
    booked = await deals.hired(client, worker, 100)
    await deals.hall.run(confirm_booking, worker, booked.booking.id)
    await deals.hall.run(start_booking, worker, booked.booking.id)
    await deals.hall.run(deliver_booking, worker, booked.booking.id, Deliver(notes="Done."))
    return client, worker, booked


async def test_a_project_is_reviewed_when_its_last_part_is_paid(circle: Circle, deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.handed_over(client, worker, 40, 60)
    body = ReviewProject(rating=5, comment="As agreed.", project_id=made.project_id)
    await circle.hall.run(release_milestone, client, made.milestones[0].id)
    with pytest.raises(no.NotFinished):
        await circle.hall.run(review_project, client, body)
    await circle.hall.run(release_milestone, client, made.milestones[1].id)
    mine = await circle.hall.run(review_project, client, body)
    assert (mine.kind, mine.project_id, mine.session_id, mine.author_role, mine.status) == (
        "project", made.project_id, None, "client", "waiting",
    )  # fmt: skip
    read = await circle.hall.read()
    assert (await reviews.reviews_of_project(read, made.project_id, ReviewQuery())).items == []
    theirs = await circle.hall.run(review_project, worker, msgspec.structs.replace(body, rating=3))
    assert (theirs.author_role, theirs.status, await circle.shown(worker), await circle.shown(client)) == ("worker", "published", 5.0, 3.0)
    shown = await reviews.reviews_of_project(read, made.project_id, ReviewQuery(sort="createdAt"))
    assert [view.id for view in shown.items] == [mine.id, theirs.id]
    given = await reviews.own_reviews(read, client, OwnReviewQuery(direction="given"), of_projects=True)
    assert [view.id for view in given.items] == [mine.id]
    assert (await circle.read(STRANGER, mine.id)).is_blind
    await circle.hall.verify()


async def test_a_booking_and_its_project_are_one_thing(circle: Circle, deals: Deals) -> None:
    client, worker, booked = await _booking(deals)
    by_booking = WriteReview(rating=4, booking_id=booked.booking.id)
    with pytest.raises(no.NotFinished):
        await circle.hall.run(write_review, worker, by_booking)
    await circle.hall.run(complete_booking, client, booked.booking.id)
    mine = await circle.hall.run(write_review, client, by_booking)
    assert (mine.kind, mine.booking_id, mine.project_id) == ("booking", booked.booking.id, booked.agreement.project_id)
    by_project = WriteReview(rating=2, project_id=booked.agreement.project_id)
    with pytest.raises(no.AlreadyReviewed):
        await circle.hall.run(write_review, client, by_project)
    assert (await circle.hall.run(write_review, worker, by_project)).status == "published"
    with pytest.raises(no.NothingShared):
        await circle.hall.run(review_person, worker, client.account_id, ReviewPerson(rating=5))
    made = await circle.hall.run(endorse, client, worker.account_id, Endorse(skill_id=await circle.skill()))
    assert made.author is not None
    assert made.author.id == client.profile_id
    await circle.hall.verify()


async def test_work_without_an_end_is_not_reviewed(circle: Circle, deals: Deals) -> None:
    client, worker = await deals.pair()
    made = await deals.active(client, worker, 100)
    await deals.started(client, worker, made.milestones[0])
    skill = Endorse(skill_id=await circle.skill())
    for by, other in ((client, worker), (worker, client)):
        with pytest.raises(no.NotFinished):
            await circle.hall.run(review_project, by, ReviewProject(rating=5, project_id=made.project_id))
        with pytest.raises(no.NeverMet):
            await circle.hall.run(endorse, by, other.account_id, skill)
