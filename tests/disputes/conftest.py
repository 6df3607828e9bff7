"""What every test of disputes starts from."""

import pytest

from tests.disputes.builders import Court
from tests.learning.builders import People
from tests.support.hall import TestHall


@pytest.fixture
def people(hall: TestHall) -> People:
    """The people of a hall of its own."""
    return People(hall)


@pytest.fixture
def court(people: People) -> Court:
    """What they and staff do in a dispute."""
    return Court(people)
