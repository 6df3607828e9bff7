"""The proofs find what they are for."""

from skillhall.calendar.api import reserve
from skillhall.calendar.queries.proofs import ENDLESS, TAKEN_TWICE
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from tests.calendar.builders import a_lesson, an_account, an_entry

UNGUARD = sql("ALTER TABLE calendar.entry DROP CONSTRAINT entry_never_twice, DROP CONSTRAINT entry_span_is_finite")
COPY = sql("""
    INSERT INTO calendar.entry (id, account_id, subject_kind, subject_id, firm, title, starts_at, ends_at, span)
    SELECT gen_random_uuid(), account_id, subject_kind, gen_random_uuid(), firm, title, starts_at, ends_at, span FROM calendar.entry
""")
UNEND = sql("UPDATE calendar.entry SET span = tstzrange(lower(span), NULL)")


async def test_clean_rows_pass_also_two_times_of_one_subject(tx: Tx) -> None:
    person, lesson = await an_account(tx), a_lesson()
    await reserve(tx, lesson, [an_entry(person, 9), an_entry(person, 9.5)])
    assert await tx.rows(TAKEN_TWICE) == []
    assert await tx.rows(ENDLESS) == []


async def test_somebody_taken_twice_is_found(tx: Tx) -> None:
    person = await an_account(tx)
    await reserve(tx, a_lesson(), [an_entry(person)])
    await tx.run(UNGUARD)
    await tx.run(COPY)
    assert [row["account_id"] for row in await tx.rows(TAKEN_TWICE)] == [person]


async def test_an_endless_span_is_found(tx: Tx) -> None:
    person = await an_account(tx)
    await reserve(tx, a_lesson(), [an_entry(person)])
    await tx.run(UNGUARD)
    await tx.run(UNEND)
    assert [row["account_id"] for row in await tx.rows(ENDLESS)] == [person]
