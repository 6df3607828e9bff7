"""One node process for all tests here, and the kernel's own hall."""

from collections.abc import AsyncGenerator

import pytest

from tests.kernel.conftest import kernel, kernel_template
from tests.live.node import Node, install, node

__all__ = ["kernel", "kernel_template"]


@pytest.fixture(scope="session")
async def browser() -> AsyncGenerator[Node]:
    """The real client."""
    install()
    async with node() as opened:
        yield opened
