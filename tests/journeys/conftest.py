"""Halls that journeys go through over HTTP: each story is told twice, in one process and in several. After each, everything is verified."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tests.kernel.outside.test_storage import s3
from tests.support import database, github_stub, oidc_provider
from tests.support.server import Served, one, split
from tests.support.stand_in import stand_in

__all__ = ["s3"]
SHAPES = {"one": one, "split": split}


@pytest.fixture(scope="session")
async def outside() -> AsyncGenerator[dict[str, str]]:
    """The settings that lead to Google's and GitHub's stand-ins."""
    async with stand_in("oidc_provider") as google, stand_in("github_stub") as github:
        yield {
            "google_issuer": google,
            "google_client_id": oidc_provider.CLIENT,
            "google_client_secret": oidc_provider.SECRET,
            "github_url": github,
            "github_api_url": github,
            "github_client_id": github_stub.CLIENT,
            "github_client_secret": github_stub.SECRET,
        }


@pytest.fixture(scope="session", params=["one", "split"])
async def session_hall(request: Any, server: str, template: str, outside: dict[str, str]) -> AsyncGenerator[Served]:
    """The hall of a whole test session."""
    async with database.database(server, template) as dsn, SHAPES[request.param](dsn, **outside) as served:
        yield served


@pytest.fixture
async def served(session_hall: Served) -> AsyncGenerator[Served]:
    """A running hall, in which everything must hold after the story."""
    yield session_hall
    await session_hall.check()


@pytest.fixture(scope="session", params=["one", "split"])
async def session_points_hall(request: Any, server: str, template: str) -> AsyncGenerator[Served]:
    """The hall of a whole test session, of a community whose members may give credits."""
    async with database.database(server, template) as dsn, SHAPES[request.param](dsn, ledger_mode="points") as served:
        yield served


@pytest.fixture
async def points(session_points_hall: Served) -> AsyncGenerator[Served]:
    """A running hall in mode `points`, in which everything must hold after the story."""
    yield session_points_hall
    await session_points_hall.check()
