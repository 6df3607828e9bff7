"""The OpenAPI 3.1 document, made from the table of endpoints: schemas are our Structs by name, refusals are listed with their reasons."""

import re
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any, cast, get_args

import msgspec

from skillhall.kernel.db.idempotency import InProgress, KeyReused
from skillhall.kernel.http import problem
from skillhall.kernel.http.endpoint import Endpoint, Key, Parameter
from skillhall.kernel.http.envelope import VERSION, Meta, Pagination
from skillhall.kernel.http.gate import BadAuthorization, PermissionMissing, ScopeMissing, SignInRequired
from skillhall.kernel.http.limits import RateLimited
from skillhall.kernel.http.problem import ErrorAnswer, ProblemAnswer, RouteNotFound, family_of
from skillhall.kernel.http.request import Incomplete
from skillhall.kernel.refusals import Invalid, Refusal

Json = dict[str, Any]
SCHEMAS = "#/components/schemas/"


def document(endpoints: Sequence[Endpoint], title: str = "Skillhall") -> Json:
    """Return the whole document, plain enough for any JSON encoder."""
    used = (one for endpoint in endpoints for one in (endpoint.query, _body_of(endpoint), endpoint.answer) if one is not None)
    types = list(dict.fromkeys([*used, Meta, Pagination, ErrorAnswer, ProblemAnswer]))
    found, schemas = msgspec.json.schema_components(types, schema_hook=_free, ref_template=SCHEMAS + "{name}")
    known = dict(zip(types, found, strict=True))
    queries = {endpoint.query for endpoint in endpoints if endpoint.query is not None}
    named = {struct: schemas[cast("str", known[struct]["$ref"]).removeprefix(SCHEMAS)] for struct in queries}
    components: Json = msgspec.json.decode((files("skillhall.kernel.http") / "components.json").read_bytes())
    components["responses"] = {}
    components["schemas"] = schemas = {**schemas, **components["schemas"]}
    paths: Json = {}
    templates: dict[str, str] = {}
    for endpoint in endpoints:
        path = _camel_path(endpoint.route)
        template = templates.setdefault(re.sub(r"\{\w+\}", "{}", path), path)
        operation = _operation(endpoint, re.findall(r"\{(\w+)\}", template), known, named, components)
        paths.setdefault(template, {})[endpoint.method.lower()] = operation
    for struct in queries:
        schemas.pop(cast("str", known[struct]["$ref"]).removeprefix(SCHEMAS), None)
    contexts = dict.fromkeys([*(endpoint.context for endpoint in endpoints), "Aliases"])
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": VERSION, "description": "Every answer is an envelope; branch on `error.reason`."},
        "servers": [{"url": "/"}],
        "tags": [{"name": context} for context in contexts],
        "paths": paths,
        "components": components,
    }


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


def _operation(endpoint: Endpoint, names: Sequence[str], known: dict[Any, Json], queries: dict[Any, Json], made: Json) -> Json:
    operation: Json = {
        "operationId": endpoint.operation_id,
        "summary": endpoint.summary.removesuffix("."),
        "tags": ["Aliases" if endpoint.alias_of else endpoint.context],
        "parameters": [*_path_parameters(endpoint.params, names), *_query_parameters(endpoint, queries), *_header_parameters(endpoint)],
        "responses": {str(endpoint.status): _success(endpoint, known, made["schemas"]), **_refused(endpoint, made["responses"])},
        "security": [] if endpoint.bare else [*([{}] if endpoint.public else []), {"accessToken": []}, {"apiKey": []}],
        "x-refusals": [{"reason": one.code, "status": family_of(one)[0], "message": one.message} for one in refusals_of(endpoint)],
    }
    facts = {"x-permission": endpoint.permission, "x-alias-of": endpoint.alias_of, "x-limit": endpoint.limit}
    operation |= {name: value for name, value in {"description": endpoint.description, **facts}.items() if value}
    if endpoint.alias_of:
        operation["deprecated"] = True
    if endpoint.body is not None:
        operation["requestBody"] = _request(endpoint, known, made["schemas"])
    return operation


def _path_parameters(params: Sequence[Parameter], names: Sequence[str]) -> list[Json]:
    kinds = {"uuid": {"type": "string", "format": "uuid"}, "str": {"type": "string", "minLength": 1}}
    return [{"name": name, "in": "path", "required": True, "schema": kinds[param.kind]} for name, param in zip(names, params, strict=True)]


