"""Adopt notices that were told elsewhere: an import, the demo community."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from skillhall.identity.api import people
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.notifications.commands.notify import written
from skillhall.notifications.model.notice import Notice, NoticeRow, expiry
from skillhall.notifications.store.adopted import insert_all
from skillhall.notifications.store.inbox import Inbox, change, lock_inboxes
from skillhall.notifications.store.preferences import find_settings


class AdoptedNotice(Struct, frozen=True, kw_only=True):
    """What somebody was told, when, and since when it is read, if it is. Its key has to be given."""

    notice: Notice
    at: datetime
    read_at: datetime | None = None


async def adopt(tx: Tx, told: Sequence[AdoptedNotice], origin: str = "import") -> None:
    """Put these into their inboxes, oldest first; what has expired is left out. No channel sends any of them.

    The ids follow from `origin`. Locks the readers' inboxes (rank 97.0): call it last.
    """
    fresh = sorted((one for one in told if expiry(one.at) > tx.now), key=lambda one: (one.at, one.notice.key))
    readers = list({one.notice.account_id for one in fresh})
    settings = await find_settings(tx, readers, await people(tx, readers))
    before = await lock_inboxes(tx, readers)
    counted: Counter[object] = Counter()
    unread: Counter[object] = Counter()
    rows: list[NoticeRow] = []
    for one in fresh:
        reader = one.notice.account_id
        counted[reader] += 1
        row = written(tx, one.notice, one.notice.key, settings[reader])
        unread[reader] += not (row.is_silent or one.read_at)
        rows.append(
            replace(
                row,
                id=derived(origin, "notice", reader, row.type, row.key),
                sequence=before[reader].last_sequence + counted[reader],
                rule="notifications.adopt",
                at=one.at,
                created_at=one.at,
                expires_at=expiry(one.at),
                read_at=one.read_at,
            )
        )
    await insert_all(tx, rows)
    after = {
        reader: Inbox(account_id=reader, last_sequence=inbox.last_sequence + counted[reader], unread=inbox.unread + unread[reader])
        for reader, inbox in before.items()
    }
    await change(tx, before, after)
