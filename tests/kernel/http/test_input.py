"""Input: bodies, query strings, headers; every wrong field at once, and nothing that a table cannot hold."""

import io
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillhall.kernel.http.decode import BodyDecoder
from skillhall.kernel.refusals import Invalid
from tests.kernel.http.conftest import Site, ask_edge, edge_of
from tests.kernel.http.house import WriteNote

JSON = {"Content-Type": "application/json"}


async def body(site: Site, raw: object, **headers: str) -> Any:
    return await site.ask("POST", "/api/notes", data=raw, headers={**JSON, **headers})


async def test_all_wrong_fields_come_at_once_with_dotted_paths(site: Site) -> None:
    sent = {
        "kind": "loud", "remindAt": "2026-11-20T10:30:00", "day": "tomorrow", "about": "7", "count": "3", "nope": 1,
        "tags": {"a": "too long"},
        "skills": [{"name": "cello", "level": 9}, {"name": "x", "speed": 1}, 4], "budget": {"amount": "1", "currency": "euro"},
    }  # fmt: skip
    answer = await body(site, json.dumps(sent))
    assert (answer.status, answer.error["code"], answer.error["reason"]) == (400, "VALIDATION_ERROR", "http.invalid")
    assert answer.fields == {
        "text": "missing", "kind": "not_an_option", "remindAt": "timezone_missing", "day": "not_a_time", "about": "not_an_id",
        "count": "wrong_type",
        "nope": "unknown_field", "tags.a": "too_long", "skills.0.level": "too_large", "skills.1.name": "too_short",
        "skills.1.speed": "unknown_field", "skills.2": "wrong_type", "budget.amount": "wrong_type", "budget.currency": "pattern",
    }  # fmt: skip
    said = {detail["field"]: detail["message"] for detail in answer.error["details"]}
    assert said["kind"] == "Must be one of: plain, rich."
    assert said["skills.2"] == "Must be an object with name."
    assert said["budget.currency"] == "CREDIT or an ISO 4217 code, such as EUR."
    assert {detail["location"] for detail in answer.error["details"]} == {"body"}
    assert all(detail["message"].endswith(".") for detail in answer.error["details"])


async def test_query_body_and_header_are_read_before_anything_is_refused(site: Site) -> None:
    answer = await site.ask("POST", "/api/notes/required?nope=1", json={"count": "3"})
    found = [(detail["location"], detail["field"], detail["code"]) for detail in answer.error["details"]]
    assert found == [
        ("query", "nope", "unknown_field"), ("body", "text", "missing"), ("body", "count", "wrong_type"),
        ("header", "Idempotency-Key", "missing"),
    ]  # fmt: skip
    assert answer.error["message"] == "Some fields are not valid."
    single = await site.ask("POST", "/api/notes/required", json={"text": "a"})
    assert single.error["message"] == "Send an Idempotency-Key: a text new for each intent."
    named = await body(site, "{}")
    assert named.error["message"] == "text: This field is required."


