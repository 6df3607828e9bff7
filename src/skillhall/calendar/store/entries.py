"""People as locks, and what takes their time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from skillhall.calendar.model.entry import Entry
from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx, locks
from skillhall.kernel.shapes import Subject

MEET_PEOPLE = sql("""
    INSERT INTO calendar.person (account_id)
    SELECT wanted.id FROM unnest($1::uuid[]) AS wanted (id)
    WHERE NOT EXISTS (SELECT FROM calendar.person p WHERE p.account_id = wanted.id)
    ORDER BY wanted.id
    ON CONFLICT DO NOTHING
""")
LOCK_PEOPLE = sql("""
    SELECT account_id, version FROM calendar.person WHERE account_id = ANY ($1::uuid[]) ORDER BY account_id FOR NO KEY UPDATE
""")
PEOPLE_OF_SUBJECT = sql("""SELECT DISTINCT account_id FROM calendar.entry WHERE subject_id = $1""")
INSERT_ENTRIES = sql("""
    INSERT INTO calendar.entry (id, account_id, subject_kind, subject_id, firm, title, starts_at, ends_at, span)
    SELECT e.id, e.account_id, $1, $2, $3, e.title, e.starts_at, e.ends_at, tstzrange(e.taken_from, e.taken_until)
    FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[])
        AS e (id, account_id, title, starts_at, ends_at, taken_from, taken_until)
    ORDER BY e.account_id
    ON CONFLICT DO NOTHING
    RETURNING id
""")
INSERT_ALL = sql("""
    INSERT INTO calendar.entry (id, account_id, subject_kind, subject_id, firm, title, starts_at, ends_at, span)
    SELECT e.id, e.account_id, e.subject_kind, e.subject_id, true, e.title, e.starts_at, e.ends_at, tstzrange(e.taken_from, e.taken_until)
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
            $9::timestamptz[])
        AS e (id, account_id, subject_kind, subject_id, title, starts_at, ends_at, taken_from, taken_until)
    ORDER BY e.account_id
    ON CONFLICT DO NOTHING
    RETURNING id
""")
DELETE_ENTRIES = sql("""DELETE FROM calendar.entry WHERE subject_id = $1 AND account_id = ANY ($2::uuid[])""")
DELETE_BLOCK = sql("""DELETE FROM calendar.entry WHERE subject_id = $1 AND account_id = $2 AND subject_kind = 'block'""")
COUNT_BLOCKS = sql("""
    SELECT count(*) FROM calendar.entry WHERE account_id = $1 AND subject_kind = 'block' AND upper(span) > $2
""")


@locks(80, 0)
async def lock_people(tx: Tx, account_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Lock everyone concerned, in account order, and return the versions of their hours; whoever is new gets their row first.

    Whoever holds inserted rows waits only for lower ones to be decided, whoever holds locks waits only for higher ones:
    no circle can close, however two calls overlap.
    """
    ordered = sorted(set(account_ids))
    await tx.run(MEET_PEOPLE, ordered)
    return {row["account_id"]: row["version"] for row in await tx.rows(LOCK_PEOPLE, ordered)}


async def people_of_subject(read: Read, subject: Subject) -> list[UUID]:
    """Return who has entries of this subject."""
    return [row["account_id"] for row in await read.rows(PEOPLE_OF_SUBJECT, subject.id)]


@locks(80, 1)
async def insert_entries(tx: Tx, subject: Subject, entries: Sequence[Entry], *, firm: bool) -> list[UUID]:
    """Insert what does not collide and return the accounts of what does. Their people are locked."""
    keys = [ids.new() for _ in entries]
    inserted = await tx.rows(
        INSERT_ENTRIES,
        subject.kind,
        subject.id,
        firm,
        keys,
        [entry.account_id for entry in entries],
        [entry.title for entry in entries],
        [entry.starts_at for entry in entries],
        [entry.ends_at for entry in entries],
        [entry.taken_from for entry in entries],
        [entry.taken_until for entry in entries],
    )
    stands = {row["id"] for row in inserted}
    return sorted({entry.account_id for key, entry in zip(keys, entries, strict=True) if key not in stands})


@locks(80, 1)
async def insert_all(tx: Tx, entries: Sequence[tuple[Subject, Entry]]) -> list[UUID]:
    """Insert firm entries of many subjects and return the accounts of those that collide. Their people are locked."""
    keys = [ids.derived("entry", subject.id, entry.account_id, entry.starts_at) for subject, entry in entries]
    inserted = await tx.rows(
        INSERT_ALL,
        keys,
        [entry.account_id for _, entry in entries],
        [subject.kind for subject, _ in entries],
        [subject.id for subject, _ in entries],
        [entry.title for _, entry in entries],
        [entry.starts_at for _, entry in entries],
        [entry.ends_at for _, entry in entries],
        [entry.taken_from for _, entry in entries],
        [entry.taken_until for _, entry in entries],
    )
    stands = {row["id"] for row in inserted}
    return sorted({entry.account_id for key, (_, entry) in zip(keys, entries, strict=True) if key not in stands})


@locks(80, 1)
async def delete_entries(tx: Tx, subject: Subject, account_ids: Sequence[UUID]) -> int:
    """Delete the subject's entries of these locked people; return how many there were."""
    return await tx.run(DELETE_ENTRIES, subject.id, account_ids)


@locks(80, 1)
async def delete_block(tx: Tx, account_id: UUID, block_id: UUID) -> bool:
    """Delete one block of a locked person; return whether it was there."""
    return await tx.run(DELETE_BLOCK, block_id, account_id) > 0


async def blocks_ahead(read: Read, account_id: UUID, since: datetime) -> int:
    """Return how many blocks end after `since`."""
    return await read.value(COUNT_BLOCKS, account_id, since)
