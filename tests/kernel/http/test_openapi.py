"""The OpenAPI document and the pages that show it; declarations that cannot work."""

import re
from typing import Any

import jsonschema_rs
import msgspec
import pytest
import schemathesis

from skillhall.kernel.http import Answer, Call, Raw, endpoints_of, get, post
from skillhall.kernel.http.endpoint import DeclarationError
from skillhall.kernel.http.openapi import document
from skillhall.kernel.refusals import all_refusals
from tests.kernel.http.conftest import Site
from tests.kernel.http.house import NoteView


async def read(site: Site) -> dict[str, Any]:
    return (await site.ask("GET", "/api/openapi.json", by=None)).json


async def test_the_document_is_valid(site: Site) -> None:
    schemathesis.openapi.from_dict(await read(site)).validate()


async def test_operations_have_unique_ids_tags_and_reasons(site: Site) -> None:
    found = await read(site)
    operations = [operation for methods in found["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    written = found["paths"]["/api/v1/notes"]["post"]
    assert (written["operationId"], written["tags"], written["summary"], written["description"]) == (
        "writeNote",
        ["house"],
        "Write a note",
        "It is kept.",
    )
    assert {"reason": "house.bad_word", "status": 422, "message": "The word {word} is not written here."} in written["x-refusals"]
    assert written["responses"]["422"]["content"]["application/json"]["examples"].keys() == {"house.bad_word", "http.key_reused"}
    assert written["requestBody"]["content"]["application/json"]["example"] == {"text": "Call Mira"}
    memo = found["paths"]["/api/v1/memos"]["post"]
    assert (memo["tags"], memo["deprecated"], memo["x-alias-of"]) == (["Aliases"], True, "writeNote")


async def test_headers_and_keys_are_documented(site: Site) -> None:
    found = await read(site)
    paths = found["paths"]

    def headers(path: str, method: str) -> set[str]:
        return {one["$ref"].rsplit("/", 1)[-1] for one in paths[path][method]["parameters"] if "$ref" in one}

    assert headers("/api/v1/notes", "post") == {"profileId", "idempotencyKey"}
    assert headers("/api/v1/notes/required", "post") == {"profileId", "idempotencyKeyRequired"}
    assert headers("/api/v1/notes/{noteId}/terms", "put") == {"profileId", "ifMatchRequired"}
    assert headers("/alive", "get") == set()
    assert "X-Request-ID" in found["components"]["headers"]


async def test_strict_bodies_and_named_schemas(site: Site) -> None:
    found = await read(site)
    schemas = found["components"]["schemas"]
    assert schemas["WriteNote"]["additionalProperties"] is False
    assert "NoteQuery" not in schemas
    assert schemas["NoteViewList"]["properties"]["data"]["items"] == {"$ref": "#/components/schemas/NoteView"}
    for methods in found["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    assert set(content.get("schema", {"$ref": ""})) == {"$ref"}


async def test_query_parameters_cannot_be_null(site: Site) -> None:
    found = await read(site)
    parameters = found["paths"]["/api/v1/notes/echo"]["get"]["parameters"]
    assert {"$ref": "#/components/parameters/limit"} in parameters
    query = {**found["components"]["parameters"], **{one["name"]: one for one in parameters if one.get("in") == "query"}}
    assert query["limit"]["description"] == "How many on a page."
    assert query["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert query["status"]["schema"]["type"] == "array"
    assert "null" not in msgspec.json.encode(query).decode()


@pytest.mark.parametrize("path", ["/api/notes", "/api/notes/echo", "/api/nowhere", "/api/broken/bug", "/alive", "/api/notes?page=x"])
async def test_answers_fit_their_schemas(site: Site, path: str) -> None:
    found = await read(site)
    answer = await site.ask("GET", path)
    name = "ErrorAnswer" if answer.status >= 400 else "NoteViewList" if "pagination" in answer.json else "NoteViewAnswer"
    jsonschema_rs.validate({"$ref": f"#/components/schemas/{name}", "components": found["components"]}, answer.json)


async def test_the_pages_carry_their_own_script(site: Site) -> None:
    answer = await site.ask("GET", "/api/docs", by=None)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert re.search(r"script-src 'sha256-[^']+'; ?|script-src 'sha256-", answer.headers["content-security-policy"])
    assert b"http://" not in answer.body
    assert b"https://" not in answer.body


def test_every_refusal_of_the_edge_has_code_message_and_docstring() -> None:
    for refusal in all_refusals():
        if refusal.code.startswith("http."):
            assert refusal.message.endswith(".")
            assert refusal.__doc__


def test_the_document_needs_no_house() -> None:
    assert document([])["paths"] == {}


async def no_docstring(call: Call) -> NoteView:
    raise NotImplementedError


async def other_name(thing_id: int) -> NoteView:
    """Take what the path lacks."""
    raise NotImplementedError


async def untold(call: Call):
    """Say nothing about the answer."""


async def unversioned(call: Call) -> Raw:
    """Have no version."""
    raise NotImplementedError


@pytest.mark.parametrize(
    ("function", "options", "problem"),
    [
        (no_docstring, {}, "no docstring"),
        (other_name, {}, "thing_id"),
        (untold, {}, "what it answers"),
        (unversioned, {"etag": True}, "no field `version`"),
    ],
)
def test_declarations_that_cannot_work(function: Any, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DeclarationError, match=problem):
        get("/x", **options)(function)


def test_a_function_may_have_several_endpoints() -> None:
    @post("/b")
    @get("/a")
    async def both() -> Answer[NoteView]:
        """Do both."""
        raise NotImplementedError

    assert [endpoint.method for endpoint in both.__dict__["endpoints"]] == ["GET", "POST"]
    assert endpoints_of() == ()
