"""Telling people something: the notice, its reader's unread count and what each channel is to send, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from skillhall.identity.api import people
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.notifications.commands.deliver import is_reached, plan_deliveries
from skillhall.notifications.model.facts import kept
from skillhall.notifications.model.notice import Notice, NoticeRow, expiry
from skillhall.notifications.model.preferences import Settings
from skillhall.notifications.model.types import type_of
from skillhall.notifications.store import notices as store
from skillhall.notifications.store.inbox import change, lock_inboxes
from skillhall.notifications.store.preferences import find_settings
from skillhall.notifications.words import language_of, render


async def notify(tx: Tx, *notices: Notice) -> int:
    """Tell these people; return how many notices are new. The same notice twice is one.

    Nobody is told what they did themselves, nor what would end before it came. Who is gone or not active is told what concerns
    security or the account alone.
    Locks the readers' inboxes (rank 97.0): call it last.
    """
    return len(await tell(tx, notices))


async def tell(tx: Tx, notices: Sequence[Notice]) -> list[NoticeRow]:
    """Do what `notify` does, and return what is new."""
    known = await people(tx, list({one.account_id for one in notices}))
    wanted: dict[tuple[UUID, str, str], Notice] = {}
    for one in notices:
        if one.actor_id != one.account_id and not _is_over(tx, one) and is_reached(known.get(one.account_id), type_of(one.type)):
            key = one.key or str(tx.facts.event_id or ids.new())
            wanted.setdefault((one.account_id, one.type, key), one)
    if not wanted:
        return []
    readers = {account_id: known[account_id] for account_id, _, _ in wanted}
    before = await lock_inboxes(tx, list(readers))
    settings = await find_settings(tx, list(readers), readers)  # what its reader chooses while this waits is heeded
    there = await store.known(tx, list(wanted))
    after = dict(before)
    rows: list[NoticeRow] = []
    for (account_id, _, key), one in sorted(wanted.items(), key=lambda item: item[0][0]):  # stable: in the order they were given
        if (account_id, one.type, key) in there:
            continue
        row = written(tx, one, key, settings[account_id])
        if row.state == "sent":
            inbox = after[account_id]
            after[account_id] = msgspec.structs.replace(
                inbox, last_sequence=inbox.last_sequence + 1, unread=inbox.unread + (0 if row.is_silent else 1)
            )
            row = msgspec.structs.replace(row, sequence=inbox.last_sequence + 1)
        rows.append(row)
    if not rows:
        return []
    await store.insert(tx, rows)
    await change(tx, before, after)
    await announce(tx, [row for row in rows if row.state == "sent"], settings)
    return rows


def written(tx: Tx, one: Notice, key: str, settings: Settings) -> NoticeRow:
    """Return the row of a notice, in the words of its reader; without a sequence."""
    kind = type_of(one.type)
    words = render(one.type, one.facts, settings.locale, settings.zone)
    at = tx.now if one.at is None else max(one.at, tx.now)
    return NoticeRow(
        id=ids.new(),
        account_id=one.account_id,
        sequence=None,
        type=one.type,
        category=kind.category,
        subject_kind=one.about.kind,
        subject_id=one.about.id,
        title=words.title,
        text=words.text,
        action=words.action if one.path else "",
        path=one.path.lstrip("/"),
        language=language_of(settings.locale),
        priority=one.priority or kind.priority,
        actor_id=one.actor_id,
        why=one.why,
        rule=tx.facts.operation,
        event_id=tx.facts.event_id,
        facts=kept(one.facts),
        data=one.data,
        key=key,
        batch_id=one.batch_id,
        state="scheduled" if at > tx.now else "sent",
        at=at,
        created_at=tx.now,
        expires_at=_end(one.expires_at, at),
        channels=one.channels,
        is_silent=not settings.is_on(kind, "in_app") or "in_app" not in (one.channels or ("in_app",)),
    )


async def announce(tx: Tx, rows: Sequence[NoticeRow], settings: dict[UUID, Settings]) -> None:
    """Say live that these are in their inboxes, and plan what their other channels send."""
    for row in rows:
        if not row.is_silent and row.sequence is not None:
            tx.hint(f"user:{row.account_id}", "notification:new", notice_id=row.id, sequence=row.sequence)
    if rows:
        await plan_deliveries(tx, rows, settings)


def _is_over(tx: Tx, one: Notice) -> bool:
    return one.expires_at is not None and one.expires_at <= max(one.at or tx.now, tx.now)


def _end(wished: datetime | None, at: datetime) -> datetime:
    return wished if wished is not None and wished > at else expiry(at)
