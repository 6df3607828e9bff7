"""`make bench`: one run on this machine. FULL=1 adds the curve to a million; `--only list --size 10000 --seconds 3` is a quick look."""

import argparse
import os
import tempfile
import time
from asyncio import run as complete
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import live, report, talk, working
from bench.crowd import CROWD
from bench.database import Database, asked, running
from bench.loading import fill
from bench.machine import Cores, cores, description
from bench.market import MARKET
from bench.measure import Bench, DifferentError, Idle, Result
from bench.report import Found
from bench.scenarios import ALL, Scenario
from bench.server import SANDBOX, fresh_secret, settings
from bench.world import ACTIVE
from skillhall.deploy import modules
from skillhall.deploy.prepare import prepare
from skillhall.kernel.config import read_config

CURVE = (10_000, 200_000, 1_000_000)
WIDTH = 140
WORK = {"announcement": working.announce, "notice": working.tell}
CURVED = ("list", "cursor", "all", "slots", "book")
ASIDE = ("idle", "live", "announcement", "notice")
"""What is measured and is no scenario of requests."""


def main() -> None:
    """Measure, print, write results.json; exit code 1 when floor and server differ or the data does not verify."""
    asking = argparse.ArgumentParser(prog="python -m bench")
    asking.add_argument("--only", default="", help=f"scenarios: {', '.join([*(scenario.key for scenario in ALL), *ASIDE])}")
    asking.add_argument("--size", type=int, default=200_000, help="sessions")
    asking.add_argument("--seconds", type=float, default=6, help="of load per scenario")
    asking.add_argument("--docs", action="store_true", help="show this run in docs/benchmarks.md")
    given = asking.parse_args()
    every = {*ASIDE, *(scenario.key for scenario in ALL)}
    chosen = set(given.only.split(",")) if given.only else every
    if unknown := chosen - every:
        asking.error(f"no such scenario: {', '.join(sorted(unknown))}")
    scenarios = [scenario for scenario in ALL if scenario.key in chosen]
    console, place = Console(width=WIDTH), cores()
    try:
        found = _measured(console, place, scenarios, chosen, given)
    except DifferentError as error:
        raise SystemExit(str(error)) from error
    machine = description()
    shown = Console(width=WIDTH, record=True)
    goals = report.show(shown, found, machine)
    if given.docs:
        report.write_page(Path(__file__).parents[1] / "docs" / "benchmarks.md", shown.export_text())
    report.write(Path(__file__).with_name("results.json"), found, machine, goals)


def _measured(console: Console, place: Cores, scenarios: list[Scenario], chosen: set[str], given: argparse.Namespace) -> Found:
    """Return all lines; those of the curve are none without FULL=1."""
    idle: Idle | None = None
    lives: tuple[list[live.Live], live.Crowd | None] = ([], None)
    results: list[Result] = []
    over_sizes: list[Result] = []
    worked: list[working.Worked] = []
    with running(place.database) as database, tempfile.TemporaryDirectory(prefix="skillhall-bench-files-") as folder:
        for size in sorted({given.size, *(CURVE if os.environ.get("FULL") else ())}):
            here = scenarios if size == given.size else [scenario for scenario in scenarios if scenario.key in CURVED]
            bench = _world(console, database, place, size, here, chosen if size == given.size else set(), given.seconds, Path(folder))
            if size == given.size:
                idle = bench.idle() if "idle" in chosen else None
                for mode in dict.fromkeys(scenario.mode for scenario in scenarios):
                    results += bench.run([scenario for scenario in scenarios if scenario.mode == mode])
                lives = live.measure(bench) if "live" in chosen else lives
                worked += [done(bench) for key, done in WORK.items() if key in chosen]
                over_sizes += [each for each in results if each.key in CURVED]
            else:
                over_sizes += bench.run(here, with_floor=False)
            database.drop(bench.template)
    curve = over_sizes if os.environ.get("FULL") else []
    return Found(results=results, idle=idle, over_sizes=curve, lives=lives[0], crowd=lives[1], worked=worked)


def _world(
    console: Console, database: Database, place: Cores, size: int, scenarios: list[Scenario], aside: set[str], seconds: float, folder: Path
) -> Bench:
    began = time.perf_counter()

    def tell(what: str) -> None:
        console.print(f"[dim]{time.perf_counter() - began:6.1f} s  {what}[/dim]")

    tell(f"loading {size:,} sessions")
    secret, template = fresh_secret(), f"bench_{size}"
    dsn = database.create(template)
    complete(prepare(dsn, modules.ALL, read_config(settings(dsn, secret, "voucher"))))
    wanted = {scenario.key: scenario.count(seconds) for scenario in scenarios}
    single: dict[str, Any] = {
        "owed": wanted.get("settle", 0),
        "codes": wanted.get("sign-in", 0),
        "groups": wanted.get("group", 0),
        "searched": CROWD if any(scenario.searches for scenario in scenarios) else 0,
        "projects": min(size, MARKET) if any(scenario.hires for scenario in scenarios) else 0,
        "hired": wanted.get("release", 0),
        "due": wanted.get("webhook", 0),
        "sells": any(scenario.mode == SANDBOX for scenario in scenarios),
        "directs": max(size // talk.SAID, ACTIVE) if aside & {"live", "notice"} or any(scenario.talks for scenario in scenarios) else 0,
        "audience": min(max(size, ACTIVE), talk.AUDIENCE) if "announcement" in aside else 0,
    }
    world = asked(dsn, lambda connection: fill(connection, size, secret, **single))
    tell("loaded")
    return Bench(database=database, template=template, world=world, cores=place, seconds=seconds, folder=folder, tell=tell)


if __name__ == "__main__":
    main()
