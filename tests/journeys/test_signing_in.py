"""Every way in and out: by code, by password, by Google and GitHub; refreshed, listed, ended."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from skillhall.kernel import ids
from tests.support.client import Client, an_address
from tests.support.server import Served

PASSWORD = "a long and calm sentence"
BETTER = "another long and calm sentence"
RETURN = "http://localhost:3000/signed-in"
LINK = r"token=(\S+)"


async def registered(served: Served, **changes: Any) -> Client:
    """Return somebody who has just registered with a password, and is signed in."""
    client = served.stranger()
    body = {"email": an_address(), "password": PASSWORD, "firstName": "Mira", "lastName": "Lind", "role": "worker", **changes}
    client.take(await client.post("/api/auth/register", body, expect=201))
    return client


async def test_by_code(served: Served):
    client = served.stranger()
    assert (await client.post("/api/auth/send-otp", {"email": client.email}, expect=200)).data["message"]
    code = await client.mailed(r"\b(\d{6})\b")
    wrong = await client.post("/auth/verify-otp", {"email": client.email, "code": f"{(int(code) + 1) % 10**6:06}"}, expect=401)
    assert wrong.reason == "identity.wrong_code"
    signed = await client.post("/api/auth/verify-otp", {"email": client.email, "code": code}, expect=200)
    assert (signed.data["isNewAccount"], signed.data["user"]["emailVerified"]) == (True, True)
    again = await client.post("/auth/verify-otp", {"email": client.email, "code": code}, expect=401)
    assert again.reason == "identity.wrong_code"
    client.take(signed)
    me = (await client.get("/api/auth/me")).data
    assert (me["id"], me["email"]) == (signed.data["user"]["id"], client.email)
    assert me["activeProfile"]["id"] == me["profileId"] == me["profiles"][0]["id"]


async def test_by_password(served: Served):
    client = await registered(served)
    assert (await client.get("/auth/me")).data["state"] == "pending_verification"
    taken = await served.stranger().post("/auth/register", {"email": client.email, "password": PASSWORD}, expect=409)
    assert taken.reason == "identity.email_taken"
    assert (await client.get("/wallet")).data["balances"][0]["available"]["amount"] == 0
    verified = await client.post("/api/auth/verify-email", {"token": await client.mailed(LINK)}, expect=200)
    assert (verified.data["state"], verified.data["emailVerified"]) == ("active", True)
    await served.settled()
    assert (await client.get("/wallet")).data["balances"][0]["available"]["amount"] == 10
    wrong = await served.stranger().post("/api/auth/login", {"email": client.email, "password": BETTER}, expect=401)
    assert wrong.reason == "identity.wrong_password"
    client.take(await client.post("/api/auth/login", {"email": client.email, "password": PASSWORD}, expect=200))
    await client.put("/api/auth/change-password", {"currentPassword": PASSWORD, "newPassword": BETTER})
    await client.post("/api/auth/change-password", {"currentPassword": BETTER, "newPassword": PASSWORD + "!"}, expect=200)
    known = await client.mails()
    await served.stranger().post("/api/auth/forgot-password", {"email": client.email}, expect=200)
    link = await client.mailed(LINK, but=known)
    await served.stranger().post("/api/auth/reset-password", {"token": link, "password": BETTER}, expect=200)
    used = await served.stranger().post("/auth/reset-password", {"token": link, "password": PASSWORD}, expect=422)
    assert used.reason == "identity.link_invalid"
    client.take(await served.stranger().post("/auth/login", {"email": client.email, "password": BETTER}, expect=200))


async def test_the_verification_is_mailed_again(served: Served):
    client = await registered(served)
    first = await client.mailed(LINK)
    known = await client.mails()
    await client.post("/auth/resend-verification", {}, expect=200)
    second = await client.mailed(LINK, but=known)
    assert second != first
    assert (await client.post("/auth/verify-email", {"token": second}, expect=200)).data["state"] == "active"


async def test_logins_are_listed_refreshed_and_ended(served: Served):
    client = await registered(served)
    signed = await served.stranger().post("/auth/login", {"email": client.email, "password": PASSWORD}, expect=200)
    for path in ("/auth/logins", "/auth/sessions"):
        logins = (await client.get(path)).data
        assert [login["isCurrent"] for login in logins] == [False, True]
    tokens = (await client.post("/auth/refresh-token", {"refreshToken": signed.data["refreshToken"]}, expect=200)).data
    next_ones = (await client.post("/api/auth/refresh", {"refreshToken": tokens["refreshToken"]}, expect=200)).data
    assert next_ones["refreshToken"] != tokens["refreshToken"]
    other = served.stranger()
    other.token = next_ones["accessToken"]
    await other.get("/auth/me")
    assert (await client.delete(f"/auth/logins/{logins[0]['id']}")).data["deleted"]
    dead = await client.post("/auth/refresh-token", {"refreshToken": next_ones["refreshToken"]}, expect=401)
    assert dead.reason == "identity.wrong_token"
    third = await served.stranger().post("/auth/login", {"email": client.email, "password": PASSWORD}, expect=200)
    newest = (await client.get("/auth/logins?sort=-createdAt")).data
    ended = next(login for login in newest if not login["isCurrent"])
    assert (await client.delete(f"/auth/sessions/{ended['id']}")).data["deleted"]
    other.token = third.data["accessToken"]
    assert (await client.post("/api/auth/logout", {"scope": "current"}, expect=200)).data == {"ended": 1}
    client.take(await served.stranger().post("/auth/login", {"email": client.email, "password": PASSWORD}, expect=200))
    assert (await client.post("/auth/logout", expect=200)).data["ended"] >= 1


def a_person_at(provider: str) -> dict[str, Any]:
    name = ids.new().hex[-12:]
    if provider == "google":
        return {"sub": name, "email": f"{name}@example.org", "email_verified": True, "given_name": "Mira", "family_name": "Lind"}
    return {
        "id": int(name, 16),
        "login": name,
        "name": "Mira Lind",
        "emails": [{"email": f"{name}@example.org", "verified": True, "primary": True}],
    }


@pytest.mark.parametrize("provider", ["google", "github"])
async def test_by_somebody_elses_account(served: Served, provider: str):
    person = a_person_at(provider)
    for is_new in (True, False):
        client = served.stranger()
        departure = (await client.post(f"/auth/{provider}/start", {"redirectUri": RETURN}, expect=200)).data
        where = departure["authorizationUrl"]
        async with (
            aiohttp.ClientSession() as browser,
            browser.get(where, params={"as": json.dumps(person)}, allow_redirects=False) as answer,
        ):
            brought = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
        assert brought["state"] == departure["state"]
        signed = await client.post(f"/auth/{provider}", {"code": brought["code"], "state": brought["state"]}, expect=200)
        assert signed.data["isNewAccount"] is is_new
        client.take(signed)
        assert (await client.get("/auth/me")).data["displayName"] == "Mira Lind"
        assert (await client.get("/wallet")).data["balances"][0]["available"]["amount"] in {0, 10}
    await served.settled()
    assert (await client.get("/wallet")).data["balances"][0]["available"]["amount"] == 10


async def test_in_cookie_mode_the_refresh_token_is_out_of_reach(served: Served):
    client = await registered(served)
    mode = {"X-Auth-Mode": "cookie", "Origin": "http://localhost:3000"}
    client.token = ""
    signed = await client.post("/auth/login", {"email": client.email, "password": PASSWORD}, expect=200, headers=mode)
    assert signed.data["refreshToken"] is None
    cookie = signed.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    held = {**mode, "Cookie": cookie.split(";")[0]}
    assert (await client.post("/auth/refresh-token", {}, expect=200, headers=held)).data["accessToken"]
    elsewhere = {**held, "Origin": "https://elsewhere.example"}
    assert (await client.post("/auth/refresh-token", {}, expect=403, headers=elsewhere)).reason == "identity.wrong_origin"
