"""A server elsewhere that publishes calendars, and does what such servers do."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp import web


class Elsewhere:
    """Answers with `file`; paths say what else it does. `seen` are the requests' paths, `told` its statuses."""

    def __init__(self) -> None:
        self.url = ""
        self.file = b""
        self.seen: list[str] = []
        self.told: list[int] = []
        self.headers: dict[str, str] = {}
        self.gate: asyncio.Event | None = None
        self._arrived = asyncio.Semaphore(0)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request.path)
        self.headers = dict(request.headers)
        self._arrived.release()
        if self.gate is not None:
            await self.gate.wait()
        made = await self._made(request)
        self.told.append(made.status)
        return made

    async def waited_for(self, count: int) -> None:
        """Wait until so many requests have come."""
        for _ in range(count):
            await self._arrived.acquire()

    async def _made(self, request: web.Request) -> web.StreamResponse:
        if status := request.query.get("status"):
            return web.Response(status=int(status), headers={"Location": request.query.get("to", "")})
        if request.path == "/slow":
            await asyncio.sleep(30)
        tag = f'"{hashlib.sha256(self.file).hexdigest()[:12]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        packed = {"Content-Encoding": "gzip"}
        made = {
            "/round": web.Response(status=302, headers={"Location": "/round"}),
            "/huge": web.Response(body=b"x" * (5 * 1024 * 1024 + 1)),
            "/packed": web.Response(body=gzip.compress(self.file), headers=packed),
            "/bomb": web.Response(body=gzip.compress(b" " * (6 * 1024 * 1024)), headers=packed),
        }
        return made.get(request.path) or web.Response(body=self.file, content_type="text/calendar", headers={"ETag": tag})


@asynccontextmanager
async def elsewhere_opened() -> AsyncGenerator[Elsewhere]:
    made = Elsewhere()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


def a_calendar(*events: tuple[datetime, datetime], summary: str = "Dentist") -> bytes:
    """Return a file with these events."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//EN"]
    for number, (start, end) in enumerate(events):
        times = (f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}")
        lines += ["BEGIN:VEVENT", f"UID:{number}@elsewhere", "DTSTAMP:20261101T000000Z", *times, f"SUMMARY:{summary}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
