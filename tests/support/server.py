"""A hall as it runs: real processes on a database of its own, all in one or split behind a router; and the people in it."""

import asyncio
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from skillhall.kernel.db.pool import open_connection
from tests.support.client import Client
from tests.support.gateway import gateway
from tests.support.nursery import PLACE, Born, ran
from tests.support.services import free_port

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-for-tests-only-a-secret-for-tests-only"
STARTED_WITHIN = 400
DUE = """SELECT count(*) FROM kernel.delivery
WHERE state = 'waiting' AND due_at <= clock_timestamp() + (SELECT shift FROM kernel.clock)"""
DEAD = "SELECT array_agg(receiver || ': ' || coalesce(last_error, '')) FROM kernel.delivery WHERE state = 'dead'"
S = TypeVar("S", bound="Served")
FIRST = ("identity", "profiles")
SECOND = (
    "ledger", "calendar", "connections", "skills", "messaging", "payments", "billing", "learning", "gigs", "disputes", "reviews",
    "notifications",
)  # fmt: skip


class Process:
    """One `skillhall` process. What it says goes to a file."""

    def __init__(self, verb: Sequence[str], environment: dict[str, str], log: Path, listening: socket.socket | None = None) -> None:
        self.log = log
        self.base = ""
        words = [*verb]
        if listening is not None:
            words.append(f"--fd={PLACE}")
            self.base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        elif verb[0] == "up":
            self.base = f"http://127.0.0.1:{environment['SKILLHALL_PORT']}"
        with log.open("ab") as file:
            listens = -1 if listening is None else listening.fileno()
            self.running = Born(words, environment, file.fileno(), file.fileno(), listening=listens)

    async def ready(self) -> None:
        """Wait until it serves. A worker has no address to ask at: its work will show."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            for _attempt in range(STARTED_WITHIN):
                assert self.running.poll() is None, f"{self.running.args} ended with {self.running.returncode}:\n{self.log.read_text()}"
                if not self.base:
                    return
                try:
                    async with session.get(f"{self.base}/health/ready") as answer:
                        if answer.status == 200:
                            return
                except (aiohttp.ClientConnectionError, TimeoutError):
                    pass
                await asyncio.sleep(0.05)
        raise AssertionError(f"{self.running.args} does not serve:\n{self.log.read_text()}")

    async def ended(self) -> int:
        """Wait for its end; return the exit code."""
        return await asyncio.to_thread(self.running.wait, 30)

    async def stop(self) -> None:
        """Tell it to end, and see that it does."""
        if self.running.poll() is None:
            self.running.terminate()
            try:
                await self.ended()
            except subprocess.TimeoutExpired:
                self.running.send_signal(signal.SIGABRT)  # it says where it hangs
                await self.ended()
                raise AssertionError(f"{self.running.args} does not end:\n{self.log.read_text()}") from None

    def complaints(self) -> list[str]:
        """Return what it logged as an error: bugs behind 500s, failed deliveries and sweeps."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if '"level":"error"' in line.replace(" ", "") or "Traceback" in line]


