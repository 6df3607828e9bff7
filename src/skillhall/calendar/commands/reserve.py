"""Take, move and free people's time for a subject, in the caller's transaction.

The caller holds the lock of the subject's own row and calls one of these once per transaction (rank 80): everyone
concerned is locked in one statement, in account order, so that no two callers can wait for each other.
"""

from collections.abc import Sequence
from uuid import UUID

from skillhall.calendar.model.entry import Busy, Entry
from skillhall.calendar.store import entries as store
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject


async def reserve(tx: Tx, subject: Subject, entries: Sequence[Entry], *, firm: bool = True) -> None:
    """Add these entries of the subject. Firm: refuses `Busy` when any of them meets a firm entry of another subject.

    A refusal must roll back the transaction or savepoint, because the entries that fitted are in it.
    """
    await store.lock_people(tx, [entry.account_id for entry in entries])
    await _insert(tx, subject, entries, firm=firm)


async def move(tx: Tx, subject: Subject, entries: Sequence[Entry], *, firm: bool = True) -> None:
    """Make these the subject's only entries (whoever is not among them is freed). Refuses `Busy` like `reserve`."""
    people = await store.people_of_subject(tx, subject)
    await store.lock_people(tx, [*people, *(entry.account_id for entry in entries)])
    await store.delete_entries(tx, subject, people)
    await _insert(tx, subject, entries, firm=firm)


async def release(tx: Tx, subject: Subject, account_ids: Sequence[UUID] | None = None) -> None:
    """Free these people, or everyone, of the subject; whoever has no entry of it is passed over."""
    people = await store.people_of_subject(tx, subject)
    if account_ids is not None:
        people = [account_id for account_id in people if account_id in account_ids]
    if people:
        await store.lock_people(tx, people)
        await store.delete_entries(tx, subject, people)


async def _insert(tx: Tx, subject: Subject, entries: Sequence[Entry], *, firm: bool) -> None:
    busy = await store.insert_entries(tx, subject, entries, firm=firm)
    if busy:
        raise Busy(account_ids=[str(account_id) for account_id in busy])
