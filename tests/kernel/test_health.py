"""Health and metrics over HTTP, with the database there and gone."""

import asyncpg
import msgspec

from skillhall.deploy.hall import build_house
from skillhall.kernel import health
from skillhall.kernel.db.pool import Pool
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.db.statement import sql
from skillhall.kernel.health import Probe
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.migrate import Migration
from skillhall.kernel.module import Gauge
from tests.kernel.conftest import KernelHall
from tests.kernel.serving import serving
from tests.support.database import named
from tests.support.services import free_port

ENDPOINTS = endpoints_of(health)


async def fine() -> str | None:
    return None


async def gone() -> str | None:
    raise ConnectionError("refused")


async def test_health_needs_nothing(kernel: KernelHall) -> None:
    async with serving(kernel.runner, ENDPOINTS) as site:
        answer = await site.get("/health")
    assert answer.status == 200
    assert answer.json["status"] == "ok"
    assert answer.json["version"]


async def test_ready_says_each_part(kernel: KernelHall) -> None:
    async with serving(kernel.runner, ENDPOINTS) as site:
        answer = await site.get("/health/ready")
        assert (answer.status, answer.json) == (200, {"status": "ready", "parts": {"database": "ok"}})
        kernel.runner.house.ports[Probe] = (Probe("redis", fine), Probe("broker", gone))
        answer = await site.get("/health/ready")
        assert answer.status == 200
        assert answer.json == {"status": "degraded", "parts": {"database": "ok", "redis": "ok", "broker": "absent"}}


async def test_a_schema_that_is_behind_is_unavailable(kernel: KernelHall) -> None:
    kernel.runner.house.ports[Migration] += (Migration("209901010000_later.sql", "kernel", "SELECT 1"),)
    async with serving(kernel.runner, ENDPOINTS) as site:
        answer = await site.get("/health/ready")
    assert answer.status == 503
    assert answer.json["status"] == "unavailable"
    assert "1 migrations" in answer.json["parts"]["database"]


async def without_database() -> Pool:
    """A pool whose server is not there."""
    dsn = named(f"postgresql://app@127.0.0.1:{free_port()}/x", "nowhere")
    pool: Pool = asyncpg.create_pool(dsn, min_size=0)
    return await pool


async def test_without_the_database_it_is_unavailable_and_the_process_still_has_figures(kernel: KernelHall) -> None:
    runner = Runner(await without_database(), build_house(kernel.config, ()))
    async with serving(runner, ENDPOINTS) as site:
        answer = await site.get("/health/ready")
        assert (answer.status, answer.json["status"]) == (503, "unavailable")
        assert (await site.get("/health")).status == 200
        figures = await site.get("/metrics")
    assert figures.status == 200
    assert b'skillhall_requests_total{method="GET",route="/health/ready",status="503"} 1.0' in figures.body
    assert b"skillhall_jobs_waiting" not in figures.body


async def test_metrics_count_requests_by_template_and_read_the_database(kernel: KernelHall) -> None:
    kernel.runner.house.ports[Gauge] = (
        Gauge(name="skillhall_test_one", help="One", value=sql("SELECT 41 + 1")),
        Gauge(name="skillhall_test_many", help="Many", value=sql("SELECT * FROM (VALUES ('a', 1), ('b', 2)) AS v")),
        Gauge(name="skillhall_test_broken", help="Broken", value=sql("SELECT nothing FROM nowhere")),
    )
    add = (
        "INSERT INTO kernel.delivery (id, receiver, payload, due_at, state) VALUES (gen_random_uuid(), $1, '{}', now() + $2::interval, $3)"
    )
    for receiver, due, state in (
        ("a.b", "-1 minute", "waiting"),
        ("a.b", "-1 minute", "waiting"),
        ("a.b", "1 hour", "waiting"),
        ("c.d", "-1 day", "dead"),
    ):
        await kernel.pool.execute(add.replace("$2::interval", f"interval '{due}'").replace("$3", "$2"), receiver, state)
    async with serving(kernel.runner, ENDPOINTS) as site:
        for _ in range(3):
            await site.get("/health")
        await site.get("/nothing/here")
        text = (await site.get("/metrics")).body.decode()
    for line in (
        'skillhall_requests_total{method="GET",route="/health",status="200"} 3.0',
        'skillhall_requests_total{method="GET",route="unmatched",status="404"} 1.0',
        'skillhall_request_seconds_count{method="GET",route="/health"} 3.0',
        'skillhall_jobs_waiting{receiver="a.b"} 2.0',
        'skillhall_jobs_dead{receiver="c.d"} 1.0',
        "skillhall_outbox_age_seconds 0.0",
        "skillhall_test_one 42.0",
        'skillhall_test_many{kind="b"} 2.0',
        'skillhall_pool_connections{state="limit"} 24.0',
    ):
        assert line in text.splitlines(), line
    assert "skillhall_test_broken" not in text
    assert "/nothing/here" not in text


async def test_metrics_are_not_for_strangers_from_outside(kernel: KernelHall) -> None:
    config = msgspec.structs.replace(kernel.config, trusted_proxies="127.0.0.1")
    runner = Runner(kernel.pool, build_house(config, ()))
    async with serving(runner, ENDPOINTS) as site:
        assert (await site.get("/metrics", headers={"X-Forwarded-For": "8.8.8.8"})).status == 404
        assert (await site.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"})).status == 200
