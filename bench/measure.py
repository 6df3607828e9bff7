"""One scenario after another: the floor first, then our server on an equal copy of the data; both must have asked the database the same."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

import msgspec
from msgspec import Struct

from bench import floor as floors
from bench import statements
from bench.bare import serving_bare
from bench.database import Database, asked
from bench.load import Latencies, Unit, send
from bench.machine import Bill, Cores, billed, on, proportional_memory
from bench.scenarios import Requests, Scenario
from bench.server import Running, serving
from bench.trace import Trace, record, verify
from bench.world import World

ROUNDS = 4
WARMING, ALONE, FEW = 100, 60, 10
"""Units sent before anything is counted, and units sent over one connection to see how long a quiet server takes; of heavy ones `FEW`."""


class Result(Struct, frozen=True, kw_only=True):
    """One line of the table. Times in milliseconds, CPU in milliseconds per request; `p95_alone` over a single connection.

    `statements` are those of one request, without the brackets of its transaction; `beside` what the process asked for itself meanwhile;
    `bare_cpu` what Python costs, of a read, when nothing of ours stands between uvicorn, asyncpg and msgspec.
    """

    key: str
    title: str
    size: int
    requests: int
    rate: float
    p50: float
    p99: float
    slowest: float
    p95_alone: float
    python_cpu: float
    database_cpu: float
    load_cpu: float
    others: float
    statements: float
    beside: float
    floor_rate: float | None
    floor_cpu: float | None
    bare_cpu: float | None = None

    @property
    def ratio(self) -> float | None:
        """Our rate as a share of the floor's."""
        return None if self.floor_rate is None else self.rate / self.floor_rate


class Idle(Struct, frozen=True, kw_only=True):
    """A worker before its first request: memory in MB, and each start in seconds, ascending."""

    memory: float | None
    starts: list[float]


class DifferentError(Exception):
    """Floor and server did not do the same; a ratio of the two would mean nothing."""


