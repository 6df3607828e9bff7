"""A hall that serves HTTP on a port of its own, with both outside parties beside it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from skillhall.deploy.app import build_app
from skillhall.deploy.server import web_server
from tests.support import github_stub, oidc_provider
from tests.support.client import Client
from tests.support.hall import TestHall, test_hall
from tests.support.services import free_port
from tests.support.stand_in import stand_in


@pytest.fixture(scope="session")
async def google_url() -> AsyncGenerator[str]:
    async with stand_in("oidc_provider") as url:
        yield url


@pytest.fixture(scope="session")
async def github_url() -> AsyncGenerator[str]:
    async with stand_in("github_stub") as url:
        yield url


@asynccontextmanager
async def served(hall: TestHall) -> AsyncGenerator[str]:
    """Serve this hall's endpoints, yield the address."""
    async with build_app(hall.hall, alone=True) as app:
        port = free_port()
        server = web_server(app)
        server.config.host, server.config.port = "127.0.0.1", port
        running = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody when it has started
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await running


@pytest.fixture
async def outside_hall(database_dsn: str, google_url: str, github_url: str) -> AsyncGenerator[TestHall]:
    """A hall for which both outside parties are configured."""
    async with test_hall(
        database_dsn,
        google_issuer=google_url,
        google_client_id=oidc_provider.CLIENT,
        google_client_secret=oidc_provider.SECRET,
        github_url=github_url,
        github_api_url=github_url,
        github_client_id=github_stub.CLIENT,
        github_client_secret=github_stub.SECRET,
    ) as hall:
        yield hall


@pytest.fixture
async def base(outside_hall: TestHall) -> AsyncGenerator[str]:
    async with served(outside_hall) as url:
        yield url


@pytest.fixture
async def stranger(base: str) -> AsyncGenerator[Client]:
    async with Client.of(base) as client:
        yield client
