"""The OpenAPI 3.1 document, made from the table of endpoints: schemas are our Structs by name, refusals are listed with their reasons."""

import re
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, cast, get_args

import msgspec

from skillhall.kernel.http.documented_refusals import SCHEMAS, Json, refusals_of, refused
from skillhall.kernel.http.endpoint import Endpoint, Key, Parameter
from skillhall.kernel.http.envelope import VERSION, Meta, Pagination
from skillhall.kernel.http.problem import ErrorAnswer, ProblemAnswer, family_of
from skillhall.kernel.http.router import camel_path
from skillhall.kernel.shapes import ListQuery

NAMESAKE = re.compile(r"skillhall\.(\w+)\.(?:\w+\.)*?(\w+)\.(\w+)(?=[\"\[,\]])")
"""What msgspec calls a Struct of which there is another with the same name: context, module, name."""


def document(endpoints: Sequence[Endpoint], title: str = "Skillhall") -> Json:
    """Return the whole document, plain enough for any JSON encoder."""
    used = (one for endpoint in endpoints for one in (endpoint.query, _body_of(endpoint), endpoint.answer) if one is not None)
    types = list(dict.fromkeys([*used, ListQuery, Meta, Pagination, ErrorAnswer, ProblemAnswer]))
    parts = msgspec.json.schema_components(types, schema_hook=_free, ref_template=SCHEMAS + "{name}")
    found, schemas = msgspec.json.decode(_short_names(msgspec.json.encode(parts).decode()))
    known = dict(zip(types, found, strict=True))
    queries = {ListQuery, *(endpoint.query for endpoint in endpoints if endpoint.query is not None)}
    named = {struct: _query_parameters(schemas[cast("str", known[struct]["$ref"]).removeprefix(SCHEMAS)]) for struct in queries}
    components: Json = msgspec.json.decode((files("skillhall.kernel.http") / "components.json").read_bytes())
    components["responses"] = {}
    components["parameters"] |= {one["name"]: one for one in named[ListQuery]}
    components["schemas"] = schemas = {**schemas, **components["schemas"]}
    paths: Json = {}
    templates: dict[str, str] = {}
    for endpoint in endpoints:
        path = camel_path(endpoint.route)
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


def _operation(endpoint: Endpoint, names: Sequence[str], known: dict[Any, Json], queries: dict[Any, list[Json]], made: Json) -> Json:
    operation: Json = {
        "operationId": endpoint.operation_id,
        "summary": endpoint.summary.removesuffix("."),
        "tags": ["Aliases" if endpoint.alias_of else endpoint.context],
        "parameters": [*_path_parameters(endpoint.params, names), *_shared(endpoint, queries, made), *_header_parameters(endpoint)],
        "responses": {str(endpoint.status): _success(endpoint, known, made["schemas"]), **refused(endpoint, made["responses"])},
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


def _shared(endpoint: Endpoint, queries: dict[Any, list[Json]], made: Json) -> list[Json]:
    """Return the query parameters of an operation; those that every list takes are shared components."""
    shared = [] if endpoint.query is None else queries[endpoint.query]
    return [{"$ref": f"#/components/parameters/{one['name']}"} if one == made["parameters"].get(one["name"]) else one for one in shared]


def _query_parameters(schema: Json) -> list[Json]:
    """Return the fields of a Struct as parameters. A query cannot say null: it is no choice, nor the default."""
    found: list[Json] = []
    for name, told in schema["properties"].items():
        one = {key: value for key, value in told.items() if not (key == "default" and value is None)}
        if "anyOf" in one:
            choices = [choice for choice in one.pop("anyOf") if choice != {"type": "null"}]
            one |= choices[0] if len(choices) == 1 else {"anyOf": choices}
        if "enum" in one:
            one["enum"] = [value for value in one["enum"] if value is not None]
        text = {"description": one.pop("description")} if "description" in one else {}
        found.append({"name": name, "in": "query", "required": name in schema.get("required", []), **text, "schema": one})
    return found


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


def _body_of(endpoint: Endpoint) -> Any:  # noqa: ANN401 - an annotation
    """Return the type of the JSON body without `| None`, or nothing."""
    if not endpoint.takes_json:
        return None
    choices = [choice for choice in get_args(endpoint.body) if choice is not type(None)]
    return choices[0] if len(choices) == 1 and type(None) in get_args(endpoint.body) else endpoint.body


def _short_names(text: str) -> str:
    """Put the context in front of a name that several have, and the module too where one context has it twice."""
    found = {(context, module, name) for context, module, name in NAMESAKE.findall(text)}
    twice = Counter((context, name) for context, _, name in found)

    def short(full: re.Match[str]) -> str:
        context, module, name = full.groups()
        return context.title() + (module.title().replace("_", "") if twice[context, name] > 1 else "") + name

    return NAMESAKE.sub(short, text)


def _free(_: type) -> Json:
    """Describe what msgspec cannot."""
    return {"description": "Any JSON value."}