class Bench(Struct, frozen=True, kw_only=True):
    """The measurements on one world. Each works on a fresh copy of its database, so that all begin alike."""

    database: Database
    template: str
    world: World
    cores: Cores
    seconds: float
    folder: Path
    tell: Callable[[str], None]

    def run(self, scenarios: Sequence[Scenario], *, with_floor: bool = True) -> list[Result]:
        """Measure these scenarios, which share a mode of the ledger; afterwards the whole database must verify."""
        mode = scenarios[0].mode
        inputs = [scenario.make(self.world, scenario.count(self.seconds)) for scenario in scenarios]
        recorded = self._recorded(inputs, mode) if with_floor else []
        found = self._floors(scenarios, recorded) if with_floor else [None] * len(scenarios)
        with self.database.copy(self.template, "bench_server") as dsn:
            with serving(dsn, self.world.secret, mode, self.cores.client) as server:
                results = [self._server(dsn, server, *each) for each in zip(scenarios, inputs, found, strict=True)]
            self.tell("verifying what the load has left")
            asyncio.run(verify(dsn, self.world.secret, mode))
            bare = {
                scenario.key: self._bare(dsn, scenario, requests, traces)
                for scenario, requests, traces in zip(scenarios, inputs, recorded, strict=False)
                if not scenario.writes
            }
        return [msgspec.structs.replace(result, bare_cpu=bare.get(result.key)) for result in results]

    def idle(self) -> Idle:
        """Start a worker three times, and look at its memory."""
        self.tell("starting a worker three times")
        memory: float | None = None
        starts: list[float] = []
        with self.database.copy(self.template, "bench_idle") as dsn:
            for _ in range(3):
                with serving(dsn, self.world.secret, "voucher", self.cores.client) as server:
                    starts.append(server.start_seconds)
                    memory = proportional_memory(server.pid)
        return Idle(memory=memory, starts=sorted(starts))

    def _recorded(self, inputs: Sequence[Requests], mode: str) -> list[list[Trace]]:
        self.tell("recording the statements of our own code")
        with self.database.copy(self.template, "bench_recorded") as dsn:
            return asyncio.run(record(dsn, self.world.secret, mode, inputs, self.folder))

    def _floors(self, scenarios: Sequence[Scenario], recorded: Sequence[list[Trace]]) -> list[tuple[floors.Floor, dict[str, float]]]:
        with self.database.copy(self.template, "bench_floor") as dsn:
            return [self._floor(dsn, scenario, traces) for scenario, traces in zip(scenarios, recorded, strict=True)]

    def _floor(self, dsn: str, scenario: Scenario, traces: list[Trace]) -> tuple[floors.Floor, dict[str, float]]:
        self.tell(f"floor: {scenario.title}")
        clients, once = min(floors.CLIENTS, scenario.connections), scenario.writes
        made = asked(dsn, lambda connection: floors.script(connection, scenario.key, traces, clients=clients, once=once))
        asked(dsn, statements.reset)
        core, seconds = self.cores.client, self.seconds
        done = floors.run(dsn, made, self.folder, clients=clients, database=self.database.pid, core=core, seconds=seconds, once=once)
        calls, _ = asked(dsn, lambda connection: statements.per_request(connection, done.requests))
        return done, calls

    def _server(
        self, dsn: str, server: Running, scenario: Scenario, inputs: Requests, floor: tuple[floors.Floor, dict[str, float]] | None
    ) -> Result:
        self.tell(f"server: {scenario.title}")
        wires = [tuple(request.wire() for request in unit) for unit in inputs]
        units: Iterator[Unit] = iter(wires) if scenario.writes else cycle(wires)
        connections, is_heavy = scenario.connections, scenario.inputs is not None
        with on(self.cores.load):
            send(server.port, islice(units, FEW if is_heavy else WARMING), connections=connections)
            alone = send(server.port, islice(units, FEW if is_heavy else ALONE), connections=1)
            asked(dsn, statements.reset)
            rounds = [each for each in (self._round(server, units, connections) for _ in range(ROUNDS)) if each[0].each]
            count = sum(len(times.each) for times, _ in rounds)
            calls, beside = asked(dsn, lambda connection: statements.per_request(connection, count))
        if floor is not None and (lines := statements.difference(calls, floor[1])):
            raise DifferentError("\n".join([f"{scenario.title}: server and floor did not ask the same.", *lines]))
        return _result(scenario, self.world.size, rounds, alone, sum(calls.values()), beside, floor[0] if floor else None)

    def _round(self, server: Running, units: Iterator[Unit], connections: int) -> tuple[Latencies, Bill]:
        with billed(self.database.pid, server.pid) as bill:
            times = send(server.port, units, connections=connections, seconds=self.seconds / ROUNDS)
        return times, bill

    def _bare(self, dsn: str, scenario: Scenario, inputs: Requests, traces: Sequence[Trace]) -> float:
        """Return the milliseconds of CPU per request of the bare floor of Python, in its quietest round."""
        self.tell(f"bare floor of Python: {scenario.title}")
        units = cycle([tuple(request.wire() for request in unit) for unit in inputs])
        with serving_bare(dsn, traces, self.folder, self.cores.client) as server, on(self.cores.load):
            send(server.port, islice(units, WARMING * 3), connections=scenario.connections)
            rounds = [self._round(server, units, scenario.connections) for _ in range(ROUNDS)]
        times, bill = min(rounds, key=lambda each: each[1].others)
        return bill.client / len(times.each) * 1000


def _result(
    scenario: Scenario,
    size: int,
    rounds: list[tuple[Latencies, Bill]],
    alone: Latencies,
    calls: float,
    beside: float,
    floor: floors.Floor | None,
) -> Result:
    """Return what the quietest of the rounds showed; the slowest answer is that of all rounds."""
    times, bill = min(rounds, key=lambda each: each[1].others)
    count = len(times.each)
    return Result(
        key=scenario.key,
        title=scenario.title,
        size=size,
        requests=sum(len(each.each) for each, _ in rounds),
        rate=times.rate,
        p50=times.percentile(0.50),
        p99=times.percentile(0.99),
        slowest=max(each.percentile(1.0) for each, _ in rounds),
        p95_alone=alone.percentile(0.95),
        python_cpu=bill.client / count * 1000,
        database_cpu=bill.database / count * 1000,
        load_cpu=bill.load / count * 1000,
        others=max(bill.others, floor.others if floor else 0.0),
        statements=calls,
        beside=beside,
        floor_rate=floor.rate if floor else None,
        floor_cpu=floor.cpu * 1000 if floor else None,
    )
