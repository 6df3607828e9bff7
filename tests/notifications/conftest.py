"""Fixtures: the stage on which reactions are heard."""

from collections.abc import AsyncGenerator

import pytest

from skillhall.kernel.db.pool import Pool
from tests.notifications.stage import Stage, set_up


@pytest.fixture
async def stage(shared_pool: Pool) -> AsyncGenerator[Stage]:
    """One transaction, rolled back."""
    async with set_up(shared_pool) as opened:
        yield opened
