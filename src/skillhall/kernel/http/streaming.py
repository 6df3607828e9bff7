"""Bodies sent in parts, for as long as somebody is there to read them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any, Final

SEND_SECONDS: Final = 60.0
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


async def stream(body: AsyncIterator[bytes], receive: Receive, send: Send) -> bool:
    """Send every part; stop, and let the body clean up, when the client leaves: the server swallows what is sent to nobody.

    False when the client takes nothing for a minute: whatever else is sent would wait as well, so the connection has to be cut.
    """
    sending, leaving = asyncio.ensure_future(_send_all(body, send)), asyncio.ensure_future(_left(receive))
    try:
        done, _ = await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sending.cancel()
        leaving.cancel()
    await asyncio.wait({sending, leaving})
    return sending.result() if sending in done else True


async def _send_all(body: AsyncIterator[bytes], send: Send) -> bool:
    try:
        async for part in body:
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await send({"type": "http.response.body", "body": part, "more_body": True})
            except TimeoutError:
                return False
        return True
    finally:
        if isinstance(body, AsyncGenerator):
            await body.aclose()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