@pytest.mark.parametrize(
    ("raw", "reason", "field"),
    [
        (b"{", "http.malformed", None),
        (b'{"text":"a"} x', "http.malformed", None),
        (b'{"text":"\xff"}', "http.malformed", None),
        (b'{"text":"\\ud800"}', "http.malformed", None),
        (b'{"text":"\\ud800x"}', "http.malformed", None),
        (b'{"text":"a\x00"}', "http.malformed", None),
        (b'{"text":"a","extra":' + b"[" * 900 + b"]" * 900 + b"}", "http.malformed", None),
        (b'{"text":"a","extra":' + b"[" * 90000 + b"}", "http.malformed", None),
        (b'{"text":"a","nope":' + b'{"a":' * 90000 + b"}", "http.malformed", None),
        (b'{"text":"a","budget":1e9999999}', "http.malformed", None),
        (b'{"text":"a","budget":-1.5E-99999}', "http.malformed", None),
        (b'{"text":"a","budget":1e99999999999999999999}', "http.malformed", None),
        (b'{"text":"a\\u0000"}', "http.invalid", "text"),
        (b'{"text":"a","extra":{"deep":["\\u0000"]}}', "http.invalid", "extra.deep.0"),
        (b'{"text":"a","extra":{"\\u0000":1}}', "http.invalid", "extra"),
        (b'{"text":"a","tags":{"\\u0000":"b"}}', "http.invalid", "tags"),
        (b'{"text":"a","count":9223372036854775808}', "http.invalid", "count"),
        (b'{"text":"a","count": -9223372036854775809}', "http.invalid", "count"),
        (b'{"text":"a","extra":[1,100000000000000000000]}', "http.invalid", "extra.1"),
        (b'{"text":"a","remindAt":"9999-12-31T23:59:59-14:00"}', "http.invalid", "remindAt"),
        (b'{"text":"a","remindAt":"0001-01-01T00:00:00+14:00"}', "http.invalid", "remindAt"),
        (b'{"text":"a","count":1.5}', "http.invalid", "count"),
        (b'{"text":"a","count":true}', "http.invalid", "count"),
        (b'{"text":null}', "http.invalid", "text"),
        (b"[]", "http.invalid", ""),
        (b"null", "http.invalid", ""),
        (b"", "http.invalid", "text"),
    ],
)
async def test_bad_bodies(site: Site, raw: bytes, reason: str, field: str | None) -> None:
    answer = await body(site, raw)
    assert (answer.status, answer.error["reason"]) == (400, reason)
    if field is not None:
        assert list(answer.fields) == [field]


@pytest.mark.parametrize(
    "raw",
    [
        b'{"text":"\\\\u0000 is written so"}',
        b'{"text":"4242424242424242","about":"00000000-0000-0000-0000-000000000001"}',
        b'{"text":"\\ud83d\\ude00","count":9223372036854775807}',
        b'{"text":"first","text":"last"}',
        b'{"text":"a","budget":12.5}',
        b'{"text":"a","budget":{"amount":1250,"currency":"EUR"},"remindAt":"2026-11-20T10:30:00+01:00"}',
        b'{"text":"a","extra":{"a":[1,2,{"b":1e3}]}}',
    ],
)
async def test_good_bodies_that_look_suspicious(site: Site, raw: bytes) -> None:
    assert (await body(site, raw)).status == 201


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "multipart/form-data; boundary=x"]
)
async def test_other_media_types_are_415(site: Site, media: str) -> None:
    answer = await body(site, b'{"text":"a"}', **{"Content-Type": media})
    assert (answer.status, answer.error["reason"]) == (415, "http.wrong_media_type")


