"""Answers: envelopes, lists, fields, tags, streams, refusals in both formats, failures of the database."""

import re
from uuid import UUID

import msgspec
import pytest
import structlog
from structlog.testing import capture_logs

from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of, version_tags
from skillhall.kernel.http.problem import PreconditionFailed, problem_bytes, refusal_bytes
from skillhall.kernel.live.signals import error_of
from skillhall.kernel.money import Money
from tests.kernel.http.conftest import Site
from tests.kernel.http.house import BadWord

NOTE = "019353a4-7c1e-7b1a-8f0e-2f9f6c1d2e3f"


async def test_success_envelope(site: Site) -> None:
    answer = await site.ask("GET", f"/api/notes/{NOTE}", headers={"X-Request-ID": "client-chosen-1"})
    assert answer.json.keys() == {"success", "data", "meta"}
    assert answer.json["success"] is True
    assert answer.data == {"id": NOTE, "text": "a note", "version": 7}
    meta = answer.json["meta"]
    assert (meta["version"], meta["requestId"]) == ("1.0", "client-chosen-1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", meta["timestamp"])
    assert answer.headers["x-request-id"] == "client-chosen-1"


@pytest.mark.parametrize("given", ["short", "has space in it", "x" * 129, 'quote"quote"'])
async def test_a_bad_request_id_is_replaced(site: Site, given: str) -> None:
    answer = await site.ask("GET", "/alive", by=None, headers={"X-Request-ID": given})
    assert UUID(answer.headers["x-request-id"]).version == 7
    assert answer.json["meta"]["requestId"] == answer.headers["x-request-id"]


async def test_creation_answers_201_with_location(site: Site) -> None:
    answer = await site.ask("POST", "/api/notes", json={"text": "hello"})
    assert answer.status == 201
    assert answer.headers["location"] == f"/api/v1/notes/{answer.data['id']}"


async def test_deletion_answers_200_with_the_id(site: Site) -> None:
    answer = await site.ask("DELETE", f"/api/notes/{NOTE}", by="staff")
    assert (answer.status, answer.data) == (200, {"id": NOTE, "deleted": True})


async def test_pagination(site: Site) -> None:
    answer = await site.ask("GET", "/api/notes?limit=20&page=2")
    assert answer.json["pagination"] == {
        "page": 2, "limit": 20, "total": 45, "totalPages": 3, "totalIsCapped": False, "hasNext": True, "hasPrev": True,
        "nextCursor": answer.json["pagination"]["nextCursor"],
    }  # fmt: skip
    assert [item["text"] for item in answer.data][:2] == ["note 21", "note 22"]
    cursor = answer.json["pagination"]["nextCursor"]
    last = await site.ask("GET", f"/api/notes?limit=20&cursor={cursor}")
    assert [item["text"] for item in last.data] == [f"note {number}" for number in range(41, 46)]
    assert last.json["pagination"] == {
        "page": 1, "limit": 20, "total": None, "totalPages": None, "totalIsCapped": False, "hasNext": False, "hasPrev": True,
        "nextCursor": None,
    }  # fmt: skip


async def test_fields_keep_top_level_keys(site: Site) -> None:
    answer = await site.ask("GET", "/api/notes?limit=1&fields=text,version")
    assert answer.data == [{"text": "note 1", "version": 1}]
    wrong = await site.ask("GET", "/api/notes?fields=text,secret")
    assert (wrong.status, wrong.fields) == (400, {"fields": "not_an_option"})


async def test_head_is_get_without_body(site: Site) -> None:
    got, head = await site.ask("GET", f"/api/notes/{NOTE}"), await site.ask("HEAD", f"/api/notes/{NOTE}")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]
    assert (await site.ask("HEAD", "/api/calendar.ics", by=None)).body == b""


async def test_etag_and_conditional_reads(site: Site) -> None:
    tag = (await site.ask("GET", f"/api/notes/{NOTE}")).headers["etag"]
    answer = await site.ask("GET", f"/api/notes/{NOTE}", headers={"If-None-Match": tag})
    assert (answer.status, answer.body) == (304, b"")
    assert (await site.ask("GET", f"/api/notes/{NOTE}", headers={"If-None-Match": '"other"'})).status == 200


def test_a_tag_is_of_a_version_and_of_what_was_shown_of_it() -> None:
    mine, theirs = etag_of(7, b"all of it"), etag_of(7, b"a part")
    assert mine != theirs
    assert version_tags(f'W/{mine}, "x"') == {etag_of(7), '"x"'}
    for seen in (mine, theirs):
        Match(seen).check(7)
        with pytest.raises(PreconditionFailed):
            Match(seen).check(8)


