"""What others read of accounts: their standing, and who they are."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.identity.model.account import MAY_BIND, PERMISSIONS
from skillhall.identity.model.refusals import AccountNotActive, AccountNotFound
from skillhall.identity.store import accounts
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx

PEOPLE = sql("""
SELECT id, display_name, first_name, last_name, email, timezone, locale, email_verified,
    state IN ('active', 'pending_verification') AS is_active
FROM identity.account WHERE id = ANY($1)
""")


HOLDERS = sql("SELECT id FROM identity.account WHERE roles <> '{}' AND roles && $1::text[] AND state = 'active' ORDER BY id")


class Person(Struct, frozen=True, kw_only=True):
    """Whom a mail goes to. `email` is None once the account is erased. Never an answer of HTTP."""

    id: UUID
    display_name: str
    first_name: str
    last_name: str
    email: str | None
    timezone: str
    locale: str
    email_verified: bool
    is_active: bool

    @property
    def mail_address(self) -> str | None:
        """Where news goes; None for who is not active, erased, or has not proven that the address is theirs."""
        return self.email if self.is_active and self.email_verified else None


async def check_active(tx: Tx, *account_ids: UUID) -> None:
    """Refuse unless all these accounts exist and are active or pending_verification.

    Locks them FOR KEY SHARE in id order (rank 70.0): none can be suspended, banned or closed until this transaction has ended,
    so nothing is bound past it.
    """
    states = await accounts.share_accounts(tx, account_ids)
    for account_id in account_ids:
        state = states.get(account_id)
        if state is None or state == "erased":
            raise AccountNotFound
        if state not in MAY_BIND:
            raise AccountNotActive(account_id=account_id)


async def check_not_blocked(read: Read, one: UUID, other: UUID) -> None:
    """Refuse, as if there were no such account, when either of the two has blocked the other."""
    if await accounts.is_blocked(read, one, other):
        raise AccountNotFound


async def people(read: Read, account_ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Return who these accounts are, for mails and documents; unknown ids are left out."""
    return {row["id"]: msgspec.convert(dict(row), Person) for row in await read.rows(PEOPLE, list(account_ids))}


async def holders(read: Read, permission: str) -> list[UUID]:
    """Return the active accounts of staff that may do this."""
    roles = [role for role, may in PERMISSIONS.items() if permission in may]
    return [row["id"] for row in await read.rows(HOLDERS, roles)]


async def person(read: Read, account_id: UUID) -> Person:
    """Return who this account is."""
    found = await people(read, [account_id])
    if account_id not in found:
        raise AccountNotFound
    return found[account_id]
