"""Figures: one's progress as a learner, one's lessons over time, everybody's sessions."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.refusals import Invalid
from skillhall.learning.commands.cancel import cancel, give_up_seat
from skillhall.learning.commands.confirm import confirm
from skillhall.learning.commands.decline import decline
from skillhall.learning.commands.join import join
from skillhall.learning.commands.reason import Reason
from skillhall.learning.model.period import MOST_BUCKETS, Size, period
from skillhall.learning.module import MODULE
from skillhall.learning.queries.platform import PlatformQuery, platform_statistics
from tests.kernel.serving import Site, serving
from tests.learning.builders import DAY, HOUR, People

A = "/api/v1"
NOW = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
LISTED = """
INSERT INTO skills.member_skill (id, account_id, skill_id, purpose, level, target_level, goal, reached_at, created_at, updated_at)
VALUES ($1, $2, $3, 'learn', $4, $5, $6, $7, now(), now())
"""


@pytest.fixture
async def site(people: People) -> AsyncGenerator[Site]:
    async with serving(people.hall.runner, MODULE.endpoints) as opened:
        yield opened


@pytest.mark.parametrize(
    ("size", "count", "first", "last_first"),
    [("day", 30, "2026-03-03", "2026-04-01"), ("week", 12, "2026-01-12", "2026-03-30"), ("month", 12, "2025-05-01", "2026-04-01")],
)
def test_without_days_a_period_is_the_last_ones_up_to_today(size: Size, count: int, first: str, last_first: str) -> None:
    found = period(None, None, size, "Europe/Berlin", NOW)
    assert (len(found.buckets), str(found.buckets[0].first), str(found.buckets[-1].first)) == (count, first, last_first)
    assert found.buckets[-1].last == date(2026, 4, 1)


def test_days_have_the_length_they_have_there() -> None:
    found = period(date(2026, 3, 28), date(2026, 3, 30), "day", "Europe/Berlin", NOW)
    assert [end - begin for begin, end in zip(found.bounds, found.bounds[1:], strict=False)] == [DAY, 23 * HOUR, DAY]
    assert found.bounds[0] == datetime(2026, 3, 27, 23, tzinfo=UTC)


def test_outer_buckets_hold_only_the_days_asked_for() -> None:
    weeks = period(date(2026, 3, 25), date(2026, 4, 2), "week", "UTC", NOW).buckets
    months = period(date(2025, 12, 31), date(2026, 2, 1), "month", "UTC", NOW).buckets
    assert [(str(one.first), str(one.last)) for one in weeks] == [("2026-03-25", "2026-03-29"), ("2026-03-30", "2026-04-02")]
    assert [(str(one.first), str(one.last)) for one in months] == [
        ("2025-12-31", "2025-12-31"), ("2026-01-01", "2026-01-31"), ("2026-02-01", "2026-02-01"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (date(2026, 3, 2), date(2026, 3, 1), "to"),
        (date(2020, 1, 1), date(2026, 3, 1), "to"),
        (date(1, 1, 1), date(1, 1, 2), "to"),
        (date(1, 1, 1), None, "from"),
        (date(9999, 12, 31), date(9999, 12, 31), "to"),
    ],
)
def test_a_period_that_cannot_be(since: date, until: date | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        period(since, until, "day", "Pacific/Kiritimati", NOW)
    assert [(error.field, error.code) for error in refused.value.errors] == [(field, "learning.period")]


@pytest.mark.parametrize("size", ["day", "week", "month"])
def test_the_ends_of_the_calendar_are_days_too(size: Size) -> None:
    for day in (date(1970, 1, 2), date(9998, 12, 31)):
        assert period(day, day, size, "Pacific/Kiritimati", NOW).bounds
        assert len(period(None, day, size, "America/Los_Angeles", NOW).bounds) >= 2
    assert len(period(date(2026, 1, 1), date(2026, 1, 1) + (MOST_BUCKETS - 1) * DAY, "day", "UTC", NOW).buckets) == MOST_BUCKETS


async def _term(people: People, host: Actor, learner: Actor) -> dict[str, Any]:
    """Let a lesson be given, one be missed by the learner, one by the host, one called off late, one declined; return them."""
    hall = people.hall
    given = await people.done(host, learner)
    await hall.run(confirm, learner, given.id)
    missed = await people.scheduled(host, learner, days=3)
    await people.until(datetime.fromisoformat(missed.starts_at))
    await hall.run(join, host, missed.id)
    await people.until(datetime.fromisoformat(missed.starts_at) + 2 * HOUR)
    stood_up = await people.scheduled(host, learner, days=3)
    await people.until(datetime.fromisoformat(stood_up.starts_at) + 2 * HOUR)
    late = await people.scheduled(host, learner, days=2, hour=10)
    await people.until(datetime.fromisoformat(late.starts_at) - HOUR)
    await hall.run(cancel, learner, late.id, Reason())
    declined = await people.booked(host, learner, days=3)
    await hall.run(decline, host, declined.id, Reason())
    return {"given": given, "missed": missed, "stood_up": stood_up, "late": late, "declined": declined}


async def test_who_only_waited_has_cancelled_nothing(people: People, site: Site) -> None:
    hall, host = people.hall, await people.host()
    session, (first, promoted, left, waits) = await people.filled(host, 1, 3)
    await hall.run(give_up_seat, left, session.id)
    await hall.run(give_up_seat, first, session.id)
    await hall.drain()
    await hall.run(give_up_seat, promoted, session.id)
    await hall.run(cancel, host, session.id, Reason())
    day = datetime.fromisoformat(session.starts_at).date()
    for who, expected in ((first, (1, 1)), (promoted, (1, 1)), (left, (0, 0)), (waits, (0, 0))):
        figures = (await site.get(f"{A}/users/me/analytics?from={day}&to={day}", who.account_id)).data["asLearner"]
        assert (figures["cancelled"], figures["cancelledByMe"]) == expected


async def test_analytics_of_both_sides_in_their_own_days(people: People, site: Site) -> None:
    host = await people.host(zone="Pacific/Kiritimati")
    learner = await people.person(wallet=500)
    term = await _term(people, host, learner)
    await people.hall.advance(50 * HOUR)
    since = datetime.fromisoformat(term["given"].starts_at)
    query = f"from={since:%Y-%m-%d}&to={since + 20 * DAY:%Y-%m-%d}"
    taught = (await site.get(f"{A}/users/me/analytics?{query}", host.account_id)).data
    learned = (await site.get(f"{A}/users/me/analytics?{query}", learner.account_id)).data
    asset = {"currency": "CREDIT"}
    present = taught["asHost"]["minutesPresent"]
    assert present in {29, 30}  # whole minutes, of a clock that goes on while this is asked
    assert taught["asHost"] == {
        "lessons": 2, "missed": 1, "cancelled": 1, "cancelledByMe": 0, "attendanceRate": 0.6667, "minutesPresent": present,
        "credits": {"amount": 28 + 28 + 14, **asset}, "money": [],
    }  # fmt: skip
    assert learned["asLearner"] == {
        "lessons": 1, "missed": 1, "cancelled": 1, "cancelledByMe": 1, "attendanceRate": 0.5, "minutesPresent": 0,
        "credits": {"amount": 31 + 31 + 15, **asset}, "money": [],
    }  # fmt: skip
    nothing = {"lessons": 0, "missed": 0, "cancelled": 0, "cancelledByMe": 0, "attendanceRate": None, "minutesPresent": 0}
    assert taught["asLearner"] == learned["asHost"] == {**nothing, "credits": {"amount": 0, **asset}, "money": []}
    assert (taught["timezone"], learned["timezone"], len(taught["buckets"])) == ("Pacific/Kiritimati", "UTC", 21)
    for view, side, who in ((taught, "asHost", ZoneInfo("Pacific/Kiritimati")), (learned, "asLearner", UTC)):
        days = {bucket["from"]: bucket[side] for bucket in view["buckets"]}
        assert days[f"{since.astimezone(who):%Y-%m-%d}"]["lessons"] == 1
        assert sum(day["lessons"] for day in days.values()) == view[side]["lessons"]
        assert [one[side] for one in view["skills"]] == [view[side]]
    weeks = (await site.get(f"{A}/users/me/analytics?{query}&bucket=week", learner.account_id)).data
    assert sum(week["asLearner"]["missed"] for week in weeks["buckets"]) == 1
    assert all(date.fromisoformat(week["from"]).weekday() == 0 for week in weeks["buckets"][1:])
    await people.hall.verify()


async def test_analytics_that_cannot_be_asked_for(people: People, site: Site) -> None:
    one = await people.person()
    for query in ("bucket=year", "from=today", "from=2026-02-02&to=2026-02-01", "from=0001-01-01", "to=9999-12-31", "colour=red"):
        answer = await site.get(f"{A}/users/me/analytics?{query}", one.account_id)
        assert (answer.status, answer.reason) == (400, "http.invalid"), query
    assert (await site.get(f"{A}/users/me/analytics?bucket=month", one.account_id)).data["skills"] == []


async def _listed(people: People, who: Actor, skill_id: UUID, level: str, target: str | None, *, is_reached: bool = False) -> None:
    at = await people.now() if is_reached else None
    await people.hall.pool.execute(LISTED, ids.new(), who.account_id, skill_id, level, target, "Play in a band.", at)


async def test_progress_of_a_learner(people: People, site: Site) -> None:
    hall, learner = people.hall, await people.person(wallet=500)
    hosts = [await people.host(name) for name in ("Hana Host", "Hugo Host")]
    other = await hall.pool.fetchval("SELECT id FROM skills.public_skill ORDER BY slug OFFSET 1 LIMIT 1")
    await _listed(people, learner, await people.skill(), "intermediate", "advanced")
    await _listed(people, learner, other, "advanced", "advanced", is_reached=True)
    for host in hosts:
        session = await people.done(host, learner)
        await hall.run(confirm, learner, session.id)
    ahead = await people.scheduled(hosts[0], learner)
    seen = (await site.get(f"{A}/users/me/progress", learner.account_id)).data
    assert seen["totals"] == {
        "lessonsAttended": 2, "minutesPresent": 0, "skills": 1, "hosts": 2, "goals": 2, "goalsReached": 1,
        "creditsSpent": {"amount": 62, "currency": "CREDIT"}, "moneySpent": [],
    }  # fmt: skip
    guitar, second = seen["skills"]
    assert (guitar["lessonsAttended"], guitar["hostCount"], guitar["nextLessonAt"]) == (2, 2, ahead.starts_at)
    assert guitar["lastLessonAt"] < ahead.starts_at
    assert [one["displayName"] for one in guitar["hosts"]] == ["Hugo Host", "Hana Host"]
    assert (guitar["currentLevel"], guitar["targetLevel"], guitar["goal"]) == ("intermediate", "advanced", "Play in a band.")
    assert (guitar["isGoalReached"], guitar["goalReachedAt"]) == (False, None)
    assert (second["lessonsAttended"], second["lastLessonAt"], second["isGoalReached"]) == (0, None, True)
    assert second["goalReachedAt"]
    strange = (await site.get(f"{A}/users/me/progress", hosts[0].account_id)).data
    assert (strange["skills"], strange["totals"]["lessonsAttended"]) == ([], 0)


async def test_figures_of_everybody(people: People, site: Site) -> None:
    host, learner = await people.host(), await people.person(wallet=500)
    term = await _term(people, host, learner)
    await people.hall.advance(50 * HOUR)
    day = datetime.fromisoformat(term["given"].starts_at).date()
    found = await platform_statistics(await people.hall.read(), PlatformQuery(from_=day, to=day + timedelta(days=20)))
    assert found.by_status == {"cancelled": 2, "completed": 2, "no_show_host": 1}
    assert (found.sessions, found.group_sessions, found.minutes, found.seats_attended, found.seats_missed) == (5, 0, 120, 1, 1)
    assert (found.earned.amount, found.fees.amount, found.held.amount, found.returned.amount) == (77, 7, 0, 31 + 16 + 31)
    assert (found.host_no_show_rate, found.learner_no_show_rate) == (0.3333, 0.5)
    assert [(one.sessions, one.completed, one.minutes, one.credits.amount) for one in found.by_skill] == [(5, 2, 120, 77)]
    assert (await platform_statistics(await people.hall.read(), PlatformQuery())).to == (await people.now()).date()
    assert (await site.get(f"{A}/admin/sessions/statistics", host.account_id)).reason == "http.permission_missing"
