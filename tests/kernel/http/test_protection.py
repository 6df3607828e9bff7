"""Who may: tokens, permissions, scopes, profiles, keys, limits, addresses, security headers, CORS, uploads."""

import asyncio
import io
from uuid import UUID

import aiohttp
import pytest
import structlog

from skillhall.deploy.hall import Hall
from skillhall.kernel import ids
from skillhall.kernel.http.limits import Windows, address_key
from skillhall.kernel.http.request import address_of, networks
from tests.kernel.http import house
from tests.kernel.http.conftest import OTHER_FACE, Counted, Site, ask_edge, edge_of, production

NOTE = "019353a4-7c1e-7b1a-8f0e-2f9f6c1d2e3f"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "http.sign_in_required"),
        ("Basic bWlyYTp4", "http.bad_authorization"),
        ("Bearer", "http.bad_authorization"),
        ("Bearer a b", "http.bad_authorization"),
        ("Bearer nobody", "house.token_invalid"),
    ],
)
async def test_callers_who_are_not_known_are_401(site: Site, header: str | None, reason: str) -> None:
    answer = await site.ask("GET", f"/api/notes/{NOTE}", by=None, headers={} if header is None else {"Authorization": header})
    assert (answer.status, answer.error["reason"], answer.headers["www-authenticate"]) == (401, reason, "Bearer")


async def test_public_endpoints_take_a_bad_token_for_a_stranger(site: Site) -> None:
    assert (await site.ask("GET", "/api/notes/echo", by=None)).status == 200
    assert (await site.ask("GET", "/api/notes/echo", by="nobody")).status == 200


async def test_permission_and_scope(site: Site) -> None:
    lacking = await site.ask("DELETE", f"/api/notes/{NOTE}")
    assert (lacking.status, lacking.error["params"]) == (403, {"permission": "note.delete"})
    assert (await site.ask("GET", f"/api/notes/{NOTE}", by="sk_reader")).status == 200
    writing = await site.ask("POST", "/api/notes", by="sk_reader", json={"text": "a"})
    assert (writing.status, writing.error["params"]) == (403, {"scope": "house:write"})


async def test_another_own_profile(site: Site) -> None:
    answer = await site.ask("GET", "/api/profiles/me", headers={"X-Profile-Id": str(OTHER_FACE)})
    assert answer.data["id"] == str(OTHER_FACE)
    assert (await site.ask("GET", "/api/profiles/me", headers={"X-Profile-Id": str(ids.NIL)})).error["reason"] == "house.not_your_face"
    assert (await site.ask("GET", "/api/profiles/me", headers={"X-Profile-Id": "x"})).fields == {"X-Profile-Id": "not_an_id"}


async def test_one_key_one_answer(site: Site) -> None:
    key = {"Idempotency-Key": f"key-{ids.new()}"}
    first = await site.ask("POST", "/api/notes", json={"text": "once"}, headers=key)
    again = await site.ask("POST", "/api/notes", json={"text": "once"}, headers=key)
    assert (first.status, again.status, again.data) == (201, 201, first.data)
    assert (again.headers["idempotency-replayed"], again.headers["location"]) == ("true", first.headers["location"])
    assert "idempotency-replayed" not in first.headers
    other = await site.ask("POST", "/api/notes", json={"text": "twice"}, headers=key)
    assert (other.status, other.error["reason"]) == (422, "http.key_reused")
    elsewhere = await site.ask("POST", "/api/notes/required", json={"text": "once"}, headers=key)
    assert elsewhere.error["reason"] == "http.key_reused"
    assert (await site.ask("POST", "/api/notes", by="taro", json={"text": "once"}, headers=key)).status == 201


async def test_a_twin_still_running_is_409_and_one_runs(site: Site) -> None:
    key, text = {"Idempotency-Key": f"key-{ids.new()}"}, f"slow {ids.new()}"
    answers = await asyncio.gather(*(site.ask("POST", "/api/notes", json={"text": text}, headers=key) for _ in range(16)))
    assert sorted({answer.status for answer in answers}) == [201, 409]
    refused = next(answer for answer in answers if answer.status == 409)
    assert (refused.error["reason"], refused.headers["retry-after"]) == ("http.in_progress", "1")
    assert await house.count(await site.hall.runner.read(), f"{text}%") == 1


@pytest.mark.parametrize("key", ["short", "x" * 256, "größer-gleich"])
async def test_bad_keys(site: Site, key: str) -> None:
    answer = await site.ask("POST", "/api/notes", json={"text": "a"}, headers={"Idempotency-Key": key})
    assert (answer.status, answer.fields) == (400, {"Idempotency-Key": "invalid"})


