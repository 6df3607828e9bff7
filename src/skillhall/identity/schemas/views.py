"""What identity shows."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta

from skillhall.identity.model.account import Account
from skillhall.identity.ports import Face
from skillhall.kernel.shapes import Instant, View, instant, maybe_instant


class AcceptedView(View, frozen=True, kw_only=True):
    """Said to everyone, whether an account has that address or not."""

    message: str


class UserView(View, frozen=True, kw_only=True):
    """One's own account. `role` is one word of `roles` and `abilities`, for clients that know a single role."""

    id: UUID
    email: str | None
    email_verified: bool
    first_name: str
    last_name: str
    display_name: str
    role: str
    roles: list[str]
    abilities: list[str]
    state: str
    is_migrated: bool
    timezone: str
    locale: str
    created_at: Instant


class MeView(UserView, frozen=True, kw_only=True):
    """One's own account, with the profile in use and all of them."""

    profile_id: UUID | None
    active_profile: Face | None
    profiles: list[Face]


class TokensView(View, frozen=True, kw_only=True):
    """What a client calls with. In cookie mode `refreshToken` is null: it lives in the cookie."""

    access_token: str
    refresh_token: str | None
    expires_in: Annotated[int, Meta(description="Seconds the access token lives")]
    token_type: str = "Bearer"  # noqa: S105 - the kind, not a secret


class SignedInView(TokensView, frozen=True, kw_only=True):
    """The answer of every way to sign in."""

    user: UserView
    profiles: list[Face]
    is_new_account: bool


class AccessView(View, frozen=True, kw_only=True):
    """A new access token of the same login, after a switch of profile."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the kind, not a secret


class DepartureView(View, frozen=True, kw_only=True):
    """Where to send the browser; it comes back with `code` and this `state`."""

    authorization_url: str
    state: str
    expires_at: Instant


class LogoutView(View, frozen=True, kw_only=True):
    """How many logins have ended."""

    ended: int


class LoginView(View, frozen=True, kw_only=True):
    """One signed-in device."""

    id: UUID
    method: str
    device: str
    address: str
    is_current: bool
    created_at: Instant
    used_at: Instant
    expires_at: Instant


class KeyView(View, frozen=True, kw_only=True):
    """An API key; `hint` is its end. The key itself is shown once, when it is made."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    created_at: Instant
    expires_at: Instant | None
    used_at: Instant | None


class NewKeyView(KeyView, frozen=True, kw_only=True):
    """A new API key with its secret, shown this once."""

    key: str


class BlockView(View, frozen=True, kw_only=True):
    """An account one has blocked. `id` is the blocked account's."""

    id: UUID
    display_name: str
    blocked_at: Instant


class ClosingView(View, frozen=True, kw_only=True):
    """When the closing becomes final; signing in before that returns the account."""

    id: UUID
    state: str
    erase_at: Instant
    deleted: bool = False


class ExportView(View, frozen=True, kw_only=True):
    """The collection of one's own data, and where to fetch it when it is ready."""

    id: UUID
    status: Literal["collecting", "ready"]
    url: str
    expires_at: Instant


class ExportJobView(View, frozen=True, kw_only=True):
    """The answer of 202: the work that goes on."""

    job: ExportView


class StaffAccountView(UserView, frozen=True, kw_only=True):
    """An account as staff sees it."""

    state_reason: str | None
    suspended_until: Instant | None
    erase_at: Instant | None
    origin: str
    logins: Annotated[int, Meta(description="How many devices are signed in")]


def user_view(account: Account) -> UserView:
    """Return an account as its owner sees it."""
    return UserView(**_shown(account))


def me_view(account: Account, profile_id: UUID | None, faces: list[Face]) -> MeView:
    """Return an account as its owner sees it, with profiles."""
    active = next((face for face in faces if face.id == profile_id), None)
    return MeView(**_shown(account), profile_id=profile_id, active_profile=active, profiles=faces)


def staff_view(account: Account, logins: int) -> StaffAccountView:
    """Return an account as staff sees it."""
    return StaffAccountView(
        **_shown(account), state_reason=account.state_reason, suspended_until=maybe_instant(account.suspended_until),
        erase_at=maybe_instant(account.erase_at), origin=account.origin, logins=logins,
    )  # fmt: skip


def _shown(account: Account) -> dict[str, Any]:
    return {
        "id": account.id, "email": account.email, "email_verified": account.email_verified, "first_name": account.first_name,
        "last_name": account.last_name, "display_name": account.display_name, "role": account.role, "roles": ["user", *account.roles],
        "abilities": account.abilities, "state": account.state, "is_migrated": account.origin == "import", "timezone": account.timezone,
        "locale": account.locale, "created_at": instant(account.created_at),
    }  # fmt: skip
