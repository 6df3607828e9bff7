"""What every test of gigs starts from."""

from collections.abc import AsyncGenerator

import pytest

from skillhall.gigs.module import MODULE
from tests.gigs.builders import Studio
from tests.gigs.crew import Crew
from tests.gigs.engaging import Deals
from tests.kernel.serving import Site, serving
from tests.support.hall import TestHall


@pytest.fixture
def studio(hall: TestHall) -> Studio:
    """The people of a hall of its own."""
    return Studio(hall)


@pytest.fixture
async def site(hall: TestHall) -> AsyncGenerator[Site]:
    """The endpoints of gigs behind a real server, where everybody is who they say."""
    async with serving(hall.runner, MODULE.endpoints) as opened:
        yield opened


@pytest.fixture
def deals(hall: TestHall) -> Deals:
    """The people of a hall of its own, who agree on work."""
    return Deals(hall)


@pytest.fixture
async def crew(hall: TestHall) -> Crew:
    """A client and a worker who have signed, in a hall of its own."""
    return await Crew(hall).begin()
