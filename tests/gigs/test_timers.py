"""Timers and work sessions: one runs at a time, stopped is stopped, pauses are left out, and weeks are paid by what was tracked."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest

from skillhall.gigs.commands.agree import CallOff, cancel_agreement
from skillhall.gigs.commands.contest import freeze
from skillhall.gigs.commands.pause_project import pause_project
from skillhall.gigs.commands.plan_tasks import change_task, delete_task
from skillhall.gigs.commands.tell_hours import TellHours, submit_week
from skillhall.gigs.commands.track_time import (
    StartSession,
    StopTime,
    end_session,
    pause_session,
    resume_session,
    start_session,
    start_timer,
    stop_active,
)
from skillhall.gigs.model.task import TaskChange
from skillhall.gigs.queries.tracking import (
    EntryQuery,
    MinutesQuery,
    TimeEntryView,
    active_view,
    entries_of_task,
    entry_view,
    minutes_of,
    minutes_view,
    own_entries,
    seen_entries,
)
from skillhall.gigs.store import tracking
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.http import Match
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from tests.gigs.crew import Crew
from tests.learning.builders import DAY, HOUR, MINUTE, outcome
from tests.support.hall import TestHall, test_hall

NOW = StopTime()
ANY = Match(None).check


async def running(crew: Crew, who: Actor) -> int:
    """Return how much runs of somebody's."""
    return await crew.hall.pool.fetchval("SELECT count(*) FROM gigs.time_span WHERE account_id = $1 AND ended_at IS NULL", who.account_id)


async def test_a_timer_from_start_to_stop(crew: Crew) -> None:
    task, other = await crew.task(crew.worker), await crew.task(crew.worker)
    begun = await crew.hall.run(start_timer, crew.worker, task.id)
    assert (begun.status, begun.task_title, begun.agreement_id, begun.seconds) == ("running", task.title, crew.agreement_id, 0)
    assert (await crew.hall.run(start_timer, crew.worker, task.id)).id == begun.id
    assert await crew.refused(start_timer, crew.worker, other.id) == "gigs.timer_running"
    assert await crew.refused(start_session, crew.worker, StartSession(agreement_id=crew.agreement_id)) == "gigs.timer_running"
    await crew.hall.advance(90 * MINUTE)
    read = await crew.hall.read()
    assert (await entry_view(read, crew.client, begun.id)).duration_minutes == 90
    stopped = await crew.hall.run(end_session, crew.worker, begun.id, NOW)
    assert (stopped.status, stopped.duration_minutes, stopped.running_since) == ("ended", 90, None)
    await crew.hall.advance(HOUR)
    assert await crew.hall.run(end_session, crew.worker, begun.id, NOW) == stopped
    assert (await crew.hall.run(stop_active, crew.worker, NOW)).session is None
    next_one = await crew.hall.run(start_timer, crew.worker, other.id)
    assert (await active_view(await crew.hall.read(), crew.worker)).session == next_one
    ended = (await crew.hall.run(stop_active, crew.worker, NOW)).session
    assert (ended and ended.id, ended and ended.status) == (next_one.id, "ended")
    read = await crew.hall.read()
    assert [entry.id for entry in (await entries_of_task(read, crew.client, task.id, EntryQuery())).items] == [begun.id]
    assert [entry.id for entry in (await own_entries(read, crew.worker, EntryQuery(open=False))).items] == [next_one.id, begun.id]
    await crew.hall.verify()


