"""Real `skillhall` processes on a data folder of their own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from skillhall.deploy.embedded_place import noted
from tests.support.nursery import Born, ran
from tests.support.services import free_port

ROOT = Path(__file__).parents[2]
SECRET = "7hQ2-nf0Zs9_kWv3LxRb8TcYd5JmPaGu"
PATIENCE = 300


def environment(data: Path, *, source: Path = ROOT / "src", **settings: str) -> dict[str, str]:
    """Return the variables of a process on this data folder and its embedded database; `settings` lack their prefix."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SKILLHALL_", "PROMETHEUS_")) and name != "PORT"}
    chosen = {f"SKILLHALL_{name.upper()}": value for name, value in {"data": str(data), **settings}.items()}
    return {**kept, "PYTHONPATH": str(source), **chosen}


def skillhall(data: Path, *words: str, stdin: str = "", **settings: Any) -> "subprocess.CompletedProcess[str]":
    """Run a verb to its end."""
    return ran(words, environment(data, **settings), stdin=stdin, timeout=PATIENCE)


def printed(done: "subprocess.CompletedProcess[str]") -> Any:
    """Return the JSON a verb printed."""
    return json.loads(done.stdout)


class Running:
    """One process that runs until it is told to stop; `anew`: started as people start it, and not born loaded."""

    process: "Born | subprocess.Popen[bytes]"

    def __init__(self, data: Path, log: Path, *words: str, anew: bool = False, **settings: Any) -> None:
        self.data = data
        self.log = log
        self.port = int(settings.setdefault("port", str(free_port())))
        with log.open("wb") as file:
            variables = environment(data, **settings)
            if anew or "source" in settings:
                command = [sys.executable, "-m", "skillhall", *words]
                self.process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=file, stderr=file)
            else:
                self.process = Born(words, variables, file.fileno(), file.fileno())

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def until(self, text: str) -> None:
        """Wait until it has said `text`."""
        end = time.monotonic() + PATIENCE
        while text not in self.said:
            assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.said}"
            assert time.monotonic() < end, f"never said {text!r}:\n{self.said}"
            time.sleep(0.02)

    def ask(self, path: str) -> tuple[int, str]:
        """Return status and body of one request."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end; return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def running(data: Path, *words: str, until: str, log: Path | None = None, **settings: Any) -> Generator[Running]:
    """Start a process, wait until it has said `until`, and end it if the body does not."""
    started = Running(data, log or data.with_name(f"{data.name}-{words[0]}-{free_port()}.log"), *words, **settings)
    try:
        started.until(until)
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.process.wait()


def lives(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be buried does not."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def postmaster(data: Path) -> int:
    """Return the process of this data folder's database, 0 when it has ended in good order."""
    place = noted(data / "postgres")
    file = place.data / "postmaster.pid" if place else data
    return int(file.read_text().split()[0]) if file.is_file() else 0
