"""Whether what people were told of accounts, lessons, messages and each other is still so when a channel is about to send it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

from skillhall.connections.api import find_state as find_connection_state
from skillhall.connections.api import followed_among
from skillhall.identity.api import account, is_blocked
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import instant
from skillhall.learning.api import Telling, find_seat_state, telling
from skillhall.messaging.api import find_facts, standing_of
from skillhall.notifications.model.notice import NoticeRow
from skillhall.reviews.api import find_state as find_review_state

Still = Callable[[Read, NoticeRow], Awaitable[bool]]
ACCOUNT_STATES: Final[Mapping[str, frozenset[str]]] = {
    "identity.account_suspended": frozenset({"suspended"}),
    "identity.account_banned": frozenset({"banned"}),
    "identity.account_restored": frozenset({"active", "pending_verification"}),
    "identity.account_closing": frozenset({"closing"}),
}
SEATED: Final = frozenset({"requested", "confirmed", "joined"})
BEGUN: Final = frozenset({"in_progress", "paused"})


async def is_account_so(read: Read, notice: NoticeRow) -> bool:
    """Return whether the account is still what its owner was told it is."""
    return (await account(read, notice.account_id)).state in ACCOUNT_STATES[notice.type]


async def is_asked(read: Read, notice: NoticeRow) -> bool:
    """Return whether the request to connect waits for an answer."""
    return await find_connection_state(read, notice.subject_id) == "pending"


async def is_connected(read: Read, notice: NoticeRow) -> bool:
    """Return whether the two are still connected."""
    return await find_connection_state(read, notice.subject_id) == "accepted"


async def is_followed(read: Read, notice: NoticeRow) -> bool:
    """Return whether the follower still follows."""
    follower = UUID(str(notice.data["profileId"]))
    return notice.subject_id in await followed_among(read, follower, [notice.subject_id])


async def is_unread(read: Read, notice: NoticeRow) -> bool:
    """Return whether another's message waits for the reader, in a conversation they are in and have not muted; of nobody blocked."""
    if await find_facts(read, notice.subject_id) is None:
        return False
    if notice.actor_id is not None and await is_blocked(read, notice.actor_id, notice.account_id):
        return False
    standing = (await standing_of(read, notice.subject_id, [notice.account_id])).get(notice.account_id)
    return standing is not None and standing.first_unread is not None and not (standing.has_left or standing.is_muted)


async def is_requested(read: Read, notice: NoticeRow) -> bool:
    """Return whether the lesson asked for waits for its answer."""
    about = await telling(read, notice.subject_id)
    return about.state == "requested" and _is_then(about, notice)


async def is_scheduled(read: Read, notice: NoticeRow) -> bool:
    """Return whether the lesson will be held at the time the reader was told."""
    about = await telling(read, notice.subject_id)
    return about.state == "scheduled" and _is_then(about, notice)


async def is_near(read: Read, notice: NoticeRow) -> bool:
    """Return whether the lesson is still to come, at the same time, and with this reader in it."""
    about = await telling(read, notice.subject_id)
    if about.state != "scheduled" or not _is_then(about, notice) or read.now >= about.starts_at:
        return False
    return about.host_id == notice.account_id or await find_seat_state(read, notice.subject_id, notice.account_id) in SEATED


async def is_proposed(read: Read, notice: NoticeRow) -> bool:
    """Return whether this proposal waits for its answer."""
    about = await telling(read, notice.subject_id)
    return about.proposed_starts_at is not None and instant(about.proposed_starts_at) == notice.data.get("proposedStartsAt")


async def is_begun(read: Read, notice: NoticeRow) -> bool:
    """Return whether the lesson goes on."""
    return (await telling(read, notice.subject_id)).state in BEGUN


async def is_interrupted(read: Read, notice: NoticeRow) -> bool:
    """Return whether the lesson is still broken off."""
    return (await telling(read, notice.subject_id)).state == "interrupted"


async def is_seated(read: Read, notice: NoticeRow) -> bool:
    """Return whether the reader has the seat, in a lesson that is still to come."""
    if (await telling(read, notice.subject_id)).state != "scheduled":
        return False
    return await find_seat_state(read, notice.subject_id, notice.account_id) in SEATED


async def is_offered(read: Read, notice: NoticeRow) -> bool:
    """Return whether the seat is still kept for the reader."""
    return await find_seat_state(read, notice.subject_id, notice.account_id) == "offered"


async def is_waiting(read: Read, notice: NoticeRow) -> bool:
    """Return whether the review waits for the reader's own."""
    return await find_review_state(read, notice.subject_id) == "waiting"


async def is_published(read: Read, notice: NoticeRow) -> bool:
    """Return whether everybody can read the review."""
    return await find_review_state(read, notice.subject_id) == "published"


def _is_then(about: Telling, notice: NoticeRow) -> bool:
    return instant(about.starts_at) == notice.data.get("startsAt")


STILL: Final[Mapping[str, Still]] = {
    **dict.fromkeys(ACCOUNT_STATES, is_account_so),
    "connections.requested": is_asked,
    "connections.accepted": is_connected,
    "connections.followed": is_followed,
    "messaging.message_received": is_unread,
    "learning.session_requested": is_requested,
    "learning.session_scheduled": is_scheduled,
    "learning.session_rescheduled": is_scheduled,
    "learning.reschedule_proposed": is_proposed,
    "learning.reschedule_declined": is_scheduled,
    "learning.reminder_due": is_near,
    "learning.session_started": is_begun,
    "learning.session_interrupted": is_interrupted,
    "learning.seat_taken": is_seated,
    "learning.seat_promoted": is_seated,
    "learning.seat_offered": is_offered,
    "reviews.written": is_waiting,
    "reviews.revealed": is_published,
    "reviews.answered": is_published,
}
