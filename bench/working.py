"""What the background worker does: the fan-out of one announcement, and telling people of what has happened."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from msgspec import Struct

from bench import floor as floors
from bench import statements, talk
from bench.database import asked
from bench.load import send
from bench.machine import Bill, billed, cpu_seconds, on
from bench.measure import Bench, DifferentError
from bench.scenarios import announcement, message
from bench.server import PATIENCE, end, serving, settings
from bench.trace import Recorder, Trace, verify
from skillhall.deploy.hall import open_hall
from skillhall.deploy.modules import ALL
from skillhall.kernel.config import read_config
from skillhall.kernel.db.pool import Connection
from skillhall.kernel.telemetry import configure_logging
from skillhall.kernel.work.outside import DONE

EVENTS_A_SECOND: Final = 100
"""How many events are kept ready for each second of the measurement."""
LOOK: Final = 0.02
QUIET: Final = 0.02
# What the measurement itself asks has "bench." in it and is not counted.
HOLD = "UPDATE kernel.delivery SET retry_at = 'infinity' -- bench."
RELEASE = "UPDATE kernel.delivery SET retry_at = '-infinity' -- bench."
RELEASE_ONE = "UPDATE kernel.delivery SET retry_at = '-infinity' WHERE id = $1 -- bench."
WAITING = "SELECT id FROM kernel.delivery WHERE state = 'waiting' ORDER BY id -- bench."
DEAD = "SELECT receiver, last_error FROM kernel.delivery WHERE last_error IS NOT NULL -- bench."
LEASE = "UPDATE kernel.delivery SET lease_id = $1 -- bench."
WAKE = "SELECT pg_notify('skillhall_work', '') -- bench."
LEFT = "SELECT count(*) FROM kernel.delivery -- bench."
UNDER_WAY = "SELECT count(*) FROM notifications.batch WHERE state <> 'done' -- bench."
TOLD = "SELECT count(*) FROM notifications.notice WHERE batch_id IS NOT NULL -- bench."
AT_ONCE = """
WITH told AS (
    INSERT INTO notifications.notice (id, account_id, sequence, type, category, subject_kind, subject_id, title, text, action, path,
        language, priority, why, rule, facts, data, key, batch_id, channels, state, at, created_at, expires_at, is_silent)
    SELECT gen_random_uuid(), i.account_id, i.last_sequence + 1, 'hall.announcement', 'announcements', 'batch', bench.id(30, 1), $2::text,
        $3::text, '', '', 'en', 'normal', 'audience', 'notifications.fan_out', jsonb_build_object('title', $2::text, 'text', $3::text),
        '{}', 'bench', bench.id(30, 1), '{in_app}', 'sent', now(), now(), now() + interval '30 days', false
    FROM identity.account a JOIN notifications.inbox i ON i.account_id = a.id WHERE a.timezone = $1 ORDER BY a.id
    RETURNING account_id, sequence
)
UPDATE notifications.inbox i SET last_sequence = told.sequence, unread = i.unread + 1 FROM told WHERE i.account_id = told.account_id
"""


class Worked(Struct, frozen=True, kw_only=True):
    """One line of the table: so many things done by one worker, `seconds` from the cause to the last one. CPU in milliseconds per thing.

    The floor: the same rows written by one statement, or the same transactions by pgbench.
    """

    key: str
    title: str
    count: int
    seconds: float
    rate: float
    python_cpu: float
    database_cpu: float
    others: float
    statements: float
    floor_rate: float
    floor_cpu: float

    @property
    def ratio(self) -> float:
        """Our rate as a share of the floor's."""
        return self.rate / self.floor_rate


def announce(bench: Bench) -> Worked:
    """Send one announcement to the whole audience."""
    bench.tell("floor: an announcement in one statement")
    with (
        bench.database.copy(bench.template, "bench_floor") as dsn,
        on(bench.cores.client),
        billed(bench.database.pid, os.getpid()) as floor,
    ):
        rows = asked(dsn, _at_once)
    bench.tell(f"worker: an announcement to {bench.world.audience:,} members")
    world, place = bench.world, bench.cores.client
    with bench.database.copy(bench.template, "bench_worker") as dsn:
        with serving(dsn, world.secret, "voucher", place) as server, working(dsn, world.secret, place) as pid:
            asked(dsn, statements.reset)
            with billed(bench.database.pid, pid) as bill:
                send(server.port, iter([(announcement(world).wire(),)]), connections=1)
                asked(dsn, lambda connection: _until(connection, UNDER_WAY))
            told = asked(dsn, lambda connection: connection.fetchval(TOLD))
            calls, _ = asked(dsn, lambda connection: statements.per_request(connection, told))
        asyncio.run(verify(dsn, world.secret, "voucher"))
    if not told == rows == world.audience:
        raise DifferentError(f"The announcement came to {told} members, the floor's to {rows}, of {world.audience}.")
    return _worked(
        "announcement", f"announcement to {told:,} inboxes", told, bill, sum(calls.values()), rows / floor.seconds, floor.database / rows
    )