def _query_parameters(endpoint: Endpoint, queries: dict[Any, Json]) -> list[Json]:
    if endpoint.query is None:
        return []
    schema = queries[endpoint.query]
    required = schema.get("required", [])
    properties: Json = schema["properties"]
    return [_without_null({"name": name, "in": "query", "required": name in required, "schema": one}) for name, one in properties.items()]


def _without_null(parameter: Json) -> Json:
    """A query cannot say null: leave it out of the choices, and the default with it."""
    schema = {key: value for key, value in parameter["schema"].items() if not (key == "default" and value is None)}
    if "anyOf" in schema:
        choices = [choice for choice in schema.pop("anyOf") if choice != {"type": "null"}]
        schema |= choices[0] if len(choices) == 1 else {"anyOf": choices}
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    return parameter | {"schema": schema}


def _header_parameters(endpoint: Endpoint) -> list[Json]:
    names = [] if endpoint.bare else ["profileId"]
    if endpoint.key is not Key.NEVER:
        names.append("idempotencyKeyRequired" if endpoint.key is Key.REQUIRED else "idempotencyKey")
    if endpoint.must_match or (endpoint.etag and not endpoint.is_read):
        names.append("ifMatchRequired" if endpoint.must_match else "ifMatch")
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _request(endpoint: Endpoint, known: dict[Any, Json], schemas: Json) -> Json:
    if endpoint.upload:
        return {"required": True, "content": {"multipart/form-data": {"schema": {"$ref": SCHEMAS + "UploadForm"}}}}
    if endpoint.body is bytes:
        return {"required": True, "content": {"application/octet-stream": {}}}
    schema = known[_body_of(endpoint)]
    content = {"schema": schema} | ({} if endpoint.example is None else {"example": endpoint.example})
    needed = schemas.get(schema.get("$ref", "").removeprefix(SCHEMAS), {}).get("required")
    return {"required": bool(needed) and type(None) not in get_args(endpoint.body), "content": {"application/json": content}}


def _success(endpoint: Endpoint, known: dict[Any, Json], schemas: Json) -> Json:
    names = ["X-Request-ID"] + ([] if endpoint.bare else ["RateLimit", "RateLimit-Policy"])
    own = {"Location": endpoint.created, "ETag": endpoint.etag, "Idempotency-Replayed": endpoint.key is not Key.NEVER}
    names += [name for name, applies in own.items() if applies]
    answer: Json = {"description": endpoint.summary, "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}}
    if endpoint.answer is None or endpoint.shape == "raw":
        return answer | ({"content": {endpoint.media: {}}} if endpoint.media else {})
    schema = known[endpoint.answer]
    name = schema["$ref"].removeprefix(SCHEMAS) if "$ref" in schema else endpoint.operation_id[:1].upper() + endpoint.operation_id[1:]
    name += "List" if endpoint.shape == "page" else "Answer"
    properties: Json = {"success": {"const": True}, "data": schema, "meta": known[Meta]}
    if endpoint.shape == "page":
        properties |= {"data": {"type": "array", "items": schema}, "pagination": known[Pagination]}
    schemas[name] = {"type": "object", "title": name, "properties": properties, "required": list(properties), "additionalProperties": False}
    content = {"schema": {"$ref": SCHEMAS + name}}
    if endpoint.answer_example is not None:
        content["example"] = {"success": True, "data": endpoint.answer_example}
    return answer | {"content": {"application/json": content}}


def _refused(endpoint: Endpoint, shared: Json) -> Json:
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


def _body_of(endpoint: Endpoint) -> Any:  # noqa: ANN401 - an annotation
    """Return the type of the JSON body without `| None`, or nothing."""
    if not endpoint.takes_json:
        return None
    choices = [choice for choice in get_args(endpoint.body) if choice is not type(None)]
    return choices[0] if len(choices) == 1 and type(None) in get_args(endpoint.body) else endpoint.body


def _camel_path(route: str) -> str:
    """Return the path with its parameters as the wire names them."""
    return re.sub(r"\{(\w+)\}", lambda found: "{" + re.sub(r"_(\w)", lambda letter: letter[1].upper(), found[1]) + "}", route)


def _free(_: type) -> Json:
    """Describe what msgspec cannot."""
    return {"description": "Any JSON value."}
