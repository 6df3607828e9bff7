"""Google and GitHub, over HTTP against stand-ins that are processes of their own."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from skillhall.identity.outside.calls import asked
from skillhall.kernel import ids
from tests.identity.builders import account, an_address, live_logins
from tests.support.client import Client, Reply
from tests.support.hall import TestHall

BROKEN = ("nonce", "audience", "issuer", "expired", "key", "algorithm")
RETURN = "http://localhost:3000/signed-in"


def a_google_person(**changes: object) -> dict[str, Any]:
    name = ids.new().hex[-12:]
    return {"sub": name, "email": f"{name}@example.org", "email_verified": True, "given_name": "Mira", "family_name": "Lind", **changes}


def a_github_person(*, verified: bool = True, primary: bool = True, **changes: object) -> dict[str, Any]:
    name = ids.new().hex[-12:]
    emails = [
        {"email": f"old-{name}@example.org", "verified": True, "primary": False},
        {"email": f"{name}@example.org", "verified": verified, "primary": primary},
    ]
    return {"id": int(name, 16), "login": name, "name": "Mira Lind", "emails": emails, **changes}


async def depart(client: Client, provider: str) -> dict[str, Any]:
    return (await client.post(f"/auth/{provider}/start", {"redirectUri": RETURN}, expect=200)).data


async def consent(url: str, person: dict[str, Any]) -> dict[str, str]:
    """Be the browser: follow to the provider, consent as this person, return what it brings back."""
    async with aiohttp.ClientSession() as session, session.get(url, params={"as": json.dumps(person)}, allow_redirects=False) as answer:
        back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == RETURN
    return {name: values[0] for name, values in parse_qs(back.query).items()}


async def sign_in(client: Client, provider: str, person: dict[str, Any]) -> Reply:
    departure = await depart(client, provider)
    brought = await consent(departure["authorizationUrl"], person)
    assert brought["state"] == departure["state"]
    return await client.post(f"/auth/{provider}", brought)


@pytest.mark.parametrize(("provider", "person"), [("google", a_google_person), ("github", a_github_person)])
async def test_the_first_time_makes_an_account_and_later_ones_find_it(stranger: Client, outside_hall: TestHall, provider: str, person: Any):
    one = person()
    first = await sign_in(stranger, provider, one)
    assert first.status == 200, first.body
    user = first.data["user"]
    assert first.data["isNewAccount"]
    assert (user["state"], user["emailVerified"], user["firstName"], user["lastName"]) == ("active", True, "Mira", "Lind")
    assert first.data["profiles"][0]["displayName"] == "Mira Lind"
    again = await sign_in(stranger, provider, one)
    assert not again.data["isNewAccount"]
    assert again.data["user"]["id"] == user["id"]
    stranger.take(again)
    assert (await stranger.get("/auth/me")).data["email"] == user["email"]
    assert await outside_hall.pool.fetchval("SELECT count(*) FROM ledger.transfer WHERE kind = 'grant'") == 1
    await outside_hall.verify()


async def test_the_link_holds_when_the_address_there_changes(stranger: Client):
    person = a_google_person()
    first = await sign_in(stranger, "google", person)
    moved = await sign_in(stranger, "google", {**person, "email": an_address()})
    assert moved.data["user"]["id"] == first.data["user"]["id"]
    assert moved.data["user"]["email"] == person["email"]


async def test_a_verified_address_opens_the_account_that_has_it(stranger: Client, outside_hall: TestHall):
    email, password = an_address(), "four calm grey herons"
    registered = await stranger.post("/auth/register", {"email": email, "password": password}, expect=201)
    found = await sign_in(stranger, "google", a_google_person(email=email.upper()))
    assert found.data["user"]["id"] == registered.data["user"]["id"]
    assert found.data["user"]["state"] == "active"
    assert (await account(outside_hall, found.data["user"]["id"]))["password_hash"] is None
    assert await live_logins(outside_hall, found.data["user"]["id"]) == 1


@pytest.mark.parametrize(
    ("provider", "person", "reason"),
    [
        *[("google", a_google_person(breaks=how), "provider_refused") for how in BROKEN],
        ("google", a_google_person(breaks="down"), "provider_unavailable"),
        ("google", a_google_person(email_verified=False), "provider_unverified"),
        ("google", a_google_person(email="no address"), "provider_unverified"),
        ("github", a_github_person(verified=False), "provider_unverified"),
        ("github", a_github_person(primary=False), "provider_unverified"),
    ],
)
async def test_what_the_provider_does_not_vouch_for_opens_nothing(
    stranger: Client, outside_hall: TestHall, provider: str, person: dict[str, Any], reason: str
):
    answer = await sign_in(stranger, provider, person)
    assert answer.reason == f"identity.{reason}", answer.body
    assert await outside_hall.pool.fetchval("SELECT count(*) FROM identity.account") == 0


@pytest.mark.parametrize(("provider", "person"), [("google", a_google_person), ("github", a_github_person)])
async def test_code_and_state_work_once_and_together(stranger: Client, outside_hall: TestHall, provider: str, person: Any):
    departure, other = await depart(stranger, provider), await depart(stranger, provider)
    brought = await consent(departure["authorizationUrl"], person())
    mixed = await stranger.post(f"/auth/{provider}", {**brought, "state": other["state"]}, expect=401)
    assert mixed.reason == "identity.provider_refused"
    fresh = await consent(departure["authorizationUrl"], person())
    assert (await stranger.post(f"/auth/{provider}", fresh)).status == 200
    assert (await stranger.post(f"/auth/{provider}", fresh)).reason == "identity.provider_refused"
    wrong = {"code": "no such code", "state": (await depart(stranger, provider))["state"]}
    assert (await stranger.post(f"/auth/{provider}", wrong)).reason == "identity.provider_refused"
    assert await outside_hall.pool.fetchval("SELECT count(*) FROM identity.account") == 1


async def test_the_way_back_leads_to_our_own_pages_only(stranger: Client):
    for uri in ("https://evil.example/steal", "http://localhost.evil.example/"):
        answer = await stranger.post("/auth/google/start", {"redirectUri": uri}, expect=422)
        assert answer.reason == "identity.redirect_not_allowed"


async def test_an_answer_in_several_pieces_is_read_whole():
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in (b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a":', b'"b"}'):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        assert await asked(dict[str, str], "google", "GET", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/") == {"a": "b"}
