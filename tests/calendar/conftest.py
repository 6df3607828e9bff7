"""What tests of imported time start from."""

from collections.abc import AsyncGenerator

import pytest

from tests.calendar.elsewhere import Elsewhere, elsewhere_opened


@pytest.fixture
async def elsewhere() -> AsyncGenerator[Elsewhere]:
    """A server that publishes calendars."""
    async with elsewhere_opened() as opened:
        yield opened
