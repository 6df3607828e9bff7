"""Sending, off every transaction: look again, call, write down what came of it. And what time and others' news change.

What came of a call is written whether or not the lease still stands: it has happened, and a row that is settled is left alone.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from skillhall.identity.events import AccountChanged, AddressVerified, LoginRevoked, LoginStarted
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.module import OutsideJob, Reaction, Schedule
from skillhall.kernel.work.outside import Outside
from skillhall.notifications.commands.deliver import Parcel, begin, settle
from skillhall.notifications.commands.digest import begin_digest, plan_anew, settle_digest
from skillhall.notifications.model.compose import Pushed
from skillhall.notifications.model.delivery import SENT, Outcome
from skillhall.notifications.model.push import PushSubscription
from skillhall.notifications.outside import mail
from skillhall.notifications.outside.push import PushAnswer, Pushes
from skillhall.notifications.outside.sms import SmsFailedError, Texts
from skillhall.notifications.store import addresses, deliveries, digests, push
from skillhall.notifications.tasks import SendDigest, SendNotice

MOST: Final = 500
RETRY_SECONDS: Final = 15
DAY_SECONDS: Final = 86_400
KEPT: Final = timedelta(days=90)
TIDIED: Final = 10_000


async def send_notice(task: SendNotice, out: Outside) -> None:
    """Send one notice by one channel."""
    parcel = await out.run(lambda tx: begin(tx, task.delivery_id))
    if parcel is not None:
        outcome = await _send(parcel, out)
        await out.run(lambda tx: settle(tx, task.delivery_id, outcome))


async def send_digest(task: SendDigest, out: Outside) -> None:
    """Send what was collected."""
    parcel = await out.run(lambda tx: begin_digest(tx, task.digest_id))
    if parcel is not None:
        outcome = await _send(parcel, out)
        await out.run(lambda tx: settle_digest(tx, task.digest_id, outcome))


async def retry_sends(tx: Tx) -> None:
    """Try again what failed, and what nobody has reported of, when its pause (wall time) is over."""
    for delivery_id in await deliveries.unheard(tx, tx.wall, MOST):
        tx.enqueue(SendNotice(delivery_id=delivery_id), key=str(delivery_id))
    for digest_id in await digests.unheard(tx, tx.wall, MOST):
        tx.enqueue(SendDigest(digest_id=digest_id), key=str(digest_id))


async def tidy(tx: Tx) -> None:
    """End push subscriptions whose browser has set a date, forget old bounces, and drop digests of which nothing is left."""
    await push.expire(tx)
    await addresses.forget_old(tx)
    await digests.forget_old(tx, tx.now - KEPT, TIDIED)


async def trust_again(event: AddressVerified | LoginStarted, tx: Tx) -> None:
    """Write to an address again that bounced: its owner has just read a mail there."""
    if isinstance(event, AddressVerified) or event.method == "code":
        await addresses.forgive(tx, event.account_id)


async def follow_zone(event: AccountChanged, tx: Tx) -> None:
    """Let what waits go by the clock of where its reader is now."""
    await plan_anew(tx, event.account_id)


async def silence_device(event: LoginRevoked, tx: Tx) -> None:
    """Push nothing more to a browser that has been signed out."""
    await push.drop_of_login(tx, event.login_id)


async def _send(parcel: Parcel, out: Outside) -> Outcome:
    if parcel.mail is not None:
        return await mail.post(out.mail, parcel.address, parcel.mail, str(parcel.key))
    if parcel.push is not None:
        (pushes,) = out.house.ports[Pushes]
        return await _push(pushes, parcel.push, parcel.devices)
    (texts,) = out.house.ports[Texts]
    try:
        await texts.send(parcel.address, parcel.text)
    except SmsFailedError as error:
        return Outcome(is_sent=False, reason=type(error).__name__)
    return SENT


async def _push(pushes: Pushes, pushed: Pushed, devices: Sequence[PushSubscription]) -> Outcome:
    """Push to all browsers of one person at once. One that has it is not asked again when another is busy."""
    answers: list[PushAnswer] = await asyncio.gather(*(pushes.send(device, pushed) for device in devices))
    told = list(zip(devices, answers, strict=True))
    failed = [answer for answer in answers if answer.kind != "taken"]
    is_busy = any(answer.kind == "busy" for answer in answers)
    return Outcome(
        is_sent=len(failed) < len(answers) and not is_busy,
        reason=failed[0].reason if failed else None,
        may_try=is_busy,
        reached=tuple(device.id for device, answer in told if answer.kind == "taken"),
        gone=tuple(device.id for device, answer in told if answer.kind == "gone"),
    )


JOBS: Final = (OutsideJob(task=SendNotice, run=send_notice), OutsideJob(task=SendDigest, run=send_digest))
REACTIONS: Final = (
    Reaction(name="notifications.trust_verified_address", event=AddressVerified, run=trust_again),
    Reaction(name="notifications.trust_address_of_code", event=LoginStarted, run=trust_again),
    Reaction(name="notifications.follow_zone", event=AccountChanged, run=follow_zone),
    Reaction(name="notifications.silence_device", event=LoginRevoked, run=silence_device),
)
SCHEDULES: Final = (
    Schedule(name="notifications.retry_sends", every_seconds=RETRY_SECONDS, run=retry_sends),
    Schedule(name="notifications.tidy", every_seconds=DAY_SECONDS, run=tidy),
)
PARTIES: Final = (Pushes, Texts)
