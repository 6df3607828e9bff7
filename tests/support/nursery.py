"""Processes of ours that are born loaded: forked from one that has imported everything, since starting Python anew takes seconds of CPU.

Run as a module it is the nursery; tests use `Born`, which looks like `subprocess.Popen`. What a process does after its birth is what
`python -m skillhall` does. Tests about the start itself start Python anew.
"""

import atexit
import faulthandler
import gc
import importlib
import json
import os
import random
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PLACE = "{fd}"  # stands in the words for the number the passed descriptor gets
LOADED = (
    "app",
    "demo",
    "modules",
    "server",
    "tours",
    *(f"verbs.{name}" for name in ("data", "operate", "run", "show", "skills", "tour", "tree")),
)
USED = {"aiohttp": "ClientSession", "skillhall.deploy.demo": "load"}
"""Modules that would load when first looked at, and what to look at."""


class Born:
    """One `skillhall` process; what it says goes to `stdout` and `stderr`, and `listening` is passed on to it."""

    def __init__(
        self, words: Sequence[str], environment: Mapping[str, str], stdout: int, stderr: int, *, stdin: int = -1, listening: int = -1
    ) -> None:
        self.args = ["skillhall", *words]
        self.returncode: int | None = None
        self.ended = threading.Event()
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - only its descriptor is wanted
            given = [nothing.fileno() if stdin < 0 else stdin, stdout, stderr]
            order = {"words": list(words), "environment": dict(environment)}
            self.pid = NURSERY.bear(self, order, given if listening < 0 else [*given, listening])

    def poll(self) -> int | None:
        """Return the exit code, or nothing while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; return the exit code."""
        if not self.ended.wait(timeout) or self.returncode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Tell it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def ran(words: Sequence[str], environment: Mapping[str, str], *, stdin: str = "", timeout: float) -> "subprocess.CompletedProcess[str]":
    """Run a verb to its end; return what it printed."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as wrong:
        given.write(stdin)
        given.flush()
        given.seek(0)
        born = Born(words, environment, said.fileno(), wrong.fileno(), stdin=given.fileno())
        try:
            code = born.wait(timeout)
        finally:
            born.kill()
        said.seek(0)
        wrong.seek(0)
        return subprocess.CompletedProcess(born.args, code, said.read(), wrong.read())


class Nursery:
    """The handle of this test process on its nursery, which starts with the first birth."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._living: dict[int, Born] = {}
        self._answers: list[int] = []
        self._answered = threading.Condition()

    def bear(self, child: Born, order: dict[str, Any], given: list[int]) -> int:
        """Have a process made; return its id."""
        with self._lock:
            if self._socket is None:
                self._socket = self._open()
            body = json.dumps(order).encode()
            socket.send_fds(self._socket, [len(body).to_bytes(4, "big")], given)
            self._socket.sendall(body)
            with self._answered:
                self._answered.wait_for(lambda: self._answers)
                pid = self._answers.pop()
                self._living[pid] = child
                self._answered.notify_all()
        return pid

    def _open(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen([sys.executable, "-m", __name__, str(theirs.fileno())], cwd=ROOT, pass_fds=[theirs.fileno()])
        atexit.register(process.wait)
        atexit.register(ours.shutdown, socket.SHUT_RDWR)
        threading.Thread(target=self._listen, args=(ours.makefile("r"),), daemon=True).start()
        return ours

    def _listen(self, told: Any) -> None:
        for line in told:
            pid, code = json.loads(line)
            with self._answered:
                if code is None:
                    self._answers.append(pid)
                    self._answered.notify_all()
                    self._answered.wait_for(lambda: not self._answers)
                    continue
            child = self._living.pop(pid)
            child.returncode = code
            child.ended.set()


NURSERY = Nursery()


def bear_children(link: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Make a process for each order, and tell of each birth and end. Returns in the newborn, with its order and descriptors."""
    heard, told = socket.socketpair()
    os.set_blocking(told.fileno(), False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    while True:
        ready, _, _ = select.select([link, heard], [], [])
        if heard in ready:
            heard.recv(4096)
            while (ended := _ended()) is not None:
                link.sendall(json.dumps(ended).encode() + b"\n")
        if link in ready:
            head, given, _, _ = socket.recv_fds(link, 4, 4)
            if not head:
                sys.exit()
            body = b""
            while len(body) < int.from_bytes(head, "big"):
                body += link.recv(1 << 20)
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for one in (link, heard, told):
                    one.close()
                return json.loads(body), given
            for number in given:
                os.close(number)
            link.sendall(json.dumps([pid, None]).encode() + b"\n")


def _ended() -> tuple[int, int] | None:
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, os.waitstatus_to_exitcode(status)) if pid else None


def become(order: dict[str, Any], given: list[int]) -> None:
    """Be the process that was ordered: its descriptors, variables and words."""
    for number, descriptor in enumerate(given[:3]):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["skillhall", *(word.replace(PLACE, str(given[-1])) for word in order["words"])]
    random.seed()
    if os.environ.get("PYTHONFAULTHANDLER"):
        faulthandler.enable()


def main() -> None:
    """Load, bear, and in each child go on as `python -m skillhall`."""
    link = socket.socket(fileno=int(sys.argv[1]))
    importlib.import_module("skillhall.deploy.late").install()
    for name in LOADED:
        importlib.import_module(f"skillhall.deploy.{name}")
    for name, part in USED.items():
        getattr(importlib.import_module(name), part)
    gc.collect()
    gc.freeze()
    order, given = bear_children(link)
    become(order, given)
    runpy.run_module("skillhall", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
