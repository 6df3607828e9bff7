"""Turning the mails of one kind off by the link in one of them, without signing in."""

from uuid import UUID

from msgspec import Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.model.compose import kind_named
from skillhall.notifications.model.delivery import LinkNotValid, read_token
from skillhall.notifications.model.types import TYPES
from skillhall.notifications.store.deliveries import types_of_digest
from skillhall.notifications.store.preferences import find_settings, lock_settings, turn_off


class Stop(Struct, frozen=True, kw_only=True):
    """What a link turns off: the types, their names for its reader, and the reader's locale."""

    account_id: UUID
    types: tuple[str, ...]
    names: str
    locale: str


async def stop_of(read: Read, token: str) -> Stop:
    """Return what a link turns off, or refuse. Security is never turned off, nor does a link to it exist."""
    account_id, scope = read_token(read.house.config.secret, "unsubscribe", token)
    chosen = (await find_settings(read, [account_id])).get(account_id)
    types = [scope] if scope in TYPES else await _of_digest(read, account_id, scope)
    types = [code for code in types if code in TYPES and not TYPES[code].is_security]
    if chosen is None or not types:
        raise LinkNotValid
    names = ", ".join(dict.fromkeys(kind_named(code, chosen.locale) for code in types))
    return Stop(account_id=account_id, types=tuple(types), names=names, locale=chosen.locale)


async def unsubscribe(tx: Tx, _by: Actor, token: str) -> Stop:
    """Send no more mails of these types. Twice is the same."""
    stop = await stop_of(tx, token)
    await lock_settings(tx, stop.account_id)
    await turn_off(tx, stop.account_id, stop.types, "email")
    tx.audit("notifications.unsubscribed", Subject("account", stop.account_id), after={"types": list(stop.types)})
    return stop


async def _of_digest(read: Read, account_id: UUID, scope: str) -> list[str]:
    try:
        return await types_of_digest(read, account_id, UUID(hex=scope))
    except ValueError:
        return []
