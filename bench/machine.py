"""The machine: which core does what, what each side costs it, and what strangers took meanwhile."""

import os
import platform
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
from msgspec import Struct

CAN_PIN = hasattr(os, "sched_setaffinity")


class Cores(Struct, frozen=True):
    """Which core the client of the database (our server, or pgbench) runs on, which PostgreSQL, which the load. None: wherever."""

    client: int | None
    database: int | None
    load: int | None


def cores() -> Cores:
    """Return a core each; on two cores PostgreSQL and the load share one."""
    if not CAN_PIN:
        return Cores(None, None, None)
    free = sorted(os.sched_getaffinity(0))
    return Cores(free[0], free[1 % len(free)], free[2 if len(free) > 2 else 1 % len(free)])


@contextmanager
def on(core: int | None) -> Generator[None]:
    """Run the body, and whatever processes it starts, on one core."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and its children, ended ones included."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in process.children():
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def busy_seconds() -> float:
    """Return the CPU time that all processes of the machine have taken."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)


class Bill(Struct):
    """What a stretch of time cost: seconds of CPU of the client, of PostgreSQL and of the load, and of everybody else per second."""

    seconds: float = 0.0
    client: float = 0.0
    database: float = 0.0
    load: float = 0.0
    others: float = 0.0


@contextmanager
def billed(database: int, client: int | None = None) -> Generator[Bill]:
    """Yield a bill that is filled in at the end. Without `client` it is whatever child this process starts and waits for in the body."""
    bill = Bill()
    began, busy, before = time.perf_counter(), busy_seconds(), _costs(database, client)
    yield bill
    after = _costs(database, client)
    bill.seconds = time.perf_counter() - began
    bill.client, bill.database, bill.load = (end - start for start, end in zip(before, after, strict=True))
    bill.others = max(0.0, busy_seconds() - busy - bill.client - bill.database - bill.load) / bill.seconds


def _costs(database: int, client: int | None) -> tuple[float, float, float]:
    own = os.times()
    children = own.children_user + own.children_system
    return cpu_seconds(client) if client else children, cpu_seconds(database), own.user + own.system


def proportional_memory(pid: int) -> float | None:
    """Return the PSS of a process in MB, where the system counts it."""
    found = getattr(psutil.Process(pid).memory_full_info(), "pss", None)
    return None if found is None else found / 1_000_000


def description() -> str:
    """Return the machine in one line."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
