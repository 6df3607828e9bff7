"""`make reset` deletes what it names, and only after a yes and with no hall running."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from skillhall.deploy import embedded
from skillhall.deploy.lock import only_one
from skillhall.kernel.config import Config

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def reset(data: Path, answer: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"SKILLHALL_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "skillhall.deploy.reset"]
    return subprocess.run(command, input=answer, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data" / "backups").mkdir(parents=True)
    return tmp_path / "data"


@pytest.mark.parametrize("answer", ["", "\n", "no\n", "y\n"])
def test_without_a_yes_nothing_is_deleted(data: Path, answer: str) -> None:
    done = reset(data, answer)
    assert (done.returncode, done.stderr) == (1, "Nothing was deleted.\n")
    assert str(data) in done.stdout
    assert (data / "backups").exists()


def test_a_yes_deletes_all_of_it(data: Path) -> None:
    embedded.start(data / "postgres").stop()
    assert reset(data, "yes\n").returncode == 0
    assert not data.exists()
    assert "nothing to delete" in reset(data, "yes\n").stdout


def test_a_running_database_is_not_deleted(data: Path) -> None:
    with embedded.start(data / "postgres") as server:
        done = reset(data, "yes\n")
        assert done.returncode == 1
        assert "is running" in done.stderr
        assert (server.place.data / "PG_VERSION").exists()
    assert (data / "backups").exists()


def test_a_running_hall_is_not_deleted(data: Path) -> None:
    with only_one(Config(data=data), os.getpid()):
        done = reset(data, "yes\n")
    assert done.returncode == 1
    assert "runs on this data folder" in done.stderr
    assert (data / "backups").exists()
