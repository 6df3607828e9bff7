"""Accounts, logins, roles: the nouns, their rules, and the refusals these make."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct

from skillhall.identity.model.refusals import AccountNotActive, OperatorsAreExempt, Outranked, WrongState
from skillhall.kernel.actor import Actor
from skillhall.kernel.ids import derived

State = Literal["pending_verification", "active", "suspended", "banned", "deactivated", "closing", "erased"]
Method = Literal["code", "password", "google", "github"]
Ending = Literal["signed_out", "ended", "token_reused", "password_changed", "address_proven", "suspended", "banned", "closed"]
Purpose = Literal["sign_in", "verify_email", "reset_password"]
Ability = Literal["learner", "host", "worker", "client"]
Role = Literal["moderator", "support", "admin", "super_admin"]

ROLES: Final[tuple[Role, ...]] = ("moderator", "support", "admin", "super_admin")
ABILITIES: Final[tuple[Ability, ...]] = ("learner", "host", "worker", "client")
ROLE_ALIASES: Final[dict[str, Ability]] = {
    "learner": "learner", "student": "learner", "teacher": "host", "tutor": "host", "host": "host",
    "worker": "worker", "developer": "worker", "client": "client", "project-owner": "client", "project_owner": "client",
}  # fmt: skip
_MODERATOR: Final = frozenset({"content.moderate", "report.decide"})
_SUPPORT: Final = _MODERATOR | {"account.read", "session.read", "case.mediate", "hold.freeze"}
_ADMIN: Final = _SUPPORT | {"account.suspend", "case.rule", "hold.release", "skill.publish", "notice.send", "metrics.read"}
_SUPER: Final = _ADMIN | {"account.ban", "credit.adjust", "payout.decide", "settings.write", "role.grant", "audit.read"}
PERMISSIONS: Final[dict[str, frozenset[str]]] = {"moderator": _MODERATOR, "support": _SUPPORT, "admin": _ADMIN, "super_admin": _SUPER}

MAY_BIND: Final[frozenset[State]] = frozenset({"active", "pending_verification"})
MAY_SIGN_IN: Final[frozenset[State]] = frozenset({"active", "pending_verification", "closing"})


class IdentityRules(Struct, frozen=True, kw_only=True):
    """Every number of identity, as an operator may set it."""

    access_life: timedelta = timedelta(minutes=15)
    refresh_life: timedelta = timedelta(days=30)
    rotation_grace: timedelta = timedelta(seconds=10)
    code_life: timedelta = timedelta(minutes=5)
    code_tries: int = 3
    code_requests: int = 3
    code_window: timedelta = timedelta(hours=1)
    reset_life: timedelta = timedelta(hours=1)
    verification_life: timedelta = timedelta(hours=24)
    password_failures: int = 5
    password_lock: timedelta = timedelta(minutes=15)
    outside_life: timedelta = timedelta(minutes=10)
    closing_days: int = 30
    export_life: timedelta = timedelta(days=7)
    erase_batch: int = 500
    api_keys: int = 20


def rules_of(access_minutes: int, refresh_days: int) -> IdentityRules:
    """Return the rules with the lives of tokens that an operator chose."""
    return IdentityRules(access_life=timedelta(minutes=access_minutes), refresh_life=timedelta(days=refresh_days))


class Account(Struct, frozen=True, kw_only=True):
    """One person's sign-in. Immutable; each verb returns the account it leads to, or refuses."""

    id: UUID
    email: str | None
    email_verified: bool
    first_name: str
    last_name: str
    display_name: str
    timezone: str
    locale: str
    state: State
    state_reason: str | None
    suspended_until: datetime | None
    erase_at: datetime | None
    erased_at: datetime | None
    roles: list[str]
    abilities: list[str]
    origin: str
    created_at: datetime

    @property
    def may_bind(self) -> bool:
        """Whether the account may enter new engagements."""
        return self.state in MAY_BIND

    @property
    def rank(self) -> int:
        """How high its highest staff role stands; 0 for a member."""
        return max((ROLES.index(role) + 1 for role in ROLES if role in self.roles), default=0)

    @property
    def role(self) -> str:
        """One word for clients that know a single role: the highest staff role, else what the person came for."""
        if self.rank:
            return ROLES[self.rank - 1]
        return next((word for word in ("worker", "client", "host", "learner") if word in self.abilities), "user")

    def may_sign_in(self) -> None:
        """Refuse unless a proof of who it is opens a login; a closing account returns by it."""
        if self.state not in MAY_SIGN_IN:
            raise AccountNotActive(account_id=self.id, state=self.state)

    def state_when_free(self) -> State:
        """Return where restoring leads: pending accounts stay pending."""
        return "active" if self.email_verified else "pending_verification"