async def test_if_match_prevents_a_lost_update(site: Site) -> None:
    tag = (await site.ask("GET", f"/api/notes/{NOTE}")).headers["etag"]
    change = {"text": "new"}
    done = await site.ask("PATCH", f"/api/notes/{NOTE}", headers={"If-Match": f'"x", {tag}'}, json=change)
    assert (done.status, done.headers["etag"] != tag) == (200, True)
    lost = await site.ask("PATCH", f"/api/notes/{NOTE}", headers={"If-Match": '"stale"'}, json=change)
    assert (lost.status, lost.error["reason"]) == (412, "http.changed_meanwhile")
    assert (await site.ask("PATCH", f"/api/notes/{NOTE}", json=change)).status == 200
    assert (await site.ask("PATCH", f"/api/notes/{NOTE}", headers={"If-Match": "*"}, json=change)).status == 200
    required = await site.ask("PUT", f"/api/notes/{NOTE}/terms", json=change)
    assert (required.status, required.error["reason"]) == (428, "http.match_required")


async def test_refusal_envelope(site: Site) -> None:
    answer = await site.ask("POST", "/api/notes", json={"text": "badword"})
    assert answer.status == 422
    assert answer.json["success"] is False
    assert answer.error == {
        "code": "RULE_VIOLATION", "reason": "house.bad_word", "message": "The word badword is not written here.",
        "params": {"word": "badword"}, "docs": "/api/docs#house.bad_word",
    }  # fmt: skip


def test_facts_are_named_and_amounts_shaped_as_the_wire_does() -> None:
    refusal = BadWord(word=Money(999, "EUR"), found_at=3)
    wires = [msgspec.json.decode(refusal_bytes(refusal, "r"))["error"], error_of(refusal), msgspec.json.decode(problem_bytes(refusal, "r"))]
    assert [wire["params"] for wire in wires] == [{"word": {"amount": 999, "currency": "EUR"}, "foundAt": 3}] * 3
    assert wires[0]["message"] == wires[1]["message"] == wires[2]["detail"] == "The word 9.99 EUR is not written here."


async def test_refusal_as_problem(site: Site) -> None:
    answer = await site.ask("POST", "/api/notes", json={}, headers={"Accept": "application/problem+json, application/json"})
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json["errors"] == [{"field": "text", "location": "body", "code": "missing", "message": "This field is required."}]
    assert (answer.json["title"], answer.json["status"], answer.json["reason"]) == ("VALIDATION_ERROR", 400, "http.invalid")


@pytest.mark.parametrize("how", ["lock", "full", "gone", "cancelled", "nameless", "both"])
async def test_a_busy_database_is_503(site: Site, how: str) -> None:
    answer = await site.ask("GET", f"/api/broken/{how}", by=None)
    assert (answer.status, answer.error["code"], answer.headers["retry-after"]) == (503, "UNAVAILABLE", "1")


async def test_a_bug_is_500_logged_and_tells_nothing(site: Site) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        answer = await site.ask("GET", "/api/broken/bug", by=None)
    assert (answer.status, answer.error["reason"]) == (500, "http.internal_error")
    assert b"hunter2" not in answer.body
    (bug,) = [line for line in logs if line["event"] == "bug"]
    assert "hunter2" in repr(bug["exc_info"])
    assert bug["request_id"] == answer.headers["x-request-id"]


async def test_each_request_is_logged_and_observed_by_its_template(site: Site) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        answer = await site.ask("GET", f"/api/notes/{NOTE}?secret=1")
    (line,) = [line for line in logs if line["event"] == "request"]
    assert (line["status"], line["path"], line["request_id"]) == (400, f"/api/notes/{NOTE}", answer.headers["x-request-id"])
    assert site.observed[-1] == ("GET", "/api/v1/notes/{note_id}", 400)
    await site.ask("GET", "/api/nowhere/7")
    assert site.observed[-1] == ("GET", "unmatched", 404)


async def test_raw_streams_and_redirects(site: Site) -> None:
    stream = await site.ask("GET", "/api/calendar.ics", by=None)
    assert (stream.body, stream.headers["content-type"], stream.headers["x-kind"]) == (b"BEGIN:VCALENDAR", "text/calendar", "calendar")
    away = await site.ask("GET", "/api/elsewhere", by=None)
    assert (away.status, away.headers["location"]) == (303, "https://example.org/")


async def test_cookies_cannot_be_read_by_scripts(site: Site) -> None:
    answer = await site.ask("POST", "/api/notes/secret", by=None)
    assert answer.headers["set-cookie"] == "refresh=secret; Path=/api; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
