"""What identity takes."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.identity.model.account import Ability, Email, Role
from skillhall.kernel.passwords import MAX_LENGTH, MIN_LENGTH
from skillhall.kernel.shapes import Body, ListQuery, Moment

Name = Annotated[str, Meta(max_length=100, pattern=r"^[^\x00-\x1f<>]*$", description="One line of text without < and >")]
Password = Annotated[str, Meta(min_length=MIN_LENGTH, max_length=MAX_LENGTH)]
GivenPassword = Annotated[str, Meta(min_length=1, max_length=MAX_LENGTH)]
Code = Annotated[str, Meta(pattern=r"^\s*[0-9]{6}\s*$", description="Six digits", examples=["482913"])]
Token = Annotated[str, Meta(min_length=20, max_length=300)]
Zone = Annotated[str, Meta(max_length=64, description="An IANA zone", examples=["Europe/Berlin"])]
Locale = Annotated[
    str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)", description="A language code", max_length=35, examples=["en"])
]
Reason = Annotated[str, Meta(min_length=3, max_length=500)]


class SendCode(Body, frozen=True, kw_only=True):
    """Whom to mail a code."""

    email: Email


class VerifyCode(Body, frozen=True, kw_only=True):
    """The code that was mailed."""

    email: Email
    code: Code


class Register(Body, frozen=True, kw_only=True):
    """A new account with a password. Roles: learner, student, teacher, tutor, host, worker, developer, client, project-owner."""

    email: Email
    password: Password
    first_name: Name = ""
    last_name: Name = ""
    role: str | None = None
    roles: Annotated[tuple[str, ...], Meta(max_length=8)] = ()
    timezone: Zone | None = None
    locale: Locale | None = None


class LogIn(Body, frozen=True, kw_only=True):
    """Address and password."""

    email: Email
    password: GivenPassword


class Refresh(Body, frozen=True, kw_only=True):
    """The refresh token; in cookie mode it is left out."""

    refresh_token: Token | None = None


class LogOut(Body, frozen=True, kw_only=True):
    """Which logins end: all of the account (default), or the current one."""

    scope: Literal["all", "current"] = "all"


class ForgotPassword(Body, frozen=True, kw_only=True):
    """Whom to mail a link for a new password."""

    email: Email


class ResetPassword(Body, frozen=True, kw_only=True):
    """The token of the mailed link, and the new password."""

    token: Token
    password: Password


class VerifyEmail(Body, frozen=True, kw_only=True):
    """The token of the mailed link."""

    token: Token


class ResendVerification(Body, frozen=True, kw_only=True):
    """Whom to mail the verification again; signed in it may be left out."""

    email: Email | None = None


class ChangePassword(Body, frozen=True, kw_only=True):
    """The new password; the current one is needed if there is one."""

    new_password: Password
    current_password: GivenPassword | None = None


class StartOutside(Body, frozen=True, kw_only=True):
    """Where the provider sends the browser back to: a page of this hall or of an allowed origin."""

    redirect_uri: Annotated[
        str,
        Meta(max_length=500, pattern=r"^https?://[^\s#]+$(?!\n)", description="An address that begins with https:// or http://, without #"),
    ]


class FinishOutside(Body, frozen=True, kw_only=True):
    """What the provider gave the browser."""

    code: Annotated[str, Meta(min_length=1, max_length=2000)]
    state: Token


class EditMe(Body, frozen=True, kw_only=True):
    """Changes of one's own account; what is left out stays."""

    first_name: Name | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    timezone: Zone | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    abilities: Annotated[list[Ability], Meta(max_length=4)] | UnsetType = UNSET


class NewKey(Body, frozen=True, kw_only=True):
    """A new API key. Scopes are `<context>:read`, `<context>:write`, or a staff permission the account holds."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(min_length=1, max_length=50)]
    expires_at: Moment | None = None


class Suspend(Body, frozen=True, kw_only=True):
    """Why, and until when; without an end it lasts until staff restores."""

    reason: Reason
    until: Moment | None = None


class StaffReason(Body, frozen=True, kw_only=True):
    """Why staff does it; kept in the audit trail."""

    reason: Reason


class RoleChange(Body, frozen=True, kw_only=True):
    """Which staff role, and why."""

    role: Role
    reason: Reason


class AccountQuery(ListQuery, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Which accounts staff wants to see."""

    state: str | None = None
    role: str | None = None


class RoleQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Which staff role is taken, and why."""

    role: Role
    reason: Reason
