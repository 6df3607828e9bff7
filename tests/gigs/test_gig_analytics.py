"""Figures: a project day by day, fed by events and counted again to the same; dashboards; tables that run nothing."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from skillhall.gigs.commands.deliver import approve_milestone
from skillhall.gigs.commands.plan_tasks import change_task, delete_task
from skillhall.gigs.commands.track_time import StartSession, StopTime, start_session, stop_active
from skillhall.gigs.model.task import TaskChange
from skillhall.gigs.queries.analytics import Download, Export, PeriodQuery, analytics_sheet, applicants_sheet, project_analytics
from skillhall.gigs.queries.dashboards import (
    CollaborationQuery,
    collaboration,
    owner_categories,
    owner_stats,
    performance,
    platform_projects,
)
from skillhall.gigs.store.tally import recount
from skillhall.kernel.http import Match
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.sheets import write_rows
from tests.gigs.crew import Crew
from tests.learning.builders import HOUR

ANY = Match(None).check
DAYS = "SELECT to_jsonb(d) FROM gigs.project_day d ORDER BY project_id, day"
TODAY = PeriodQuery()


async def figures(crew: Crew) -> dict[str, Any]:
    """Return the totals of the project's last days, but for those of nothing."""
    await crew.hall.drain()
    found = await project_analytics(await crew.hall.read(), crew.client, crew.project_id, TODAY)
    totals: dict[str, Any] = msgspec.to_builtins(found.totals)
    return {name: value for name, value in totals.items() if value and value != {"amount": 0, "currency": "CREDIT"}}


async def test_days_follow_what_happens(crew: Crew) -> None:
    assert await figures(crew) == {"bids": 1}
    task, gone = await crew.task(crew.worker), await crew.task()
    milestone = (await crew.agreement(crew.agreement_id)).milestones[0]
    assert await figures(crew) == {"bids": 1, "tasks": 2}
    given = await crew.submitted(crew.worker, task)
    await crew.verdict(crew.client, given.id, "approved")
    await crew.hall.run(delete_task, crew.client, gone.id)
    await crew.delivered(crew.client, crew.worker, milestone)
    await crew.hall.run(approve_milestone, crew.client, milestone.id)
    expected = {"bids": 1, "tasks": 1, "tasksCompleted": 1, "deliveries": 1, "paid": {"amount": 100, "currency": "CREDIT"}}
    assert await figures(crew) == expected
    before = await crew.hall.pool.fetch(DAYS)
    await crew.hall.work(recount, crew.project_id)
    assert await crew.hall.pool.fetch(DAYS) == before
    await crew.hall.pool.execute("UPDATE gigs.project_day SET bids = 99")
    await crew.hall.work(recount, crew.project_id)
    assert await crew.hall.pool.fetch(DAYS) == before


async def test_sixteen_counts_at_once(crew: Crew) -> None:
    await crew.tasks(3)
    await crew.hall.race(*((lambda: crew.hall.work(recount, crew.project_id)) for _ in range(16)))
    assert await figures(crew) == {"bids": 1, "tasks": 3}


async def test_views_and_the_period(crew: Crew) -> None:
    read = await crew.hall.read()
    yesterday = read.now.date() - timedelta(days=1)
    await crew.hall.pool.execute("INSERT INTO gigs.project_view VALUES ($1, $2, $3)", crew.project_id, yesterday, crew.worker.account_id)
    found = await project_analytics(read, crew.client, crew.project_id, PeriodQuery(from_=yesterday, to=yesterday))
    assert [(day.day, day.views, day.bids) for day in found.days] == [(yesterday, 1, 0)]
    for wrong in (PeriodQuery(from_=date(2020, 1, 1), to=date(2021, 6, 1)), PeriodQuery(from_=date(2020, 1, 2), to=date(2020, 1, 1))):
        with pytest.raises(Invalid):
            await project_analytics(read, crew.client, crew.project_id, wrong)
    assert (await project_analytics(read, crew.client, crew.project_id, PeriodQuery(to=date.min))).days == []
    member, stranger = await crew.joined(), await crew.person()
    for who, code in ((member, "gigs.not_managing"), (stranger, "gigs.project_not_found")):
        with pytest.raises(Exception, match=code.replace(".", r"\.")):
            await project_analytics(read, who, crew.project_id, TODAY)


