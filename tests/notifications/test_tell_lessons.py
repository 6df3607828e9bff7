"""What people are told of lessons: who, what, and whether it is still so when it is sent."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.learning import events
from skillhall.notifications.model.notice import NoticeRow
from skillhall.notifications.model.preferences import Settings
from skillhall.notifications.model.quiet import due_by
from skillhall.notifications.model.types import type_of
from tests.notifications.stage import Stage, in_days, told

HOUR = timedelta(hours=1)


class Lesson:
    """A lesson on a stage, and what is said of it."""

    def __init__(self, stage: Stage, host: Actor, learners: list[Actor], session_id: UUID, starts_at: datetime) -> None:
        self.stage, self.host, self.learners, self.id, self.starts_at = stage, host, learners, session_id, starts_at

    def fact(self, event: type[Any], waiting: list[Actor] | None = None, **rest: Any) -> Any:
        """Return a fact about the session."""
        return event(
            session_id=self.id,
            host_id=self.host.account_id,
            learner_ids=[one.account_id for one in self.learners],
            waiting_ids=[one.account_id for one in waiting or []],
            skill_id=ids.NIL,
            starts_at=rest.pop("starts_at", self.starts_at),
            ends_at=self.starts_at + HOUR,
            **rest,
        )

    def place(self, event: type[Any], **rest: Any) -> Any:
        """Return a fact about the first learner's place."""
        return event(
            session_id=self.id,
            seat_id=ids.new(),
            account_id=self.learners[0].account_id,
            host_id=self.host.account_id,
            price=31,
            starts_at=self.starts_at,
            **rest,
        )

    async def told(self, event: type[Any], **rest: Any) -> tuple[NoticeRow | None, NoticeRow | None]:
        """Return what host and first learner are told of this fact."""
        heard = {one.account_id: one for one in await self.stage.hear(self.fact(event, **rest))}
        return heard.get(self.host.account_id), heard.get(self.learners[0].account_id)


async def a_lesson(stage: Stage, learners: int = 1, price: int = 31, asset: str = "CREDIT") -> Lesson:
    """Return a lesson in a week."""
    host = await stage.person("Hana Host")
    people = [await stage.person(f"Learner {index + 1}") for index in range(learners)]
    starts_at = in_days(7, stage.tx().now)
    session_id = await stage.lesson(host, *people, starts_at=starts_at, price=price, asset=asset)
    return Lesson(stage, host, people, session_id, starts_at)


async def test_a_request_and_its_answers(stage: Stage) -> None:
    lesson = await a_lesson(stage)
    asked, sent = await lesson.told(events.SessionRequested, expires_at=lesson.starts_at - HOUR)
    assert asked
    assert sent
    assert (asked.title, asked.why, asked.action, asked.actor_id) == (
        "Lesson requested: Guitar", "host", "Answer the request", lesson.learners[0].account_id,
    )  # fmt: skip
    assert "Learner 1 would like to book “Guitar”.\n\nWhen: " in asked.text
    assert "Please answer by: " in asked.text
    assert (sent.why, sent.actor_id) == ("learner", None)
    assert "is with Hana Host. Set aside until Hana Host answers: 31 credits." in sent.text
    assert "Please answer by" not in sent.text
    assert asked.path == sent.path == f"sessions/{lesson.id}"
    assert not await stage.is_still(asked)
    await stage.turn(lesson.id, "requested")
    assert await stage.is_still(asked)
    await stage.turn(lesson.id, "cancelled", "declined", "I am away.")
    host, learner = await lesson.told(events.SessionDeclined)
    assert host is None
    assert learner
    assert "Hana Host cannot take “Guitar” on " in learner.text
    assert learner.text.endswith("Given back to you: 31 credits.\n\nReason: I am away.")


