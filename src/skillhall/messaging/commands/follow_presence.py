"""Who is here: devices come, stay and leave; people who share a conversation hear when somebody's first one comes or last one goes."""

from collections.abc import Mapping
from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.messaging.store import presence as store


class PresentDevices:
    """Fills the kernel's `Devices`."""

    async def came(self, tx: Tx, actor: Actor, device_id: UUID) -> None:
        """Note a device that has connected; with the first one its account is here."""
        await _note(tx, {device_id: actor.account_id})

    async def stayed(self, tx: Tx, devices: Mapping[UUID, UUID]) -> None:
        """Note that these devices (device → account) are still connected; an account we had lost is here again."""
        if devices:
            await _note(tx, devices)

    async def left(self, tx: Tx, actor: Actor, device_id: UUID) -> None:
        """Forget a device that has gone; with the last one its account is away. Told twice, it is away once."""
        await store.lock_devices(tx, [actor.account_id])
        if await store.remove_device(tx, device_id, actor.account_id) and not await store.present_among(tx, [actor.account_id], tx.wall):
            await _tell(tx, actor.account_id, is_online=False)


async def forget_silent_devices(tx: Tx) -> None:
    """Forget devices whose process died without a word (a schedule, wall time)."""
    for account_id in await store.forget_silent(tx, tx.wall):
        await _tell(tx, account_id, is_online=False)


async def _note(tx: Tx, devices: Mapping[UUID, UUID]) -> None:
    accounts = sorted(set(devices.values()))
    await store.lock_devices(tx, accounts)
    here = await store.present_among(tx, accounts, tx.wall)
    await store.lock_and_keep(tx, devices, tx.wall)
    for account_id in accounts:
        if account_id not in here:
            await _tell(tx, account_id, is_online=True)


async def _tell(tx: Tx, account_id: UUID, *, is_online: bool) -> None:
    for other in await store.watching(tx, account_id, tx.wall):
        tx.hint(f"user:{other}", "presence", account_id=account_id, is_online=int(is_online))
