"""What somebody was told, for the tests of whatever they are told about."""

from typing import Any

from skillhall.kernel.actor import Actor
from skillhall.notifications.queries.still import STILL
from skillhall.notifications.store.notices import find_notices
from tests.support.hall import TestHall

TOLD = "SELECT * FROM notifications.notice WHERE account_id = $1 ORDER BY sequence"


async def notices(hall: TestHall, who: Actor) -> list[Any]:
    """Return the notices of somebody, the first one first, when everything that is due has run."""
    await hall.drain()
    return await hall.pool.fetch(TOLD, who.account_id)


async def told(hall: TestHall, who: Actor) -> list[str]:
    """Return what somebody was told, by types, the first one first."""
    return [row["type"] for row in await notices(hall, who)]


async def still(hall: TestHall, who: Actor, *types: str) -> list[bool]:
    """Return whether the last notice of each of these types is still so."""
    read = await hall.read()
    last = {row["type"]: row["id"] for row in await notices(hall, who)}
    return [await STILL[one.type](read, one) for type_ in types for one in await find_notices(read, [last[type_]])]
