"""One notice on its way through one channel: the states it can be in, when it is tried again, what a link in it is worth. Pure."""

from datetime import datetime, timedelta
from typing import Final, Literal, get_args
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.refusals import NotFound
from skillhall.kernel.tokens import derive, is_derived

Outward = Literal["email", "push", "sms"]
"""The channels that leave the hall; in_app is the notice itself."""
OUTWARD: Final[tuple[Outward, ...]] = get_args(Outward)
DeliveryState = Literal[
    "pending", "waiting_digest", "sent", "delivered", "opened", "clicked", "bounced", "failed", "suppressed", "cancelled"
]
MOST_ATTEMPTS: Final = 3
PAUSES: Final = (timedelta(minutes=2), timedelta(minutes=20))
"""Wall time after the first and the second failure; a greylisting server wants more than a minute."""
UNHEARD: Final = timedelta(minutes=5)
"""After so long an attempt nobody has reported of is taken for lost with its worker, and made again."""
CALL_SECONDS: Final = 60.0
SOFT_LIMIT: Final = 5
SOFT_DAYS: Final = 7
Use = Literal["opened", "clicked", "unsubscribe"]
ID_LENGTH: Final = 32
TOKEN_PARTS: Final = 3


class LinkNotValid(NotFound):
    """A link out of a message that this hall has not made, or whose message is gone."""

    code = "notifications.link_not_valid"
    message = "This link is not valid, or what it belongs to is gone."


class Delivery(Struct, frozen=True, kw_only=True):
    """A row of `notifications.delivery`. `due_at` is business time, `retry_at` wall time."""

    id: UUID
    notice_id: UUID
    account_id: UUID
    channel: Outward
    state: DeliveryState
    reason: str | None
    attempts: int
    digest_id: UUID | None
    due_at: datetime
    retry_at: datetime | None
    reached: list[UUID]


class Outcome(Struct, frozen=True, kw_only=True):
    """How an attempt ended. `reached` and `gone` are push subscriptions; `may_try` says that another attempt may do better."""

    is_sent: bool
    reason: str | None = None
    may_try: bool = True
    is_bounce: bool = False
    is_hard: bool = False
    reached: tuple[UUID, ...] = ()
    gone: tuple[UUID, ...] = ()


SENT: Final = Outcome(is_sent=True)


def verdict(outcome: Outcome, attempts: int, wall: datetime) -> tuple[Literal["sent", "bounced", "failed", "pending"], datetime | None]:
    """Return the state after an attempt, and when (wall time) to try again if it is still pending."""
    if outcome.is_sent:
        return "sent", None
    if outcome.is_bounce:
        return "bounced", None
    if not outcome.may_try or attempts >= MOST_ATTEMPTS:
        return "failed", None
    return "pending", wall + PAUSES[attempts - 1]


def is_hard(code: int, text: str) -> bool:
    """Return whether a server's 5xx means that the address is no good: not that it is full, or that it dislikes us.

    An extended code (RFC 3463) decides where there is one: 5.1 and 5.4 speak of the address, 5.2.1 of a closed mailbox, 5.0 of nothing.
    """
    first = text.split(maxsplit=1)[0] if text.split() else ""
    klass, _, rest = first.partition(".")
    if klass in {"4", "5"} and rest.replace(".", "").isdigit() and rest.count(".") == 1:
        return klass == "5" and (rest.startswith(("0.", "1.", "4.")) or rest == "2.1")
    return code in {550, 551, 553, 521, 556}


def is_unusable(kind: str, count: int, bounced_at: datetime, wall: datetime) -> bool:
    """Return whether an address is not written to now: it is wrong, or has bounced too often lately."""
    return kind == "hard" or (count >= SOFT_LIMIT and wall - bounced_at < timedelta(days=SOFT_DAYS))


def link_token(secret: str, use: Use, target: UUID, scope: str = "") -> str:
    """Return what stands in a link: only this hall can have made it. `target`: a delivery, a digest, an account; `scope`: of what kind."""
    return f"{target.hex}.{derive(secret, _text(use, target, scope))}.{scope}"


def read_token(secret: str, use: Use, token: str) -> tuple[UUID, str]:
    """Return target and scope of a link, or refuse."""
    parts = token.split(".", TOKEN_PARTS - 1)
    try:
        hexed, mac, scope = parts
        target = UUID(hex=hexed)
    except ValueError:
        raise LinkNotValid from None
    if len(hexed) != ID_LENGTH or not is_derived(secret, _text(use, target, scope), mac):
        raise LinkNotValid
    return target, scope


def _text(use: Use, target: UUID, scope: str) -> str:
    return f"notifications:{use}:{target.hex}:{scope}"
