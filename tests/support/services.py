"""The servers outside that some tests need: where they are, and the markers that skip, or fail, where they are missing."""

import os
import socket
from typing import Final
from urllib.parse import urlsplit

import pytest

REDIS_URL: Final = os.environ.get("SKILLHALL_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
AMQP_URL: Final = os.environ.get("SKILLHALL_TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/")


def _needs(url: str, name: str) -> pytest.MarkDecorator:
    parts = urlsplit(url)
    is_required = os.environ.get("SKILLHALL_REQUIRE_SERVICES") == "1"
    with socket.socket() as probe:
        probe.settimeout(2)
        is_there = probe.connect_ex((parts.hostname or "127.0.0.1", parts.port or 0)) == 0
    return pytest.mark.skipif(not is_there and not is_required, reason=f"{name} does not answer at {parts.hostname}:{parts.port}")


needs_redis: Final = _needs(REDIS_URL, "Redis")
needs_rabbitmq: Final = _needs(AMQP_URL, "RabbitMQ")


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
