"""What client, worker and team are told from the first bid to the last payment; and what is not sent because it is so no more."""

from collections import Counter
from datetime import timedelta
from typing import Any

from skillhall.gigs.commands.agree import CallOff, ChangeTerms, Sign, cancel_agreement, change_terms, complete_agreement, sign_agreement
from skillhall.gigs.commands.deliver import AskRevision, approve_milestone, ask_milestone_revision, deliver_booking, deliver_milestone
from skillhall.gigs.commands.escrow import release_week
from skillhall.gigs.commands.pause_project import pause_project, resume_project
from skillhall.gigs.commands.plan_tasks import delete_task
from skillhall.gigs.commands.project_notes import PostUpdate, WriteComment, post_update, write_comment
from skillhall.gigs.commands.run_booking import ChangeBooking, cancel_booking, change_booking, confirm_booking, start_booking
from skillhall.gigs.commands.run_team import InviteCollaborator, decline_team, invite_collaborator, remove_collaborator
from skillhall.gigs.commands.tell_hours import Object, TellHours, object_to_week, submit_week
from skillhall.gigs.commands.work_on_task import Comment, comment_task, delete_comment
from skillhall.kernel.actor import Actor
from skillhall.kernel.http import Match
from tests.gigs.crew import Crew
from tests.gigs.engaging import DONE, Deals
from tests.learning.builders import DAY
from tests.notifications.reading import notices, still
from tests.support.hall import TestHall

ANY = Match(None).check
REASON = AskRevision(reason="Slower, please.")


class Ears:
    """Who has heard what of gigs so far."""

    def __init__(self, hall: TestHall) -> None:
        self.hall = hall
        self.heard: Counter[Any] = Counter()

    async def of(self, who: Actor) -> set[str]:
        """Return what somebody was told since the last time, without the context."""
        rows = [row for row in await notices(self.hall, who) if row["type"].startswith("gigs.")]
        new = rows[self.heard[who.account_id] :]
        self.heard[who.account_id] = len(rows)
        return {row["type"].removeprefix("gigs.") for row in new}

    async def all(self, *people: Actor) -> tuple[set[str], ...]:
        """Return the same of several."""
        return tuple([await self.of(who) for who in people])

    async def still(self, who: Actor, *codes: str) -> list[bool]:
        """Return whether the last notice of each of these types is still so."""
        return await still(self.hall, who, *(f"gigs.{code}" for code in codes))


async def test_from_the_first_bid_to_the_last_payment(hall: TestHall) -> None:
    deals, ears = Deals(hall), Ears(hall)
    client, worker = await deals.pair()
    made = await deals.accepted(client, worker, 100, 200)
    assert await ears.all(client, worker) == ({"bid_submitted", "agreement_to_sign"}, {"bid_accepted", "agreement_to_sign"})
    assert await ears.still(client, "bid_submitted", "agreement_to_sign") == [False, True]
    made = await hall.run(change_terms, worker, made.id, ChangeTerms(scope="Three minutes."), ANY)
    assert await ears.all(client, worker) == ({"terms_changed"}, set())
    assert await ears.still(worker, "agreement_to_sign") == [False]
    await hall.run(sign_agreement, client, made.id, Sign(version=made.version))
    assert await ears.all(client, worker) == (set(), {"agreement_signed"})
    assert [await ears.still(client, "terms_changed"), await ears.still(worker, "agreement_signed")] == [[False], [True]]
    await hall.run(sign_agreement, worker, made.id, Sign(version=made.version))
    assert await ears.all(client, worker) == ({"agreement_activated"}, {"agreement_activated"})
    first, second = (await deals.agreement(made.id)).milestones
    await deals.started(client, worker, first)
    assert await ears.all(client, worker) == ({"work_started"}, {"work_funded"})
    await hall.run(deliver_milestone, worker, first.id, DONE)
    assert await ears.all(client, worker) == ({"work_delivered"}, set())
    assert await ears.still(client, "work_delivered") == [True]
    await hall.run(ask_milestone_revision, client, first.id, REASON)
    assert await ears.all(client, worker) == (set(), {"revision_requested"})
    assert [await ears.still(client, "work_delivered"), await ears.still(worker, "revision_requested")] == [[False], [True]]
    await hall.run(deliver_milestone, worker, first.id, DONE)
    await hall.run(approve_milestone, client, first.id)
    assert (await ears.of(worker)) == {"work_approved"}
    assert [await ears.still(client, "work_delivered"), await ears.still(worker, "revision_requested")] == [[False], [False]]
    await ears.of(client)
    await deals.delivered(client, worker, second)
    assert await ears.all(client, worker) == ({"work_started", "project_delivered"}, {"work_funded"})
    await hall.advance(15 * DAY)
    expected = {"project_completed", "payment_sent"}, {"project_completed", "payment_released"}
    assert await ears.all(client, worker) == expected
    await deals.accepted(client, worker, 100)
    await hall.advance(8 * DAY)
    assert "agreement_expired" in await ears.of(client) & await ears.of(worker)
    assert await ears.still(worker, "agreement_to_sign", "bid_accepted") == [False, False]


