"""Verbs about the data: migrate, backup, restore, demo."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from skillhall.deploy import backup as backups
from skillhall.deploy import demo as demos
from skillhall.deploy.hall import open_hall
from skillhall.deploy.lock import AlreadyRunsError, only_one
from skillhall.deploy.modules import ALL
from skillhall.deploy.prepare import prepare
from skillhall.deploy.verbs.session import FAILED, MISUSED, Json, check_current, config, database, end, out, sandbox, say, show_json
from skillhall.kernel.config import Config


def migrate(*, as_json: Json = False) -> None:
    """Bring the schema up to date."""
    settings = config()
    with database(settings) as dsn:
        ran = asyncio.run(prepare(dsn, ALL, settings))
    if as_json:
        show_json({"ran": [migration.name for migration in ran]})
        return
    for migration in ran:
        say(f"  {migration.context}/{migration.name}")
    say(f"{len(ran)} migrations ran." if ran else "The schema is up to date.")


def backup(
    to: Annotated[Path | None, typer.Argument(help="The file to write; default: data/backups/<time>.tar")] = None, *, as_json: Json = False
) -> None:
    """Write a backup of the database and the files; the hall may go on."""
    settings = config()
    with database(settings) as dsn, out.status("Writing the backup"):
        check_current(dsn)
        path = asyncio.run(backups.backup(settings, dsn, to=to))
    if as_json:
        show_json({"path": str(path.absolute()), "bytes": path.stat().st_size})
    else:
        say(f"Backup written to {path}")


def restore(path: Path, *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Replace everything by a backup, and prove it by its digest. The hall must be stopped."""
    settings = config()
    if not path.is_file():
        end(MISUSED, f"There is no file {path}.")
    if not yes and not typer.confirm("This replaces everything in the database and the files folder. Go on?"):
        raise typer.Exit(FAILED)
    try:
        with only_one(settings, os.getpid()), database(settings) as dsn:
            manifest = asyncio.run(backups.restore(settings, dsn, path, tell=lambda step: say(f"  {step}")))
            ran = asyncio.run(prepare(dsn, ALL, settings))
    except AlreadyRunsError:
        end(FAILED, "The hall is running; stop it first.")
    say(f"Restored the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC; the tables are equal to it.")
    if ran:
        say(f"{len(ran)} newer migrations ran.")


def demo() -> None:
    """Load the demo community into an empty sandbox hall."""
    settings = config()
    sandbox(settings)
    with database(settings) as dsn:
        check_current(dsn)
        if not load_demo(settings, dsn):
            end(FAILED, "This hall has members already; the demo needs an empty one (`make reset`).")
    say(f"The demo community is in. Sign-ins: {settings.data / demos.SIGN_INS}")


def load_demo(settings: Config, dsn: str) -> bool:
    """Load the demo community, showing a bar; False when there are members already."""

    async def load() -> bool:
        async with open_hall(settings, dsn, ALL) as hall:
            return await demos.load(hall, _told(progress))

    with Progress(TextColumn("    {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=out) as progress:
        return asyncio.run(load())


def _told(progress: Progress) -> Callable[[str, int, int], None]:
    """Return what the demo calls with its step, how much is done and how much there is."""
    tasks: dict[str, int] = {}

    def tell(step: str, done: int, total: int) -> None:
        if step not in tasks:
            tasks[step] = progress.add_task(step, total=total)
        progress.update(progress.tasks[tasks[step]].id, completed=done)

    return tell
