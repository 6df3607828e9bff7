"""What every test of reviews starts from."""

from collections.abc import AsyncGenerator

import pytest

from skillhall.reviews.module import MODULE
from tests.kernel.serving import Site, serving
from tests.reviews.builders import Circle
from tests.support.hall import TestHall


@pytest.fixture
def circle(hall: TestHall) -> Circle:
    """The people of a hall of its own, and what they say of each other."""
    return Circle(hall)


@pytest.fixture
async def site(hall: TestHall) -> AsyncGenerator[Site]:
    """The endpoints of reviews behind a real server, where everybody is who they say."""
    async with serving(hall.runner, MODULE.endpoints) as opened:
        yield opened
