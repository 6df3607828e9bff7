"""A hall of one healthy server and no worker; tests start what is to die, and what comes after it."""

import socket
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from tests.support import database
from tests.support.client import Client
from tests.support.server import Process, Served, hall_on


class Mortal(Served):
    """A hall in which processes die and others take over."""

    async def server(self, failpoint: str = "") -> Process:
        """Start a server on a port of its own; with a failpoint it is killed there."""
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(64)
            return await self.start("serve", listening=listening, failpoint=failpoint)

    async def worker(self, failpoint: str = "") -> Process:
        """Start a worker; with a failpoint it is killed there."""
        return await self.start("work", failpoint=failpoint)

    async def sign_in(self, client: Client) -> None:
        """Sign in by code; without a worker the mail waits until somebody moves the clock."""
        client.token = ""
        seen = await client.mails()
        await client.post("/auth/send-otp", {"email": client.email}, expect=200)
        await self.work_off()
        body = {"email": client.email, "code": await client.mailed(r"\b(\d{6})\b", but=seen)}
        client.take(await client.post("/auth/verify-otp", body, expect=200))

    async def person(self, email: str | None = None) -> Client:
        """Return a member, signed in by code."""
        client = self.stranger()
        client.email = email or client.email
        await self.sign_in(client)
        return client

    async def work_off(self) -> None:
        """Have the healthy server do everything that is due, as it does when the clock is moved."""
        await self.advance(timedelta(minutes=1))

    async def restarted_worker(self) -> None:
        """Have a new worker do everything that is due, what the dead one had leased included."""
        worker = await self.worker()
        await self.settled()
        await worker.stop()


@pytest.fixture(scope="session")
async def session_mortal(server: str, template: str) -> AsyncGenerator[Mortal]:
    """The hall of a whole test session; its operator is signed in while it still has a worker."""
    async with database.database(server, template) as dsn, hall_on(dsn, Mortal) as mortal:
        mortal.base = (await mortal.server()).base
        worker = await mortal.worker()
        operator = await mortal.stranger().sign_in()
        mortal.cli("accounts", "grant", operator.email, "super_admin")
        mortal.appoint(await operator.sign_in())
        await worker.stop()
        yield mortal


@pytest.fixture
async def mortal(session_mortal: Mortal) -> AsyncGenerator[Mortal]:
    """A hall in which processes die; afterwards everything must hold."""
    yield session_mortal
    await session_mortal.work_off()
    await session_mortal.check()
