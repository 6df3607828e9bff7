"""Redis, when configured: strict rate limits and the fan-out of live hints. Loaded only then; the client costs 30 MB."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# The client's own types are incomplete.

import asyncio
from collections.abc import Mapping
from typing import Final

from redis import asyncio as client
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from skillhall.kernel.clock import Clock
from skillhall.kernel.config import Config
from skillhall.kernel.http.limits import Verdict
from skillhall.kernel.outside.fanout import IDLE_SECONDS, CarriedFanout, unpacked
from skillhall.kernel.outside.limits import LIMITS, Limit, verdict
from skillhall.kernel.tokens import derive, digest

TIMEOUT_SECONDS: Final = 1.0
COUNT: Final = """
local hits = redis.call('INCR', KEYS[1])
if hits == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return hits
"""


def namespace(config: Config) -> str:
    """Return the prefix of this hall's keys and channels, so that halls may share a server."""
    return f"skillhall:{derive(config.secret, 'redis namespace')[:12]}"


def open_redis(url: str) -> "client.Redis":
    """Return a client of the server at `redis://[user:password@]host[:port]/db`; it connects when first used."""
    return client.Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)


class RedisLimits:
    """Counts under one key per limit, caller and window; a script counts and sets the end of the window together."""

    def __init__(self, redis: "client.Redis", namespace: str, clock: Clock, factor: float, limits: Mapping[str, Limit] = LIMITS) -> None:
        """Keep all keys below `namespace`."""
        self._count = redis.register_script(COUNT)
        self._namespace = namespace
        self._clock = clock
        self._limits = {name: limit.times(factor) for name, limit in limits.items()}

    async def hit(self, name: str, key: str) -> Verdict:
        """Count one hit; `ConnectionError` when Redis does not answer."""
        limit = self._limits[name]
        begun, reset_seconds = limit.window(self._clock.wall())
        slot = f"{self._namespace}:rate:{name}:{digest(key).hex()}:{int(begun.timestamp())}"
        try:
            hits = await self._count(keys=[slot], args=[limit.seconds])
        except RedisError as error:
            raise ConnectionError(str(error)) from error
        return verdict(limit, int(hits), reset_seconds)


class RedisFanout(CarriedFanout):
    """Over Redis pub/sub: reaches the processes of this hall that use the same server."""

    def __init__(self, redis: "client.Redis", namespace: str) -> None:
        """Publish and listen on one channel below `namespace`; databases of one server share their channels."""
        super().__init__()
        self._redis = redis
        self._channel = f"{namespace}:hints"

    async def _carry(self) -> None:
        async with self._redis.pubsub() as listening:
            await listening.subscribe(self._channel)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._listen(listening))
                both.create_task(self._speak())

    async def _listen(self, listening: PubSub) -> None:
        while True:
            message = await listening.get_message(timeout=IDLE_SECONDS)
            if message is not None and message["type"] == "subscribe":
                self._is_up = True
            if message is not None and message["type"] == "message":
                self.tell(unpacked(message["data"]))

    async def _speak(self) -> None:
        while True:
            await self._send_all(lambda packet: self._redis.publish(self._channel, packet))