async def test_hours_and_bookings(hall: TestHall) -> None:
    deals, ears = Deals(hall), Ears(hall)
    client, worker = await deals.pair(wallet=900)
    made = await deals.hourly(client, worker, rate=30, weekly=600)
    await ears.all(client, worker)
    week = made.weeks[0].id
    await hall.run(submit_week, worker, week, TellHours(minutes=60, note="Tests."))
    assert await ears.all(client, worker) == ({"hours_submitted"}, set())
    await hall.run(object_to_week, client, week, Object(reason="Not on Monday."))
    assert await ears.all(client, worker) == (set(), {"hours_objected"})
    assert await ears.still(client, "hours_submitted") == [False]
    await hall.run(submit_week, worker, week, TellHours(minutes=30, note="Tests."))
    await hall.run(release_week, client, week)
    assert await ears.all(client, worker) == ({"hours_submitted", "payment_sent"}, {"payment_released"})
    await hall.advance(7 * DAY)
    assert await ears.all(client, worker) == (set(), {"work_funded"})
    await hall.run(cancel_agreement, worker, made.id, CallOff())
    assert await ears.all(client, worker) == ({"payment_returned", "agreement_cancelled"}, set())
    poor, free = await deals.person(name="Paul Poor"), await deals.person(name="Wilma Worker")
    await deals.hourly(poor, free)
    assert "week_to_fund" in await ears.of(poor)
    assert await ears.still(poor, "week_to_fund") == [True]

    await deals.give(poor, 500)
    starts_at = await deals.now() + 3 * DAY
    booked = await deals.hired(poor, free, 100, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    await ears.of(poor)
    assert "booking_made" in await ears.of(free)
    await hall.run(change_booking, poor, booked.id, ChangeBooking(starts_at=starts_at + DAY, ends_at=starts_at + DAY + timedelta(hours=1)))
    assert await ears.all(poor, free) == (set(), {"booking_moved"})
    await hall.run(confirm_booking, free, booked.id)
    assert await ears.all(poor, free) == ({"booking_confirmed"}, set())
    assert await ears.still(free, "booking_made", "booking_moved") == [False, True]
    await hall.run(cancel_booking, poor, booked.id, CallOff())
    assert await ears.all(poor, free) == ({"payment_returned"}, {"booking_cancelled"})
    assert await ears.still(poor, "booking_confirmed") == [False]
    again = await deals.hired(poor, free, 100)
    await hall.run(confirm_booking, free, again.id)
    await hall.run(start_booking, free, again.id)
    await hall.run(deliver_booking, free, again.id, DONE)
    assert await ears.of(poor) >= {"booking_confirmed", "work_started", "work_delivered"}
    await hall.run(complete_agreement, poor, again.agreement.id)
    assert await ears.of(poor) == {"booking_completed"}
    assert await ears.of(free) >= {"booking_made", "booking_completed", "work_approved"}


async def test_tasks_and_the_team(hall: TestHall) -> None:
    crew, ears = await Crew(hall).begin(), Ears(hall)
    client, worker, guest = crew.client, crew.worker, await crew.person(name="Gia Guest")
    await ears.all(client, worker)
    body = InviteCollaborator(user_id=guest.account_id)
    await hall.run(invite_collaborator, client, crew.project_id, body)
    assert await ears.of(guest) == {"team_invited"}
    await hall.run(decline_team, guest, crew.project_id)
    assert await ears.still(guest, "team_invited") == [False]
    member = await crew.joined()
    assert await ears.all(client, member) == ({"team_declined", "team_joined"}, {"team_invited"})
    task = await crew.task(member)
    assert await ears.all(client, member) == (set(), {"task_assigned"})
    submission = await crew.submitted(member, task)
    assert await ears.all(client, member) == ({"task_submitted"}, set())
    await crew.verdict(client, submission.id, "changes_requested")
    assert await ears.of(member) == {"task_reviewed"}
    assert await ears.still(client, "task_submitted") == [False]
    comment = await hall.run(comment_task, member, task.id, Comment(text="Which bar?"))
    assert await ears.of(client) == {"task_commented"}
    await hall.run(delete_comment, member, comment.id)
    assert await ears.still(client, "task_commented") == [False]
    await hall.run(delete_task, client, task.id)
    assert await ears.of(member) == {"task_deleted"}
    assert await ears.still(member, "task_assigned", "task_reviewed") == [False, False]
    await hall.run(post_update, worker, crew.project_id, PostUpdate(text="Half is done."))
    assert await ears.all(client, worker, member) == ({"project_news"}, set(), {"project_news"})
    await hall.run(write_comment, member, crew.project_id, WriteComment(content="How nice."))
    assert await ears.all(client, worker) == ({"project_commented"}, set())
    await hall.run(pause_project, client, crew.project_id)
    await ears.all(worker, member)
    await hall.run(resume_project, client, crew.project_id)
    assert await ears.all(client, worker, member) == (set(), {"project_resumed"}, {"project_resumed"})
    assert await ears.still(worker, "project_paused", "project_resumed") == [False, True]
    await hall.run(remove_collaborator, client, crew.project_id, member.account_id)
    second = await crew.joined(name="Max Member")
    await hall.run(remove_collaborator, second, crew.project_id, second.account_id)
    assert await ears.all(client, member) == ({"team_joined", "team_left"}, {"team_removed"})
