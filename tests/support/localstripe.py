"""Localstripe, a server of Stripe's API written by others, as a process of its own: `python -m localstripe` on a free port."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from tests.support.services import free_port

KEY = "sk_test_12345"


@asynccontextmanager
async def localstripe() -> AsyncGenerator[str]:
    """Start one without memory, yield its address, end it."""
    port = free_port()
    command = (sys.executable, "-W", "ignore", "-m", "localstripe", "--port", str(port), "--from-scratch")
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    base = f"http://localhost:{port}"
    try:
        async with aiohttp.ClientSession() as session:
            for _attempt in range(200):
                assert process.returncode is None, "localstripe has ended"
                try:
                    async with session.get(f"{base}/v1/refunds"):
                        break  # it answers, if only that it wants a key
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        yield base
    finally:
        process.terminate()
        await process.wait()
