"""What people are told of their own accounts."""

from uuid import UUID

from skillhall.identity import events
from skillhall.identity.api import account, find_new_device
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.queries.still_people import ACCOUNT_STATES
from skillhall.notifications.reactions.telling import hears, yes_or_no

SETTINGS = "settings/security"


async def tell_welcome(event: events.AddressVerified, tx: Tx) -> None:
    """Greet who has proven their address: before that it may be somebody else's."""
    await _tell(tx, "identity.welcome", event.account_id, {}, path="profile", key="welcome")


async def tell_password(event: events.PasswordChanged, tx: Tx) -> None:
    """Say that the password is another one now."""
    await _tell(tx, event.name, event.account_id, {"at": tx.now}, path=SETTINGS)


async def tell_sign_in(event: events.LoginStarted, tx: Tx) -> None:
    """Say that somebody has signed in on a device the account has not been used on; nothing of the first device of all."""
    found = await find_new_device(tx, event.login_id)
    if found is None:
        return
    facts: dict[str, Fact] = {
        "at": found.created_at, "method": found.method,
        "device": found.device, "has_device": yes_or_no(found.device),
        "address": found.address, "has_address": yes_or_no(found.address),
    }  # fmt: skip
    await _tell(tx, "identity.new_sign_in", event.account_id, facts, path=SETTINGS)


async def tell_roles(event: events.RolesChanged, tx: Tx) -> None:
    """Say which staff roles the account holds from now on."""
    facts: dict[str, Fact] = {"roles": ", ".join(event.roles), "count": len(event.roles)}
    await _tell(tx, event.name, event.account_id, facts)


async def tell_state(
    event: events.AccountSuspended | events.AccountBanned | events.AccountRestored | events.AccountClosing, tx: Tx
) -> None:
    """Say what has become of the account, and why; nothing when it has become something else meanwhile."""
    now = await account(tx, event.account_id)
    if now.state not in ACCOUNT_STATES[event.name]:
        return
    facts: dict[str, Fact] = {
        "reason": "given" if now.state_reason else "none", "reason_text": now.state_reason or "",
        "until": "given" if now.suspended_until else "open", "ends_at": now.suspended_until or tx.now,
        "erase_at": now.erase_at or tx.now,
    }  # fmt: skip
    await _tell(tx, event.name, event.account_id, facts)


async def _tell(tx: Tx, code: str, account_id: UUID, facts: dict[str, Fact], path: str = "", key: str = "") -> None:
    given: dict[str, Fact] = {"community": tx.house.config.community_name, **facts}
    notice = Notice(account_id=account_id, type=code, about=Subject("account", account_id), facts=given, path=path, why="account", key=key)
    await notify(tx, notice)


REACTIONS = (
    *hears(tell_welcome, events.AddressVerified),
    *hears(tell_password, events.PasswordChanged),
    *hears(tell_sign_in, events.LoginStarted),
    *hears(tell_roles, events.RolesChanged),
    *hears(tell_state, events.AccountSuspended, events.AccountBanned, events.AccountRestored, events.AccountClosing),
)