async def test_who_calls_it_off_is_told_nothing(stage: Stage) -> None:
    lesson = await a_lesson(stage, learners=5)
    waiting = await stage.person("Will Waiter")
    await stage.turn(lesson.id, "cancelled", "interrupted")
    first = lesson.learners[0].account_id
    heard = await stage.hear(
        lesson.fact(events.SessionCancelled, [waiting], cancelled_by=first),
        lesson.fact(events.SessionCancelled, [waiting], cancelled_by=None),
    )
    by_learner, by_hall = heard[:6], heard[6:]
    assert {*told(by_learner)} == {one.account_id for one in (lesson.host, *lesson.learners[1:], waiting)}
    assert len(by_hall) == 7
    texts = {one.account_id: one.text for one in by_hall}
    assert "“Guitar” with 5 learners on " in texts[lesson.host.account_id]
    assert "“Guitar” with Hana Host on " in texts[waiting.account_id]
    assert all(text.endswith("No new time was agreed after it broke off.") for text in texts.values())


async def test_another_time(stage: Stage) -> None:
    lesson = await a_lesson(stage)
    later, host = lesson.starts_at + 24 * HOUR, lesson.host.account_id
    await stage.propose(lesson.id, lesson.host, lesson.starts_at, later)
    own, proposed = await lesson.told(events.RescheduleProposed, proposed_by=host, proposed_starts_at=later, expires_at=lesson.starts_at)
    assert own is None
    assert proposed
    assert "Hana Host would like to move “Guitar” from " in proposed.text
    assert await stage.is_still(proposed)
    await stage.execute("DELETE FROM learning.proposal WHERE session_id = $1", lesson.id)
    assert not await stage.is_still(proposed)
    stays, _ = await lesson.told(events.RescheduleDeclined)
    assert stays
    assert await stage.is_still(stays)
    await stage.execute(
        "UPDATE learning.session SET starts_at = $2, ends_at = $2::timestamptz + interval '1 hour' WHERE id = $1", lesson.id, later
    )
    assert not await stage.is_still(stays)
    moved, _ = await lesson.told(events.SessionRescheduled, starts_at=later, from_starts_at=lesson.starts_at)
    assert moved
    assert "has moved from" in moved.text
    assert "leave for nothing" not in moved.text
    assert await stage.is_still(moved)


async def test_a_group_is_moved(stage: Stage) -> None:
    lesson = await a_lesson(stage, learners=2)
    waiting = await stage.person("Will Waiter")
    heard = await stage.hear(lesson.fact(events.SessionRescheduled, [waiting], from_starts_at=lesson.starts_at - HOUR))
    assert {*told(heard)} == {one.account_id for one in (*lesson.learners, waiting)}
    assert all("you may leave for nothing until the start" in one.text for one in heard)


async def test_reminders(stage: Stage) -> None:
    lesson = await a_lesson(stage)
    _, day_before = await lesson.told(events.ReminderDue, minutes_before=24 * 60)
    assert day_before
    night = msgspec.structs.replace(
        Settings(account_id=day_before.account_id), is_quiet_on=True, quiet_from=time(0), quiet_until=time(23, 59)
    )
    noon = lesson.starts_at - 24 * HOUR
    assert due_by(noon, night, "email", type_of(day_before.type), day_before.priority) > noon
    _, reminded = await lesson.told(events.ReminderDue, minutes_before=30)
    assert reminded
    assert (reminded.title, reminded.priority, reminded.expires_at) == ("Reminder: Guitar", "urgent", lesson.starts_at)
    assert await stage.is_still(reminded)
    await stage.execute("UPDATE learning.seat SET state = 'cancelled' WHERE session_id = $1", lesson.id)
    assert not await stage.is_still(reminded)
    await stage.execute("UPDATE learning.seat SET state = 'confirmed' WHERE session_id = $1", lesson.id)
    await stage.turn(lesson.id, "cancelled", "cancelled")
    assert not await stage.is_still(reminded)
    begun = lesson.fact(events.ReminderDue, minutes_before=30, starts_at=stage.tx().now - HOUR)
    assert await stage.hear(begun) == []
    await stage.turn(lesson.id, "scheduled")
    moved = lesson.fact(events.ReminderDue, minutes_before=30, starts_at=lesson.starts_at + HOUR)
    assert [await stage.is_still(one) for one in await stage.hear(moved)] == [False, False]


