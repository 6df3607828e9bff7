"""Signing in and out."""

from uuid import UUID

from skillhall.identity.commands import change_password, log_in, log_out, refresh, register, send_code, verify_code, verify_email
from skillhall.identity.flows import outside_sign_in, passwords
from skillhall.identity.model import refusals as no
from skillhall.identity.queries import own
from skillhall.identity.routes import cookies
from skillhall.identity.schemas.bodies import (
    ChangePassword,
    FinishOutside,
    ForgotPassword,
    LogIn,
    LogOut,
    Refresh,
    Register,
    ResendVerification,
    ResetPassword,
    SendCode,
    StartOutside,
    VerifyCode,
    VerifyEmail,
)  # fmt: skip
from skillhall.identity.schemas.views import AcceptedView, DepartureView, LoginView, LogoutView, MeView, SignedInView, TokensView, UserView
from skillhall.kernel.http import Call, Deleted, Key, delete, get, post, put
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page

ADDRESS = "mira@example.org"
PASSWORD = "a long and calm sentence"  # noqa: S105 - an example
TOKEN = "Qd0dY2pYx8m4bq1p3hXcB7n5Zk9sW6vT2rLfJgUaEoI"  # noqa: S105 - an example
PASSWORD_REFUSALS = (no.WrongPassword, no.SignInLocked, no.PasswordMoved)
RETURN = "http://localhost:3000/signed-in"


def _device(call: Call) -> str:
    return call.header("user-agent") or ""


@post("/auth/send-otp", public=True, key=Key.NEVER, limit="verify", refuses=(no.TooManyCodes,), example={"email": ADDRESS})
async def send_otp(call: Call, data: SendCode) -> AcceptedView:
    """Mail a code to sign in with.

    The answer is the same whether or not an account has the address. The code has six digits, lives five minutes and takes three tries;
    an address gets three an hour.
    """
    return await call.act(send_code.send_code, data.email, "sign_in")


@post(
    "/auth/verify-otp", public=True, key=Key.NEVER, limit="verify", refuses=(no.WrongCode, no.AccountNotActive, no.EmailTaken),
    example={"email": ADDRESS, "code": "482913"},
)  # fmt: skip
async def verify_otp(call: Call, data: VerifyCode) -> SignedInView:
    """Sign in with a mailed code.

    The first time it makes the account and its first profile. It proves the address: a password that somebody set before is dropped.
    """
    return cookies.handed_over(call, await call.act(verify_code.verify_code, data, _device(call)))


@post(
    "/auth/register", public=True, created="/users/me", key=Key.NEVER, limit="register",
    refuses=(no.EmailTaken, no.WeakPassword, no.TooManyCodes),
    example={"email": ADDRESS, "password": PASSWORD, "firstName": "Mira", "lastName": "Lind", "role": "worker"},
)  # fmt: skip
async def register_account(call: Call, data: Register) -> SignedInView:
    """Register with a password.

    The account is signed in at once and has to verify its address by the link that is mailed. `role` takes learner, student, teacher,
    tutor, host, worker, developer, client or project-owner.
    """
    password_hash = await passwords.hashed(data.password, data.email)
    return cookies.handed_over(call, await call.act(register.register, data, password_hash, _device(call)))


@post(
    "/auth/login", public=True, key=Key.NEVER, limit="sign_in", refuses=(*PASSWORD_REFUSALS, no.AccountNotActive),
    example={"email": ADDRESS, "password": PASSWORD},
)  # fmt: skip
async def log_in_with_password(call: Call, data: LogIn) -> SignedInView:
    """Sign in with a password. Five wrong ones lock the address for 15 minutes."""
    proof = await passwords.proven(call.read, data.email, data.password)
    return cookies.handed_over(call, await call.act(log_in.log_in, proof, _device(call)))


@post("/auth/google/start", public=True, key=Key.NEVER, limit="verify",
      refuses=(no.ProviderNotFound, no.RedirectNotAllowed, no.ProviderUnavailable), example={"redirectUri": RETURN})  # fmt: skip
async def start_google(call: Call, data: StartOutside) -> DepartureView:
    """Begin to sign in with Google: send the browser to `authorizationUrl`, and keep `state` to compare it with the one that comes back."""
    return await outside_sign_in.start(call, "google", data)


@post(
    "/auth/google", public=True, key=Key.NEVER, limit="verify",
    refuses=(no.ProviderNotFound, no.ProviderRefused, no.ProviderUnverified, no.ProviderUnavailable, no.AccountNotActive, no.EmailTaken),
    example={"code": "4/0AX4XfWh", "state": TOKEN},
)  # fmt: skip
async def sign_in_with_google(call: Call, data: FinishOutside) -> SignedInView:
    """Sign in with the code and the state that Google gave the browser. Only verified addresses count."""
    return cookies.handed_over(call, await outside_sign_in.finish(call, "google", data, _device(call)))


@post("/auth/github/start", public=True, key=Key.NEVER, limit="verify",
      refuses=(no.ProviderNotFound, no.RedirectNotAllowed, no.ProviderUnavailable), example={"redirectUri": RETURN})  # fmt: skip
