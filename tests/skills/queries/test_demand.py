"""Demand: what is trending, how one skill stands; and what contexts above note down."""

from datetime import timedelta
from typing import Any

import pytest

from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import Subject
from skillhall.skills.api import SkillNotFound, note
from skillhall.skills.model.demand import TrendView, score_of
from skillhall.skills.queries.demand import TrendQuery, demand, trending
from skillhall.skills.queries.proofs import CHECKS, MISNOTED
from tests.profiles.builders import a_person, in_turn
from tests.skills.builders import CELLO, NOTATION, THEORY, listed, published
from tests.support.hall import TestHall

FIGURES = sql("SELECT sessions, session_learners, ratings, average_rating FROM skills.tally WHERE skill_id = $1")
AGE = sql("UPDATE skills.member_skill SET created_at = created_at - $2::interval WHERE id = $1")
FORGE = sql("UPDATE skills.tally SET sessions = 7 WHERE skill_id = $1")


async def figures(tx: Tx) -> tuple[Any, ...]:
    row = await tx.row(FIGURES, CELLO)
    assert row is not None
    return tuple(row)


async def trends(tx: Tx, **query: Any) -> list[TrendView]:
    return (await trending(tx, TrendQuery(**query))).items


async def test_what_grows_most_comes_first(tx: Tx) -> None:
    for number in range(4):
        person = await a_person(tx, f"Person {number}")
        await listed(tx, person, CELLO, "learn")
        steady = await listed(tx, person, THEORY, "learn")
        if number < 2:
            await tx.run(AGE, steady.id, timedelta(days=40))
    first, second = await trends(tx)
    assert (first.skill.id, first.activity.learners, first.before.learners, first.score) == (CELLO, 4, 0, score_of(4, 0))
    assert (second.skill.id, second.activity.learners, second.before.learners, second.score) == (THEORY, 2, 2, 0)
    await note(in_turn(tx), NOTATION, Subject("session", ids.new()), learners=20)
    tx.now += timedelta(seconds=1)
    top = (await trends(tx, days=7, limit=1))[0]
    assert (top.skill.id, top.activity.sessions, top.activity.session_learners) == (NOTATION, 1, 20)
    assert await trends(tx, category="crafts") == []
    assert [one.skill.id for one in await trends(tx, category="music-foundations")] == [NOTATION, THEORY]
    page = await trending(tx, TrendQuery(limit=2, cursor=""))
    assert (len(page.items), page.has_next) == (2, True)
    assert [one.skill.id for one in await trends(tx, limit=2, cursor=page.next_cursor)] == [THEORY]
    with pytest.raises(Invalid):
        await trends(tx, cursor="?")


async def test_how_one_skill_stands(tx: Tx) -> None:
    mira, taro, uma = await a_person(tx), await a_person(tx, "Taro"), await a_person(tx, "Uma")
    for person, amount in ((mira, 20), (taro, 30)):
        await listed(tx, person, CELLO, "teach", rate={"amount": amount, "currency": "CREDIT"})
    old = await listed(tx, uma, CELLO, "learn")
    await tx.run(AGE, old.id, timedelta(days=10))
    await note(in_turn(tx), CELLO, Subject("session", ids.new()), learners=3)
    tx.now += timedelta(seconds=1)
    view = await demand(tx, CELLO)
    assert (view.learners_per_teacher, view.stats.total_sessions, len(view.weeks)) == (0.5, 1, 12)
    assert [(week.activity.teachers, week.activity.learners, week.activity.session_learners) for week in view.weeks[-2:]] == [
        (0, 1, 0), (2, 0, 3),
    ]  # fmt: skip
    assert [(rate.currency, rate.teachers, rate.lowest, rate.median, rate.highest) for rate in view.rates] == [("CREDIT", 2, 20, 20, 30)]
    assert (await demand(tx, THEORY)).learners_per_teacher is None
    for missing in (ids.new(), (await published(tx, mira, "Lute")).id):
        with pytest.raises(SkillNotFound):
            await demand(tx, missing)


async def test_a_subject_counts_once(tx: Tx) -> None:
    session, review = Subject("session", ids.new()), Subject("review", ids.new())
    for learners in (2, 3, 3):
        await note(in_turn(tx), CELLO, session, learners=learners)
    await note(in_turn(tx), CELLO, review, rating=5)
    await note(in_turn(tx), CELLO, Subject("review", ids.new()), rating=2)
    assert await figures(tx) == (1, 3, 2, 3.5)
    await note(in_turn(tx), CELLO, review, rating=None)
    assert await figures(tx) == (1, 3, 1, 2.0)
    with pytest.raises(SkillNotFound):
        await note(in_turn(tx), ids.new(), session)
    for check in CHECKS:
        assert not await tx.rows(check.violations), check.name
    await tx.run(FORGE, CELLO)
    assert [row["skill_id"] for row in await tx.rows(MISNOTED)] == [CELLO]


async def test_sixteen_note_one_session(hall: TestHall) -> None:
    session = Subject("session", ids.new())

    async def noted(tx: Tx) -> None:
        await note(tx, CELLO, session, learners=2)

    assert await hall.race(*(lambda: hall.work(noted) for _ in range(16))) == [None] * 16
    assert await hall.pool.fetchval("SELECT sessions FROM skills.tally WHERE skill_id = $1", CELLO) == 1
    await hall.verify()
