"""The embedded PostgreSQL: one server per state folder, on a unix socket alone, gone when the process that started it is gone.

`start` runs it or shares the one that runs already, `find` only shares, `remove` deletes. The owner holds `postgres.lock` for its life,
and a kill frees it, so a server without an owner is known to be an orphan; those who share hold `postgres.share`. A pid file is never
believed: the process it names must be a server of this very data folder. Where the server lives and as whom: `embedded_place`.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from urllib.parse import quote

from skillhall.deploy.embedded_place import DATABASE, CannotStart, Place, create, note, noted, preload, settle

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "jit": "off",  # our statements are short: compiling a plan costs more than running it
    "timezone": "UTC",
    "log_timezone": "UTC",
}
PATIENCE = 60.0  # seconds that a start may take, crash recovery included
PID, SOCKETS, STATUS = 0, 4, 7  # lines of postmaster.pid
NO_PROCESS = "2147483647"  # no pid is that high, so PostgreSQL sees that the postmaster it names is gone


class Server:
    """A running server. `stop` ends it if we started it (`adopted` is False), and else only lets go of it."""

    def __init__(self, place: Place, share: BinaryIO, process: subprocess.Popen[bytes] | None = None, lock: BinaryIO | None = None) -> None:
        self.place, self.adopted = place, process is None
        self.mode, self.binaries = place.mode, place.binaries
        self.dsn = f"postgresql://app@/{DATABASE}?host={quote(str(place.sockets), safe='/')}&port=5432"
        self._share, self._process, self._lock = share, process, lock
        self._keeper = _keeper(process.pid) if process and sys.platform != "linux" else None

    def where(self) -> dict[str, str]:
        """What `doctor` prints: data folder, socket folder, binaries, and how the server runs."""
        how = {
            "user": "as you",
            "userns": f"as nobody inside a user namespace; its files belong to uid {self.place.uid}",
            "setuid": f"as uid {self.place.uid}; what that account cannot reach is kept where it can",
        }
        return {
            "data": str(self.place.data),
            "sockets": str(self.place.sockets),
            "binaries": str(self.place.binaries),
            "mode": f"{self.mode}: {how[self.mode]}",
            "started by": "another process" if self.adopted else "this process",
        }

    def stop(self, *, linger: float = 0.0) -> None:
        """End the server (fast shutdown), after waiting at most `linger` seconds for the processes that share it to let go."""
        process, self._process = self._process, None
        if process is not None:
            end = time.monotonic() + linger
            while not _locked(self._share, fcntl.LOCK_EX) and time.monotonic() < end:
                time.sleep(0.05)
            _end(process)
            with suppress(OSError):
                self.place.sockets.rmdir()
        if self._keeper is not None:
            self._keeper.kill()
            self._keeper.wait()
        for held in (self._share, self._lock):
            if held is not None:
                held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def start(state: Path, *, settings: Mapping[str, str] = {}, adopt: bool = True) -> Server:
    """Start the server of `state`, or share the one that runs there; with `adopt=False` wait until that one has ended.

    Must be called on the main thread: Linux ends the server with the thread that started it.
    `settings` are PostgreSQL's, over `SETTINGS`; they do not change a server that already runs.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start the embedded database on the main thread: the server ends with the thread that started it")
    state = state.absolute()
    try:
        state.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = _open(state / "postgres.lock")
    except OSError as error:
        raise CannotStart(f"The folder {state} cannot be written: {error.strerror}.") from error
    end = time.monotonic() + PATIENCE
    while not _locked(lock, fcntl.LOCK_EX):
        if adopt and (found := find(state)):
            lock.close()
            return found
        if time.monotonic() > end:
            lock.close()
            raise CannotStart(f"Another process holds the database in {state} and it is not ready; stop that process first.")
        time.sleep(0.02)
    try:
        return _serve(state, settings, lock, end)
    except BaseException:
        lock.close()
        raise


def find(state: Path) -> Server | None:
    """The server of `state` that another process runs now, shared; nothing if there is none or it is about to end."""
    state = state.absolute()
    if (place := noted(state)) is None or _ready(place.data) is None or not _answers(place.sockets):
        return None
    share = _open(state / "postgres.share")
    with _open(state / "postgres.lock") as lock:
        if _locked(share, fcntl.LOCK_SH) and not _locked(lock, fcntl.LOCK_SH):
            return Server(place, share)
    share.close()
    return None


