"""A gateway of text messages over TCP that speaks SMSEagle's JSON-RPC, as the box in an office does."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web


class SmsGateway:
    """Keeps (number, text) of what it took; answers with these failures first."""

    token = "a-gateway-token"

    def __init__(self) -> None:
        self.address = ""
        self.texts: list[tuple[str, str]] = []
        self.failures: list[int] = []
        self.calls = 0

    @property
    def url(self) -> str:
        """What an operator sets as SKILLHALL_SMS_URL."""
        return f"smseagle://{self.token}@{self.address}/{{to}}"

    async def take(self, request: web.Request) -> web.Response:
        self.calls += 1
        if self.failures:
            return web.json_response({"result": "busy"}, status=self.failures.pop(0))
        params = (await request.json())["params"]
        if params["access_token"] != self.token:
            return web.json_response({"result": "Invalid token"})
        self.texts.append((params["to"], params["message"]))
        return web.json_response({"result": [{"message_id": len(self.texts), "status": "ok"}]})


@asynccontextmanager
async def sms_gateway() -> AsyncGenerator[SmsGateway]:
    """Serve on a free port of this machine."""
    gateway = SmsGateway()
    app = web.Application()
    app.router.add_post("/jsonrpc/sms", gateway.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    gateway.address = f"127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield gateway
    finally:
        await runner.cleanup()
