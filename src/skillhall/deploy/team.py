"""Several server processes that share listening sockets: one that dies is started again, and none outlives the one that started them."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from socket import socket

import structlog
from prometheus_client import multiprocess

from skillhall.deploy.server import GRACE_SECONDS, until_signal

POLL_SECONDS = 0.1
LEAST_LIFE_SECONDS = 1.0  # one that dies at once is not started a hundred times a second
log = structlog.get_logger("skillhall.team")


class Team:
    """`size` processes running `skillhall serve` with these options on these sockets."""

    def __init__(self, options: Sequence[str], sockets: Sequence[socket], size: int, metrics: Path) -> None:
        """Start nobody yet; `metrics` is the folder in which their figures are summed, emptied here."""
        self._metrics = metrics.absolute()
        self._metrics.mkdir(parents=True, exist_ok=True)
        for old in self._metrics.glob("*.db"):
            old.unlink()
        numbers = [made.fileno() for made in sockets]
        self._held, self._leash = os.pipe()  # closes with this process, however it ends
        self._passed = [*numbers, self._held]
        shared = [*(f"--fd={number}" for number in numbers), f"--leash={self._held}"]
        self._command = [sys.executable, "-m", "skillhall", "serve", *shared, *options]
        self._members: list[tuple[subprocess.Popen[bytes], float]] = []
        self._size = size

    async def run(self) -> None:
        """Keep the team complete until told to stop; then let each finish the requests under way."""
        async with until_signal() as told:
            self._members = [self._start() for _ in range(self._size)]
            try:
                while not told.is_set():
                    self._members = [self._replaced(*member) for member in self._members]
                    await asyncio.sleep(POLL_SECONDS)
            finally:
                self._stop()

    def _start(self) -> tuple[subprocess.Popen[bytes], float]:
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(self._metrics)}
        started = subprocess.Popen(self._command, pass_fds=self._passed, env=environment, start_new_session=True)
        return started, time.monotonic()

    def _replaced(self, member: subprocess.Popen[bytes], since: float) -> tuple[subprocess.Popen[bytes], float]:
        if member.poll() is None or time.monotonic() - since < LEAST_LIFE_SECONDS:
            return member, since
        log.error("server_process_ended", pid=member.pid, code=member.returncode)
        self._forget(member)
        return self._start()

    def _stop(self) -> None:
        for member, _since in self._members:
            member.terminate()
        for member, _since in self._members:
            try:
                member.wait(GRACE_SECONDS + 5)
            except subprocess.TimeoutExpired:
                member.kill()
                member.wait()
            self._forget(member)

    def _forget(self, member: subprocess.Popen[bytes]) -> None:
        multiprocess.mark_process_dead(member.pid, str(self._metrics))  # pyright: ignore[reportUnknownMemberType]