async def test_pauses_are_left_out(crew: Crew) -> None:
    one = await crew.hall.run(start_session, crew.worker, StartSession(agreement_id=crew.agreement_id, note="Mixing."))
    await crew.hall.advance(30 * MINUTE)
    assert (await crew.hall.run(pause_session, crew.worker, one.id)).status == "paused"
    await crew.hall.advance(2 * HOUR)
    assert (await crew.hall.run(pause_session, crew.worker, one.id)).duration_minutes == 30
    second = await crew.hall.run(start_session, crew.worker, StartSession(project_id=crew.project_id, note="Mailing."))
    assert (second.agreement_id, second.task_id, second.id == one.id) == (crew.agreement_id, None, False)
    assert await crew.refused(resume_session, crew.worker, one.id) == "gigs.timer_running"
    await crew.hall.run(pause_session, crew.worker, second.id)
    assert (await crew.hall.run(resume_session, crew.worker, one.id)).status == "running"
    assert (await crew.hall.run(resume_session, crew.worker, one.id)).note == "Mixing."
    await crew.hall.advance(15 * MINUTE)
    ended = await crew.hall.run(end_session, crew.worker, one.id, NOW)
    assert (ended.status, ended.duration_minutes) == ("ended", 45)
    for verb, word in ((pause_session, "paused"), (resume_session, "resumed")):
        with pytest.raises(Refusal) as caught:
            await crew.hall.run(verb, crew.worker, one.id)
        assert (caught.value.code, caught.value.params) == ("gigs.time_entry_moved", {"status": "ended", "verb": word})
    assert (await active_view(await crew.hall.read(), crew.worker)).session is not None
    assert (await crew.hall.run(end_session, crew.worker, second.id, NOW)).status == "ended"
    await crew.hall.verify()


async def test_a_forgotten_timer_ends_when_it_did(crew: Crew) -> None:
    begun = await crew.hall.run(start_session, crew.worker, StartSession(agreement_id=crew.agreement_id))
    since = datetime.fromisoformat(begun.started_at)
    await crew.hall.advance(9 * HOUR)
    for wrong in (since - MINUTE, since + 10 * HOUR):
        assert await crew.refused(end_session, crew.worker, begun.id, StopTime(ended_at=wrong)) == "gigs.end_outside"
    ended = await crew.hall.run(end_session, crew.worker, begun.id, StopTime(ended_at=since + 2 * HOUR + MINUTE))
    assert ended.status == "ended"
    assert 120 <= ended.duration_minutes <= 121
    assert datetime.fromisoformat(ended.ended_at or "") == since + 2 * HOUR + MINUTE


async def test_what_one_cannot_time(crew: Crew) -> None:
    task, viewer, stranger, done = await crew.task(), await crew.joined("viewer"), await crew.person(), await crew.task()
    await crew.hall.run(change_task, crew.client, done.id, TaskChange(status="completed"), ANY)
    agreement = StartSession(agreement_id=crew.agreement_id)
    other = await Crew(crew.hall).begin()
    for who, body, code in (
        (viewer, StartSession(task_id=task.id), "gigs.only_viewing"), (stranger, StartSession(task_id=task.id), "gigs.task_not_found"),
        (stranger, StartSession(project_id=crew.project_id), "gigs.project_not_found"), (crew.client, agreement, "gigs.worker_only"),
        (crew.worker, StartSession(agreement_id=ids.new()), "gigs.agreement_not_found"), (crew.worker, StartSession(), "http.invalid"),
        (crew.worker, StartSession(task_id=task.id, agreement_id=other.agreement_id), "http.invalid"),
        (crew.worker, StartSession(task_id=done.id), "gigs.task_moved"),
        (crew.worker, StartSession(task_id=ids.new()), "gigs.task_not_found"),
    ):  # fmt: skip
        assert await crew.refused(start_session, who, body) == code, body
    begun = await crew.hall.run(start_session, crew.worker, agreement)
    for who in (crew.client, stranger):
        assert await crew.refused(end_session, who, begun.id, NOW) == "gigs.time_entry_not_found"
    assert await crew.refused(end_session, crew.worker, ids.new(), NOW) == "gigs.time_entry_not_found"
    with pytest.raises(Refusal):
        await entry_view(await crew.hall.read(), stranger, begun.id)
    assert len((await seen_entries(await crew.hall.read(), crew.client, EntryQuery(agreement_id=crew.agreement_id))).items) == 1
    await crew.hall.run(pause_session, crew.worker, begun.id)
    await crew.hall.run(pause_project, crew.client, crew.project_id)
    assert await crew.refused(resume_session, crew.worker, begun.id) == "gigs.project_moved"
    await crew.hall.pool.execute("UPDATE gigs.project SET state = 'in_progress', paused_from = NULL")
    await crew.hall.run(cancel_agreement, crew.client, crew.agreement_id, CallOff(reason="The film was called off."))
    assert await crew.refused(resume_session, crew.worker, begun.id) == "gigs.project_not_found"
    await crew.hall.drain()
    assert (await entry_view(await crew.hall.read(), crew.worker, begun.id)).status == "ended"


