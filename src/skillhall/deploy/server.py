"""Serving and working until told to stop: uvicorn, worker and timekeeper in one event loop, with our own signal handlers."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import structlog
import uvicorn

from skillhall.deploy.hall import Hall
from skillhall.kernel.work.wake import listen

GRACE_SECONDS = 10
LARGEST_FRAME = 128 * 1024
log = structlog.get_logger("skillhall")


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: the process has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:  # noqa: ANN401 - uvicorn's own signature
        """Leave the signals alone."""
        yield


def web_server(app: Any) -> Server:  # noqa: ANN401 - an ASGI application
    """Return a server for the application; requests under way get `GRACE_SECONDS` at the end."""
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # it logs each websocket with its query; our lines say the rest
    return Server(
        uvicorn.Config(
            app,
            http="httptools",
            loop="uvloop",
            ws="wsproto",  # holds back who writes to a slow client, and is there already: the Socket.IO library brings it
            ws_max_size=LARGEST_FRAME,
            ws_ping_interval=None,  # engine.io has its own
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=75,
            backlog=2048,
        )
    )


@asynccontextmanager
async def working(hall: Hall, told: asyncio.Event) -> AsyncGenerator[None]:
    """Run the worker and the timekeeper beside the body; at the end let what runs finish. One that breaks ends the process."""
    wake = asyncio.create_task(_listen(hall))
    running = [asyncio.create_task(hall.worker.run()), asyncio.create_task(hall.timekeeper.run())]
    for task in running:
        task.add_done_callback(lambda _task: told.set())
    try:
        yield
    finally:
        hall.worker.stop()
        hall.timekeeper.stop()
        wake.cancel()
        await asyncio.gather(*running)


async def _listen(hall: Hall) -> None:
    """Wake the worker on every notification; reconnect when the database comes back."""
    while True:
        try:
            gone = asyncio.Event()
            connection = await listen(hall.dsn, hall.worker.wake)
            connection.add_termination_listener(lambda _connection, gone=gone: gone.set())
            try:
                await gone.wait()
            finally:
                await connection.close(timeout=1)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await asyncio.sleep(1)


@asynccontextmanager
async def until_signal(leash: int | None = None) -> AsyncGenerator[asyncio.Event]:
    """Yield an event that SIGINT or SIGTERM sets, or the end of the process that holds the other end of `leash`.

    A second signal ends the process at once.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell() -> None:
        if told.is_set():
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
            signal.raise_signal(signal.SIGTERM)
        told.set()

    def let_go(held: int) -> None:
        loop.remove_reader(held)
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, tell)
    if leash is not None:
        loop.add_reader(leash, let_go, leash)
    try:
        yield told
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.default_int_handler)


async def serve(app: Any, sockets: Sequence[socket.socket], told: asyncio.Event) -> None:  # noqa: ANN401
    """Serve the application on these sockets until told; then finish the requests under way."""
    server = web_server(app)
    serving = asyncio.create_task(server.serve(sockets=list(sockets)))
    ending = asyncio.create_task(told.wait())
    await asyncio.wait({serving, ending}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    ending.cancel()
    await serving
