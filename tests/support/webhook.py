"""A webhook of a test's own: keeps what a party sends, headers and raw bytes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web

from skillhall.kernel.clock import Clock
from skillhall.payments.ports import News, Provider


class Webhook:
    """What has come so far."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[tuple[dict[str, str], bytes]] = []

    async def take(self, request: web.Request) -> web.Response:
        self.received.append((dict(request.headers), await request.read()))
        return web.json_response({"received": True})

    async def news(self, party: Provider) -> list[News]:
        """Return everything that has come, each with its signature checked."""
        return [news for headers, body in self.received for news in await party.news(headers, body, Clock().wall())]


@asynccontextmanager
async def webhook() -> AsyncGenerator[Webhook]:
    """Listen on a free port, yield what it hears, end."""
    hears = Webhook()
    app = web.Application()
    app.router.add_post("/", hears.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        hears.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield hears
    finally:
        await runner.cleanup()
