"""The fan-out: the same promises in memory, over PostgreSQL and over Redis, on the real servers."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence

import asyncpg
import pytest

from skillhall.kernel import ids
from skillhall.kernel.events import Hint
from skillhall.kernel.outside.fanout import PAYLOAD_BYTES, Fanout, MemoryFanout, PostgresFanout, packets, unpacked
from skillhall.kernel.outside.redis import RedisFanout, open_redis
from tests.kernel.conftest import KernelHall
from tests.support.services import REDIS_URL, needs_redis

PATIENCE = 10.0


class Heard:
    """A listener that keeps what it hears and can be waited for."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self._news = asyncio.Event()

    def __call__(self, hint: Hint) -> None:
        self.hints.append(hint)
        self._news.set()

    async def until(self, count: int) -> list[Hint]:
        async with asyncio.timeout(PATIENCE):
            while len(self.hints) < count:
                self._news.clear()
                await self._news.wait()
        return self.hints


def hint(number: int) -> Hint:
    return Hint("account:1", "changed", {"id": str(number)})


@pytest.fixture(params=["memory", "postgres", pytest.param("redis", marks=needs_redis)])
async def pair(request: pytest.FixtureRequest, kernel: KernelHall) -> AsyncGenerator[tuple[Fanout, Fanout]]:
    """Two ends: what one process publishes the other hears (in memory they are the same)."""
    async with contextlib.AsyncExitStack() as stack:
        ends: tuple[Fanout, Fanout]
        if request.param == "memory":
            one = MemoryFanout()
            ends = (one, one)
        elif request.param == "postgres":
            ends = (PostgresFanout(kernel.dsn), PostgresFanout(kernel.dsn))
        else:
            redis, namespace = open_redis(REDIS_URL), f"test:{ids.new()}"
            stack.push_async_callback(redis.aclose)
            ends = (RedisFanout(redis, namespace), RedisFanout(redis, namespace))
        for end in set(ends):
            await stack.enter_async_context(running(end))
        yield ends


@contextlib.asynccontextmanager
async def running(fanout: Fanout) -> AsyncGenerator[None]:
    task = asyncio.create_task(fanout.run())
    try:
        await until(lambda: fanout.is_up)
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - the state of another task; it says no word when it changes
            await asyncio.sleep(0.01)


async def test_the_other_end_and_the_own_one_hear_each_hint_once_in_order(pair: tuple[Fanout, Fanout]) -> None:
    here, there = pair
    own, other = Heard(), Heard()
    here.subscribe(own)
    there.subscribe(other)
    sent = [hint(number) for number in range(500)]
    here.publish(sent[:200])
    here.publish(sent[200:])
    assert await other.until(500) == sent
    assert await own.until(500) == sent
    here.publish([hint(1000)])
    assert (await other.until(501))[500:] == [hint(1000)]
    assert (await own.until(501))[500:] == [hint(1000)]


async def test_an_ended_subscription_hears_nothing_more(pair: tuple[Fanout, Fanout]) -> None:
    here, there = pair
    gone, staying = Heard(), Heard()
    end = there.subscribe(gone)
    there.subscribe(staying)
    end()
    here.publish([hint(1)])
    assert await staying.until(1) == [hint(1)]
    assert gone.hints == []


async def test_a_listener_that_fails_costs_the_others_nothing(pair: tuple[Fanout, Fanout]) -> None:
    here, there = pair

    def broken(_hint: Hint) -> None:
        raise RuntimeError("broken")

    heard = Heard()
    there.subscribe(broken)
    there.subscribe(heard)
    here.publish([hint(1), hint(2)])
    assert await heard.until(2) == [hint(1), hint(2)]


async def test_a_cut_connection_is_made_again(kernel: KernelHall) -> None:
    fanout, heard = PostgresFanout(kernel.dsn), Heard()
    fanout.subscribe(heard)
    async with running(fanout):
        operator = await asyncpg.connect(kernel.dsn)
        cut = await operator.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'skillhall hints'"
        )
        assert cut == 1
        fanout.publish([hint(0)])  # may be lost, and notices the cut
        await until(lambda: not fanout.is_up)
        await until(lambda: fanout.is_up)
        fanout.publish([hint(7)])
        await until(lambda: hint(7) in heard.hints)
        await operator.close()


@needs_redis
async def test_an_absent_redis_is_waited_for() -> None:
    absent = open_redis("redis://127.0.0.1:1/0")
    fanout = RedisFanout(absent, "test")
    task = asyncio.create_task(fanout.run())
    fanout.publish([hint(1)])
    await asyncio.sleep(0.2)
    assert not task.done()
    assert not fanout.is_up
    task.cancel()
    await absent.aclose()


@needs_redis
async def test_halls_on_one_redis_do_not_hear_each_other() -> None:
    redis = open_redis(REDIS_URL)
    ours, theirs = RedisFanout(redis, f"test:{ids.new()}"), RedisFanout(redis, f"test:{ids.new()}")
    our_heard, their_heard = Heard(), Heard()
    ours.subscribe(our_heard)
    theirs.subscribe(their_heard)
    async with running(ours), running(theirs):
        theirs.publish([hint(1)])
        await their_heard.until(1)
        ours.publish([hint(2)])
        assert await our_heard.until(1) == [hint(2)]
    await redis.aclose()


def test_packets_fit_a_notification_and_lose_nothing_but_what_never_fits() -> None:
    sent: Sequence[Hint] = [Hint("räume:é", "changed", {"id": "ü" * (number % 300)}) for number in range(400)]
    monster = Hint("room", "changed", {"id": "x" * 9000})
    made = list(packets([*sent[:200], monster, *sent[200:]]))
    assert all(len(packet.encode()) <= PAYLOAD_BYTES for packet in made)
    assert [one for packet in made for one in unpacked(packet)] == list(sent)
    assert unpacked("not json") == []
