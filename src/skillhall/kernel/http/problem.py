"""Refusals on the wire: the one table from families to HTTP, and the bytes of a refusal."""

import msgspec
from asyncpg import exceptions as pg
from msgspec import UNSET, Struct, UnsetType

from skillhall.kernel.http.envelope import Meta, meta_bytes
from skillhall.kernel.refusals import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from skillhall.kernel.shapes import camel


class RouteNotFound(NotFound):
    """No endpoint has this path, or an id in it is no id."""

    code = "http.route_not_found"
    message = "There is nothing at this path."


class MethodNotAllowed(Refusal):
    """The path exists, but not for this method; `allow` lists those it has."""

    code = "http.method_not_allowed"
    message = "This path does not take {method}."


class PreconditionFailed(Refusal):
    """If-Match names an older version: somebody else has changed it since."""

    code = "http.changed_meanwhile"
    message = "This was changed since you read it. Read it again and repeat your change."


class TooLarge(Refusal):
    """The body is larger than this path takes."""

    code = "http.too_large"
    message = "The body is larger than {limit} bytes."


class WrongMedia(Refusal):
    """The body has a content type this path does not take."""

    code = "http.wrong_media_type"
    message = "Send the body as {expected}."


class Misdirected(Refusal):
    """This process does not serve that part of the API; the gateway should have sent it elsewhere."""

    code = "http.not_served_here"
    message = "This server does not serve {context}."


class MatchRequired(Refusal):
    """A change of this must say which version it is based on."""

    code = "http.match_required"
    message = "Send If-Match with the ETag you have read."


class NotBuilt(Refusal):
    """Documented, and not offered by this version."""

    code = "http.not_implemented"
    message = "This version does not offer that yet."


class Malformed(Invalid):
    """The body is not JSON."""

    code = "http.malformed"
    message = "The body is not valid JSON: {problem}."


class Busy(Unavailable):
    """The database did not answer in time."""

    code = "http.busy"
    message = "The server is busy. Try again in a moment."


class Bug(Refusal):
    """Something unforeseen happened on our side; it has been logged under the request id."""

    code = "http.internal_error"
    message = "Something went wrong on our side. The request id helps us find it."


FAMILIES: dict[type[Refusal], tuple[int, str]] = {
    Invalid: (400, "VALIDATION_ERROR"),
    Unauthenticated: (401, "UNAUTHORIZED"),
    Forbidden: (403, "FORBIDDEN"),
    NotFound: (404, "NOT_FOUND"),
    MethodNotAllowed: (405, "METHOD_NOT_ALLOWED"),
    Conflict: (409, "CONFLICT"),
    PreconditionFailed: (412, "PRECONDITION_FAILED"),
    TooLarge: (413, "PAYLOAD_TOO_LARGE"),
    WrongMedia: (415, "UNSUPPORTED_MEDIA_TYPE"),
    Misdirected: (421, "MISDIRECTED_REQUEST"),
    Refused: (422, "RULE_VIOLATION"),
    MatchRequired: (428, "PRECONDITION_REQUIRED"),
    TooMany: (429, "RATE_LIMIT_EXCEEDED"),
    Bug: (500, "INTERNAL_ERROR"),
    NotBuilt: (501, "NOT_IMPLEMENTED"),
    Unavailable: (503, "UNAVAILABLE"),
}
TRANSIENT = (
    pg.LockNotAvailableError, pg.QueryCanceledError, pg.TooManyConnectionsError, pg.PostgresConnectionError, pg.CannotConnectNowError,
    pg.AdminShutdownError, pg.CrashShutdownError, pg.DeadlockDetectedError, pg.SerializationError, pg.IdleInTransactionSessionTimeoutError,
    pg.InternalClientError,
)  # fmt: skip
PROBLEM_MEDIA = b"application/problem+json"


class ErrorBody(Struct, frozen=True, kw_only=True, rename="camel"):
    """A refusal: `code` for the family, `reason` to branch on, `params` to translate with, `details` for every wrong field."""

    code: str
    reason: str
    message: str
    params: dict[str, object] | UnsetType = UNSET
    details: tuple[FieldError, ...] | UnsetType = UNSET
    docs: str


class ErrorAnswer(Struct, frozen=True, kw_only=True, rename="camel"):
    """The envelope of every refusal."""

    success: bool
    error: ErrorBody
    meta: Meta


class ProblemAnswer(Struct, frozen=True, kw_only=True, rename="camel"):
    """The same refusal as RFC 9457, for clients that accept `application/problem+json`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    reason: str
    params: dict[str, object] | UnsetType = UNSET
    errors: tuple[FieldError, ...] | UnsetType = UNSET


def family_of(refusal: type[Refusal]) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return next((FAMILIES[cls] for cls in refusal.__mro__ if cls in FAMILIES), FAMILIES[Bug])


def is_transient(error: BaseException) -> bool:
    """Whether the database is busy or away, so that trying again is right; anything else is a bug."""
    is_network = isinstance(error, OSError) and error.filename is None  # refused, no such host, none of its addresses, timed out
    return is_network or isinstance(error, TRANSIENT) or (isinstance(error, pg.InterfaceError) and "clos" in str(error))


def error_body(refusal: Refusal) -> ErrorBody:
    """Return a refusal as every wire has it."""
    code, docs = family_of(type(refusal))[1], f"/api/docs#{refusal.code}"
    params, details = {camel(name): value for name, value in refusal.params.items()} or UNSET, refusal.details or UNSET
    return ErrorBody(code=code, reason=refusal.code, message=refusal.sentence, params=params, details=details, docs=docs)


def refusal_bytes(refusal: Refusal, request_id: str) -> bytes:
    """Return the error envelope."""
    return b'{"success":false,"error":%b,"meta":%b}' % (msgspec.json.encode(error_body(refusal), enc_hook=str), meta_bytes(request_id))


def problem_bytes(refusal: Refusal, request_id: str) -> bytes:
    """Return the refusal as RFC 9457."""
    body, status = error_body(refusal), family_of(type(refusal))[0]
    problem = ProblemAnswer(
        type=body.docs, title=body.code, status=status, detail=body.message, instance=f"urn:request:{request_id}", reason=body.reason,
        params=body.params, errors=body.details,
    )  # fmt: skip
    return msgspec.json.encode(problem, enc_hook=str)


def refusal_headers(refusal: Refusal) -> list[tuple[bytes, bytes]]:
    """Return the headers that belong to a refusal: Retry-After, Allow, WWW-Authenticate."""
    headers: list[tuple[bytes, bytes]] = []
    if (seconds := refusal.params.get("retry_after")) is not None:
        headers.append((b"retry-after", str(seconds).encode()))
    if isinstance(refusal, MethodNotAllowed):
        headers.append((b"allow", str(refusal.params.get("allow", "")).encode()))
    if isinstance(refusal, Unauthenticated):
        headers.append((b"www-authenticate", b"Bearer"))
    return headers