async def test_tables_run_nothing(crew: Crew) -> None:
    await crew.hall.pool.execute("UPDATE gigs.bid SET proposal = '=HYPERLINK(\"https://example.org\")'")
    await crew.hall.pool.execute("UPDATE gigs.project SET title = '+1+1'")
    read = await crew.hall.read()
    head, line = csv.reader(io.StringIO(await applicants_sheet(read, crew.client, Export(project_id=crew.project_id)), newline=""))
    row = dict(zip(head, line, strict=True))
    assert (row["project"], row["proposal"], row["applicant"], row["status"], row["amount"], row["hourlyRate"], row["currency"]) == (
        "'+1+1", "'=HYPERLINK(\"https://example.org\")", "Wim Worker", "accepted", "100", "", "CREDIT",
    )  # fmt: skip
    assert len((await applicants_sheet(read, crew.client, Export())).splitlines()) == 2
    assert len((await applicants_sheet(read, crew.worker, Export())).splitlines()) == 1
    manager = await crew.joined("manager")
    for who, code in ((manager, "gigs.not_your_project"), (await crew.person(), "gigs.project_not_found")):
        with pytest.raises(Exception, match=code.replace(".", r"\.")):
            await applicants_sheet(read, who, Export(project_id=crew.project_id))
    await crew.hall.drain()
    head, line = csv.reader(io.StringIO(await analytics_sheet(await crew.hall.read(), manager, Download(project_id=crew.project_id))))
    assert (head[:3], line[1:3], line[-2:]) == (["day", "views", "bids"], ["0", "1"], ["0", "CREDIT"])


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "'=1"])
def test_a_formula_is_text(cell: str) -> None:
    ((written,),) = csv.reader(io.StringIO(write_rows([[cell]]), newline=""))
    assert written == f"'{cell}"


async def test_an_owners_numbers(crew: Crew) -> None:
    await crew.project(crew.client, category="music")
    await crew.project(crew.client, status="draft")
    task = await crew.task(crew.worker, dueDate=str((await crew.now()).date() - timedelta(days=1)))
    given = await crew.submitted(crew.worker, await crew.task(crew.worker))
    read = await crew.hall.read()
    stats = await owner_stats(read, crew.client)
    assert (stats.projects, stats.active, stats.by_status) == (3, 2, {"in_progress": 1, "open": 1, "draft": 1})
    assert (stats.tasks, stats.completed_tasks, stats.overdue_tasks, stats.pending_evaluations) == (2, 0, 1, 1)
    assert (stats.open_agreements, stats.workers, stats.open_bids) == (1, 1, 0)
    assert [(one.slug, one.projects) for one in (await owner_categories(read, crew.client)).items] == [("music", 1)]
    assert (await owner_stats(read, crew.worker)).projects == 0
    await crew.verdict(crew.client, given.id, "approved")
    await crew.hall.run(change_task, crew.client, task.id, TaskChange(status="completed"), ANY)
    assert (await owner_stats(await crew.hall.read(), crew.client)).completed_tasks == 2
    everything = await platform_projects(await crew.hall.read())
    assert (everything.projects, everything.agreements, everything.tasks, everything.clients, everything.workers) == (3, 1, 2, 1, 1)


async def test_who_does_how_much(crew: Crew) -> None:
    today = (await crew.now()).date()
    timely, late = await crew.task(crew.worker, dueDate=str(today + timedelta(days=9))), await crew.task(crew.worker, dueDate="2020-01-01")
    assert (await performance(await crew.hall.read(), crew.client)).productivity_score is None
    await crew.hall.run(start_session, crew.worker, StartSession(task_id=timely.id))
    await crew.hall.advance(HOUR)
    await crew.hall.run(stop_active, crew.worker, StopTime())
    for task, words in ((timely, "approved"), (late, "approved")):
        await crew.verdict(crew.client, (await crew.submitted(crew.worker, task)).id, words)
    await crew.verdict(crew.client, (await crew.submitted(crew.worker, await crew.task(crew.worker))).id, "rejected")
    mine = await performance(await crew.hall.read(), crew.worker)
    assert (mine.tasks, mine.completed, mine.open, mine.submissions, mine.minutes) == (3, 2, 1, 3, 60)
    assert (mine.on_time_rate, mine.approval_rate, mine.productivity_score) == (0.5, 0.6667, 58)
    assert mine.average_hours is not None
    (line,) = (await collaboration(await crew.hall.read(), crew.client, CollaborationQuery(project_id=crew.project_id))).items
    assert (line.user_id, line.completed_tasks, line.open_tasks, line.submissions, line.approved, line.minutes) == (
        crew.worker.account_id, 2, 1, 3, 2, 60,
    )  # fmt: skip
    assert (await collaboration(await crew.hall.read(), crew.worker, CollaborationQuery())).items == []
