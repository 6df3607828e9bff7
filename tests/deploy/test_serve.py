"""`skillhall serve` and `skillhall work`: several processes, one hall."""

import os
import re
import signal
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path

import psutil
import pytest

from tests.deploy.running import SECRET, Running, lives, postmaster, running, skillhall

pytestmark = pytest.mark.slow
SERVING, WORKING = "Ctrl-C stops it.", "Ctrl-C stops it."


@pytest.fixture(scope="module")
def data() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="hall-") as folder:
        Path(folder).chmod(0o755)
        made = Path(folder) / "data"
        assert skillhall(made, "migrate", secret=SECRET).returncode == 0
        yield made


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def servers(hall: Running) -> set[int]:
    return {child.pid for child in psutil.Process(hall.process.pid).children() if lives(child.pid) and child.name() != "postgres"}


def answered(hall: Running) -> float:
    """Return how many requests the figures of all processes count."""
    lines = re.findall(r'^skillhall_requests_total\{.*route="/health".*\} ([\d.]+)$', hall.ask("/metrics")[1], re.MULTILINE)
    return sum(map(float, lines))


@pytest.mark.full
def test_workers_share_the_port_and_one_that_dies_is_replaced(data: Path) -> None:
    with running(data, "serve", "--workers", "2", until=SERVING, secret=SECRET) as hall:
        eventually(lambda: len(servers(hall)) == 2 and hall.ask("/health/ready")[0] == 200)
        for _request in range(20):
            assert hall.ask("/health")[0] == 200
        assert answered(hall) == 20
        metrics = data / "metrics" / str(hall.port)
        (asked, *_others) = [int(path.stem.rsplit("_", 1)[1]) for path in metrics.glob("gauge_livesum_*.db")]
        os.kill(asked, signal.SIGKILL)
        eventually(lambda: len(servers(hall) - {asked}) == 2)
        assert "server_process_ended" in hall.said
        assert not (metrics / f"gauge_livesum_{asked}.db").exists()
        assert hall.ask("/health")[0] == 200
        assert answered(hall) == 21  # what the dead one had counted is kept
        team = servers(hall)
        assert hall.stop() == 0
        assert "Traceback" not in hall.said
    assert not any(map(lives, team))
    assert postmaster(data) == 0


@pytest.mark.full
def test_no_worker_outlives_the_one_that_started_it(data: Path) -> None:
    with running(data, "serve", "--workers", "2", until=SERVING, secret=SECRET) as hall:
        eventually(lambda: hall.ask("/health")[0] == 200)
        team = servers(hall)
        assert len(team) == 2
        hall.process.kill()
        hall.process.wait()
    eventually(lambda: not any(map(lives, team)))


def test_served_apart_with_a_worker_beside(data: Path) -> None:
    assert skillhall(data, "serve", "--only", "ledger,nothing", secret=SECRET).returncode == 2
    with (
        running(data, "serve", "--only", "skills", until=SERVING, secret=SECRET) as server,
        running(data, "work", "--only", "identity,ledger", until=WORKING, secret=SECRET) as worker,
    ):
        assert server.ask("/api/v1/skills")[0] == 200
        assert server.ask("/api/v1/auth/me")[0] == 421
        assert server.ask("/dev/mail")[0] == 404
        server.process.terminate()  # it owns the database, and lets the worker end first
        assert worker.stop() == 0
        assert server.process.wait(30) == 0
        assert "Traceback" not in server.said + worker.said
        assert "database_unreachable" not in worker.said
    assert postmaster(data) == 0


def test_an_empty_database_is_not_served(data: Path) -> None:
    for verb in ("serve", "work"):
        done = skillhall(data.with_name("empty"), verb, secret=SECRET)
        assert done.returncode == 1
        assert "./skillhall migrate" in done.stderr
    assert os.environ.get("PROMETHEUS_MULTIPROC_DIR") is None