class Change(Struct, frozen=True, kw_only=True):
    """The part of an account that its state machine moves."""

    state: State
    reason: str | None = None
    suspended_until: datetime | None = None
    erase_at: datetime | None = None


def suspended(account: Account, until: datetime | None, reason: str) -> Change:
    """Lead pending_verification | active | suspended → suspended; again only changes until and reason."""
    _from(account, "suspend", "pending_verification", "active", "suspended")
    return Change(state="suspended", reason=reason, suspended_until=until)


def banned(account: Account, reason: str) -> Change:
    """Any state but erased and banned → banned."""
    _from(account, "ban", "pending_verification", "active", "suspended", "deactivated", "closing")
    return Change(state="banned", reason=reason)


def restored(account: Account) -> Change:
    """Lead suspended | banned | deactivated → what the account was before."""
    _from(account, "restore", "suspended", "banned", "deactivated")
    return Change(state=account.state_when_free())


def closing(account: Account, erase_at: datetime) -> Change:
    """Lead active | pending_verification → closing, final at `erase_at`."""
    _from(account, "close", "pending_verification", "active")
    return Change(state="closing", erase_at=erase_at)


def returned(account: Account) -> Change:
    """Lead closing → what the account was before."""
    _from(account, "return", "closing")
    return Change(state=account.state_when_free())


def is_erasable(account: Account, now: datetime) -> bool:
    """Return whether the account is closing and its time has come: closing → erased."""
    return account.state == "closing" and account.erase_at is not None and account.erase_at <= now


def _from(account: Account, verb: str, *states: State) -> None:
    if account.state not in states:
        raise WrongState(verb=verb, state=account.state)


def check_outranks(by: Actor, account: Account) -> None:
    """Refuse to act on oneself, on an equal or higher rank, and on a super_admin at all; a context may."""
    if "super_admin" in account.roles:
        raise OperatorsAreExempt
    if by.context is None and (by.account_id == account.id or rank_of(by.roles) <= account.rank):
        raise Outranked


def check_closable(account: Account) -> None:
    """Refuse to close a super_admin: somebody must be left to run the hall."""
    if "super_admin" in account.roles:
        raise OperatorsAreExempt


def rank_of(roles: frozenset[str]) -> int:
    """Return how high the highest of these roles stands; 0 for none."""
    return max((ROLES.index(role) + 1 for role in ROLES if role in roles), default=0)


def permissions_of(roles: list[str]) -> frozenset[str]:
    """Return what holders of these roles may do."""
    return frozenset[str]().union(*(PERMISSIONS[role] for role in roles))


def pseudonym_of(account_id: UUID) -> str:
    """Return the name that stays where an erased person's name stood."""
    return f"Former member {derived('pseudonym', account_id).hex[-6:]}"


def name_of(email: str, first_name: str = "", last_name: str = "") -> str:
    """Return how others see the person: the names given, else the part of the address before @."""
    return f"{first_name} {last_name}".strip() or email.partition("@")[0]


def normalized(email: str) -> str:
    """Return the address as it is stored and compared."""
    return email.strip().lower()


class OutsidePerson(Struct, frozen=True, kw_only=True):
    """Who an outside party says this is: `subject` is its lasting id there, `email` is verified by it."""

    subject: str
    email: str
    first_name: str = ""
    last_name: str = ""


Email = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=r"^\s*[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+\s*$",
        description="An e-mail address",
        examples=["mira@example.org"],
    ),
]
