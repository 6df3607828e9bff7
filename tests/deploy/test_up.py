"""`skillhall up` as people meet it: the first start, the second, a taken port, Ctrl-C at any moment."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from skillhall.deploy.lock import running_hall
from skillhall.kernel.config import Config
from tests.deploy.running import ROOT, SECRET, Running, lives, postmaster, running, skillhall
from tests.support.services import free_port

pytestmark = pytest.mark.slow
READY = "Ctrl-C stops everything."


@pytest.fixture(scope="module")
def parent() -> Generator[Path]:
    """A folder anybody may pass through."""
    with tempfile.TemporaryDirectory(prefix="hall-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def migrated(parent: Path) -> Path:
    """A data folder with an empty hall; its path has a space and more signs than a socket's may."""
    data = parent / ("a data folder with a long name " * 4).strip() / "data"
    done = skillhall(data, "migrate", mode="sandbox")
    assert done.returncode == 0, done.stderr
    assert len(str(data)) > 120
    return data


@pytest.mark.full  # it loads the whole demo community, as test_readme.py does
def test_a_first_start_that_was_stopped_is_finished_by_the_next(parent: Path) -> None:
    data = parent / "data"
    with running(data, "up", until="Migrations: ", mode="sandbox", anew=True) as first:
        assert first.stop(signal.SIGINT) == 0
        assert "Traceback" not in first.said
        assert "Stopped." in first.said
        assert not (data / "demo-signins.txt").exists()
    assert postmaster(data) == 0

    with running(data, "up", until=READY, mode="sandbox") as second:
        assert "Demo community: loaded" in second.said
        assert "Migrations" not in second.said
        for link in ("/api/docs", "/dev/mail"):
            assert f"http://localhost:{second.port}{link}" in second.said
        assert str(data / "demo-signins.txt") in second.said
        curl = next(line.strip() for line in second.said.splitlines() if line.strip().startswith("curl"))
        answer = subprocess.run(["sh", "-c", curl], capture_output=True, text=True, check=True)
        assert '"data"' in answer.stdout
        assert "Python" in answer.stdout
        for address in ("127.0.0.1", "::1"):
            with socket.create_connection((address, second.port), timeout=5):
                pass

        again = skillhall(data, "up", mode="sandbox", port=str(free_port()))
        assert again.returncode == 0
        assert f"runs already, as process {second.process.pid}" in again.stdout
        assert f"http://localhost:{second.port}/api/docs" in again.stdout

        assert skillhall(data, "demo").returncode == 1
        pid = postmaster(data)
        assert second.stop() == 0
        assert "Stopped." in second.said
    assert not lives(pid)
    assert postmaster(data) == 0

    for verb in ("serve", "work", "up"):
        refused = skillhall(data, verb, secret=SECRET, port=str(free_port()))
        assert refused.returncode == 2, verb
        assert "demo accounts" in refused.stderr
        refused = skillhall(data, verb, mode="sandbox", ledger_mode="per_booking", port=str(free_port()))
        assert refused.returncode == 2, verb
        assert "Mode per_booking has no earnings CREDIT, grant CREDIT" in refused.stderr
    assert postmaster(data) == 0


@pytest.mark.full
def test_it_runs_again_with_what_it_had_and_what_a_new_version_brings(migrated: Path, tmp_path: Path) -> None:
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    with running(migrated, "up", until=READY, mode="sandbox") as hall:
        assert "Migrations" not in hall.said
        assert "Demo" not in hall.said.split("Serving on")[0]
        assert hall.ask("/health/ready")[0] == 200
        assert hall.stop() == 0
    assert not (migrated / "backups").exists()

    added = source / "skillhall" / "kernel" / "migrations" / "209912312359_added.sql"
    added.write_text("CREATE TABLE kernel.added (id int);\n", encoding="utf-8")
    with running(migrated, "up", until=READY, mode="sandbox", source=source) as hall:
        assert "Migrations: 1 ran" in hall.said
        (backup,) = (migrated / "backups").iterdir()
        assert str(backup) in hall.said
        assert backup.stat().st_mode & 0o777 == 0o600
        assert hall.stop() == 0


@pytest.mark.full
def test_after_a_kill_it_starts_again_and_a_backup_brings_back_all(migrated: Path) -> None:
    with running(migrated, "up", until=READY, mode="sandbox") as hall:
        skillhall(migrated, "clock", "advance", "1h")
        path = skillhall(migrated, "backup", "--json")
        orphan = postmaster(migrated)
        hall.process.kill()
        hall.process.wait()
    assert path.returncode == 0, path.stderr
    with running(migrated, "up", until=READY, mode="sandbox") as hall:
        assert not lives(orphan)
        assert hall.ask("/health/ready")[0] == 200
        assert hall.stop() == 0

    wiped = migrated.with_name("wiped")
    file = json.loads(path.stdout)["path"]
    asked = skillhall(wiped, "restore", file, stdin="n\n")
    assert asked.returncode == 1
    restored = skillhall(wiped, "restore", file, "--yes")
    assert restored.returncode == 0, restored.stderr
    assert "the tables are equal to it" in restored.stdout
    assert skillhall(wiped, "verify").returncode == 0
    again = skillhall(wiped, "backup", "--json")
    assert digest_in(Path(json.loads(again.stdout)["path"])) == digest_in(Path(file))


def digest_in(backup: Path) -> str:
    with tarfile.open(backup) as tar:
        manifest = tar.extractfile("manifest.json")
        assert manifest is not None
        return json.loads(manifest.read())["digest"]


def test_a_taken_port_is_named_with_a_way_out(migrated: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = skillhall(migrated, "up", mode="sandbox", port=str(port))
        assert done.returncode == 3
        assert f"Port {port} is taken by" in done.stderr
        assert f"(pid {os.getpid()})" in done.stderr
        (free,) = re.findall(r"PORT=(\d+) make run", done.stderr)
        with socket.create_server(("127.0.0.1", int(free))):
            assert int(free) > port
    assert postmaster(migrated) == 0


def test_of_two_at_once_one_runs(migrated: Path, tmp_path: Path) -> None:
    both = [Running(migrated, tmp_path / f"{number}.log", "up", mode="sandbox") for number in range(2)]
    try:
        while all(one.process.poll() is None for one in both):
            time.sleep(0.02)
        winner, loser = sorted(both, key=lambda one: one.process.poll() is not None)
        assert loser.process.returncode == 0
        assert "runs already" in loser.said
        winner.until(READY)
        assert winner.stop() == 0
    finally:
        for one in both:
            one.process.kill()
            one.process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc to see how far the start has come")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_still_loads_leaves_nothing_behind(migrated: Path, tmp_path: Path, number: signal.Signals) -> None:
    started = Running(migrated, tmp_path / "log", "up", mode="sandbox", anew=True)
    while "msgspec" not in Path(f"/proc/{started.process.pid}/maps").read_text(encoding="utf-8", errors="replace"):
        assert started.process.poll() is None  # loaded after the command line has its signal handler, and long before `up` begins
    assert started.stop(number) == 130
    assert "Traceback" not in started.said
    assert running_hall(Config(data=migrated)) is None
    assert postmaster(migrated) == 0


def test_production_refuses_what_is_not_safe(migrated: Path) -> None:
    done = skillhall(migrated, "serve", secret="weak", host="0.0.0.0", public_url="http://hall.example")  # noqa: S104 - what is refused
    assert done.returncode == 2
    for reason in ("SKILLHALL_SECRET", "plain http beyond this machine", "SKILLHALL_PUBLIC_URL"):
        assert reason in done.stderr
    assert postmaster(migrated) == 0
