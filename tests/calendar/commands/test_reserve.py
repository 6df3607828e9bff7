"""Nobody is taken twice, whoever comes at once; and nobody ever waits in a circle."""

import random
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from skillhall.calendar.api import Busy, move, release, reserve
from skillhall.calendar.queries.proofs import CHECKS
from skillhall.kernel.db.tx import LockOrderError, Tx
from skillhall.kernel.shapes import Subject
from skillhall.kernel.verify import Report, run_checks
from tests.calendar.builders import MONDAY, a_lesson, an_account, an_entry
from tests.support.hall import TestHall

SPANS = "SELECT span FROM calendar.entry WHERE account_id = $1 ORDER BY span"
RAW = """
    INSERT INTO calendar.entry (id, account_id, subject_kind, subject_id, firm, title, starts_at, ends_at, span)
    VALUES (gen_random_uuid(), $1, 'session', gen_random_uuid(), false, 'x', '2027-01-01 10:00Z', '2027-01-01 11:00Z', $2::text::tstzrange)
"""


async def hours_of(hall: TestHall, account_id: UUID) -> list[tuple[float, float]]:
    """Return what is taken, as hours after the builders' Monday."""
    rows = await hall.pool.fetch(SPANS, account_id)
    return [((row["span"].lower - MONDAY) / timedelta(hours=1), (row["span"].upper - MONDAY) / timedelta(hours=1)) for row in rows]


async def proven(hall: TestHall) -> Report:
    async with hall.runner.snapshot() as snapshot:
        return await run_checks(snapshot, CHECKS)


async def test_whoever_is_busy_is_named_and_nothing_of_the_refused_stays(hall: TestHall) -> None:
    host, ben, cleo = [await hall.work(an_account) for _ in range(3)]
    await hall.work(reserve, a_lesson(), [an_entry(host), an_entry(ben)])
    with pytest.raises(Busy) as refusal:
        await hall.work(reserve, a_lesson(), [an_entry(cleo, 9.5), an_entry(host, 9.5)])
    assert refusal.value.params == {"account_ids": [str(host)]}
    assert await hours_of(hall, cleo) == []
    assert await hours_of(hall, host) == await hours_of(hall, ben) == [(9, 10)]


async def test_entries_may_touch_but_a_buffer_is_taken_too(hall: TestHall) -> None:
    host, learner = [await hall.work(an_account) for _ in range(2)]
    await hall.work(reserve, a_lesson(), [an_entry(host, 9, buffer=5), an_entry(learner, 9)])
    await hall.work(reserve, a_lesson(), [an_entry(learner, 10)])
    with pytest.raises(Busy):
        await hall.work(reserve, a_lesson(), [an_entry(host, 10)])
    with pytest.raises(Busy):
        await hall.work(reserve, a_lesson(), [an_entry(host, 10 + 5 / 60, buffer=5)])
    await hall.work(reserve, a_lesson(), [an_entry(host, 10 + 10 / 60, buffer=5)])


async def test_a_proposal_takes_the_new_time_as_well_and_move_settles_it(hall: TestHall) -> None:
    host, learner, other = [await hall.work(an_account) for _ in range(3)]
    lesson = a_lesson()
    await hall.work(reserve, lesson, [an_entry(host, 9), an_entry(learner, 9)])
    await hall.work(reserve, lesson, [an_entry(host, 9.5), an_entry(learner, 9.5)])
    assert await hours_of(hall, host) == [(9, 10), (9.5, 10.5)]
    with pytest.raises(Busy):
        await hall.work(reserve, a_lesson(), [an_entry(host, 10), an_entry(other, 10)])
    await hall.work(move, lesson, [an_entry(host, 9.5), an_entry(learner, 9.5)])
    assert await hours_of(hall, host) == await hours_of(hall, learner) == [(9.5, 10.5)]
    await hall.work(reserve, a_lesson(), [an_entry(host, 8.5)])


async def test_a_move_into_taken_time_leaves_everything_as_it_was(hall: TestHall) -> None:
    host, learner = [await hall.work(an_account) for _ in range(2)]
    lesson = a_lesson()
    await hall.work(reserve, lesson, [an_entry(host, 9), an_entry(learner, 9)])
    await hall.work(reserve, a_lesson(), [an_entry(learner, 14)])
    with pytest.raises(Busy) as refusal:
        await hall.work(move, lesson, [an_entry(host, 14), an_entry(learner, 14)])
    assert refusal.value.params == {"account_ids": [str(learner)]}
    assert await hours_of(hall, host) == [(9, 10)]
    assert await hours_of(hall, learner) == [(9, 10), (14, 15)]


