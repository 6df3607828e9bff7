"""Verification requests. The lock of the account's profiles guards them; an index allows one open request of a profile."""

from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.kernel import files
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.shapes import Subject
from skillhall.profiles.model.verification import SUBJECT, State, Verification

ONE = sql("""
SELECT id, profile_id, account_id, state, display_name, note, documents, requested_at, decided_at, decided_by, reason
FROM profiles.verification WHERE id = $1
""")
LAST = sql("""
SELECT id, profile_id, account_id, state, display_name, note, documents, requested_at, decided_at, decided_by, reason
FROM profiles.verification WHERE profile_id = $1 ORDER BY requested_at DESC, id DESC LIMIT 1
""")
INSERT = sql("""
INSERT INTO profiles.verification (id, profile_id, account_id, state, display_name, note, documents, requested_at)
VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7) ON CONFLICT (profile_id) WHERE state = 'pending' DO NOTHING
""")
CLOSE = sql("""
UPDATE profiles.verification SET state = $2, decided_at = $3, decided_by = $4, reason = $5, forget_at = $6
WHERE id = $1 AND state = 'pending'
""")
WITHDRAW = sql("""
UPDATE profiles.verification SET state = 'withdrawn', decided_at = $2, documents = '{}'
WHERE profile_id = $1 AND state = 'pending' RETURNING id
""")
FORGET = sql("""
UPDATE profiles.verification SET documents = '{}', forget_at = NULL WHERE id = $1 AND forget_at <= $2 RETURNING id
""")
REMOVE_ALL = sql("DELETE FROM profiles.verification WHERE account_id = $1 RETURNING id")
DUE = sql("SELECT id, forget_at AS due_at FROM profiles.verification WHERE forget_at <= $1 ORDER BY forget_at LIMIT $2")
NEXT_DUE = sql("SELECT min(forget_at) FROM profiles.verification WHERE forget_at > $1")


async def find_verification(read: Read, verification_id: UUID) -> Verification | None:
    """Return a request, or nothing."""
    row = await read.row(ONE, verification_id)
    return None if row is None else msgspec.convert(dict(row), Verification)


async def find_last(read: Read, profile_id: UUID) -> Verification | None:
    """Return the newest request of a profile, or nothing."""
    row = await read.row(LAST, profile_id)
    return None if row is None else msgspec.convert(dict(row), Verification)


async def insert_verification(tx: Tx, made: Verification) -> bool:
    """Write an open request, its files become its own; False when another one is open."""
    facts = (made.profile_id, made.account_id, made.display_name, made.note, made.documents, made.requested_at)
    if not await tx.run(INSERT, made.id, *facts):
        return False
    for file_id in made.documents:
        await files.attach(tx, file_id, Subject(SUBJECT, made.id), ["document", "image"])
    return True


async def close_verification(tx: Tx, request: Verification, state: State, reason: str | None, forget_at: datetime) -> bool:
    """Write what the acting member of staff decides; False when it is not open any more."""
    return await tx.run(CLOSE, request.id, state, tx.now, tx.actor.account_id, reason, forget_at) > 0


async def withdraw(tx: Tx, profile_id: UUID) -> UUID | None:
    """Close the open request of a profile and let its files go; return it, or nothing when there is none."""
    found = await tx.value(WITHDRAW, profile_id, tx.now)
    if found is not None:
        await files.detach(tx, Subject(SUBJECT, found))
    return found


async def forget_documents(tx: Tx, verification_id: UUID) -> None:
    """Let the files of a decided request go when their time has come."""
    if await tx.value(FORGET, verification_id, tx.now) is not None:
        await files.detach(tx, Subject(SUBJECT, verification_id))


async def remove_all(tx: Tx, account_id: UUID) -> None:
    """Remove all requests of an account with their files."""
    for row in await tx.rows(REMOVE_ALL, account_id):
        await files.detach(tx, Subject(SUBJECT, row["id"]))
