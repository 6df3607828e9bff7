"""Work that notifications puts aside: ids alone."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Task


class SendNotice(Task, frozen=True, kw_only=True):
    """Send one notice by one channel, if it is still to be sent."""

    name: ClassVar[str] = "notifications.send_notice"
    delivery_id: UUID


class ForgetOld(Task, frozen=True, kw_only=True):
    """Go on dropping notices that ended long ago: there were more than one transaction takes."""

    name: ClassVar[str] = "notifications.forget_more"


class SendDigest(Task, frozen=True, kw_only=True):
    """Send what was collected, if there is still something to say."""

    name: ClassVar[str] = "notifications.send_digest"
    digest_id: UUID
