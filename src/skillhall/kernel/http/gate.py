"""Who is calling, and may they: the port that identity fills, and the checks of the route."""

from typing import Protocol
from uuid import UUID

from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.tx import Read
from skillhall.kernel.http.endpoint import Endpoint
from skillhall.kernel.http.problem import RouteNotFound
from skillhall.kernel.http.request import Exchange
from skillhall.kernel.refusals import FieldError, Forbidden, Invalid, Unauthenticated


class SignInRequired(Unauthenticated):
    """This needs a signed-in account."""

    code = "http.sign_in_required"
    message = "Sign in first: send Authorization: Bearer with your access token."


class BadAuthorization(Unauthenticated):
    """The Authorization header is not `Bearer <token>`."""

    code = "http.bad_authorization"
    message = "The Authorization header must be: Bearer, a space, and your token."


class PermissionMissing(Forbidden):
    """A staff permission is needed that the caller lacks."""

    code = "http.permission_missing"
    message = "This needs the permission {permission}."


class ScopeMissing(Forbidden):
    """The API key was not given this scope."""

    code = "http.scope_missing"
    message = "This API key lacks the scope {scope}."


class Gate(Protocol):
    """Turns tokens into actors; identity fills it and may cache."""

    async def admit(self, read: Read, token: str) -> Actor:
        """Return whose access token or API key this is, or refuse with an `Unauthenticated`."""
        ...

    async def as_profile(self, read: Read, actor: Actor, profile_id: UUID) -> Actor:
        """Return the same account behind another of its own profiles, or refuse with a `NotFound`."""
        ...


def token_of(exchange: Exchange) -> str | None:
    """Return the bearer token that was sent, or nothing."""
    given = exchange.headers.get(b"authorization")
    if given is None:
        return None
    scheme, _, token = given.partition(b" ")
    token = token.strip()
    if scheme.lower() != b"bearer" or not token or not token.isascii() or b" " in token:
        raise BadAuthorization
    return token.decode()


async def caller(gate: Gate, read: Read, exchange: Exchange) -> Actor:
    """Return whose token was sent, or the stranger."""
    token = token_of(exchange)
    return STRANGER if token is None else await gate.admit(read, token)


async def behind_profile(gate: Gate, read: Read, exchange: Exchange, actor: Actor) -> Actor:
    """Return the caller behind the profile of `X-Profile-Id`, if one is named."""
    given = exchange.header("x-profile-id")
    if given is None:
        return actor
    try:
        profile_id = UUID(given)
    except ValueError as error:
        raise Invalid(FieldError("X-Profile-Id", "header", "not_an_id", "Must be an id (UUID).")) from error
    return actor if profile_id == actor.profile_id else await gate.as_profile(read, actor, profile_id)


def authorize(endpoint: Endpoint, actor: Actor) -> None:
    """Refuse a caller whom the declaration does not admit."""
    if actor.is_stranger:
        if not endpoint.public:
            raise SignInRequired
        return
    if endpoint.permission is not None and not actor.may(endpoint.permission):
        raise PermissionMissing(permission=endpoint.permission)
    if actor.scopes is not None and not endpoint.public:
        scope = f"{endpoint.context}:{'read' if endpoint.is_read else 'write'}"
        if actor.scopes.isdisjoint({scope, endpoint.permission}):  # a permission given to the key says more than the context's scope
            raise ScopeMissing(scope=scope)


def own_id(name: str, by: Actor) -> UUID:
    """Return what `me` stands for: the caller's account, or the profile in use."""
    if by.is_stranger:
        raise SignInRequired
    if not name.endswith("profile_id"):
        return by.account_id
    if by.profile_id is None:
        raise RouteNotFound
    return by.profile_id
