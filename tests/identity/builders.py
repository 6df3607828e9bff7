"""People for tests, made by the real commands."""

import re
from typing import Any
from uuid import UUID

from skillhall.identity.commands.send_code import send_code
from skillhall.identity.commands.verify_code import verify_code
from skillhall.identity.gate import LoginGate, Memory
from skillhall.identity.model.account import Purpose
from skillhall.identity.schemas.bodies import VerifyCode
from skillhall.identity.schemas.views import SignedInView
from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER, Actor
from tests.support.hall import TestHall

MAILS = "SELECT text FROM kernel.mail WHERE rcpt = $1 ORDER BY recorded_at DESC, id DESC"


def an_address() -> str:
    return f"person-{ids.new().hex[-12:]}@example.org"


async def mailed(hall: TestHall, email: str, pattern: str = r"\b(\d{6})\b") -> str:
    """Return what the newest mail to this address that matches says."""
    rows = await hall.pool.fetch(MAILS, email.lower())
    found = next((match for row in rows if (match := re.search(pattern, row["text"]))), None)
    assert found, f"no mail to {email}"
    return found[1]


async def a_code(hall: TestHall, email: str) -> str:
    await hall.run(send_code, STRANGER, email, "sign_in")
    await hall.drain()
    return await mailed(hall, email)


async def a_link(hall: TestHall, email: str, purpose: Purpose) -> str:
    await hall.run(send_code, STRANGER, email, purpose)
    await hall.drain()
    return await mailed(hall, email, rf"{purpose.replace('_', '-')}\?token=(\S+)")


async def signed_in(hall: TestHall, email: str | None = None) -> SignedInView:
    """Return the answer of a sign-in by code."""
    email = email or an_address()
    return await hall.run(verify_code, STRANGER, VerifyCode(email=email, code=await a_code(hall, email)), "a test")


async def admitted(hall: TestHall, token: str) -> Actor:
    """Return whom a process that has just started takes this token for."""
    read = await hall.read()
    read.house.settings[Memory] = Memory()
    return await LoginGate().admit(read, token)


async def a_person(hall: TestHall, email: str | None = None) -> Actor:
    return await admitted(hall, (await signed_in(hall, email)).access_token)


async def staff(hall: TestHall, role: str) -> Actor:
    """Return a signed-in member of staff."""
    person = await signed_in(hall)
    await hall.pool.execute("UPDATE identity.account SET roles = ARRAY[$2] WHERE id = $1", person.user.id, role)
    return await admitted(hall, person.access_token)


async def account(hall: TestHall, account_id: UUID) -> Any:
    return await hall.pool.fetchrow("SELECT * FROM identity.account WHERE id = $1", account_id)


async def live_logins(hall: TestHall, account_id: UUID) -> int:
    return await hall.pool.fetchval("SELECT count(*) FROM identity.login WHERE account_id = $1 AND ended_at IS NULL", account_id)
