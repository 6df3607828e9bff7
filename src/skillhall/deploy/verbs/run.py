"""Verbs that run the hall: up (all in one process), serve, work."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from socket import socket
from typing import Annotated

import msgspec
import typer
import uvloop

from skillhall.deploy import backup as backups
from skillhall.deploy import demo as demos
from skillhall.deploy.app import build_app
from skillhall.deploy.contexts import NAMES
from skillhall.deploy.hall import open_hall
from skillhall.deploy.lock import AlreadyRunsError, only_one
from skillhall.deploy.modules import ALL
from skillhall.deploy.ports import CannotListenError, PortTakenError, listen
from skillhall.deploy.prepare import check_ledger_mode, has_demo, has_moved_clock, prepare, waiting
from skillhall.deploy.server import serve as serve_until
from skillhall.deploy.server import until_signal, working
from skillhall.deploy.settings import unsafe
from skillhall.deploy.team import Team
from skillhall.deploy.verbs.data import load_demo
from skillhall.deploy.verbs.session import MISUSED, check_current, config, database, end, out, plainly, say
from skillhall.kernel.config import Config
from skillhall.kernel.telemetry import configure_logging
from skillhall.ledger.api import ModeNotEmpty

PORT_TAKEN = 3
LINGER_SECONDS = 10.0
FIRST_START = "first-start"  # lies in the data folder until the first start came to its end, the demo included
Port = Annotated[int | None, typer.Option(help="Default: $PORT or 8000.")]
Host = Annotated[str | None, typer.Option(help="Default: localhost, on 127.0.0.1 and ::1.")]
Only = Annotated[str | None, typer.Option(help="Only these contexts, comma separated.")]
Hidden = Annotated[int | None, typer.Option(hidden=True)]


def up(port: Port = None, host: Host = None) -> None:
    """Run everything in one process: database, migrations, demo (first start in sandbox mode), server, worker."""
    settings = config(attach=False, port=port, host=host)
    _start_logging(settings, quiet=True)
    with plainly(), ExitStack() as stack:
        try:
            stack.enter_context(only_one(settings, os.getpid()))
        except AlreadyRunsError as already:
            running = already.running
            say(f"Skillhall runs already{f', as process {running.pid}' if running else ''}.")
            say(links(settings, running.port if running else settings.port))
            return
        stack.enter_context(_until_stopped())
        _check_safe(settings)
        sockets = _listen(settings, "PORT={} make run")
        out.print("[bold]Skillhall[/bold]")
        with _step("Database") as done:
            dsn = stack.enter_context(database(settings, own=True))
            done("the server of SKILLHALL_DATABASE_URL" if settings.database_url else f"PostgreSQL in {settings.data / 'postgres'}")
        _bring_up_to_date(settings, dsn)
        _check_database(settings, dsn)

        def ready() -> None:
            say(links(settings, settings.port))
            say("  Ctrl-C stops everything.\n")

        uvloop.run(_run(settings, dsn, sockets, None, works=True, ready=ready))


def serve(
    port: Port = None,
    host: Host = None,
    only: Only = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Server processes.")] = 1,
    fd: Annotated[list[int] | None, typer.Option(hidden=True)] = None,
    leash: Hidden = None,
) -> None:
    """Serve HTTP; run `skillhall work` beside it."""
    settings = config(attach=False, port=port, host=host)
    _start_logging(settings)
    chosen = _contexts(only)
    _check_safe(settings)
    with _until_stopped(tell=fd is None), plainly():
        sockets = [socket(fileno=number) for number in fd] if fd else _listen(settings, "skillhall serve --port {}")
        with database(settings, linger=LINGER_SECONDS) as dsn:
            check_current(dsn)
            _check_database(settings, dsn)

            def ready() -> None:
                say(f"Serving {only or 'everything'} on {settings.base_url}; Ctrl-C stops it.")

            if workers > 1:
                ready()
                options = [f"--host={settings.host}", f"--port={settings.port}", *([f"--only={only}"] if only else [])]
                asyncio.run(Team(options, sockets, workers, settings.data / "metrics" / str(settings.port)).run())
            else:
                uvloop.run(_run(settings, dsn, sockets, chosen, works=False, ready=None if fd else ready, leash=leash))


def work(only: Only = None) -> None:
    """Run reactions, jobs and sweeps."""
    settings = config(attach=False)
    _start_logging(settings)
    chosen = _contexts(only)
    _check_safe(settings)
    with _until_stopped(), database(settings, linger=LINGER_SECONDS) as dsn:
        check_current(dsn)
        _check_database(settings, dsn)
        uvloop.run(_run(settings, dsn, (), chosen, works=True, ready=lambda: say(f"Working on {only or 'everything'}; Ctrl-C stops it.")))


async def _run(
    settings: Config,
    dsn: str,
    sockets: Sequence[socket],
    only: frozenset[str] | None,
    *,
    works: bool,
    ready: Callable[[], None] | None,
    leash: int | None = None,
) -> None:
    modules = tuple(module for module in ALL if only is None or module.name in only)
    async with (
        until_signal(leash) as told,
        open_hall(settings, dsn, ALL, working=modules if works else ALL) as hall,
        build_app(hall, only, alone=works and bool(sockets), serves=bool(sockets), told=told) as app,
        working(hall, told) if works else nullcontext(),
    ):
        if ready:
            ready()
        if sockets:
            await serve_until(app, sockets, told)
        else:
            await told.wait()


@contextmanager
def _until_stopped(*, tell: bool = True) -> Generator[None]:
    """Being told to stop is a good end, during the start too."""
    with suppress(KeyboardInterrupt):
        yield
    if tell:
        out.print("Stopped.")


def _start_logging(settings: Config, *, quiet: bool = False) -> None:
    """On a terminal log for people, and when `quiet` not every request; what the environment says goes first."""
    if sys.stderr.isatty():
        if "SKILLHALL_LOG_FORMAT" not in os.environ:
            settings = msgspec.structs.replace(settings, log_format="text")
        if quiet and "SKILLHALL_LOG_LEVEL" not in os.environ:
            settings = msgspec.structs.replace(settings, log_level="warning")
    configure_logging(settings)


def _listen(settings: Config, otherwise: str) -> list[socket]:
    try:
        return listen(settings)
    except PortTakenError as taken:
        end(PORT_TAKEN, f"{taken} Choose another: {otherwise.format(taken.free)}")
    except CannotListenError as error:
        end(MISUSED, str(error))


def _check_safe(settings: Config) -> None:
    if reasons := unsafe(settings):
        end(MISUSED, "\n".join(["This configuration is not safe for production:", *(f"  - {reason}" for reason in reasons)]))


def _check_database(settings: Config, dsn: str) -> None:
    try:
        asyncio.run(check_ledger_mode(dsn, ALL, settings))
    except ModeNotEmpty as refusal:
        end(MISUSED, f"{refusal.sentence} Set SKILLHALL_LEDGER_MODE back, or empty them in the mode that has them.")
    if settings.is_sandbox:
        return
    if asyncio.run(has_demo(dsn)):
        end(MISUSED, "This database holds the demo accounts, and production refuses it: start with an empty database.")
    if asyncio.run(has_moved_clock(dsn)):
        end(MISUSED, "Business time was moved in this database, and production refuses it: start with an empty database.")


def _bring_up_to_date(settings: Config, dsn: str) -> None:
    left, is_new = asyncio.run(waiting(dsn, ALL))
    first_start = settings.data / FIRST_START
    if is_new:
        first_start.touch()
    elif left:
        with _step("Backup") as done:
            done(str(asyncio.run(backups.backup(settings, dsn))))
    if left:
        with _step("Migrations") as done:
            done(f"{len(asyncio.run(prepare(dsn, ALL, settings)))} ran")
    if first_start.exists():
        if settings.is_sandbox:
            with _step("Demo community", spins=False) as done:
                done("loaded" if load_demo(settings, dsn) else "left out: there are members")
        first_start.unlink()


@contextmanager
def _step(name: str, *, spins: bool = True) -> Generator[Callable[[str], None]]:
    """Say what is being done, and when it is done, with what outcome and after how long. What shows a bar of its own does not spin."""
    started = time.monotonic()
    said: list[str] = []
    with out.status(name) if spins else nullcontext():
        yield said.append
    out.print("  [green]✔[/green] ", end="")
    say(f"{name}: {said[0]} ({time.monotonic() - started:.1f} s)")


def _contexts(only: str | None) -> frozenset[str] | None:
    if only is None:
        return None
    chosen = frozenset(name.strip() for name in only.split(","))
    if unknown := chosen - {*NAMES, "kernel"}:
        end(MISUSED, f"No context is called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}.")
    return chosen | {"kernel"}


def links(settings: Config, port: int) -> str:
    """Return where to go next."""
    base = f"http://localhost:{port}"
    lines = ["", f"  Serving on       {base}", f"  API docs         {base}/api/docs"]
    if settings.is_sandbox:
        lines += [
            f"  Mail catcher     {base}/dev/mail",
            f"  Demo sign-ins    {(settings.data / demos.SIGN_INS).absolute()}",
            "",
            "  Try it:",
            f"  curl -s '{base}/api/v1/skills/search?search=python&limit=3'",
        ]
    return "\n".join([*lines, ""])
