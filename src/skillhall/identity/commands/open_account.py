"""Open an account with its first profile, and prove its address."""

from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from skillhall.identity.events import AccountRegistered, AddressVerified, LoginRevoked
from skillhall.identity.model.account import ABILITIES, ROLE_ALIASES, Account, name_of, normalized
from skillhall.identity.model.refusals import EmailTaken
from skillhall.identity.ports import Faces, Verified
from skillhall.identity.store import accounts, logins
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Subject


class Opening(Struct, frozen=True, kw_only=True):
    """What a new account begins with. `origin`: code, register, google, github."""

    email: str
    origin: str
    password_hash: str | None = None
    first_name: str = ""
    last_name: str = ""
    display_name: str = ""
    abilities: tuple[str, ...] = ("learner",)
    timezone: str | None = None
    locale: str = "en"


async def open_account(tx: Tx, opening: Opening) -> Account:
    """Write a pending account and its first profile, and say so; refuse a known address."""
    email = normalized(opening.email)
    account = Account(
        id=ids.new(),
        email=email,
        email_verified=False,
        first_name=opening.first_name,
        last_name=opening.last_name,
        display_name=opening.display_name or name_of(email, opening.first_name, opening.last_name),
        timezone=opening.timezone or tx.house.config.community_timezone,
        locale=opening.locale,
        state="pending_verification",
        state_reason=None,
        suspended_until=None,
        erase_at=None,
        erased_at=None,
        roles=[],
        abilities=[ability for ability in ABILITIES if ability in opening.abilities],
        origin=opening.origin,
        created_at=tx.now,
    )
    if not await accounts.insert_account(tx, account, opening.password_hash):
        raise EmailTaken
    await tx.port(Faces).open_first(tx, account, opening.origin)
    tx.publish(AccountRegistered(account_id=account.id, origin=opening.origin))
    tx.audit("identity.account_opened", Subject("account", account.id), after={"origin": opening.origin})
    return account


async def prove_address(tx: Tx, account: Account) -> Account:
    """Note that a pending account's address is its owner's. What acts on that (the sign-up grant) comes last: call `tell_verified`."""
    await accounts.set_verified(tx, account.id)
    tx.publish(AddressVerified(account_id=account.id))
    tx.audit("identity.address_verified", Subject("account", account.id))
    state = "active" if account.state == "pending_verification" else account.state
    return msgspec.structs.replace(account, email_verified=True, state=state)


async def drop_unproven_access(tx: Tx, account: Account) -> None:
    """Take away the password, the API keys and the logins made before anyone proved the address: a stranger may have registered it.

    The logins are locked.
    """
    await accounts.set_password(tx, account.id, None)
    await logins.revoke_keys(tx, account.id)
    for login_id in await logins.end_logins(tx, account.id, "address_proven"):
        tx.publish(LoginRevoked(account_id=account.id, login_id=login_id, why="address_proven"))


async def tell_verified(tx: Tx, account: Account) -> None:
    """Let the contexts above act on the proof, after everything of identity."""
    for port in tx.ports(Verified):
        await port.verified(tx, account.id, account.origin)


def abilities_of(words: list[str]) -> tuple[str, ...]:
    """Return the abilities that a source's role words mean; refuse unknown ones, staff roles among them. None given: learner."""
    wrong = [word for word in words if word.strip().lower() not in ROLE_ALIASES]
    if wrong:
        known = ", ".join(sorted(ROLE_ALIASES))
        raise Invalid(*(FieldError("role", "body", "not_an_option", f"{word!r} is none of {known}.") for word in wrong))
    return tuple(ROLE_ALIASES[word.strip().lower()] for word in words) or ("learner",)


def check_zone(zone: str | None) -> None:
    """Refuse what is no IANA zone."""
    if zone is None:
        return
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(FieldError("timezone", "body", "not_a_zone", f"{zone!r} is no IANA time zone, like Europe/Berlin.")) from error