async def test_soft_entries_exclude_nothing(hall: TestHall) -> None:
    person = await hall.work(an_account)
    await hall.work(reserve, a_lesson(), [an_entry(person)])

    async def softly(tx: Tx) -> None:
        await reserve(tx, Subject("meetup", a_lesson().id), [an_entry(person, 9)], firm=False)

    await hall.work(softly)
    assert await hours_of(hall, person) == [(9, 10), (9, 10)]
    with pytest.raises(Busy):
        await hall.work(reserve, a_lesson(), [an_entry(person, 9)])


async def test_released_time_is_free_again_also_when_released_twice(hall: TestHall) -> None:
    host, ben, cleo = [await hall.work(an_account) for _ in range(3)]
    lesson = a_lesson()
    await hall.work(reserve, lesson, [an_entry(host), an_entry(ben), an_entry(cleo)])
    await hall.work(release, lesson, [ben])
    await hall.work(release, lesson, [ben])
    assert (await hours_of(hall, host), await hours_of(hall, ben), await hours_of(hall, cleo)) == ([(9, 10)], [], [(9, 10)])
    await hall.work(release, lesson)
    await hall.work(release, lesson)
    await hall.work(reserve, a_lesson(), [an_entry(host), an_entry(ben), an_entry(cleo)])


async def test_the_next_in_line_is_tried_when_one_is_busy(hall: TestHall) -> None:
    busy, free = [await hall.work(an_account) for _ in range(2)]
    await hall.work(reserve, a_lesson(), [an_entry(busy)])
    lesson = a_lesson()

    async def promote(tx: Tx) -> UUID:
        for waiter in (busy, free):
            try:
                async with tx.savepoint():
                    await reserve(tx, lesson, [an_entry(waiter)])
            except Busy:
                continue
            return waiter
        raise AssertionError("nobody was free")

    assert await hall.work(promote) == free
    assert await hours_of(hall, busy) == [(9, 10)]


async def test_two_reservations_in_one_transaction_are_refused(hall: TestHall) -> None:
    """Locking people in two statements is how circles begin."""
    one, other = [await hall.work(an_account) for _ in range(2)]

    async def twice(tx: Tx) -> None:
        await reserve(tx, a_lesson(), [an_entry(other)])
        await reserve(tx, a_lesson(), [an_entry(one)])

    with pytest.raises(LockOrderError):
        await hall.work(twice)


@pytest.mark.parametrize(
    "span", ["empty", "[2027-01-01,)", "(,2027-02-01)", "[2027-01-01,infinity)", "[2027-01-01 10:30Z,2027-01-01 11:00Z)"]
)
async def test_the_database_takes_no_span_that_is_empty_endless_or_too_short(hall: TestHall, span: str) -> None:
    person = await hall.work(an_account)
    await hall.pool.execute("INSERT INTO calendar.person (account_id) VALUES ($1)", person)
    with pytest.raises(asyncpg.CheckViolationError):
        await hall.pool.execute(RAW, person, span)
    assert await hours_of(hall, person) == []


async def test_sixteen_want_one_slot_and_one_gets_it(hall: TestHall) -> None:
    host, *learners = [await hall.work(an_account) for _ in range(17)]
    answers = await hall.race(
        *(lambda learner=learner: hall.work(reserve, a_lesson(), [an_entry(host, buffer=5), an_entry(learner)]) for learner in learners)
    )
    assert [answer for answer in answers if answer is not None and not isinstance(answer, Busy)] == []
    assert sum(answer is None for answer in answers) == 1
    assert len(await hours_of(hall, host)) == 1
    assert sum([len(await hours_of(hall, learner)) for learner in learners]) == 1
    assert (await proven(hall)).is_clean


async def test_people_who_book_each_other_never_wait_in_a_circle(hall: TestHall) -> None:
    """Sixteen callers, eight people nobody has met before, groups of two to five in any order, kept, moved and released."""
    people = [await hall.work(an_account) for _ in range(8)]

    async def caller(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(12):
            lesson = a_lesson()
            group = chance.sample(people, chance.randrange(2, 6))
            try:
                await hall.work(reserve, lesson, [an_entry(person, chance.randrange(12)) for person in group])
                chance.shuffle(group)
                hour = chance.randrange(12)
                await hall.work(move, lesson, [an_entry(person, hour) for person in group])
                if chance.random() < 0.7:
                    await hall.work(release, lesson, group[:1] if chance.random() < 0.5 else None)
            except Busy:
                if chance.random() < 0.5:
                    await hall.work(release, lesson)

    answers = await hall.race(*(lambda seed=seed: caller(seed) for seed in range(16)))
    assert answers == [None] * 16
    assert (await proven(hall)).is_clean