@pytest.mark.parametrize("media", ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"])
async def test_json_media_types(site: Site, media: str) -> None:
    assert (await body(site, b'{"text":"a"}', **{"Content-Type": media})).status == 201


async def test_too_large_bodies_are_413_announced_or_streamed(site: Site) -> None:
    async def parts() -> Any:
        for _ in range(40):
            yield b" " * 30000

    announced = await body(site, io.BytesIO(b" " * (1024 * 1024 + 1)))
    assert (announced.status, announced.error["reason"], announced.error["params"]) == (413, "http.too_large", {"limit": 1048576})
    streamed = await site.ask("POST", "/api/notes", data=parts(), headers=JSON)
    assert streamed.status == 413
    assert (await body(site, io.BytesIO(b'{"text":"a"}' + b" " * (1024 * 1024 - 12)))).status == 201


async def test_a_body_that_may_be_absent(site: Site) -> None:
    assert (await site.ask("POST", "/api/notes/secret", by=None)).data["text"] == "nothing"
    assert (await site.ask("POST", "/api/notes/secret", by=None, json={"text": "a"})).data["text"] == "a"


async def test_raw_bytes_come_as_they_are(site: Site) -> None:
    assert (await site.ask("POST", "/api/webhook", by=None, data=b"\x00\xff")).data["text"] == "00ff"


async def test_query_is_decoded(site: Site) -> None:
    answer = await site.ask("GET", "/api/notes/echo?status=open&status=closed&kind=rich&isDone=true&search=a%20b", by=None)
    assert json.loads(answer.data[0]["text"]) == {"status": ["open", "closed"], "kind": "rich", "done": True, "search": "a b"}
    commas = await site.ask("GET", "/api/notes/echo?status=open,closed", by=None)
    assert json.loads(commas.data[0]["text"])["status"] == ["open", "closed"]


async def test_filter_is_the_same_as_named_parameters(site: Site) -> None:
    filters = quote('{"status":["open"],"kind":"plain","isDone":false}')
    answer = await site.ask("GET", f"/api/notes/echo?filter={filters}", by=None)
    assert json.loads(answer.data[0]["text"]) == {"status": ["open"], "kind": "plain", "done": False, "search": None}


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("nope=1&kind=loud&status=lost&page=0&limit=101", {"nope", "kind", "status.0", "page", "limit"}),
        ("page=1&page=2", {"page"}),
        ("page=x", {"page"}),
        ("page=99999999999999999999999999", {"page"}),
        ("isDone=maybe", {"isDone"}),
        ("since=2026-11-20T10:30:00", {"since"}),
        ("since=9999-12-31T23:59:59-14:00", {"since"}),
        ("since=253402300799", {"since"}),
        ("filter=" + quote('{"since":253402300799}'), {"since"}),
        ("search=a%00b", {"search"}),
        ("search=%ff", {""}),
        ("page=101&limit=100", {"page"}),
        ("filter=%7B", {"filter"}),
        ("filter=%5B1%5D", {"filter"}),
        ("filter=" + quote('{"page":2,"kind":"plain","nope":1}') + "&kind=rich", {"filter.page", "filter.kind", "filter.nope"}),
        ("filter=" + quote('{"kind":"\\u0000"}'), {"kind"}),
        ("&".join(f"search{number}=1" for number in range(300)), {""}),
    ],
)
async def test_bad_queries(site: Site, query: str, fields: set[str]) -> None:
    answer = await site.ask("GET", f"/api/notes/echo?{query}", by=None)
    assert answer.status == 400
    assert set(answer.fields) == fields


async def test_an_endpoint_without_query_takes_none(site: Site) -> None:
    answer = await site.ask("GET", "/api/elsewhere?a=1", by=None)
    assert (answer.status, answer.fields) == (400, {"a": "unknown_field"})


async def test_refusals_before_the_body_is_read(house_hall: Any) -> None:
    edge = edge_of(house_hall.runner)
    assert (await ask_edge(edge, "POST", "/api/notes")).status == 401
    assert (await ask_edge(edge, "POST", "/api/nowhere")).status == 404
    assert (await ask_edge(edge, "PUT", "/api/notes")).status == 405
    assert (await ask_edge(edge, "POST", "/api/notes", {"Authorization": "Bearer mira", "Content-Length": "9999999"})).status == 413


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)
DECODER = BodyDecoder(WriteNote)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["text", "kind", "remindAt", "day", "about", "budget", "count", "skills", "tags", "extra", "nope"]), ANY
    )
)
def test_any_body_is_taken_or_refused_with_fields(sent: dict[str, object]) -> None:
    told = refusal_of(json.dumps(sent).encode())
    assert told is None or told.details or told.code == "http.malformed"


def refusal_of(raw: bytes) -> Invalid | None:
    try:
        DECODER.decode(raw, b"application/json")
    except Invalid as refusal:
        return refusal
    return None


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_refused_cleanly(raw: bytes) -> None:
    if raw:
        with pytest.raises(Invalid):
            DECODER.decode(raw, b"application/json")
