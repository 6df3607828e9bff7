"""The table, the goals and the file."""

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from bench.live import Crowd, Live
from bench.measure import Idle, Result
from bench.talk import ROOMS, SEATS
from bench.working import Worked

FLAT = 1.5
"""By how much a cost may grow from the smallest to the largest community and still be called flat."""
PEER_LIST, PEER_LOCK = 0.52, 3.35
"""Milliseconds of server CPU of the fastest measured peers: a list of 20 with an index, and locking the credits of a booking."""


class Goal(Struct, frozen=True):
    """What was wanted, what was measured, and whether that is enough."""

    name: str
    wanted: str
    measured: str
    is_met: bool


class Found(Struct, frozen=True, kw_only=True):
    """All that a run has measured."""

    results: list[Result]
    idle: Idle | None
    over_sizes: list[Result]
    lives: list[Live]
    crowd: Crowd | None
    worked: list[Worked]

    @property
    def others(self) -> float:
        """How much CPU a second others took at most."""
        return max(each.others for each in (*self.results, *self.lives, *self.worked))


def table(results: Sequence[Result]) -> Table:
    """Return one line per scenario."""
    made = Table(title=f"One worker, 32 connections, {results[0].size:,} sessions. CPU in milliseconds per request.")
    for heading in ("", "req/s", "p50", "p99", "slowest", "alone", "Python", "bare", "PG", "floor/s", "its PG", "share", "SQL"):
        made.add_column(heading, justify="right" if heading else "left")
    for each in results:
        floor = (f"{each.floor_rate:,.0f}", f"{each.floor_cpu:.2f}", f"{each.ratio:.0%}") if each.floor_rate else ("", "", "")
        made.add_row(
            each.title, f"{each.rate:,.0f}", f"{each.p50:.1f}", f"{each.p99:.1f}", f"{each.slowest:.0f}", f"{each.p95_alone:.1f}",
            f"{each.python_cpu:.2f}", f"{each.bare_cpu:.2f}" if each.bare_cpu else "", f"{each.database_cpu:.2f}", *floor,
            f"{each.statements:g}",
        )  # fmt: skip
    return made


def curve(results: Sequence[Result]) -> Table:
    """Return the cost of each scenario over the sizes."""
    made = Table(title="CPU per request, Python + PostgreSQL, in milliseconds, by number of sessions")
    sizes = sorted({each.size for each in results})
    for heading in ("", *(f"{size:,}" for size in sizes)):
        made.add_column(heading, justify="right" if heading else "left")
    for title in dict.fromkeys(each.title for each in results):
        costs = {each.size: f"{each.python_cpu:.2f} + {each.database_cpu:.2f}" for each in results if each.title == title}
        made.add_row(title, *(costs[size] for size in sizes))
    return made


def live_table(lives: Sequence[Live]) -> Table:
    """Return one line per way of talking."""
    made = Table(
        title=f"Live: one worker, {lives[0].clients} Socket.IO clients in {ROOMS} rooms of {SEATS}. CPU in milliseconds per message."
    )
    headings = ("", "sent/s", "heard/s", "p50", "p99", "slowest", "Python", "PG", "load", "events", "SQL", "dropped", "missing")
    for heading in headings:
        made.add_column(heading, justify="right" if heading else "left")
    for each in lives:
        made.add_row(
            each.title, f"{each.rate:,.0f}", f"{each.heard_rate:,.0f}", f"{each.p50:.1f}", f"{each.p99:.1f}", f"{each.slowest:.0f}",
            f"{each.python_cpu:.2f}", f"{each.database_cpu:.2f}", f"{each.load_cpu:.2f}", f"{each.events:.1f}", f"{each.statements:.2g}",
            f"{each.dropped:,}", f"{each.missing:,}",
        )  # fmt: skip
    return made


def crowd_line(crowd: Crowd) -> str:
    """Return what the clients cost while nobody says anything."""
    memory = f" and {crowd.memory - crowd.memory_before:.0f} MB" if crowd.memory and crowd.memory_before else ""
    return f"{crowd.clients} clients that are connected and silent take {crowd.idle_cpu:.1%} of a core{memory}."


