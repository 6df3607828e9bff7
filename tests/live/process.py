"""One live server process of several on one database: `python -m tests.live.process <dsn> <listening socket> [<Redis>]`."""

import asyncio
import socket
import sys

import uvloop

from skillhall.deploy.hall import open_hall
from skillhall.kernel.outside.fanout import PostgresFanout
from skillhall.kernel.outside.redis import RedisFanout, open_redis
from tests.kernel.live.site import CONFIG, live
from tests.kernel.sample import SAMPLE


async def main(dsn: str, number: int, redis_url: str = "") -> None:
    """Serve until killed."""
    fanout = RedisFanout(open_redis(redis_url), dsn) if redis_url else PostgresFanout(dsn)
    async with (
        open_hall(CONFIG, dsn, (SAMPLE,)) as hall,
        live(hall.runner, fanout=fanout, listening=socket.socket(fileno=number)),
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
