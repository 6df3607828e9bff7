"""Addresses that do not work, by their hash: what is stored tells nobody's address."""

import hmac
from typing import Final
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.notifications.model.delivery import SOFT_DAYS, is_unusable

FIND = sql("SELECT kind, count, bounced_at FROM notifications.address_state WHERE hash = $1")
# Many soft bounces count only close together; a hard one stays hard.
NOTE = sql("""
INSERT INTO notifications.address_state AS s (hash, kind, count, bounced_at) VALUES ($1, $2, 1, $3)
ON CONFLICT (hash) DO UPDATE SET kind = CASE WHEN s.kind = 'hard' THEN 'hard' ELSE excluded.kind END, bounced_at = excluded.bounced_at,
    count = CASE WHEN s.bounced_at < excluded.bounced_at - make_interval(days => $4) THEN 1 ELSE s.count + 1 END
""")
FORGIVE = sql("DELETE FROM notifications.address_state WHERE hash = $1")
FORGET_OLD = sql("""
DELETE FROM notifications.address_state
WHERE bounced_at < $1::timestamptz - make_interval(days => CASE WHEN kind = 'hard' THEN $2::int ELSE $3::int END)
""")
HARD_DAYS: Final = 365
EMAIL_OF = sql("SELECT email FROM identity.staff_account WHERE id = $1")


def address_hash(secret: str, email: str) -> bytes:
    """Return under what an address is known here."""
    return hmac.digest(secret.encode(), f"notifications:address:{email.strip().lower()}".encode(), "sha256")


async def is_usable(read: Read, hashed: bytes) -> bool:
    """Return whether mail to this address is worth sending."""
    row = await read.row(FIND, hashed)
    return row is None or not is_unusable(row["kind"], row["count"], row["bounced_at"], read.wall)


async def note_bounce(tx: Tx, hashed: bytes, *, hard: bool) -> None:
    """Note that mail to this address came back."""
    await tx.run(NOTE, hashed, "hard" if hard else "soft", tx.wall, SOFT_DAYS)


async def forget_old(tx: Tx) -> None:
    """Forget soft bounces that count no more, and after a year hard ones: the address may be somebody else's by now."""
    await tx.run(FORGET_OLD, tx.wall, HARD_DAYS, SOFT_DAYS)


async def forgive(tx: Tx, account_id: UUID) -> None:
    """Forget that the address of an account bounced: it has been proven again."""
    email = await tx.value(EMAIL_OF, account_id)
    if email:
        await tx.run(FORGIVE, address_hash(tx.house.config.secret, email))
