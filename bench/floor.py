"""The floor: what the database alone can do with the statements of our server, sent by pgbench.

The statements of each request are recorded from our own code while it answers, in a copy of the database; each must be a named
constant of the source. pgbench then sends the same ones with the same values, prepared, in the same transactions.
"""

import os
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
from msgspec import Struct

from bench.machine import Bill, billed, on
from bench.statements import name_of, names
from bench.trace import Step
from skillhall.deploy.embedded_place import binaries
from skillhall.kernel.db.pool import SESSION_SETTINGS

CLIENTS, WARMING = 16, 8
"""Sessions at most, and how many requests each sends before it is warm: the database makes a lasting plan at the sixth."""
PARAMETER = re.compile(r"\$(\d+)")
QUOTED = re.compile(r"'(?:[^']|'')*'")
READS_PER_ROW = 8
"""How many reading requests of a client use the same values, so that looking them up weighs little."""


class Script(Struct, frozen=True):
    """A pgbench script, the values that never change, and how many requests it is."""

    text: str
    constants: dict[str, str]
    requests: int


class Floor(Struct, frozen=True):
    """What the database alone did: requests in all, and of those after the warm-up how many a second, at how many seconds of CPU each."""

    requests: int
    rate: float
    cpu: float
    others: float


async def script(connection: asyncpg.Connection, key: str, traces: Sequence[Sequence[Step]], *, clients: int, once: bool) -> Script:
    """Write the values into the table bench.<key>, a row per transaction of pgbench, and return the script that sends them."""
    shapes = {tuple(step.text for step in trace) for trace in traces}
    if len(shapes) != 1:
        raise AssertionError(f"{key}: the same request took {len(shapes)} ways: {[len(shape) for shape in shapes]} statements")
    if once:  # every client has its own rows
        traces = traces[: len(traces) // clients * clients]
    values = [[value for step in trace for value in step.values] for trace in traces]
    table = f"bench.values_{key.replace('-', '_')}"
    columns, constants, expressions = _columns(values)
    await connection.execute(f"CREATE TABLE {table} (n int PRIMARY KEY{''.join(f', {name} text' for name in columns)})")
    kept = [position for position, name in enumerate(expressions) if name in columns]
    records = [(number, *(row[position] for position in kept)) for number, row in enumerate(values)]
    await connection.copy_records_to_table(table.split(".")[1], schema_name="bench", records=records)
    await connection.execute(f"VACUUM ANALYZE {table}")
    fetch = f"SELECT {', '.join(columns)} FROM {table} WHERE n = :n \\gset" if columns else ""  # noqa: S608 - names made above
    if once:
        lines = ["\\set i :i + 1", f"\\set n :client_id * {len(traces) // clients} + :i", fetch]
    else:
        lines = ["\\set i :i + 1", f"\\if :i % {READS_PER_ROW} = 0", f"\\set n random(0, {len(traces) - 1})", fetch, "\\endif"]
    known, taken = names(), 0
    for step in traces[0]:
        own = expressions[taken : taken + len(step.values)]
        taken += len(step.values)
        lines += [f"-- {step.text if step.is_bracket else name_of(step.text, known)}", _statement(step.text, own)]
    return Script("\n".join(lines) + "\n", constants, len(traces))


def _columns(values: list[list[str | None]]) -> tuple[list[str], dict[str, str], list[str]]:
    """Return the columns needed, the constants, and for each position the pgbench variable that carries it (an unset one is NULL)."""
    columns: list[str] = []
    constants: dict[str, str] = {}
    expressions: list[str] = []
    for position, first in enumerate(values[0]):
        seen = {row[position] for row in values}
        name = f"v{position}"
        if seen == {None}:
            name = "nothing"
        elif None in seen:
            raise AssertionError(f"value {position} is sometimes null, which pgbench cannot send: {first}")
        elif len(seen) == 1 and first:  # pgbench takes no empty constant
            constants[name] = first
        else:
            columns.append(name)
        expressions.append(name)
    return columns, constants, expressions


def _statement(text: str, variables: list[str]) -> str:
    """Return a statement with pgbench's variables; it would see one behind any colon, so that those in quotes are written otherwise."""
    plain = QUOTED.sub(lambda found: _without_colons(found[0]), text.strip().rstrip(";"))
    return PARAMETER.sub(lambda found: f":{variables[int(found[1]) - 1]}", plain) + ";"


def _without_colons(quoted: str) -> str:
    return "U&" + quoted.replace("\\", "\\\\").replace(":", "\\003A") if ":" in quoted else quoted


def run(dsn: str, made: Script, folder: Path, *, clients: int, database: int, core: int | None, seconds: float, once: bool) -> Floor:
    """Run a script to the end of its rows, or for so many seconds; what a new session costs until its plans stand is taken off."""
    path = folder / "floor.sql"
    path.write_text(made.text)
    place = _place(dsn)

    def sent(first: int, *length: str) -> tuple[int, Bill]:
        constants = [word for name, value in {"i": str(first - 1), **made.constants}.items() for word in ("-D", f"{name}={value}")]
        command = [str(binaries() / "pgbench"), "-n", "-M", "prepared", "-f", str(path), "-c", str(clients), "-j", "1", *length, *constants]
        with billed(database) as bill, on(core):
            done = subprocess.run(command, env={**os.environ, **place}, capture_output=True, text=True, check=False)
            time.sleep(0.3)  # until its sessions have ended and their cost is counted
        if done.returncode:
            raise RuntimeError(f"pgbench failed: {done.stderr[-3000:]}\n{made.text[:3000]}")
        return int(re.findall(r"actually processed: (\d+)", done.stdout)[0]), bill

    warming, cold = sent(0, "-t", str(WARMING))
    length = ("-t", str(made.requests // clients - WARMING)) if once else ("-T", str(max(1, round(seconds))))
    count, whole = sent(WARMING, *length)
    counted, spent = count - warming, whole.seconds - cold.seconds
    return Floor(count + warming, counted / spent, (whole.database - cold.database) / counted, whole.others)


def _place(dsn: str) -> dict[str, str]:
    parts = urlsplit(dsn)
    query = {name: found[0] for name, found in parse_qs(parts.query).items()}
    return {
        "PGHOST": query["host"],
        "PGPORT": query["port"],
        "PGUSER": parts.username or "app",
        "PGDATABASE": parts.path[1:],
        "PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in SESSION_SETTINGS.items()),
    }
