"""Live: five hundred Socket.IO clients at one worker, in rooms of ten. How soon others have a message, and how many go through."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import uvloop
from msgspec import Struct

from bench import statements, talk
from bench.chatter import Chatter, Heard
from bench.database import asked
from bench.machine import Bill, billed, on, proportional_memory
from bench.measure import ROUNDS, Bench
from bench.server import Running, serving
from bench.trace import verify
from bench.world import id_of

TITLES: Final = "50 messages a second", "one after the other", "32 at once"
PACE: Final = 50.0
FEW, MANY = 1, 32
WARMING: Final = 0.5


class Live(Struct, frozen=True, kw_only=True):
    """One line of the table. A message is `heard` by nine others; times from sending it to having it, in milliseconds.

    CPU in milliseconds per message sent. `missing` came to nobody and was not told as dropped either.
    """

    title: str
    clients: int
    rate: float
    heard_rate: float
    events: float
    p50: float
    p99: float
    slowest: float
    python_cpu: float
    database_cpu: float
    load_cpu: float
    others: float
    statements: float
    dropped: int
    missing: int


class Crowd(Struct, frozen=True, kw_only=True):
    """What the clients cost while nobody says anything: share of a core, and memory of the worker in MB without and with them."""

    clients: int
    idle_cpu: float
    memory_before: float | None
    memory: float | None


Spoken = tuple[int, Heard, Bill]


def measure(bench: Bench) -> tuple[list[Live], Crowd]:
    """Connect everybody, let them talk, and verify what they have left."""
    bench.tell(f"live: {talk.ROOMS * talk.SEATS} clients in {talk.ROOMS} rooms")
    with bench.database.copy(bench.template, "bench_live") as dsn:
        with serving(dsn, bench.world.secret, "voucher", bench.cores.client) as server, on(bench.cores.load):
            found = uvloop.run(_talk(bench, dsn, server))
        bench.tell("verifying what the talk has left")
        asyncio.run(verify(dsn, bench.world.secret, "voucher"))
    return found


async def _talk(bench: Bench, dsn: str, server: Running) -> tuple[list[Live], Crowd]:
    world, seconds = bench.world, bench.seconds / ROUNDS
    tokens = [world.token(talk.seat(world, room, number)) for room in range(talk.ROOMS) for number in range(talk.SEATS)]
    chatter = Chatter([id_of(talk.ROOM, room) for room in range(talk.ROOMS)], talk.SEATS)
    before = proportional_memory(server.pid)
    await chatter.connect(server.port, tokens)
    with billed(bench.database.pid, server.pid) as idle:
        await asyncio.sleep(max(1.0, seconds))
    await chatter.flat_out(FEW, WARMING)
    ways: list[Callable[[float], Awaitable[Heard]]] = [
        partial(chatter.paced, PACE), partial(chatter.flat_out, FEW), partial(chatter.flat_out, MANY),
    ]  # fmt: skip
    lines: list[Live] = []
    for title, way in zip(TITLES, ways, strict=True):
        bench.tell(f"live: {title}")
        await asyncio.to_thread(asked, dsn, statements.reset)
        rounds = [await _round(bench, server, chatter, way, seconds) for _ in range(ROUNDS)]
        calls, _ = await asyncio.to_thread(asked, dsn, partial(statements.per_request, requests=sum(count for count, _, _ in rounds)))
        lines.append(_line(title, len(tokens), rounds, sum(calls.values())))
    crowd = Crowd(
        clients=len(tokens), idle_cpu=idle.client / idle.seconds, memory_before=before, memory=proportional_memory(server.pid)
    )  # fmt: skip
    chatter.close()
    return lines, crowd


async def _round(bench: Bench, server: Running, chatter: Chatter, way: Callable[[float], Awaitable[Heard]], seconds: float) -> Spoken:
    before = chatter.sent
    with billed(bench.database.pid, server.pid) as bill:
        heard = await way(seconds)
    return chatter.sent - before, heard, bill


def _line(title: str, clients: int, rounds: list[Spoken], calls: float) -> Live:
    """Return what the quietest of the rounds showed; slowest, dropped and missing are those of all rounds."""
    count, heard, bill = min(rounds, key=lambda each: each[2].others)
    times = sorted(heard.times)
    return Live(
        title=title,
        clients=clients,
        rate=count / heard.seconds,
        heard_rate=heard.messages / heard.seconds,
        events=heard.events / count,
        p50=times[len(times) // 2] * 1000,
        p99=times[int(len(times) * 0.99)] * 1000,
        slowest=max(max(each.times) for _, each, _ in rounds) * 1000,
        python_cpu=bill.client / count * 1000,
        database_cpu=bill.database / count * 1000,
        load_cpu=bill.load / count * 1000,
        others=bill.others,
        statements=calls,
        dropped=sum(each.dropped for _, each, _ in rounds),
        missing=sum(sent * talk.SEATS - each.messages for sent, each, _ in rounds),
    )
