"""What every test of learning starts from."""

import pytest

from tests.learning.builders import People
from tests.support.hall import TestHall


@pytest.fixture
def people(hall: TestHall) -> People:
    """The people of a hall of its own."""
    return People(hall)
