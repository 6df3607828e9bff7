"""What tests of payments start from: a hall with a stall that sells, and a party that can be told to fail."""

from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from skillhall.payments.module import MODULE
from skillhall.payments.ports import Providers
from tests.kernel.serving import Site, serving
from tests.payments.party import Party
from tests.payments.stall import open_stall
from tests.support.hall import TestHall


@pytest.fixture
async def stall(hall: TestHall) -> AsyncGenerator[TestHall]:
    """A hall of its own in which the stall sells."""
    async with open_stall(hall):
        yield hall


@pytest.fixture
def party(stall: TestHall) -> Party:
    """The only party of that hall."""
    made = Party()
    cast("dict[Any, Any]", stall.runner.house.ports)[Providers] = (Providers(made),)
    return made


@pytest.fixture
async def site(party: Party, stall: TestHall) -> AsyncGenerator[Site]:
    """The endpoints of payments over HTTP."""
    assert party
    async with serving(stall.runner, MODULE.endpoints) as opened:
        yield opened
