"""The bare floor of Python: uvicorn, asyncpg and msgspec with nothing between them. What our server costs above it is ours.

It decodes nothing and checks nobody: each request runs the statements of the next recorded one, with its values, and encodes the rows.
"""

import asyncio
import pickle
import socket
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from bench.machine import on
from bench.server import Running, wait_for
from bench.trace import Trace
from skillhall.deploy.server import serve, until_signal
from skillhall.kernel.db.pool import open_pool

HEAD = (b"content-type", b"application/json")


@contextmanager
def serving_bare(dsn: str, traces: Sequence[Trace], folder: Path, core: int | None) -> Generator[Running]:
    """Start it with the statements of these traces, wait until it answers, end it."""
    path = folder / "bare.pickle"
    path.write_bytes(pickle.dumps((dsn, [[(step.text, step.given) for step in trace] for trace in traces])))
    with socket.socket() as listening, on(core):
        listening.bind(("127.0.0.1", 0))
        listening.listen(512)
        number = listening.fileno()
        process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(path), str(number)], pass_fds=[number])
        port: int = listening.getsockname()[1]
    try:
        yield Running(process.pid, port, wait_for(port, process))
    finally:
        process.terminate()
        process.wait(20)


async def run(path: str, number: int) -> None:
    """Serve until told to stop; /health asks the database nothing."""
    dsn, requests = pickle.loads(Path(path).read_bytes())  # noqa: ASYNC240, S301 - before anything is served; our own file
    pool = await open_pool(dsn)
    recorded, encode = cycle(requests), msgspec.json.Encoder(enc_hook=str).encode

    async def answer(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401, ARG001 - ASGI
        asked = [] if scope["path"] == "/health" else next(recorded)
        body = encode([[dict(row) for row in await pool.fetch(text, *given)] for text, given in asked])
        head = [HEAD, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async with until_signal() as told:
        await serve(answer, [socket.socket(fileno=number)], told)
    await asyncio.wait_for(pool.close(), 5)


if __name__ == "__main__":
    uvloop.run(run(sys.argv[1], int(sys.argv[2])))
