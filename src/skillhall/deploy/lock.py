"""One running hall per data folder: a file lock that dies with its process, with where it serves written inside."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO

import msgspec
from msgspec import Struct

from skillhall.kernel.config import Config, Mode

NAME = "hall.lock"


class Running(Struct, frozen=True):
    """What the running hall says of itself."""

    pid: int
    port: int
    mode: Mode


class AlreadyRunsError(Exception):
    """A hall runs on this data folder already."""

    def __init__(self, running: Running | None) -> None:
        """Keep what it says of itself, when it has said so yet."""
        super().__init__("A hall runs on this data folder already.")
        self.running = running


@contextmanager
def only_one(config: Config, pid: int) -> Generator[None]:
    """Hold the data folder's lock for the body, or raise `AlreadyRunsError`."""
    config.data.mkdir(parents=True, exist_ok=True)
    with (config.data / NAME).open("a+b") as file:
        if not _locks(file):
            raise AlreadyRunsError(_said(file))
        file.truncate(0)
        file.write(msgspec.json.encode(Running(pid, config.port, config.mode)))
        file.flush()
        yield
        file.truncate(0)


def running_hall(config: Config) -> Running | None:
    """Return what the hall that runs on this data folder says of itself; nothing when none runs."""
    try:
        with (config.data / NAME).open("rb") as file:
            return None if _locks(file) else _said(file)
    except FileNotFoundError:
        return None


def _locks(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _said(file: IO[bytes]) -> Running | None:
    file.seek(0)
    try:
        return msgspec.json.decode(file.read(), type=Running)
    except msgspec.DecodeError:
        return None
