"""Planning what each channel is to send, and sending it: what was true when it was planned is looked at again before it leaves.

Two workers at one delivery: its row's lock lets one begin, the other finds its attempt under way. A worker that dies in the call is
not heard of, and after `UNHEARD` the attempt is made again, with the same message id, as long as attempts are left.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.identity.api import Person, people
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.notifications.model.compose import Mailed, Pushed, notice_mail, notice_push, notice_text
from skillhall.notifications.model.delivery import MOST_ATTEMPTS, OUTWARD, UNHEARD, Delivery, Outcome, Outward, verdict
from skillhall.notifications.model.digest import next_digest
from skillhall.notifications.model.notice import NoticeRow
from skillhall.notifications.model.preferences import Settings
from skillhall.notifications.model.push import PushSubscription
from skillhall.notifications.model.quiet import due, due_by
from skillhall.notifications.model.types import Type, type_of
from skillhall.notifications.queries.still import still_true
from skillhall.notifications.store import addresses, digests, push
from skillhall.notifications.store import deliveries as store
from skillhall.notifications.store.notices import find_notices
from skillhall.notifications.store.preferences import find_settings
from skillhall.notifications.tasks import SendDigest, SendNotice


class Parcel(Struct, frozen=True, kw_only=True):
    """One message on its way out; `key` is its id, whenever it is tried again. Only what its channel needs is there."""

    key: UUID
    address: str = ""
    mail: Mailed | None = None
    push: Pushed | None = None
    devices: tuple[PushSubscription, ...] = ()
    text: str = ""


async def plan_deliveries(tx: Tx, rows: Sequence[NoticeRow], settings: Mapping[UUID, Settings]) -> None:
    """Plan by which channels these notices leave, and when. Their inboxes are locked; rows are in the order of accounts."""
    with_push = await push.accounts_with_push(tx, list({row.account_id for row in rows}))
    planned: list[store.Planned] = []
    waiting: list[tuple[NoticeRow, Outward, digests.Slot]] = []
    for row in rows:
        chosen, kind = settings[row.account_id], type_of(row.type)
        for channel in OUTWARD:
            choice = chosen.wants(kind, channel, row.priority) if row.channels is None or channel in row.channels else None
            if choice is None or (channel == "push" and row.account_id not in with_push):
                continue
            if choice == "digest" and (slot := slot_of(tx.now, chosen, channel)) is not None:
                waiting.append((row, channel, slot))
                continue
            at = due_by(tx.now, chosen, channel, kind, row.priority)
            planned.append(store.Planned(id=ids.new(), notice_id=row.id, account_id=row.account_id, channel=channel, due_at=at))
    planned += await _join(tx, waiting, settings)
    if planned:
        new = await store.insert_planned(tx, planned)
        for one in planned:
            if one.id in new and one.digest_id is None:
                tx.enqueue(SendNotice(delivery_id=one.id), at=one.due_at if one.due_at > tx.now else None)


async def begin(tx: Tx, delivery_id: UUID) -> Parcel | None:
    """Return what to send now, its attempt counted; nothing when there is nothing to send (any more), which is written down."""
    found = await store.lock_delivery(tx, delivery_id)
    if found is None or found.state != "pending" or (found.retry_at is not None and found.retry_at > tx.wall):
        return None
    if found.attempts >= MOST_ATTEMPTS:
        await store.end(tx, found.id, "failed", "unheard")
        return None
    (notice,) = await find_notices(tx, [found.notice_id])
    chosen = (await find_settings(tx, [found.account_id])).get(found.account_id)
    person = (await people(tx, [found.account_id])).get(found.account_id)
    why = await obstacle(tx, notice, found.channel, chosen, person)
    if why is not None or chosen is None or person is None:
        await store.end(tx, found.id, *(why or ("cancelled", "account")))
        return None
    if (at := due_by(tx.now, chosen, found.channel, type_of(notice.type), notice.priority)) > tx.now:
        await store.postpone(tx, found.id, at)
        tx.enqueue(SendNotice(delivery_id=found.id), at=at)
        return None
    parcel = await _packed(tx, found, notice, chosen, person)
    if isinstance(parcel, str):
        await store.end(tx, found.id, "suppressed", parcel)
        return None
    hashed = addresses.address_hash(tx.house.config.secret, parcel.address) if parcel.mail else None
    await store.begin(tx, found.id, tx.wall + UNHEARD, hashed)
    return parcel


async def settle(tx: Tx, delivery_id: UUID, outcome: Outcome) -> None:
    """Write how the attempt ended; what may still work is tried again, three times in all."""
    found = await store.lock_delivery(tx, delivery_id)
    if found is None or found.state != "pending":
        return
    state, retry_at = verdict(outcome, found.attempts, tx.wall)
    if state == "failed" and (found.reached or outcome.reached):
        state = "sent"  # one of several browsers has it
    await store.end(tx, found.id, state, outcome.reason, retry_at, outcome.reached)
    if outcome.is_bounce and (hashed := await store.find_address(tx, found.id)) is not None:
        await addresses.note_bounce(tx, hashed, hard=outcome.is_hard)
    if outcome.gone:
        await push.drop_these(tx, outcome.gone)


async def mail_address(tx: Tx, person: Person, *, always: bool) -> str | None:
    """Return where a person's mail goes; empty for an address that has bounced for good, nothing for one that is not proven.

    Whoever registers with another's address must not fill their mailbox: before the proof only security and account `always` go.
    """
    email = person.email if always else person.mail_address
    if not email:
        return None
    return email if await addresses.is_usable(tx, addresses.address_hash(tx.house.config.secret, email)) else ""


def is_reached(person: Person | None, kind: Type) -> bool:
    """Return whether notices of this kind go to this person at all: who is not active is told what concerns security or the account."""
    return person is not None and person.email is not None and (person.is_active or kind.is_for_anybody)


async def obstacle(tx: Tx, notice: NoticeRow, channel: Outward, chosen: Settings | None, person: Person | None) -> tuple[str, str] | None:
    """Return the state and the reason for which a notice is not sent after all, or nothing."""
    kind = type_of(notice.type)
    if chosen is None or not is_reached(person, kind):
        return "cancelled", "account"
    if not notice.is_live:
        reason = "read" if notice.read_at else "deleted" if notice.is_deleted else notice.state
        return "cancelled", reason
    if notice.expires_at <= tx.now:
        return "cancelled", "expired"
    if chosen.wants(kind, channel, notice.priority) is None:
        return "suppressed", "preference"
    if not await still_true(tx, notice):
        return "cancelled", "no_longer_true"
    return None


async def _packed(tx: Tx, found: Delivery, notice: NoticeRow, chosen: Settings, person: Person) -> Parcel | str:
    """Return the message, or why nobody could get it."""
    config = tx.house.config
    if found.channel == "email":
        address = await mail_address(tx, person, always=type_of(notice.type).is_for_anybody)
        if not address:
            return "address_unproven" if address is None else "address_bounced"
        return Parcel(key=found.id, address=address, mail=notice_mail(config, notice, found.id, person.display_name))
    if found.channel == "sms":
        if not config.sms_url and not config.is_sandbox:
            return "not_configured"
        return Parcel(key=found.id, address=chosen.sms_number or "", text=notice_text(config, notice))
    devices = [device for device in await push.subscriptions(tx, found.account_id) if device.id not in found.reached]
    if not devices:
        return "no_device"
    return Parcel(key=found.id, push=notice_push(config, notice, found.id, tx.now), devices=tuple(devices))


async def _join(
    tx: Tx, waiting: Sequence[tuple[NoticeRow, Outward, digests.Slot]], settings: Mapping[UUID, Settings]
) -> list[store.Planned]:
    """Put these into their digests. One that leaves at this very moment is missed: they go with the next."""
    planned: list[store.Planned] = []
    left = list(waiting)
    while left:
        slots = {(slot.account_id, slot.channel, slot.due_at): slot for *_, slot in left}
        joined = await digests.join(tx, list(slots.values()))
        for digest_id, is_new, due_at in ((*pair, key[2]) for key, pair in joined.items()):
            if is_new:
                tx.enqueue(SendDigest(digest_id=digest_id), at=due_at, key=str(digest_id))
        missed: list[tuple[NoticeRow, Outward, digests.Slot]] = []
        for row, channel, slot in left:
            pair = joined.get((slot.account_id, slot.channel, slot.due_at))
            if pair is None:
                if (later := slot_of(slot.due_at, settings[row.account_id], channel)) is not None:
                    missed.append((row, channel, later))
                continue
            planned.append(
                store.Planned(
                    id=ids.new(), notice_id=row.id, account_id=row.account_id, channel=channel, due_at=slot.due_at, digest_id=pair[0]
                )
            )  # fmt: skip
        left = missed
    return planned


def slot_of(after: datetime, chosen: Settings, channel: Outward) -> digests.Slot | None:
    """Return the next time something collected goes by this channel; what would go in quiet hours goes at their end."""
    period = chosen.frequency(channel)
    if period == "immediate":
        return None
    at = next_digest(after, period, chosen.digest_at, chosen.digest_weekday, chosen.zone)
    return digests.Slot(account_id=chosen.account_id, channel=channel, period=period, due_at=due(at, chosen, chosen.zone))