def remove(state: Path) -> None:
    """Delete the database of `state` for good, wherever it lives; refuses while it runs."""
    if not state.exists():
        return
    with _open(state.absolute() / "postgres.lock") as lock:
        if not _locked(lock, fcntl.LOCK_EX):
            raise CannotStart(f"The database in {state} is running.")
        if (place := noted(state.absolute())) is not None:
            for folder in (place.data, place.sockets):
                shutil.rmtree(folder, ignore_errors=True)


def _serve(state: Path, settings: Mapping[str, str], lock: BinaryIO, end: float) -> Server:
    place = settle(state)
    _bury(place.data, end)
    if not (place.data / "PG_VERSION").exists():
        create(place)
    note(state, place)
    chosen = {**SETTINGS, **preload(place.binaries), **settings}
    command = [place.binaries / "postgres", "-D", place.data, "-k", place.sockets, "-p", "5432"]
    command += [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
    while True:
        with _open(state / "postgres.log") as log:
            begin = log.seek(0, os.SEEK_END)
            process = place.spawn(command, log)
            try:
                while process.poll() is None and _ready(place.data) != process.pid and time.monotonic() < end:
                    time.sleep(0.005)
            except BaseException:
                _end(process)
                raise
            if process.returncode is None and time.monotonic() < end:
                return Server(place, _open(state / "postgres.share"), process, lock)
            _end(process)
            log.seek(begin)
            said = log.read().decode(errors="replace")
        if "is still in use" not in said or time.monotonic() > end:  # the last sessions of a killed server end by themselves
            raise CannotStart(_why(place, said))
        time.sleep(0.1)


def _bury(data: Path, end: float) -> None:
    """With the lock held no server may run here: end the orphan of a killed process, and mark a stale pid file as such.

    The file itself stays: PostgreSQL finds in it the shared memory that sessions of a killed server may still use.
    """
    pid_file = data / "postmaster.pid"
    if not "".join(_lines(pid_file)[:1]).isdigit():  # none, or what a power cut left of it
        pid_file.unlink(missing_ok=True)
    while (lines := _lines(pid_file)) and _serves(int(lines[PID]), data):
        with suppress(ProcessLookupError):
            os.kill(int(lines[PID]), signal.SIGINT)
        if time.monotonic() > end:
            raise CannotStart(f"A server left over in {data} (process {lines[PID]}) does not end; end it by hand.")
        time.sleep(0.02)
    if lines:
        with pid_file.open("r+") as stale:
            stale.write("\n".join([NO_PROCESS, *lines[1:], ""]))
            stale.truncate()


def _serves(pid: int, data: Path) -> bool:
    if sys.platform == "linux":
        with suppress(OSError):
            return Path(f"/proc/{pid}/cwd").readlink() == data.resolve() and Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
        return False
    lines = _lines(data / "postmaster.pid")
    return len(lines) > SOCKETS and _answers(Path(lines[SOCKETS]))


def _ready(data: Path) -> int | None:
    lines = _lines(data / "postmaster.pid")
    return int(lines[PID]) if len(lines) > STATUS and lines[STATUS].strip() == "ready" else None


def _answers(sockets: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        return probe.connect_ex(os.fsencode(sockets / ".s.PGSQL.5432")) == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, None)):
        if process.poll() is None:
            process.send_signal(sign)
            with suppress(subprocess.TimeoutExpired):
                process.wait(patience)


def _keeper(pid: int) -> subprocess.Popen[bytes]:
    """Where the kernel has no parent-death signal: a shell that reads until we are gone, then ends the server."""
    return subprocess.Popen(["/bin/sh", "-c", 'read -r _; kill -INT "$0"', str(pid)], stdin=subprocess.PIPE, start_new_session=True)


def _why(place: Place, said: str) -> str:
    made = (place.data / "PG_VERSION").read_text().strip()
    version = place.run(place.binaries / "postgres", "--version").split()[2]  # postgres (PostgreSQL) 18.6
    if version.split(".")[0] != made:
        return (
            f"{place.data} was made by PostgreSQL {made} and the binaries are {version}: restore a backup into a fresh folder, "
            f"or set SKILLHALL_POSTGRES_BIN to the binaries of PostgreSQL {made}."
        )
    return f"PostgreSQL did not start: {said.strip()[-800:]}"


def _open(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600), "a+b")


def _locked(file: BinaryIO, kind: int) -> bool:
    """Whether the lock was free and is ours now; it goes with the process, and a killed one leaves none."""
    with suppress(BlockingIOError):
        fcntl.flock(file, kind | fcntl.LOCK_NB)
        return True
    return False


def _lines(path: Path) -> list[str]:
    with suppress(FileNotFoundError, NotADirectoryError):
        return path.read_text().splitlines()
    return []
