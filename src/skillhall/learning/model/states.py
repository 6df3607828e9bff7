"""The states of sessions and seats, and every other word that clients use for them."""

from enum import StrEnum
from typing import Final


class SessionState(StrEnum):
    """Where a session stands; the arrows are in `lesson.py`."""

    REQUESTED = "requested"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW_HOST = "no_show_host"


class SeatState(StrEnum):
    """Where one learner's place stands. The first two are the waiting list; the third is kept for a while until money has come."""

    WAITING = "waiting"
    OFFERED = "offered"
    AWAITING_PAYMENT = "awaiting_payment"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    JOINED = "joined"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Settlement(StrEnum):
    """Where a seat's price is. A free seat stays at `none`."""

    NONE = "none"
    HELD = "held"
    FROZEN = "frozen"
    SETTLED = "settled"
    REFUNDED = "refunded"
    SPLIT = "split"


class ClosedAs(StrEnum):
    """Why a seat ended although its session went on."""

    LEFT = "left"
    BUSY = "busy"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    UNFILLED = "unfilled"
    UNPAID = "unpaid"
    RECLAIMED = "reclaimed"


class Kind(StrEnum):
    """One learner, or a group with seats."""

    ONE_ON_ONE = "one_on_one"
    GROUP = "group"


LIVE: Final = frozenset(
    {SessionState.REQUESTED, SessionState.SCHEDULED, SessionState.IN_PROGRESS, SessionState.PAUSED, SessionState.INTERRUPTED}
)
TAKEN: Final = frozenset({SeatState.REQUESTED, SeatState.CONFIRMED, SeatState.JOINED})
OCCUPIED: Final = TAKEN | {SeatState.ATTENDED, SeatState.NO_SHOW}
KEPT: Final = OCCUPIED | {SeatState.AWAITING_PAYMENT}
"""Seats that take their learner's time."""
IN_LINE: Final = frozenset({SeatState.WAITING, SeatState.OFFERED})
GONE: Final = frozenset({SeatState.CANCELLED, SeatState.EXPIRED})
OPEN: Final = frozenset({Settlement.HELD, Settlement.FROZEN})

LEGACY: Final[dict[str, str]] = {
    SessionState.REQUESTED: "PENDING",
    SessionState.SCHEDULED: "CONFIRMED",
    SessionState.IN_PROGRESS: "ongoing",
    SessionState.PAUSED: "ongoing",
    SessionState.INTERRUPTED: "technical_issue",
    SessionState.NO_SHOW_HOST: "NO_SHOW",
}
_ALIASES: Final[dict[str, SessionState]] = {
    "pending": SessionState.REQUESTED,
    "confirmed": SessionState.SCHEDULED,
    "ongoing": SessionState.IN_PROGRESS,
    "technical_issue": SessionState.INTERRUPTED,
    "canceled": SessionState.CANCELLED,
    "declined": SessionState.CANCELLED,
    "no_show": SessionState.NO_SHOW_HOST,
    "no_show_teacher": SessionState.NO_SHOW_HOST,
}


def session_state(word: str) -> SessionState | None:
    """Return the state a client means, in any letter case and with any source's word, or nothing."""
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    try:
        return SessionState(plain)
    except ValueError:
        return _ALIASES.get(plain)
