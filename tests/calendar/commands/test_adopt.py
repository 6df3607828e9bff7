"""Hours and entries that come in bulk."""

import pytest

from skillhall.calendar.api import AdoptedHours, Busy, adopt, adopt_hours
from skillhall.calendar.queries import shown
from skillhall.calendar.queries.proofs import CHECKS
from skillhall.kernel.db.tx import Tx
from tests.calendar.builders import a_lesson, an_account, an_entry, at

NINE_TO_TWELVE = (9 * 60, 12 * 60)


async def test_hours_are_those_of_each(tx: Tx) -> None:
    one, other = await an_account(tx), await an_account(tx)
    week = ((NINE_TO_TWELVE, (13 * 60, 24 * 60)), (), (), (), (), (), ())
    people = [
        AdoptedHours(account_id=one, timezone="Asia/Kolkata", week=week),
        AdoptedHours(account_id=other, timezone="Europe/Berlin", week=((),) * 7),
    ]
    await adopt_hours(tx, people)
    found = await shown.availability(tx, one)
    assert found.timezone == "Asia/Kolkata"
    assert [(window.weekday, window.start, window.end) for window in found.weekly_hours] == [
        ("monday", "09:00", "12:00"),
        ("monday", "13:00", "24:00"),
    ]
    assert (await shown.availability(tx, other)).weekly_hours == []


async def test_nobody_hosts_at_all(tx: Tx) -> None:
    await adopt_hours(tx, [])
    await adopt(tx, [])


async def test_entries_of_many_subjects(tx: Tx) -> None:
    host, learner = await an_account(tx), await an_account(tx)
    first, second = a_lesson(), a_lesson()
    await adopt(tx, [(subject, an_entry(person, hour)) for subject, hour in ((first, 9), (second, 10)) for person in (host, learner)])
    for check in CHECKS:
        assert await tx.rows(check.violations) == []
    with pytest.raises(Busy) as busy:
        async with at(tx).savepoint():
            await adopt(tx, [(a_lesson(), an_entry(host, 9.5)), (a_lesson(), an_entry(learner, 12))])
    assert busy.value.params["account_ids"] == [str(host)]
