"""What stands before a hall of several processes: every request goes to the process that serves its endpoint's context."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from tests.support.routes import reached

PER_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade"}
LARGEST = 60 * 1024 * 1024


@asynccontextmanager
async def gateway(base: str, upstreams: Mapping[str, str]) -> AsyncGenerator[None]:
    """Answer at `base`; `upstreams` says which address serves a context. What is nobody's own goes to each in turn."""
    parties = sorted(set(upstreams.values()))
    async with aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def forward(request: web.Request) -> web.StreamResponse:
            endpoint = reached(request.method, request.path)
            parties.append(parties.pop(0))
            upstream = upstreams.get(endpoint.context, parties[0]) if endpoint else parties[0]
            headers = [(name, value) for name, value in request.headers.items() if name.lower() not in PER_HOP]
            url = URL(upstream + request.raw_path, encoded=True)
            if request.headers.get("Upgrade", "").lower() == "websocket":
                return await relay(request, session, url)
            body = await request.read() if request.can_read_body else None
            async with session.request(request.method, url, headers=headers, data=body, allow_redirects=False) as answer:
                back = [(name, value) for name, value in answer.headers.items() if name.lower() not in PER_HOP | {"content-length"}]
                if answer.content_type == "text/event-stream":
                    return await stream(request, answer, back)
                return web.Response(status=answer.status, headers=back, body=await answer.read())

        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/{path:.*}", forward)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        host, port = base.removeprefix("http://").split(":")
        await web.TCPSite(runner, host, int(port)).start()
        try:
            yield
        finally:
            await runner.cleanup()


async def relay(request: web.Request, session: aiohttp.ClientSession, url: URL) -> web.WebSocketResponse:
    """Hand a websocket's messages on, both ways, until one side ends."""
    near = web.WebSocketResponse(max_msg_size=0)
    await near.prepare(request)
    async with session.ws_connect(url, max_msg_size=0) as far:

        async def pump(source: Any, target: Any) -> None:
            async for message in source:
                await (target.send_str if message.type is aiohttp.WSMsgType.TEXT else target.send_bytes)(message.data)
            await target.close()

        await asyncio.gather(pump(near, far), pump(far, near), return_exceptions=True)
    return near


async def stream(request: web.Request, answer: aiohttp.ClientResponse, headers: list[tuple[str, str]]) -> web.StreamResponse:
    """Hand an endless answer on as it comes."""
    near = web.StreamResponse(status=answer.status, headers=CIMultiDict(headers))
    await near.prepare(request)
    async for part in answer.content.iter_any():
        await near.write(part)
    return near
