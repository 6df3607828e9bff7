"""The movable clock over HTTP: sandbox mode and staff only."""

from datetime import datetime, timedelta
from typing import Annotated, Protocol

from msgspec import Meta

from skillhall.kernel.http import Call, post
from skillhall.kernel.shapes import Body, Instant, View, instant


class ClockMover(Protocol):
    """Moves business time, working off everything that becomes due on the way."""

    async def advance(self, by: timedelta) -> datetime:
        """Return the new business time."""
        ...


class AdvanceClock(Body, frozen=True, kw_only=True):
    """How far to move business time, forward only."""

    minutes: Annotated[int, Meta(ge=1, le=527_040)]


class ClockView(View, frozen=True, kw_only=True):
    """Business time."""

    now: Instant


@post("/sandbox/clock", prefix=False, sandbox=True, permission="settings.write", example={"minutes": 2880})
async def advance_clock(call: Call, data: AdvanceClock) -> ClockView:
    """Move business time forward.

    Steps to everything that becomes due on the way, so that a reminder comes before its no-show.
    """
    return ClockView(now=instant(await call.read.port(ClockMover).advance(timedelta(minutes=data.minutes))))
