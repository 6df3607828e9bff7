"""Sending what was collected: each notice is looked at again, the rest goes out as one message, and an empty one not at all.

Two workers at one digest: the first closes it under its lock, the second finds it closed. A notice that comes meanwhile waits for
the lock, cannot join a closed digest, and goes with the next.
"""

from uuid import UUID

from skillhall.identity.api import Person, people
from skillhall.kernel.db.tx import Tx
from skillhall.notifications.commands.deliver import Parcel, mail_address, obstacle, slot_of
from skillhall.notifications.model.compose import digest_mail, digest_push
from skillhall.notifications.model.delivery import MOST_ATTEMPTS, UNHEARD, Outcome, verdict
from skillhall.notifications.model.notice import NoticeRow
from skillhall.notifications.model.preferences import Settings
from skillhall.notifications.model.quiet import due
from skillhall.notifications.store import addresses, deliveries, push
from skillhall.notifications.store import digests as store
from skillhall.notifications.store.inbox import lock_inboxes
from skillhall.notifications.store.notices import find_notices
from skillhall.notifications.store.preferences import find_settings, settings
from skillhall.notifications.tasks import SendDigest


async def begin_digest(tx: Tx, digest_id: UUID) -> Parcel | None:
    """Return the message to send now, its attempt counted; nothing when there is nothing to send (any more)."""
    found = await store.lock_digest(tx, digest_id)
    if found is None or found.state not in ("waiting", "sending") or (found.retry_at is not None and found.retry_at > tx.wall):
        return None
    if found.attempts >= MOST_ATTEMPTS:
        await _end(tx, digest_id, "failed", "unheard")
        return None
    chosen = (await find_settings(tx, [found.account_id])).get(found.account_id)
    person = (await people(tx, [found.account_id])).get(found.account_id)
    notices = await _wanted(tx, found, chosen, person)
    if not notices or person is None or chosen is None:
        await store.end(tx, digest_id, "empty")
        return None
    if (at := due(tx.now, chosen, chosen.zone)) > tx.now:
        await store.postpone(tx, digest_id)
        tx.enqueue(SendDigest(digest_id=digest_id), at=at, key=str(digest_id))
        return None
    language = max(notices, key=lambda pair: pair[1].created_at)[1].language
    config = tx.house.config
    if found.channel == "push":
        devices = await push.subscriptions(tx, found.account_id)
        pushed = digest_push(config, len(notices), digest_id, language)
        parcel = Parcel(key=digest_id, push=pushed, devices=tuple(devices)) if devices else None
        reason = "no_device"
    else:
        address = await mail_address(tx, person, always=False)
        mail = digest_mail(config, notices, digest_id, found.period, person.display_name, language)
        parcel = Parcel(key=digest_id, address=address, mail=mail) if address else None
        reason = "address_unproven" if address is None else "address_bounced"
    if parcel is None:
        await deliveries.end_many(tx, [key for key, _ in notices], "suppressed", reason)
        await store.end(tx, digest_id, "empty")
        return None
    hashed = addresses.address_hash(config.secret, parcel.address) if parcel.mail else None
    await store.begin(tx, digest_id, tx.wall + UNHEARD, hashed)
    return parcel


async def plan_anew(tx: Tx, account_id: UUID) -> None:
    """Let what waits go when its reader now likes it to: with the digest of that time, or at once, as one message.

    Whoever tells the reader something holds the inbox, so nothing joins a digest of an old choice after this.
    """
    await lock_inboxes(tx, [account_id])
    chosen = await settings(tx, account_id)
    moving: dict[UUID, store.Slot] = {}
    for one in await store.lock_waiting(tx, account_id):
        at_once = store.Slot(account_id=account_id, channel=one.channel, period=one.period, due_at=due(tx.now, chosen, chosen.zone))
        slot = slot_of(tx.now, chosen, one.channel) or at_once
        if slot.due_at != one.due_at:
            moving[one.id] = slot
    if not moving:
        return
    joined = await store.join(tx, list({slot.channel: slot for slot in moving.values()}.values()))
    by_channel = {channel: (digest_id, is_new, due_at) for (_, channel, due_at), (digest_id, is_new) in joined.items()}
    for digest_id, is_new, due_at in by_channel.values():
        if is_new:
            tx.enqueue(SendDigest(digest_id=digest_id), at=due_at, key=str(digest_id))
    # a digest that leaves at this moment takes nobody along: what wanted to go with it keeps its time
    taken = {one: (by_channel[slot.channel][0], slot.due_at) for one, slot in moving.items() if slot.channel in by_channel}
    await deliveries.move(tx, taken)
    await store.remove(tx, list(taken))


async def settle_digest(tx: Tx, digest_id: UUID, outcome: Outcome) -> None:
    """Write how the attempt ended, for the digest and for all it carried."""
    found = await store.lock_digest(tx, digest_id)
    if found is None or found.state != "sending":
        return
    if outcome.gone:
        await push.drop_these(tx, outcome.gone)
    state, retry_at = verdict(outcome, found.attempts, tx.wall)
    if outcome.reached and state in ("pending", "failed"):
        state, retry_at = "sent", None  # a second push would come twice to the browsers that have it
    if state == "pending":
        await store.end(tx, digest_id, "sending", retry_at)
        return
    hashed = await deliveries.find_address(tx, digest_id)
    if outcome.is_bounce and hashed is not None:
        await addresses.note_bounce(tx, hashed, hard=outcome.is_hard)
    await _end(tx, digest_id, state, outcome.reason)


async def _end(tx: Tx, digest_id: UUID, state: str, reason: str | None) -> None:
    carried = await deliveries.lock_waiting(tx, digest_id)
    await deliveries.end_many(tx, [one.id for one in carried], state, reason)
    await store.end(tx, digest_id, state)


async def _wanted(tx: Tx, found: store.Digest, chosen: Settings | None, person: Person | None) -> list[tuple[UUID, NoticeRow]]:
    """Return what is still to be told, by delivery; the rest is crossed out."""
    carried = await deliveries.lock_waiting(tx, found.id)
    notices = {notice.id: notice for notice in await find_notices(tx, [one.notice_id for one in carried])}
    wanted: list[tuple[UUID, NoticeRow]] = []
    for one in carried:
        notice = notices[one.notice_id]
        why = await obstacle(tx, notice, found.channel, chosen, person)
        if why is None:
            wanted.append((one.id, notice))
        else:
            await deliveries.end_many(tx, [one.id], *why)
    return wanted