@pytest.mark.parametrize(
    ("event", "state", "readers", "part", "other_state"),
    [
        (events.SessionScheduled, "scheduled", "both", "is confirmed.", "expired"),
        (events.SessionExpired, "expired", "both", "was not answered in time.", None),
        (events.HostMissedSession, "no_show_host", "both", "did not come to “Guitar”", None),
        (events.SessionStarted, "in_progress", "learner", "has begun.", "completed"),
        (events.SessionInterrupted, "interrupted", "both", "you can agree on another time.", "scheduled"),
        (events.SessionCompleted, "completed", "both", "is over.", None),
    ],
)
async def test_what_becomes_of_a_lesson(
    stage: Stage, event: type[Any], state: str, readers: str, part: str, other_state: str | None
) -> None:
    lesson = await a_lesson(stage)
    await stage.turn(lesson.id, state)
    more: dict[str, Any] = {}
    if event is events.SessionInterrupted:
        more = {"expires_at": lesson.starts_at}
    if event is events.SessionCompleted:
        more = {"attended_ids": [lesson.learners[0].account_id]}
    host, learner = await lesson.told(event, **more)
    assert (host is not None) == (readers == "both")
    assert learner
    assert part in learner.text
    if other_state is not None:
        assert await stage.is_still(learner)
        await stage.turn(lesson.id, other_state)
        assert not await stage.is_still(learner)


@pytest.mark.parametrize(
    ("event", "more", "title", "part"),
    [
        (events.SeatTaken, {}, "Seat taken: Guitar", "You have a seat in “Guitar” with Hana Host. Set aside for it: €31."),
        (events.SeatPromoted, {}, "You have a seat: Guitar", "it is yours. Set aside for it: €31."),
        (events.SeatOffered, {"expires_at": None}, "A seat is kept for you: Guitar", "It costs €31, to be paid when you take it."),
        (events.SeatLeft, {"left_as": "busy", "returned": 3100}, "No seat: Guitar", "On its way back to you: €31."),
        (events.SeatLeft, {"left_as": "unpaid"}, "No seat: Guitar", "Money that still arrives is sent back."),
        (events.SeatLeft, {"left_as": "reclaimed"}, "No seat: Guitar", "was taken back"),
        (events.SeatLeft, {"left_as": "lapsed"}, "No seat: Guitar", "It goes to the next in line."),
        (events.SeatLeft, {"left_as": "unfilled"}, "No seat: Guitar", "Nothing was charged."),
        (events.SeatLeft, {"left_as": "left", "returned": 3100}, None, ""),
        (events.SeatLeft, {"left_as": "suspended"}, None, ""),
    ],
)
async def test_seats(stage: Stage, event: type[Any], more: dict[str, Any], title: str | None, part: str) -> None:
    lesson = await a_lesson(stage, price=3100, asset="EUR")
    heard = await stage.hear(lesson.place(event, **more))
    assert [one.title for one in heard] == ([] if title is None else [title])
    for one in heard:
        assert one.account_id == lesson.learners[0].account_id
        assert part in one.text
        if event is not events.SeatLeft:
            assert await stage.is_still(one) == (event is not events.SeatOffered)
            await stage.execute("UPDATE learning.seat SET state = 'cancelled' WHERE session_id = $1", lesson.id)
            assert not await stage.is_still(one)


async def test_money_and_material(stage: Stage) -> None:
    lesson = await a_lesson(stage)
    host, learner = lesson.host.account_id, lesson.learners[0].account_id
    of_seat = {"session_id": lesson.id, "seat_id": ids.new(), "account_id": learner, "host_id": host, "price": 31}
    settled = events.SeatSettled(**of_seat, gross=31, fee=3)
    (earned,) = await stage.hear(settled)
    assert told([earned]) == {host: "Earned: 28 credits"}
    assert await stage.hear(events.SeatSettled(**of_seat, gross=20, fee=2)) == []
    assert told(await stage.hear(events.SeatRefunded(**of_seat))) == {learner: "Returned: 31 credits"}
    handed = {"session_id": lesson.id, "host_id": host, "learner_ids": [learner]}
    new = await stage.hear(events.MaterialAdded(**handed, material_id=ids.new()), events.RecordingAdded(**handed, recording_id=ids.new()))
    assert [(one.account_id, one.title) for one in new] == [(learner, "New material: Guitar"), (learner, "New recording: Guitar")]