def tell(bench: Bench) -> Worked:
    """Tell of messages: each event is one delivery, one transaction, one notice in the inbox of who did not see the message."""
    world, place = bench.world, bench.cores.client
    count = min(world.directs, max(200, round(EVENTS_A_SECOND * bench.seconds)))
    bench.tell(f"worker: sending {count:,} messages to tell of")
    with bench.database.copy(bench.template, "bench_events") as dsn:
        with serving(dsn, world.secret, "voucher", place) as server, on(bench.cores.load):
            units = (tuple(request.wire() for request in unit) for unit in message(world, count))
            send(server.port, islice(units, count), connections=32)
        asked(dsn, lambda connection: connection.execute(HOLD))
        bench.tell("worker: recording the statements of our own code")
        with bench.database.copy("bench_events", "bench_recorded") as recorded:
            traces = asyncio.run(_recorded(recorded, world.secret, bench.folder))
        bench.tell("floor: the notice of a message")
        with bench.database.copy("bench_events", "bench_floor") as floor:
            done, expected = _floor(bench, floor, traces)
        bench.tell("worker: the notice of a message")
        with bench.database.copy("bench_events", "bench_worker") as worked:
            with working(worked, world.secret, place) as pid:
                asked(worked, statements.reset)
                with billed(bench.database.pid, pid) as bill:
                    asked(worked, _released)
                calls, _ = asked(worked, lambda connection: statements.per_request(connection, count))
            asyncio.run(verify(worked, world.secret, "voucher"))
    own = {text: calls.get(text, 0) for text in expected}
    if lines := statements.difference(own, expected):
        raise DifferentError("\n".join(["The notice of a message: worker and floor did not ask the same.", *lines]))
    return _worked("notice", "notice of a message", count, bill, sum(calls.values()), done.rate, done.cpu)


@contextmanager
def working(dsn: str, secret: str, core: int | None) -> Generator[int]:
    """Start `skillhall work`, wait until it has nothing to do, yield its process id, end it."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("SKILLHALL_")}
    with tempfile.TemporaryDirectory(prefix="skillhall-bench-data-") as data:
        given |= {**settings(dsn, secret, "voucher"), "SKILLHALL_DATA": data, "PYTHONUNBUFFERED": "1"}
        log = Path(data) / "log"
        with on(core), log.open("wb") as written:
            process = subprocess.Popen([sys.executable, "-m", "skillhall", "work"], env=given, stderr=written, stdout=written)
        try:
            _await(process, log)
            yield process.pid
        finally:
            end(process)


def _await(process: subprocess.Popen[bytes], log: Path) -> None:
    until, before = time.perf_counter() + PATIENCE, 0.0
    while True:
        time.sleep(0.5)
        said = log.read_text()
        if process.poll() is not None or time.perf_counter() > until:
            raise RuntimeError(f"The worker did not start: {said[-2000:]}")
        spent = cpu_seconds(process.pid)
        if "Working on" in said and spent - before < QUIET:
            return
        before = spent


async def _at_once(connection: Connection) -> int:
    body = "We paint the walls and oil the floor. Lessons online take place as planned; all others were moved by their hosts."
    return int((await connection.execute(AT_ONCE, talk.FAR, "The hall is closed on Monday", body)).split()[-1])


async def _until(connection: Connection, statement: str) -> None:
    """Wait until this counts nothing any more."""
    until = time.perf_counter() + 10 * PATIENCE
    while await connection.fetchval(statement):
        if (failed := await connection.fetchrow(DEAD)) is not None:
            raise RuntimeError(f"{failed['receiver']} failed: {failed['last_error']}")
        if time.perf_counter() > until:
            raise RuntimeError("The worker does not come to an end.")
        await asyncio.sleep(LOOK)


async def _released(connection: Connection) -> None:
    await connection.execute(RELEASE)
    await connection.execute(WAKE)
    await _until(connection, LEFT)


async def _recorded(dsn: str, secret: str, data: Path) -> list[Trace]:
    """Return the transaction of each delivery that is held back; the database is changed by it."""
    config = read_config({**settings(dsn, secret, "voucher"), "SKILLHALL_POOL_SIZE": "2", "SKILLHALL_DATA": str(data)})
    configure_logging(config)
    async with open_hall(config, dsn, ALL) as hall:
        recorder = Recorder(hall.pool)
        deliveries = [row["id"] for row in await hall.pool.fetch(WAITING)]
        await recorder.listen()
        traces: list[Trace] = []
        for delivery in deliveries:
            await hall.pool.execute(RELEASE_ONE, delivery)
            await recorder.taken()
            await hall.worker.drain()
            traces.append(_transaction(await recorder.taken()))
        if failed := await hall.pool.fetchrow(DEAD):
            raise RuntimeError(f"{failed['receiver']} failed: {failed['last_error']}")
    return traces


def _transaction(trace: Trace) -> Trace:
    """Return what is between its brackets, and they: claiming deliveries is done for many at once."""
    texts = [step.text for step in trace]
    return trace[texts.index("BEGIN;") : len(texts) - texts[::-1].index("COMMIT;")]


def _floor(bench: Bench, dsn: str, traces: list[Trace]) -> tuple[floors.Floor, dict[str, float]]:
    """Run these transactions by pgbench, in a database where each delivery is leased already."""
    leases = [step.given[1] for step in traces[0] if step.text == DONE]
    asked(dsn, lambda connection: connection.execute(LEASE, *leases))
    clients, database, core = floors.CLIENTS // 2, bench.database.pid, bench.cores.client
    made = asked(dsn, lambda connection: floors.script(connection, "notice", traces, clients=clients, once=True))
    asked(dsn, statements.reset)
    done = floors.run(dsn, made, bench.folder, clients=clients, database=database, core=core, seconds=bench.seconds, once=True)
    calls, _ = asked(dsn, lambda connection: statements.per_request(connection, done.requests))
    return done, calls


def _worked(key: str, title: str, count: int, bill: Bill, calls: float, floor_rate: float, floor_cpu: float) -> Worked:
    return Worked(
        key=key,
        title=title,
        count=count,
        seconds=bill.seconds,
        rate=count / bill.seconds,
        python_cpu=bill.client / count * 1000,
        database_cpu=bill.database / count * 1000,
        others=bill.others,
        statements=calls,
        floor_rate=floor_rate,
        floor_cpu=floor_cpu * 1000,
    )
