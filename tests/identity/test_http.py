"""Signing in and out over HTTP, as clients do it."""

from datetime import timedelta

import pytest

from skillhall.identity.commands.change_roles import grant_role
from skillhall.kernel.actor import Actor
from tests.identity.builders import a_code, an_address, mailed, signed_in
from tests.identity.conftest import served
from tests.support.client import Client, Reply
from tests.support.hall import TestHall

ORIGIN = "http://localhost:3000"
COOKIE_MODE = {"X-Auth-Mode": "cookie", "Origin": ORIGIN}
PASSWORD = "four calm grey herons"


@pytest.fixture
async def client(hall: TestHall):
    async with served(hall) as url, Client.of(url) as opened:
        yield opened


async def test_a_life_with_a_code(hall: TestHall, client: Client):
    email = an_address()
    await client.post("/auth/send-otp", {"email": email}, expect=200)
    await hall.drain()
    wrong = await client.post("/auth/verify-otp", {"email": email, "code": "x"}, expect=400)
    assert wrong.error is not None
    assert wrong.error["details"][0]["field"] == "code"
    signed = await client.post("/auth/verify-otp", {"email": email, "code": await mailed(hall, email)}, expect=200)
    assert signed.data.keys() == {"accessToken", "refreshToken", "tokenType", "expiresIn", "user", "profiles", "isNewAccount"}
    assert (signed.data["tokenType"], signed.data["expiresIn"], signed.data["isNewAccount"]) == ("Bearer", 900, True)
    client.take(signed)
    me = (await client.get("/auth/me")).data
    promised = {"id", "email", "emailVerified", "firstName", "lastName", "role", "roles", "abilities", "state", "isMigrated", "timezone"}
    assert promised | {"locale", "profileId", "activeProfile", "profiles"} <= me.keys()
    assert me["activeProfile"]["id"] == me["profileId"] == me["profiles"][0]["id"]
    assert (await client.patch("/users/me", {"firstName": "Mira", "timezone": "Europe/Berlin"})).data["displayName"] == "Mira"
    assert (await client.put("/users/me", {"lastName": "Lind"})).data["displayName"] == "Mira Lind"
    assert (await client.get("/users/me")).data["timezone"] == "Europe/Berlin"
    pair = await client.post("/auth/refresh", {"refreshToken": signed.data["refreshToken"]}, expect=200)
    client.token = pair.data["accessToken"]
    logins = (await client.get("/auth/sessions")).body
    assert [one["isCurrent"] for one in logins["data"]] == [True]
    other = await signed_in(hall, email)
    ended = next(one["id"] for one in (await client.get("/auth/logins")).data if not one["isCurrent"])
    assert (await client.delete(f"/auth/logins/{ended}")).data == {"id": ended, "deleted": True}
    assert (await client.post("/auth/refresh-token", {"refreshToken": other.refresh_token})).reason == "identity.wrong_token"
    assert (await client.post("/auth/logout", expect=200)).data == {"ended": 1}
    assert (await client.post("/auth/refresh-token", {"refreshToken": pair.data["refreshToken"]})).reason == "identity.wrong_token"


async def test_a_life_with_a_password(hall: TestHall, client: Client):
    email = an_address()
    assert (await client.post("/auth/register", {"email": email, "password": "password"})).reason == "identity.weak_password"
    body = {"email": email, "password": PASSWORD, "firstName": "Mira", "lastName": "Lind", "role": "client"}
    registered = await client.post("/auth/register", body, expect=201)
    assert registered.data["user"]["state"] == "pending_verification"
    assert (await client.post("/auth/register", body)).reason == "identity.email_taken"
    client.take(registered)
    await client.post("/auth/resend-verification", {}, expect=200)
    await hall.drain()
    token = await mailed(hall, email, r"token=(\S+)")
    client.token = ""
    assert (await client.post("/auth/verify-email", {"token": token}, expect=200)).data["state"] == "active"
    assert (await client.post("/auth/verify-email", {"token": token})).reason == "identity.link_invalid"
    assert (await client.post("/auth/login", {"email": email, "password": "not this one"})).reason == "identity.wrong_password"
    client.take(await client.post("/auth/login", {"email": email, "password": PASSWORD}, expect=200))
    change = {"currentPassword": PASSWORD, "newPassword": "nine loud blue whales"}
    await client.put("/auth/change-password", change)
    await client.post("/auth/change-password", {"currentPassword": change["newPassword"], "newPassword": PASSWORD}, expect=200)
    client.token = ""
    known = await client.post("/auth/forgot-password", {"email": email}, expect=200)
    unknown = await client.post("/auth/forgot-password", {"email": an_address()}, expect=200)
    assert known.data == unknown.data
    await hall.drain()
    reset = await mailed(hall, email, r"reset-password\?token=(\S+)")
    await client.post("/auth/reset-password", {"token": reset, "password": "seven slow red foxes"}, expect=200)
    assert (await client.post("/auth/reset-password", {"token": reset, "password": PASSWORD})).reason == "identity.link_invalid"
    await client.post("/auth/login", {"email": email, "password": "seven slow red foxes"}, expect=200)