async def test_a_disputed_agreement_is_not_worked_on(deals_crew: Crew) -> None:
    crew = deals_crew
    week = (await crew.agreement(crew.agreement_id)).weeks[0]
    await crew.hall.run(start_session, crew.worker, StartSession(agreement_id=crew.agreement_id))
    await crew.hall.advance(70 * MINUTE)
    await crew.hall.run(stop_active, crew.worker, NOW)
    await crew.hall.run(submit_week, crew.worker, week.id, TellHours())
    await crew.hall.work(freeze, crew.client, week.escrow.id, Subject("dispute", ids.new()))
    assert await crew.refused(start_session, crew.worker, StartSession(agreement_id=crew.agreement_id)) == "gigs.agreement_moved"


@pytest.fixture
async def deals_crew(hall: TestHall) -> Crew:
    """A client and a worker by the hour, on a Tuesday."""
    crew = Crew(hall)
    await hall.advance(timedelta(days=8 - (await crew.now()).weekday()))
    return await crew.begin(hourly=True)


async def test_a_week_is_paid_by_what_was_tracked(deals_crew: Crew) -> None:
    crew = deals_crew
    week = (await crew.agreement(crew.agreement_id)).weeks[0]
    assert await crew.refused(submit_week, crew.worker, week.id, TellHours()) == "http.invalid"
    await crew.hall.run(start_session, crew.worker, StartSession(agreement_id=crew.agreement_id))
    await crew.hall.advance(95 * MINUTE)
    await crew.hall.run(stop_active, crew.worker, NOW)
    read = await crew.hall.read()
    assert await minutes_of(read, crew.agreement_id, week.starts_on) == 95
    assert await minutes_of(read, crew.agreement_id, week.starts_on + timedelta(days=7)) == 0
    shown = await minutes_view(read, crew.client, MinutesQuery(agreement_id=crew.agreement_id, week=week.starts_on + timedelta(days=2)))
    assert (shown.week, shown.minutes) == (week.starts_on, 95)
    assert (await minutes_view(read, crew.worker, MinutesQuery(agreement_id=crew.agreement_id))).minutes == 95
    with pytest.raises(Refusal):
        await minutes_view(read, await crew.person(), MinutesQuery(agreement_id=crew.agreement_id))
    told = await crew.hall.run(submit_week, crew.worker, week.id, TellHours())
    assert told.minutes == 95


async def test_hours_beyond_the_limit_are_not_told(deals_crew: Crew) -> None:
    crew = deals_crew
    week = (await crew.agreement(crew.agreement_id)).weeks[0]
    await crew.hall.run(start_session, crew.worker, StartSession(agreement_id=crew.agreement_id))
    await crew.hall.advance(11 * HOUR)
    assert (await crew.hall.run(submit_week, crew.worker, week.id, TellHours())).minutes == 600


async def test_a_session_over_monday_counts_in_both_weeks(crew: Crew) -> None:
    now = await crew.now()
    monday = datetime.combine(now.date() + timedelta(days=7 - now.weekday()), time(), UTC)
    await crew.until(monday - 40 * MINUTE)
    begun = await crew.hall.run(start_session, crew.worker, StartSession(agreement_id=crew.agreement_id))
    await crew.until(monday - 30 * MINUTE)
    await crew.hall.run(pause_session, crew.worker, begun.id)
    await crew.until(monday - 10 * MINUTE)
    await crew.hall.run(resume_session, crew.worker, begun.id)
    await crew.until(monday + 25 * MINUTE)
    read, day = await crew.hall.read(), timedelta(days=1)
    before, after = monday.date() - day, monday.date() + day
    assert 19 <= await minutes_of(read, crew.agreement_id, before) <= 20
    assert await minutes_of(read, crew.agreement_id, after) == 25
    await crew.hall.advance(DAY)
    await crew.hall.run(end_session, crew.worker, begun.id, StopTime(ended_at=monday + 5 * MINUTE))
    assert await minutes_of(await crew.hall.read(), crew.agreement_id, after) == 5


