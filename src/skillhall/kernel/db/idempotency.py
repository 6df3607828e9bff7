"""Idempotency keys: same caller, same key, same answer.

The claim is tried first and never waits; the stored answer is looked up in a second statement, which has its own snapshot:
a twin that committed between the two is seen. The answer is stored in the command's own transaction.
"""

from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx, locks
from skillhall.kernel.refusals import Conflict, Refused

TRY_CLAIM = sql("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 10))")
STORED = sql("SELECT operation, input_hash, status, body, headers FROM kernel.idempotency WHERE caller = $1 AND key = $2")
STORE = sql(
    "INSERT INTO kernel.idempotency (caller, key, operation, input_hash, status, body, headers) VALUES ($1, $2, $3, $4, $5, $6, $7)"
)
FORGET_OLD = sql("DELETE FROM kernel.idempotency WHERE recorded_at < now() - interval '48 hours'")


class InProgress(Conflict):
    """A request with this key is running right now; ask again in a second."""

    code = "http.in_progress"
    message = "A request with this Idempotency-Key is still running. Try again in a second."


class KeyReused(Refused):
    """The key was used for another operation or another body."""

    code = "http.key_reused"
    message = "This Idempotency-Key was already used for a different request."


class Claim(Struct, frozen=True):
    """Who sends which key for what: `input_hash` covers operation, path, query and raw body."""

    caller: UUID
    key: str
    operation: str
    input_hash: bytes


class Encoded(Struct, frozen=True, kw_only=True):
    """An answer ready for the wire: `body` is the JSON of `data` alone. A `secret` one is never stored."""

    status: int
    body: bytes
    headers: dict[str, str] = {}
    replayed: bool = False
    secret: bool = False


@locks(10)
async def claim_key(tx: Tx, claim: Claim) -> Encoded | None:
    """Take the key for this transaction; return the stored answer when there is one."""
    if not await tx.value(TRY_CLAIM, f"{claim.caller}:{claim.key}"):
        raise InProgress(retry_after=1)
    row = await tx.row(STORED, claim.caller, claim.key)
    if row is None:
        return None
    if row["operation"] != claim.operation or row["input_hash"] != claim.input_hash:
        raise KeyReused
    return Encoded(status=row["status"], body=row["body"], headers=row["headers"], replayed=True)


async def store_answer(tx: Tx, claim: Claim, answer: Encoded) -> None:
    """Keep the answer for 48 hours, together with the command's effects."""
    if not answer.secret:
        await tx.run(STORE, claim.caller, claim.key, claim.operation, claim.input_hash, answer.status, answer.body, answer.headers)


async def forget_old(tx: Tx) -> None:
    """Drop answers older than 48 hours."""
    await tx.run(FORGET_OLD)