def worked_table(worked: Sequence[Worked]) -> Table:
    """Return one line per kind of work."""
    made = Table(title="One background worker. CPU in milliseconds each.")
    for heading in ("", "each/s", "seconds", "Python", "PG", "floor/s", "its PG", "share", "SQL"):
        made.add_column(heading, justify="right" if heading else "left")
    for each in worked:
        made.add_row(
            each.title, f"{each.rate:,.0f}", f"{each.seconds:.1f}", f"{each.python_cpu:.2f}", f"{each.database_cpu:.2f}",
            f"{each.floor_rate:,.0f}", f"{each.floor_cpu:.2f}", f"{each.ratio:.0%}", f"{each.statements:.3g}",
        )  # fmt: skip
    return made


def goals(results: Sequence[Result], idle: Idle | None, over_sizes: Sequence[Result]) -> list[Goal]:
    """Return what is wanted of what was measured."""
    by_key = {each.key: each for each in results}
    found: list[Goal] = []

    def want(name: str, wanted: str, measured: float, most: float, unit: str, *, at_least: bool = False) -> None:
        found.append(Goal(name, wanted, f"{measured:.2f}{unit}", measured >= most if at_least else measured <= most))

    if one := by_key.get("list"):
        want("list: Python CPU per request", "≤ 0.55 ms", one.python_cpu, 0.55, " ms")
        want("list: ahead of the fastest peer", f"< {PEER_LIST} ms", one.python_cpu, PEER_LIST, " ms")
    if (one := by_key.get("book")) and one.ratio:
        want("book: share of the floor", "≥ 0.50", one.ratio, 0.50, "", at_least=True)
    if one := by_key.get("book"):
        want("book: ahead of a peer's lock of credits", f"< {PEER_LOCK} ms of server CPU", one.python_cpu, PEER_LOCK, " ms")
    if one := by_key.get("slots"):
        want("slots: p95 of a quiet server", "< 20 ms", one.p95_alone, 20, " ms")
    if results:
        want("slowest answer of all", "< 1 s", max(each.slowest for each in results) / 1000, 1.0, " s")
    if idle is not None and idle.memory is not None:
        want("idle worker: PSS", "≤ 90 MB", idle.memory, 90, " MB")
    if idle is not None:
        want("start, warm, median of 3", "≤ 2 s", idle.starts[1], 2.0, " s")
    for title in dict.fromkeys(each.title for each in over_sizes):
        costs = [each.python_cpu + each.database_cpu for each in sorted(over_sizes, key=lambda each: each.size) if each.title == title]
        want(f"flat: {title}", f"≤ {FLAT} times", costs[-1] / costs[0], FLAT, " times")
    return found


def show(console: Console, found: Found, machine: str) -> list[Goal]:
    """Print everything and return the goals."""
    console.print(f"\n{machine}")
    if found.results:
        console.print(table(found.results))
    if found.lives:
        console.print(live_table(found.lives))
    if found.crowd:
        console.print(crowd_line(found.crowd))
    if found.worked:
        console.print(worked_table(found.worked))
    if found.results or found.lives or found.worked:
        busiest = f"{found.others:.2f} seconds of CPU a second"
        console.print(f"Other processes took up to {busiest} meanwhile; above 0.1 trust CPU alone, no rates or shares.")
    if found.over_sizes:
        console.print(curve(found.over_sizes))
    wanted = goals(found.results, found.idle, found.over_sizes)
    listed = Table(title="Goals")
    for heading in ("", "wanted", "measured", ""):
        listed.add_column(heading)
    for goal in wanted:
        listed.add_row(goal.name, goal.wanted, goal.measured, "[green]met[/green]" if goal.is_met else "[red]missed[/red]")
    if wanted:
        console.print(listed)
    return wanted


def write_page(page: Path, shown: str) -> None:
    """Put what was shown into the page's section "One run"."""
    before, _, rest = page.read_text().partition("<!-- run -->")
    _, _, after = rest.rpartition("<!-- end of run -->")
    lines = "\n".join(line.rstrip() for line in shown.strip().splitlines())
    page.write_text(f"{before}<!-- run -->\n```text\n{lines}\n```\n<!-- end of run -->{after}")


def write(path: Path, found: Found, machine: str, wanted: Sequence[Goal]) -> None:
    """Write the same for programs."""
    everything = {
        "machine": machine, "results": found.results, "idle": found.idle, "live": found.lives, "crowd": found.crowd, "work": found.worked,
        "curve": found.over_sizes, "goals": wanted,
    }  # fmt: skip
    path.write_text(json.dumps(msgspec.to_builtins(everything), indent=1) + "\n")
