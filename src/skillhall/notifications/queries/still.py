"""Whether what a notice tells is still so, asked again before it is shown late or sent."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from skillhall.kernel.db.tx import Read
from skillhall.notifications.model.notice import NoticeRow
from skillhall.notifications.queries import still_people, still_work

STILL: Final[Mapping[str, Callable[[Read, NoticeRow], Awaitable[bool]]]] = {**still_people.STILL, **still_work.STILL}


async def still_true(read: Read, notice: NoticeRow) -> bool:
    """Return whether a notice still tells the truth; of a type nobody asks about it does."""
    if notice.subject_kind == "preview":
        return True  # its reader has asked for these words
    asks = STILL.get(notice.type)
    return True if asks is None else await asks(read, notice)
