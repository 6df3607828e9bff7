"""What identity says: ids alone; who that is, its readers ask for."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event

ACCOUNT = ("account", "account_id")


class AccountRegistered(Event, frozen=True, kw_only=True):
    """Somebody new has an account, verified or not. `origin` is how: register, code, google, github, import, demo."""

    name: ClassVar[str] = "identity.account_registered"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    public: ClassVar[bool] = True
    account_id: UUID
    origin: str


class AddressVerified(Event, frozen=True, kw_only=True):
    """The account has proven that its e-mail address is its own, for the first time."""

    name: ClassVar[str] = "identity.address_verified"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    public: ClassVar[bool] = True
    account_id: UUID


class AccountSuspended(Event, frozen=True, kw_only=True):
    """Staff has suspended the account: it binds itself to nothing new, and what it promised must be undone."""

    name: ClassVar[str] = "identity.account_suspended"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    public: ClassVar[bool] = True
    account_id: UUID


class AccountRestored(Event, frozen=True, kw_only=True):
    """The suspension or ban has ended, by staff or by its date."""

    name: ClassVar[str] = "identity.account_restored"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    public: ClassVar[bool] = True
    account_id: UUID


class AccountBanned(Event, frozen=True, kw_only=True):
    """Staff has banned the account for good."""

    name: ClassVar[str] = "identity.account_banned"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    public: ClassVar[bool] = True
    account_id: UUID


class AccountClosing(Event, frozen=True, kw_only=True):
    """The person has closed the account and may return for some days."""

    name: ClassVar[str] = "identity.account_closing"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    public: ClassVar[bool] = True
    account_id: UUID


class AccountReturned(Event, frozen=True, kw_only=True):
    """The person has signed in again before the closing was final."""

    name: ClassVar[str] = "identity.account_returned"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    public: ClassVar[bool] = True
    account_id: UUID


class AccountErased(Event, frozen=True, kw_only=True):
    """Everything personal of the account is gone from every context."""

    name: ClassVar[str] = "identity.account_erased"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    public: ClassVar[bool] = True
    account_id: UUID


class AccountChanged(Event, frozen=True, kw_only=True):
    """Name, zone, locale or abilities have changed."""

    name: ClassVar[str] = "identity.account_changed"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    account_id: UUID


class RolesChanged(Event, frozen=True, kw_only=True):
    """A staff role was given or taken."""

    name: ClassVar[str] = "identity.roles_changed"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    account_id: UUID
    roles: list[str]


class PasswordChanged(Event, frozen=True, kw_only=True):
    """The password is another one now, by change or by reset."""

    name: ClassVar[str] = "identity.password_changed"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    account_id: UUID


class LoginStarted(Event, frozen=True, kw_only=True):
    """The account has signed in on a device."""

    name: ClassVar[str] = "identity.login_started"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    account_id: UUID
    login_id: UUID
    method: str


class LoginRevoked(Event, frozen=True, kw_only=True):
    """A login has ended before its time: signed out, ended from another device, reused token, suspension. `why`: `Ending`."""

    name: ClassVar[str] = "identity.login_revoked"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    account_id: UUID
    login_id: UUID
    why: str


class AccountBlocked(Event, frozen=True, kw_only=True):
    """`account_id` wants to have nothing to do with `blocked_id`."""

    name: ClassVar[str] = "identity.account_blocked"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    account_id: UUID
    blocked_id: UUID


class AccountUnblocked(Event, frozen=True, kw_only=True):
    """The block is lifted."""

    name: ClassVar[str] = "identity.account_unblocked"
    about: ClassVar[tuple[str, str]] = ACCOUNT
    account_id: UUID
    blocked_id: UUID
