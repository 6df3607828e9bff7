"""Notices for tests, made by the real commands."""

from typing import Any
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify, tell
from skillhall.notifications.model.notice import Notice, NoticeRow
from skillhall.notifications.queries.inbox import NoticeQuery, inbox_page, unread_count
from tests.profiles.builders import in_turn

LOCALE = sql("UPDATE identity.account SET locale = $2, timezone = $3 WHERE id = $1")
STATE = sql("UPDATE identity.account SET state = $2 WHERE id = $1")
STAFF = Actor(account_id=ids.new(), roles=frozenset({"admin"}), permissions=frozenset({"notice.send", "account.read"}))
WORDS = {"title": "Closed on Monday", "text": "We paint the walls."}


def a_notice(reader: Actor | UUID, **fields: Any) -> Notice:
    """Return an announcement to somebody, new each time unless a key is given."""
    account_id = reader if isinstance(reader, UUID) else reader.account_id
    plain: dict[str, Any] = {"type": "hall.announcement", "about": Subject("batch", ids.new()), "facts": dict(WORDS), "key": str(ids.new())}
    return Notice(account_id=account_id, **(plain | fields))


async def told(tx: Tx, reader: Actor, **fields: Any) -> NoticeRow:
    """Tell somebody something; return it."""
    (row,) = await tell(in_turn(tx), [a_notice(reader, **fields)])
    return row


async def told_often(tx: Tx, reader: Actor, count: int) -> int:
    return await notify(in_turn(tx), *(a_notice(reader) for _ in range(count)))


async def count(read: Read, reader: Actor) -> int:
    """Return the unread count as the reader sees it."""
    return (await unread_count(read, reader)).count


async def listed(read: Read, reader: Actor, **filters: Any) -> list[str]:
    """Return the titles in somebody's inbox."""
    return [one.title for one in (await inbox_page(read, NoticeQuery(**filters), reader)).items]
