"""Our server as it is measured: one worker in production mode, on a core of its own."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from bench.machine import on

SETTINGS: Mapping[str, str] = {
    "SKILLHALL_MODE": "production",
    "SKILLHALL_LOG_LEVEL": "warning",
    "SKILLHALL_RATE_LIMIT_FACTOR": "1000000",
    "SKILLHALL_TRUSTED_PROXIES": "127.0.0.1",
}
SANDBOX = "sandbox"
"""Where a scenario names this instead of a mode of the ledger, the hall is in sandbox mode: what is bought is paid at its bank."""
PATIENCE = 60.0


class Running(Struct, frozen=True):
    """A server that answers; `start_seconds` from its spawn to the first answer of /health."""

    pid: int
    port: int
    start_seconds: float


def settings(dsn: str, secret: str, mode: str) -> dict[str, str]:
    """Return the variables a measured process is given, recorder included."""
    own = {"SKILLHALL_MODE": SANDBOX} if mode == SANDBOX else {"SKILLHALL_LEDGER_MODE": mode}
    return {**SETTINGS, "SKILLHALL_SECRET": secret, "SKILLHALL_DATABASE_URL": dsn, **own}


def fresh_secret() -> str:
    """Return a secret that production takes."""
    return secrets.token_urlsafe(48)


@contextmanager
def serving(dsn: str, secret: str, mode: str, core: int | None) -> Generator[Running]:
    """Start `skillhall serve`, wait until it answers, end it."""
    port = _free_port()
    given = {name: value for name, value in os.environ.items() if not name.startswith("SKILLHALL_")}
    with tempfile.TemporaryDirectory(prefix="skillhall-bench-data-") as data:
        given |= {**settings(dsn, secret, mode), "SKILLHALL_PORT": str(port), "SKILLHALL_DATA": data}
        with on(core), (Path(data) / "log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "skillhall", "serve"], env=given, stderr=log, stdout=log)
        try:
            yield Running(process.pid, port, wait_for(port, process, Path(data) / "log"))
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Tell a process to end; one that does not is killed, and ends the run."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path | None = None) -> float:
    """Return after how many seconds this new process answered /health."""
    began = time.perf_counter()
    while not _answers(port):
        if process.poll() is not None or time.perf_counter() - began > PATIENCE:
            raise RuntimeError(f"The server did not start: {log.read_text()[-2000:] if log else process.args}")
        time.sleep(0.005)
    return time.perf_counter() - began


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 0.5) as probe:
            probe.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return probe.recv(100).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