class Served:
    """A running hall: where it answers, and what a test asks of it beside HTTP."""

    def __init__(self, base: str, dsn: str, folder: Path, environment: dict[str, str]) -> None:
        self.base = base
        self.dsn = dsn
        self.folder = folder
        self.environment = environment
        self.processes: list[Process] = []
        self.upstreams: dict[str, str] = {}
        self._clients: list[Client] = []
        self._operator: Client | None = None

    async def start(self, *verb: str, listening: socket.socket | None = None, **settings: str) -> Process:
        """Start one more process of this hall; `settings` are variables without their prefix."""
        log = self.folder / f"{len(self.processes)}-{verb[0]}.log"
        process = Process(verb, {**self.environment, **variables(settings)}, log, listening)
        self.processes.append(process)
        await process.ready()
        return process

    def stranger(self) -> Client:
        """Return somebody who is not signed in."""
        client = Client.of(self.base)
        self._clients.append(client)
        return client

    async def person(self, email: str | None = None) -> Client:
        """Return a member, signed in by code."""
        return await self.stranger().sign_in(email)

    async def staff(self, role: str) -> Client:
        """Return a member of staff; the first one, a super_admin, is made so at the command line."""
        client = await self.person()
        if role == "super_admin":
            await asyncio.to_thread(self.cli, "accounts", "grant", client.email, role)
        else:
            operator = await self.operator()
            await operator.post(f"/admin/users/{client.account_id}/roles", {"role": role, "reason": "Joins the team."}, expect=200)
        return await client.sign_in()

    async def operator(self) -> Client:
        """Return this hall's super_admin."""
        if self._operator is None:
            self._operator = await self.staff("super_admin")
        return self._operator

    def appoint(self, operator: Client) -> None:
        """Let this signed-in super_admin be the operator."""
        self._operator = operator

    def cli(self, *arguments: str) -> str:
        """Run a verb against this hall's database, as an operator would; return what it printed."""
        done = ran(arguments, self.environment, timeout=60)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    async def now(self) -> datetime:
        """Return the business time."""
        return datetime.now(UTC) + await self.value("SELECT shift FROM kernel.clock")

    async def advance(self, span: timedelta) -> datetime:
        """Move business time forward by whole minutes, as an operator does over HTTP; everything due on the way has happened."""
        body = {"minutes": max(1, -(-span // timedelta(minutes=1)))}
        return moment((await (await self.operator()).post("/sandbox/clock", body, expect=200)).data["now"])

    async def advance_to(self, target: str | datetime) -> datetime:
        """Move business time to just after `target`."""
        at = moment(target) if isinstance(target, str) else target
        return await self.advance(max(at - await self.now(), timedelta()) + timedelta(seconds=1))

    async def value(self, statement: str, *arguments: Any) -> Any:
        """Ask the database for one value."""
        connection = await open_connection(self.dsn)
        try:
            return await connection.fetchval(statement, *arguments)
        finally:
            await connection.close()

    async def settled(self) -> None:
        """Wait until no delivery is due any more."""
        await eventually(lambda: self.value(DUE), 0)

    async def check(self) -> None:
        """Assert that every check is clean, that nothing was given up, and that no process logged an error."""
        report = (await (await self.operator()).get("/ledger/verification")).data
        assert not report["findings"], report["findings"]
        assert report["checks"] > 20
        given_up = await self.value(DEAD)
        assert given_up is None, given_up
        complaints = [line for process in self.processes for line in process.complaints()]
        assert not complaints, "\n".join(complaints)

    async def close(self) -> None:
        """End all connections and processes."""
        for client in self._clients:
            await client.session.close()
        for process in self.processes:
            await process.stop()


def moment(text: str) -> datetime:
    """Return an instant of the wire."""
    return datetime.fromisoformat(text)


def variables(settings: dict[str, str]) -> dict[str, str]:
    """Return settings as the variables a process reads."""
    return {f"SKILLHALL_{name.upper()}": value for name, value in settings.items()}


async def eventually(ask: Any, expected: Any, *, tries: int = 400) -> None:
    """Ask until the answer is the expected one."""
    answer = None
    for _attempt in range(tries):
        answer = await ask()
        if answer == expected:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"still {answer}, never {expected}")


@asynccontextmanager
async def hall_on(dsn: str, kind: type[S] = Served, /, **settings: str) -> AsyncGenerator[S]:
    """Yield a hall on a migrated database; no process runs yet. Its folder goes with it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SKILLHALL_", "PROMETHEUS_")) and name != "PORT"}
    with tempfile.TemporaryDirectory(prefix="skillhall-served-") as folder:
        port = free_port()
        chosen = {
            "mode": "sandbox", "database_url": dsn, "data": str(Path(folder) / "data"), "secret": SECRET, "host": "127.0.0.1",
            "port": str(port), "public_url": f"http://127.0.0.1:{port}", "pool_size": "10", "access_minutes": "240", **settings,
        }  # fmt: skip
        environment = {**inherited, "PYTHONPATH": str(ROOT / "src"), "PYTHONFAULTHANDLER": "1", **variables(chosen)}
        served = kind(f"http://127.0.0.1:{port}", dsn, Path(folder), environment)
        try:
            yield served
        finally:
            await served.close()


@asynccontextmanager
async def one(dsn: str, **settings: str) -> AsyncGenerator[Served]:
    """Yield a hall that runs in one process."""
    async with hall_on(dsn, **settings) as served:
        await served.start("up")
        yield served


@asynccontextmanager
async def split(dsn: str, **settings: str) -> AsyncGenerator[Served]:
    """Yield a hall whose contexts are served by two processes behind a router, with a worker beside them."""
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(hall_on(dsn, **settings))
        for contexts in (FIRST, SECOND):
            with socket.socket() as listening:
                listening.bind(("127.0.0.1", 0))
                listening.listen(512)
                process = await served.start("serve", "--only", ",".join(contexts), listening=listening)
            served.upstreams.update(dict.fromkeys(contexts, process.base))
        await served.start("work")
        await stack.enter_async_context(gateway(served.base, served.upstreams))
        yield served
