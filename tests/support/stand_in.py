"""Outside parties of tests: each a process of its own on a port of its own, gone when the test is."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def stand_in(module: str, *arguments: str) -> AsyncGenerator[str]:
    """Start `python -m tests.support.<module>`, yield its address, end it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.support.{module}", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
    finally:
        process.terminate()
        await process.wait()


async def serve(app: web.Application) -> None:
    """Serve on a free port of this machine, print the address, go on until ended."""
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    app["address"].append(f"http://127.0.0.1:{port}")
    print(app["address"][0], flush=True)
    await asyncio.Event().wait()