async def test_required_keys(site: Site) -> None:
    answer = await site.ask("POST", "/api/notes/required", json={"text": "a"})
    assert (answer.status, answer.error["details"][0]["location"]) == (400, "header")
    assert answer.fields == {"Idempotency-Key": "missing"}


async def test_answers_with_secrets_are_never_stored(site: Site) -> None:
    key = {"Idempotency-Key": f"key-{ids.new()}"}
    first = await site.ask("POST", "/api/notes/secret", json={"text": "a"}, headers=key)
    second = await site.ask("POST", "/api/notes/secret", json={"text": "b"}, headers=key)
    assert (first.data["text"], second.data["text"]) == ("a", "b")


async def test_strangers_and_members_are_limited_apart(house_hall: Hall) -> None:
    edge = edge_of(house_hall.runner, config=production(rate_limit_factor=0.01))
    path, mira = "/api/notes/echo", {"Authorization": "Bearer mira"}
    assert (await ask_edge(edge, "GET", path)).headers["ratelimit-policy"] == '"default";q=1;w=60'
    refused = await ask_edge(edge, "GET", path)
    assert (refused.status, refused.error["reason"], refused.error["params"]["limit"]) == (429, "http.rate_limited", "default")
    assert int(refused.headers["retry-after"]) in range(1, 61)
    assert (await ask_edge(edge, "GET", path, client="9.9.9.8")).status == 200
    statuses = [(await ask_edge(edge, "GET", path, mira)).status for _ in range(7)]
    assert statuses == [200] * 6 + [429]
    assert (await ask_edge(edge, "GET", path, {"Authorization": "Bearer nobody"})).status == 429
    assert (await ask_edge(edge, "GET", "/alive")).status == 200


async def test_named_limits_of_public_endpoints_count_by_address_whoever_calls(house_hall: Hall) -> None:
    strict = Counted()
    edge = edge_of(house_hall.runner, strict=strict)
    answers = [await ask_edge(edge, "POST", "/api/sign-in", client="2001:db8::1") for _ in range(3)]
    assert answers[0].headers["ratelimit"] == '"sign_in";r=2;t=60'
    assert answers[0].headers["ratelimit-policy"] == '"sign_in";q=3;w=900'
    neighbor = await ask_edge(edge, "POST", "/api/sign-in", client="2001:db8::2")
    assert (neighbor.status, neighbor.error["params"]) == (429, {"limit": "sign_in", "retryAfter": 60})
    assert (await ask_edge(edge, "POST", "/api/sign-in", {"Authorization": "Bearer mira"}, client="2001:db8::2")).status == 429
    assert set(strict.hits) == {("sign_in", "2001:db8::/64")}
    assert (await ask_edge(edge, "GET", "/api/limited", {"Authorization": "Bearer mira"}, client="2001:db8::2")).status == 200
    assert ("sign_in", str(UUID(int=1))) in strict.hits


async def test_every_request_counts_once_also_a_refused_one(house_hall: Hall) -> None:
    edge = edge_of(house_hall.runner, config=production(rate_limit_factor=0.03))
    wrong_profile = {"Authorization": "Bearer mira", "X-Profile-Id": str(UUID(int=5))}
    statuses = [(await ask_edge(edge, "GET", "/api/notes/echo", wrong_profile)).status for _ in range(19)]
    assert statuses == [404] * 18 + [429]
    bad_token = {"Authorization": "Bearer nobody"}
    assert [(await ask_edge(edge, "GET", "/api/notes/echo", bad_token)).status for _ in range(4)] == [200, 200, 200, 429]


async def test_a_token_in_a_path_is_not_logged(house_hall: Hall) -> None:
    with structlog.testing.capture_logs() as lines:
        assert (await ask_edge(edge_of(house_hall.runner), "GET", "/api/feeds/very-secret")).status == 200
    assert [line["path"] for line in lines if line["event"] == "request"] == ["/api/v1/feeds/{token}"]


