"""Enter the room, and leave it."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning.commands.record import record
from skillhall.learning.model import meeting
from skillhall.learning.outside.jitsi import room_of
from skillhall.learning.queries.session import display_name, session_view
from skillhall.learning.queries.views import JoinedView, RoomView, SessionView
from skillhall.learning.store import attendance, lessons


async def join(tx: Tx, by: Actor, session_id: UUID) -> JoinedView:
    """Note who came and open the room to them; the room's address is told nowhere else."""
    before = await lessons.lock_lesson(tx, session_id)
    after = meeting.joined(before, by.account_id, tx.now)
    await record(tx, before, after)
    await attendance.enter(tx, session_id, by.account_id, tx.now)
    is_host = after.is_host(by.account_id)
    room = room_of(tx.house.config, after.session, await display_name(tx, by), tx.wall, is_host=is_host)
    view = RoomView(join_url=room.join_url, password=None, token=room.token)
    return JoinedView(room=view, session=await session_view(tx, session_id, by))


async def leave(tx: Tx, by: Actor, session_id: UUID) -> SessionView:
    """Note that somebody has left the room; they may come back."""
    lesson = await lessons.lock_lesson(tx, session_id)
    lesson.is_host(by.account_id)
    await attendance.leave(tx, session_id, by.account_id, tx.now)
    return await session_view(tx, session_id, by)
