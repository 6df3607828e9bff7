"""What stands before a hall of several processes: every request goes to the process that serves its endpoint's context."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from yarl import URL

from tests.support.routes import reached

PER_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade"}
LARGEST = 60 * 1024 * 1024


@asynccontextmanager
async def gateway(base: str, upstreams: Mapping[str, str]) -> AsyncGenerator[None]:
    """Answer at `base`; `upstreams` says which address serves a context. What is nobody's own goes to each in turn."""
    parties = sorted(set(upstreams.values()))
    async with aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def forward(request: web.Request) -> web.Response:
            endpoint = reached(request.method, request.path)
            parties.append(parties.pop(0))
            upstream = upstreams.get(endpoint.context, parties[0]) if endpoint else parties[0]
            headers = [(name, value) for name, value in request.headers.items() if name.lower() not in PER_HOP]
            url = URL(upstream + request.raw_path, encoded=True)
            body = await request.read() if request.can_read_body else None
            async with session.request(request.method, url, headers=headers, data=body, allow_redirects=False) as answer:
                back = [(name, value) for name, value in answer.headers.items() if name.lower() not in PER_HOP | {"content-length"}]
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