async def test_what_is_done_or_gone_is_not_worked_on_any_more(crew: Crew) -> None:
    done, gone = await crew.task(crew.worker), await crew.task(crew.worker)
    begun = await crew.hall.run(start_timer, crew.worker, done.id)
    await crew.hall.run(change_task, crew.client, done.id, TaskChange(status="completed"), ANY)
    assert (await entry_view(await crew.hall.read(), crew.worker, begun.id)).status == "ended"
    paused = await crew.hall.run(start_timer, crew.worker, gone.id)
    await crew.hall.run(pause_session, crew.worker, paused.id)
    await crew.hall.run(delete_task, crew.client, gone.id)
    assert (await entry_view(await crew.hall.read(), crew.worker, paused.id)).status == "ended"
    assert await crew.refused(start_timer, crew.worker, gone.id) == "gigs.task_not_found"
    await crew.hall.verify()


async def test_what_ran_when_everything_died_is_stopped_later(crew: Crew) -> None:
    begun = await crew.hall.run(start_session, crew.worker, StartSession(agreement_id=crew.agreement_id))
    async with test_hall(crew.hall.dsn) as after:
        await after.advance(HOUR)
        stopped: TimeEntryView = await after.run(end_session, crew.worker, begun.id, NOW)
        assert (stopped.status, stopped.duration_minutes) == ("ended", 60)
        assert await running(crew, crew.worker) == 0


async def test_clocks_that_differ_never_count_twice(crew: Crew) -> None:
    first = await crew.hall.run(start_session, crew.worker, StartSession(agreement_id=crew.agreement_id))
    await crew.hall.advance(HOUR)
    await crew.hall.run(end_session, crew.worker, first.id, NOW)
    task = await crew.task(crew.worker)
    second = await crew.hall.run(start_timer, crew.worker, task.id)
    await crew.hall.pool.execute("UPDATE gigs.time_span SET started_at = started_at - interval '2 seconds' WHERE entry_id = $1", second.id)
    await crew.hall.pool.execute("UPDATE gigs.time_entry SET started_at = started_at - interval '2 seconds' WHERE id = $1", second.id)
    assert (await crew.hall.run(end_session, crew.worker, second.id, NOW)).seconds <= 1
    await crew.hall.verify()


async def test_sixteen_second_timers(crew: Crew) -> None:
    tasks = await crew.tasks(16, crew.worker)
    answers = await crew.hall.race(*(outcome(crew.hall.run, start_timer, crew.worker, task.id) for task in tasks))
    assert Counter(answers) == {"ok": 1, "gigs.timer_running": 15}
    assert await running(crew, crew.worker) == 1
    stops = await crew.hall.race(*(outcome(crew.hall.run, stop_active, crew.worker, NOW) for _ in range(16)))
    assert (Counter(stops), await running(crew, crew.worker)) == ({"ok": 16}, 0)
    same = await crew.hall.race(*(outcome(crew.hall.run, start_timer, crew.worker, tasks[0].id) for _ in range(16)))
    assert (Counter(same), await running(crew, crew.worker)) == ({"ok": 16}, 1)
    found = await tracking.running(await crew.hall.read(), crew.worker.account_id)
    ends = [outcome(crew.hall.run, end_session, crew.worker, found, NOW) for _ in range(8)]
    begins = [outcome(crew.hall.run, start_timer, crew.worker, task.id) for task in tasks[1:9]]
    assert set(await crew.hall.race(*(call for pair in zip(ends, begins, strict=True) for call in pair))) <= {"ok", "gigs.timer_running"}
    assert await running(crew, crew.worker) <= 1
    await crew.hall.verify()


async def test_sixteen_resume_at_once(crew: Crew) -> None:
    paused = []
    for task in await crew.tasks(16, crew.worker):
        entry = await crew.hall.run(start_timer, crew.worker, task.id)
        paused.append(await crew.hall.run(pause_session, crew.worker, entry.id))
    answers = await crew.hall.race(*(outcome(crew.hall.run, resume_session, crew.worker, entry.id) for entry in paused))
    assert Counter(answers) == {"ok": 1, "gigs.timer_running": 15}
    assert await running(crew, crew.worker) == 1
    await crew.hall.verify()
