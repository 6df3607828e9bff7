"""Adopt people who come in bulk: an import, the demo community."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.identity.model.refusals import EmailTaken
from skillhall.identity.store.adopted import insert_all
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import NIL
from skillhall.kernel.shapes import Subject


class Newcomer(Struct, frozen=True, kw_only=True):
    """A person whose address (lower case) is known to be proven. Everything else as in `Account`."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    display_name: str
    timezone: str
    created_at: datetime
    abilities: list[str]
    locale: str = "en"
    roles: list[str] = []
    password_hash: str | None = None


async def adopt(tx: Tx, newcomers: Sequence[Newcomer], *, origin: str = "import") -> None:
    """Open active accounts; refuse when any address, or id, is known. Nothing is published, mailed or granted, and nobody is signed in.

    The caller adopts a primary profile for each in the same transaction.
    """
    if await insert_all(tx, newcomers, origin) != len(newcomers):
        raise EmailTaken
    tx.audit("identity.accounts_adopted", Subject("community", NIL), after={"origin": origin, "accounts": len(newcomers)})
