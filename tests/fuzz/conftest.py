"""A populated hall, and three people to send nonsense as: a stranger, a member with data, a member of staff."""

from collections.abc import AsyncGenerator

import pytest
import requests
from msgspec import Struct, field

from tests.fuzz.filling import fill, read_ids
from tests.journeys.cast import a_host
from tests.support import database
from tests.support.client import Client
from tests.support.server import Served, one

PASSWORD = "a long and calm sentence"


class Role(Struct, kw_only=True):
    """Somebody who sends requests; signs in again when a request has ended the login."""

    name: str
    base: str
    email: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def ready(self) -> None:
        """Be signed in."""
        if not self.email or self.session.get(f"{self.base}/api/v1/auth/me").ok:
            return
        self.session.headers.pop("Authorization", None)
        answer = self.session.post(f"{self.base}/api/v1/auth/login", json={"email": self.email, "password": PASSWORD})
        assert answer.ok, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['data']['accessToken']}"


class Populated(Struct):
    """A running hall with something of everything in it, and the ids of what is there."""

    served: Served
    roles: list[Role]
    known: dict[str, list[str]]


@pytest.fixture
async def populated(server: str, template: str) -> AsyncGenerator[Populated]:
    """A hall to be fuzzed."""
    async with database.database(server, template) as dsn, one(dsn, rate_limit_factor="100000") as served:
        member, _offer = await a_host(served)
        staff = await served.staff("super_admin")
        told = await fill(served, member)
        for person in (member, staff):
            await set_password(person)
        known = await read_ids(dsn) | told
        roles = [
            Role(name="stranger", base=served.base),
            Role(name="member", base=served.base, email=member.email),
            Role(name="staff", base=served.base, email=staff.email),
        ]
        yield Populated(served, roles, known)
        for role in roles:
            role.session.close()
        await served.settled()
        await served.check()


async def set_password(person: Client) -> None:
    """Give a person who signs in by code a password too."""
    await person.put("/auth/change-password", {"newPassword": PASSWORD})
