"""The tour plays against a running hall, again and again, and ends badly when a fact is false."""

import asyncio
import io
import re
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest
from rich.console import Console

from skillhall.deploy import demo
from skillhall.deploy.tours.stage import Stage, TourError
from tests.support.hall import test_hall
from tests.support.server import ROOT, Served, hall_on

pytestmark = pytest.mark.slow


@pytest.fixture
async def served(database_dsn: str) -> AsyncGenerator[Served]:
    """A hall with a small demo community; no process of it runs yet."""
    async with hall_on(database_dsn) as served:
        async with test_hall(database_dsn, data=Path(served.environment["SKILLHALL_DATA"])) as hall:
            assert await demo.load(hall.hall, lambda _step, _done, _total: None, members=80, sessions=240)
        yield served
        complaints = [line for process in served.processes for line in process.complaints()]
        assert complaints == []


async def tour(served: Served, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "skillhall", "tour", *arguments],
        cwd=ROOT,
        env=served.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def assert_told(done: "subprocess.CompletedProcess[str]") -> None:
    assert (done.returncode, done.stderr) == (0, "")
    facts = re.findall(r"✔ (.+)", done.stdout)
    assert len(facts) >= 30
    for fact in ("settled", "split", "calendar.busy", "ledger.insufficient"):
        assert any(fact in line for line in facts)
    assert re.search(r"Hana.+10 → 17", done.stdout)
    assert re.search(r"Leo.+10 → 0", done.stdout)
    assert re.search(r"Otto.+10 → 10", done.stdout)


async def test_three_times_in_a_row(served: Served) -> None:
    await served.start("up")
    for _time in range(3):
        assert_told(await tour(served))


async def test_against_two_processes(served: Served) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        process = await served.start("serve", listening=listening)
    await served.start("work")
    for _time in range(3):
        assert_told(await tour(served, "--url", process.base))


async def test_where_nothing_runs_it_says_so(served: Served) -> None:
    done = await tour(served)
    assert done.returncode == 1
    assert "No hall answers" in done.stderr


async def test_without_the_demo_it_says_so(served: Served) -> None:
    (Path(served.environment["SKILLHALL_DATA"]) / demo.SIGN_INS).unlink()
    done = await tour(served)
    assert done.returncode == 1
    assert "demo community" in done.stderr


async def test_a_wrong_answer_ends_it(served: Served) -> None:
    await served.start("up")
    path = Path(served.environment["SKILLHALL_DATA"]) / demo.SIGN_INS
    path.write_text(re.sub(r" \S+ super_admin", " another-password super_admin", path.read_text()))
    done = await tour(served)
    assert done.returncode == 1
    assert "answered 401" in done.stderr


async def test_a_false_fact_ends_it(tmp_path: Path) -> None:
    printed = io.StringIO()
    async with aiohttp.ClientSession() as session:
        stage = Stage("http://localhost", session, tmp_path, Console(file=printed))
        stage.fact("credits", 3, 3)
        with pytest.raises(TourError, match="credits: expected 4, found 3"):
            stage.fact("credits", 3, 4)
    assert printed.getvalue().count("✔") == 1