def test_a_window_slides(monkeypatch: pytest.MonkeyPatch) -> None:
    at = [600.0]
    monkeypatch.setattr("skillhall.kernel.http.limits.time.monotonic", lambda: at[0])
    windows = Windows(10)
    assert [windows.hit("a").allowed for _ in range(11)] == [True] * 10 + [False]
    at[0] = 661.0
    assert not windows.hit("a").allowed
    at[0] = 690.0
    assert [windows.hit("a").allowed for _ in range(6)] == [True] * 5 + [False]
    at[0] = 900.0
    assert windows.hit("a").remaining == 9


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("9.9.9.9", ["1.1.1.1"], "9.9.9.9"),
        ("10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["6.6.6.6, 1.1.1.1, 10.0.0.2"], "1.1.1.1"),
        ("10.0.0.1", ["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["1.1.1.1:8080"], "1.1.1.1"),
        ("10.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["1.1.1.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
    ],
)
def test_only_trusted_proxies_say_whose_request_it_is(peer: str, forwarded: list[str], address: str) -> None:
    scope = {"client": (peer, 1), "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded]}
    assert address_of(scope, networks("10.0.0.0/8, 127.0.0.1")) == address


def test_an_address_counts_by_its_network() -> None:
    assert address_key("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert address_key("::ffff:1.2.3.4") == "1.2.3.4"
    assert (address_key("1.2.3.4"), address_key("fe80::1%eth0"), address_key("unix:socket")) == ("1.2.3.4", "fe80::/64", "unix:socket")


async def test_security_headers(house_hall: Hall) -> None:
    for path in ("/api/notes/echo", "/api/nowhere", "/api/notes"):
        headers = (await ask_edge(edge_of(house_hall.runner), "GET", path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert (headers["referrer-policy"], headers["x-frame-options"]) == ("no-referrer", "DENY")
        assert "strict-transport-security" not in headers
    secure = edge_of(house_hall.runner, config=production(public_url="https://hall.example"))
    assert "strict-transport-security" in (await ask_edge(secure, "GET", "/alive")).headers


@pytest.mark.parametrize(
    ("is_sandbox", "origin", "is_admitted"),
    [
        (True, "http://localhost:5173", True),
        (True, "https://[::1]:8000", True),
        (True, "http://127.0.0.1", True),
        (True, "http://localhost.evil.example", False),
        (True, "http://evil.example", False),
        (False, "http://localhost:5173", False),
        (False, "https://app.example", True),
        (False, "https://app.example.evil", False),
    ],
)
async def test_cors(house_hall: Hall, is_sandbox: bool, origin: str, is_admitted: bool) -> None:
    changes = {} if is_sandbox else {"config": production(cors_origins="https://app.example/, https://b.example")}
    edge = edge_of(house_hall.runner, **changes)
    answer = await ask_edge(edge, "GET", "/api/notes", {"Origin": origin})
    preflight = await ask_edge(edge, "OPTIONS", "/api/notes", {"Origin": origin, "Access-Control-Request-Method": "PATCH"})
    assert preflight.status == 200
    for headers in (answer.headers, preflight.headers):
        assert headers.get("access-control-allow-origin") == (origin if is_admitted else None)
        assert headers["vary"] == "Origin"
    assert ("PATCH" in preflight.headers.get("access-control-allow-methods", "")) is is_admitted
    if is_admitted:
        assert "Idempotency-Key" in preflight.headers["access-control-allow-headers"]
        assert "Idempotency-Replayed" in answer.headers["access-control-expose-headers"]


def form(size: int = 10, name: str = "file") -> aiohttp.FormData:
    data = aiohttp.FormData()
    data.add_field("purpose", "avatar")
    data.add_field(name, io.BytesIO(b"x" * size), filename="me.png", content_type="image/png")
    return data


async def test_uploads(site: Site) -> None:
    small = await site.ask("POST", "/api/files", data=form())
    assert small.data["text"] == "me.png image/png 10 10 [('purpose', 'avatar')]"
    large = await site.ask("POST", "/api/files", data=form(3 * 1024 * 1024))
    assert large.data["text"].startswith("me.png image/png 3145728 3145728")


async def test_bad_uploads(site: Site) -> None:
    assert (await site.ask("POST", "/api/files", data=form(51 * 1024 * 1024))).status == 413
    assert (await site.ask("POST", "/api/files", data=form(name="other"))).fields == {"file": "missing"}
    assert (await site.ask("POST", "/api/files", json={})).status == 415
    broken = {"Content-Type": "multipart/form-data; boundary=b"}
    assert (await site.ask("POST", "/api/files", data=b"--b\r\nnonsense", headers=broken)).fields == {"": "malformed"}
    named = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a\0.png"\r\n\r\nx\r\n--b--\r\n'
    assert (await site.ask("POST", "/api/files", data=named, headers=broken)).fields == {"file": "not_storable"}
    twice = form()
    twice.add_field("file", io.BytesIO(b"x"), filename="b.png")
    assert (await site.ask("POST", "/api/files", data=twice)).fields == {"file": "repeated"}
