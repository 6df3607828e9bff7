"""Somebody has opened a mail, or followed the link in one."""

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.notifications.model.delivery import LinkNotValid, read_token
from skillhall.notifications.store import deliveries as store


async def note_opened(tx: Tx, _by: Actor, token: str) -> None:
    """Note that a mail was opened: one notice, or all that stood in a digest. It stays unread: programs open mails too."""
    key, _ = read_token(tx.house.config.secret, "opened", token)
    sent = await store.find_sent(tx, key)
    if not sent:
        raise LinkNotValid
    await store.track(tx, sent, "opened")


async def note_clicked(tx: Tx, _by: Actor, token: str) -> str:
    """Note that a link was followed, and return where it leads in this hall: never elsewhere."""
    key, _ = read_token(tx.house.config.secret, "clicked", token)
    sent = [one for one in await store.find_sent(tx, key) if one.id == key]
    if not sent:
        raise LinkNotValid
    await store.track(tx, sent, "clicked")
    return f"{tx.house.config.base_url}/{sent[0].path.lstrip('/')}"
