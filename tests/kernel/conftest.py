"""The kernel alone: a database with its tables and the sample context."""

from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

import pytest

from skillhall.deploy.hall import open_hall
from skillhall.deploy.prepare import prepare
from tests.kernel.sample import NOTES, SAMPLE
from tests.support import database
from tests.support.hall import CONFIG, TestHall


class KernelHall(TestHall):
    """A hall of the sample context."""

    __test__ = False

    async def notes(self) -> list[str]:
        """Return what was noted and committed."""
        return [row["name"] for row in await self.pool.fetch(NOTES)]


@pytest.fixture(scope="session")
async def kernel_template(server: str) -> AsyncGenerator[str]:
    """The name of a database with the kernel's tables only."""
    async with database.database(server) as dsn:
        await prepare(dsn, (SAMPLE,), CONFIG)
        yield urlsplit(dsn).path[1:]


@pytest.fixture
async def kernel(server: str, kernel_template: str) -> AsyncGenerator[KernelHall]:
    """A hall of the sample context on a database of its own."""
    async with database.database(server, kernel_template) as dsn, open_hall(CONFIG, dsn, (SAMPLE,)) as hall:
        yield KernelHall(hall)
