"""What an operation may refuse with, as the OpenAPI document says it: reasons by status, each with an example."""

from collections.abc import Iterable, Sequence
from typing import Any

from skillhall.kernel.db.idempotency import InProgress, KeyReused
from skillhall.kernel.http import problem
from skillhall.kernel.http.endpoint import Endpoint, Key
from skillhall.kernel.http.gate import BadAuthorization, PermissionMissing, ScopeMissing, SignInRequired
from skillhall.kernel.http.limits import RateLimited
from skillhall.kernel.http.problem import RouteNotFound, family_of
from skillhall.kernel.http.request import Incomplete
from skillhall.kernel.refusals import Invalid, Refusal

Json = dict[str, Any]
SCHEMAS = "#/components/schemas/"


def refusals_of(endpoint: Endpoint) -> tuple[type[Refusal], ...]:
    """Return everything an operation may refuse with: its own reasons, then those of the edge."""
    takes_body = endpoint.body is not None
    conditional: Iterable[tuple[bool, tuple[type[Refusal], ...]]] = (
        (True, (Invalid,)),
        (takes_body, (problem.Malformed, Incomplete, problem.TooLarge, problem.WrongMedia)),
        (not endpoint.bare, (RouteNotFound, SignInRequired, BadAuthorization, RateLimited, problem.Busy, problem.Misdirected)),
        (endpoint.permission is not None, (PermissionMissing,)),
        (not endpoint.public, (ScopeMissing,)),
        (endpoint.key is not Key.NEVER, (InProgress, KeyReused)),
        (endpoint.etag and not endpoint.is_read, (problem.PreconditionFailed,)),
        (endpoint.must_match, (problem.PreconditionFailed, problem.MatchRequired)),
        (True, (problem.Bug,)),
    )
    return tuple(dict.fromkeys([*endpoint.refuses, *(one for applies, some in conditional if applies for one in some)]))


def refused(endpoint: Endpoint, shared: Json) -> Json:
    """Return the answers other than success, one per status; those of the edge alone are shared components."""
    by_status: dict[int, list[type[Refusal]]] = {}
    for one in refusals_of(endpoint):
        by_status.setdefault(family_of(one)[0], []).append(one)
    answers: Json = {}
    for status, some in sorted(by_status.items()):
        answer = _refused_with(status, some)
        if all(one.code.startswith("http.") for one in some):
            name = "Or".join(one.__name__ for one in some)
            shared[name] = answer
            answer = {"$ref": f"#/components/responses/{name}"}
        answers[str(status)] = answer
    return answers


def _refused_with(status: int, some: Sequence[type[Refusal]]) -> Json:
    code = family_of(some[0])[1]
    errors = {one.code: {"code": code, "reason": one.code, "message": one.message} for one in some}
    examples = {reason: {"value": {"success": False, "error": error}} for reason, error in errors.items()}
    content: Json = {
        "application/json": {"schema": {"$ref": SCHEMAS + "ErrorAnswer"}, "examples": examples},
        "application/problem+json": {"schema": {"$ref": SCHEMAS + "ProblemAnswer"}},
    }
    answer: Json = {"description": "; ".join(one.code for one in some), "content": content}
    return answer | ({"headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}} if status in {409, 429, 503} else {})