async def test_cookie_mode(hall: TestHall, client: Client):
    email = an_address()
    code = await a_code(hall, email)
    signed = await client.post("/auth/verify-otp", {"email": email, "code": code}, expect=200, headers=COOKIE_MODE)
    assert signed.data["refreshToken"] is None
    cookie = signed.headers["Set-Cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/api;"):
        assert part in cookie
    pair = {"Cookie": cookie.split(";")[0]}
    for headers, reason in (
        (pair, "wrong_token"),
        (COOKIE_MODE, "wrong_token"),
        ({**pair, "X-Auth-Mode": "cookie"}, "wrong_origin"),
        ({**pair, **COOKIE_MODE, "Origin": "https://evil.example"}, "wrong_origin"),
    ):
        assert (await client.post("/auth/refresh-token", {}, headers=headers)).reason == f"identity.{reason}"
    refreshed = await client.post("/auth/refresh-token", {}, headers={**pair, **COOKIE_MODE}, expect=200)
    assert refreshed.data["refreshToken"] is None
    assert refreshed.headers["Set-Cookie"] != cookie
    assert (await client.get("/auth/me", headers=pair, expect=401)).reason == "http.sign_in_required"
    client.token = refreshed.data["accessToken"]
    out = await client.post("/auth/logout", {"scope": "current"}, headers=COOKIE_MODE, expect=200)
    assert "Max-Age=0" in out.headers["Set-Cookie"]


async def test_keys_blocks_export_and_closing(hall: TestHall, client: Client):
    other = await signed_in(hall)
    client.take(await _signed(hall, client))
    key = await client.post("/users/me/api-keys", {"name": "screen", "scopes": ["identity:read"]}, expect=201)
    async with Client.of(client.base) as screen:
        screen.token = key.data["key"]
        assert (await screen.get("/auth/me")).data["id"] == client.account_id
        assert (await screen.patch("/users/me", {"firstName": "Eve"}, expect=403)).reason == "http.scope_missing"
        assert (await screen.get("/users/me/export", expect=403)).reason == "identity.login_required"
    assert [one["name"] for one in (await client.get("/users/me/api-keys")).data] == ["screen"]
    await client.delete(f"/users/me/api-keys/{key.data['id']}")
    assert (await client.post(f"/users/{other.user.id}/block", expect=200)).data["id"] == str(other.user.id)
    assert [one["id"] for one in (await client.get("/users/me/blocks")).data] == [str(other.user.id)]
    await client.delete(f"/users/{other.user.id}/block")
    assert (await client.post(f"/users/{client.account_id}/block")).reason == "identity.self_block"
    export = (await client.get("/users/me/export", expect=202)).data["job"]
    assert (await client.get(export["url"], expect=404)).reason == "identity.export_not_ready"
    await hall.drain()
    ready = (await client.get("/users/me/export", expect=202)).data["job"]
    assert ready["status"] == "ready"
    assert (await client.get(ready["url"])).body["accountId"] == client.account_id
    assert (await client.delete("/users/me")).data["state"] == "closing"


async def test_staff(hall: TestHall, client: Client):
    person = await signed_in(hall)
    client.take(await _signed(hall, client))
    path = f"/admin/users/{person.user.id}"
    for method, where in (("GET", "/admin/users"), ("GET", path), ("POST", f"{path}/suspend"), ("POST", f"{path}/roles")):
        body = {"reason": "a good reason", "role": "admin"} if "roles" in where else {"reason": "a good reason"}
        assert (await client.call(method, where, None if method == "GET" else body)).reason == "http.permission_missing"
    await hall.run(grant_role, Actor.of("identity", "a test"), client.email, "super_admin")
    client.take(await _signed(hall, client, client.email))
    assert (await client.get(f"/admin/users?search={person.user.email}")).data[0]["id"] == str(person.user.id)
    assert (await client.get(path)).data["state"] == "active"
    until = ((await hall.read()).now + timedelta(days=3)).isoformat()
    assert (await client.post(f"{path}/suspend", {"reason": "spam", "until": until}, expect=200)).data["state"] == "suspended"
    assert (await client.post(f"{path}/restore", {"reason": "no spam"}, expect=200)).data["state"] == "active"
    assert (await client.post(f"{path}/roles", {"role": "support", "reason": "joins"}, expect=200)).data["role"] == "support"
    assert (await client.delete(f"{path}/roles?role=support&reason=leaves")).data["roles"] == ["user"]
    assert (await client.post(f"{path}/ban", {"reason": "fraud"}, expect=200)).data["state"] == "banned"
    assert (await client.post(f"{path}/ban", {"reason": "fraud"}, expect=422)).reason == "identity.wrong_state"


async def test_without_a_provider_there_is_none(client: Client):
    for provider in ("google", "github"):
        assert (await client.post(f"/auth/{provider}/start", {"redirectUri": ORIGIN})).reason == "identity.provider_not_found"


async def _signed(hall: TestHall, client: Client, email: str | None = None) -> Reply:
    client.email = email or an_address()
    client.token = ""
    return await client.post("/auth/verify-otp", {"email": client.email, "code": await a_code(hall, client.email)}, expect=200)