async def start_github(call: Call, data: StartOutside) -> DepartureView:
    """Begin to sign in with GitHub: send the browser to `authorizationUrl`, and keep `state` to compare it with the one that comes back."""
    return await outside_sign_in.start(call, "github", data)


@post(
    "/auth/github", public=True, key=Key.NEVER, limit="verify",
    refuses=(no.ProviderNotFound, no.ProviderRefused, no.ProviderUnverified, no.ProviderUnavailable, no.AccountNotActive, no.EmailTaken),
    example={"code": "1fd2a0c9", "state": TOKEN},
)  # fmt: skip
async def sign_in_with_github(call: Call, data: FinishOutside) -> SignedInView:
    """Sign in with the code and the state that GitHub gave the browser. Only the verified primary address counts."""
    return cookies.handed_over(call, await outside_sign_in.finish(call, "github", data, _device(call)))


@post(
    "/auth/refresh-token", public=True, key=Key.NEVER, limit="refresh",
    refuses=(no.WrongToken, no.TokenReused, no.WrongOrigin, no.AccountNotActive),
    example={"refreshToken": f"rt_{TOKEN}"},
)  # fmt: skip
async def refresh_token(call: Call, data: Refresh) -> TokensView:
    """Exchange a refresh token for the next pair.

    Each works once; within ten seconds of its exchange it answers the same pair again, later it ends the login. In cookie mode it is left
    out.
    """
    return cookies.handed_over(call, await call.act(refresh.refresh, cookies.given_token(call, data)))


@post("/auth/logout", key=Key.NEVER, refuses=(no.LoginRequired,), example={"scope": "current"})
async def sign_out(call: Call, data: LogOut) -> LogoutView:
    """End all logins of the account, or with `{"scope": "current"}` this one."""
    cookies.forget(call)
    return await call.act(log_out.log_out, data)


@get("/auth/logins")
async def list_logins(call: Call, query: ListQuery) -> Page[LoginView]:
    """List the devices that are signed in."""
    return await own.logins_page(call.read, call.by, query)


@delete("/auth/logins/{login_id:uuid}", refuses=(no.LoginNotFound, no.LoginRequired))
async def end_login(call: Call, login_id: UUID) -> Deleted:
    """Sign out one device."""
    return await call.act(log_out.end_login, login_id)


@get("/auth/me")
async def read_me(call: Call) -> MeView:
    """Read one's own account, with the profile in use and all of them."""
    return await own.me(call.read, call.by)


@post("/auth/forgot-password", public=True, key=Key.NEVER, limit="reset", refuses=(no.TooManyCodes,), example={"email": ADDRESS})
async def forgot_password(call: Call, data: ForgotPassword) -> AcceptedView:
    """Mail a link for a new password. The answer is the same whether or not an account has the address."""
    return await call.act(send_code.send_code, data.email, "reset_password")


@post(
    "/auth/reset-password", public=True, key=Key.NEVER, limit="reset", refuses=(no.LinkInvalid, no.WeakPassword, no.AccountNotActive),
    example={"token": TOKEN, "password": PASSWORD},
)  # fmt: skip
async def reset_password(call: Call, data: ResetPassword) -> AcceptedView:
    """Set a new password by the mailed link; all logins end."""
    link, password_hash = await passwords.hashed_for_reset(call.read, data)
    return await call.act(change_password.reset_password, link, password_hash)


@post(
    "/auth/verify-email", public=True, key=Key.NEVER, limit="verify", refuses=(no.LinkInvalid, no.AlreadyVerified, no.AccountNotActive),
    example={"token": TOKEN},
)  # fmt: skip
async def verify_address(call: Call, data: VerifyEmail) -> UserView:
    """Verify one's address by the mailed link."""
    return await call.act(verify_email.verify_email, data)


@post("/auth/resend-verification", public=True, key=Key.NEVER, limit="reset", refuses=(no.TooManyCodes,), example={"email": ADDRESS})
async def resend_verification(call: Call, data: ResendVerification) -> AcceptedView:
    """Mail the verification link again; signed in, without a body, to one's own address."""
    email = data.email or call.by.email
    if not email:
        raise Invalid(FieldError("email", "body", "missing", "Give the address, or sign in."))
    return await call.act(send_code.send_code, email, "verify_email")


@put(
    "/auth/change-password", limit="sign_in", refuses=(*PASSWORD_REFUSALS, no.WeakPassword, no.LoginRequired),
    example={"currentPassword": PASSWORD, "newPassword": "another long and calm sentence"},
)  # fmt: skip
async def replace_password(call: Call, data: ChangePassword) -> AcceptedView:
    """Change one's password; all other devices are signed out."""
    log_out.own_login(call.by)
    proof, new_hash = await passwords.proven_for_change(call.read, call.by, data)
    return await call.act(change_password.change_password, proof, new_hash)


@post(
    "/auth/change-password", key=Key.NEVER, limit="sign_in", alias_of="replacePassword",
    refuses=(*PASSWORD_REFUSALS, no.WeakPassword, no.LoginRequired),
    example={"currentPassword": PASSWORD, "newPassword": "another long and calm sentence"},
)  # fmt: skip
async def post_password(call: Call, data: ChangePassword) -> AcceptedView:
    """Change one's password; the same as PUT."""
    return await replace_password(call, data)
