"""Strict limits: the same promises in PostgreSQL and in Redis, over the real servers."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

import pytest

from skillhall.kernel import ids
from skillhall.kernel.clock import Clock
from skillhall.kernel.db.pool import Pool
from skillhall.kernel.http.limits import StrictLimits, Verdict
from skillhall.kernel.outside.limits import LIMITS, FallbackLimits, Limit, PostgresLimits, forget_rates
from skillhall.kernel.outside.redis import RedisLimits, open_redis
from tests.kernel.conftest import KernelHall
from tests.support.services import REDIS_URL, needs_redis

SMALL = {"small": Limit(5, 900), "other": Limit(2, 60)}


class SetClock(Clock):
    """A clock whose wall time the test sets."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime(2026, 11, 20, 10, 0, 1, tzinfo=UTC)

    def wall(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def pool(kernel: KernelHall) -> Pool:
    return kernel.pool


@pytest.fixture(params=["postgres", pytest.param("redis", marks=needs_redis)])
async def limits(request: pytest.FixtureRequest, pool: Pool, clock: SetClock) -> AsyncGenerator[StrictLimits]:
    if request.param == "postgres":
        yield PostgresLimits(pool, clock, 1.0, SMALL)
        return
    redis = open_redis(REDIS_URL)
    yield RedisLimits(redis, f"test:{ids.new()}", clock, 1.0, SMALL)
    await redis.aclose()


async def test_hits_count_down_and_then_are_refused(limits: StrictLimits) -> None:
    verdicts = [await limits.hit("small", "one") for _ in range(7)]
    assert [v.allowed for v in verdicts] == [True] * 5 + [False] * 2
    assert [v.remaining for v in verdicts] == [4, 3, 2, 1, 0, 0, 0]
    assert {(v.limit, v.reset_seconds) for v in verdicts} == {(5, 899)}


async def test_keys_and_names_are_counted_apart(limits: StrictLimits) -> None:
    for _ in range(6):
        await limits.hit("small", "one")
    assert (await limits.hit("small", "two")).allowed
    assert (await limits.hit("other", "one")).remaining == 1


async def test_a_new_window_begins_at_nothing(limits: StrictLimits, clock: SetClock) -> None:
    for _ in range(6):
        await limits.hit("small", "one")
    clock.at += timedelta(seconds=898)
    assert not (await limits.hit("small", "one")).allowed
    clock.at += timedelta(seconds=1)
    assert await limits.hit("small", "one") == Verdict(allowed=True, limit=5, remaining=4, reset_seconds=900, window_seconds=900)


async def test_of_many_at_once_exactly_the_limit_passes(limits: StrictLimits) -> None:
    verdicts = await asyncio.gather(*(limits.hit("small", "crowd") for _ in range(32)))
    assert sum(v.allowed for v in verdicts) == 5
    assert sorted(v.remaining for v in verdicts if v.allowed) == [0, 1, 2, 3, 4]


@needs_redis
async def test_a_redis_window_forgets_itself(clock: SetClock) -> None:
    namespace = f"test:{ids.new()}"
    redis = open_redis(REDIS_URL)
    await RedisLimits(redis, namespace, clock, 1.0, SMALL).hit("other", "one")
    (key,) = [key async for key in redis.scan_iter(f"{namespace}:*")]
    assert 0 < await redis.ttl(key) <= 60
    await redis.aclose()


async def test_a_dead_redis_falls_back_to_postgres_and_is_tried_again(pool: Pool, clock: SetClock) -> None:
    dead = open_redis("redis://127.0.0.1:1/0")
    limits = FallbackLimits(RedisLimits(dead, "test", clock, 1.0, SMALL), PostgresLimits(pool, clock, 1.0, SMALL))
    assert not limits.is_degraded
    assert [(await limits.hit("other", "one")).allowed for _ in range(3)] == [True, True, False]
    assert limits.is_degraded
    back = FallbackLimits(PostgresLimits(pool, clock, 1.0, SMALL), RedisLimits(dead, "test", clock, 1.0, SMALL))
    await back.hit("other", "two")
    assert not back.is_degraded
    await dead.aclose()


async def test_after_the_pause_the_first_is_used_again(pool: Pool, clock: SetClock) -> None:
    class Flaky:
        fails = True

        async def hit(self, name: str, key: str) -> Verdict:
            if self.fails:
                raise ConnectionError("gone")
            return Verdict(allowed=True, limit=9, remaining=9, reset_seconds=9)

    flaky = Flaky()
    limits = FallbackLimits(flaky, PostgresLimits(pool, clock, 1.0, SMALL), pause_seconds=0)
    assert (await limits.hit("small", "one")).limit == 5
    flaky.fails = False
    assert (await limits.hit("small", "one")).limit == 9
    assert not limits.is_degraded


async def test_no_address_rests_in_the_table_and_old_windows_go(kernel: KernelHall, clock: SetClock) -> None:
    limits = PostgresLimits(kernel.pool, clock, 1.0, SMALL)
    await limits.hit("small", "ada@example.org")
    stored = await kernel.pool.fetch("SELECT name, key FROM kernel.rate")
    assert [(row["name"], "ada" in row["key"]) for row in stored] == [("small", False)]
    wall = Clock().wall()
    for clock.at in (wall - timedelta(days=2), wall):
        await limits.hit("small", "bob@example.org")
    await kernel.work(forget_rates)
    starts = [row["window_start"] for row in await kernel.pool.fetch("SELECT window_start FROM kernel.rate")]
    assert starts
    assert min(starts) > wall - timedelta(days=1)
    assert SMALL["small"].window(wall)[0] in starts


def test_the_factor_loosens_and_never_closes() -> None:
    assert Limit(5, 900).times(100) == Limit(500, 900)
    assert Limit(3, 3600).times(0.001) == Limit(1, 3600)
    assert (LIMITS["sign_in"], LIMITS["refresh"]) == (Limit(5, 900), Limit(10, 60))
