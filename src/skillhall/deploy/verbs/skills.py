"""Verbs about the catalogue of skills as a table."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Annotated, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from skillhall.deploy.hall import Hall
from skillhall.deploy.verbs.session import FAILED, MISUSED, Json, end, err, out, say, show_json, with_hall
from skillhall.kernel.actor import Actor
from skillhall.skills.api import SheetReport, SheetUnreadable, export_sheet, import_sheet

OPERATOR: Final = Actor.of("skills", "an operator at the command line")
STANDARD: Final = Path("-")

skills = typer.Typer(help="The catalogue of skills as a table (CSV).", no_args_is_help=True)


@skills.command("export")
def export(to: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, or - for the standard output.")]) -> None:
    """Write the published and deprecated skills as CSV, which can be imported again."""

    def work(file: IO[str]) -> None:
        async def write(hall: Hall) -> None:
            async with hall.runner.snapshot() as read:
                async for part in export_sheet(read):
                    file.write(part)

        with_hall(write)

    if to == STANDARD:
        work(out.file)
        return
    try:
        _replace(to, work)
    except OSError as error:
        end(FAILED, f"{to} cannot be written: {error.strerror}")
    say(f"Skills written to {to}")


@skills.command("import")
def import_(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file in UTF-8, or - for the standard input.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: Json = False,
) -> None:
    """Import skills from CSV, new and changed ones by their slug; exit 1 when a line is refused, 2 when the file cannot be read."""
    try:
        content = typer.get_binary_stream("stdin").read() if source == STANDARD else source.read_bytes()
    except OSError as error:
        end(MISUSED, f"{source} cannot be read: {error.strerror}")
    with Progress(
        TextColumn("    Importing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err, transient=True, disable=as_json
    ) as progress:
        bar = progress.add_task("lines", total=None)

        def tell(done: int, total: int) -> None:
            progress.update(bar, completed=done, total=total)

        async def work(hall: Hall) -> SheetReport | SheetUnreadable:
            try:
                return await import_sheet(hall.runner, OPERATOR, content, dry_run=dry_run, tell=tell)
            except SheetUnreadable as refusal:
                return refusal

        report = with_hall(work)
    if isinstance(report, SheetUnreadable):
        end(MISUSED, report.sentence)
    if as_json:
        show_json(report)
    else:
        _show(report)
    if report.refused:
        raise typer.Exit(FAILED)


def _show(report: SheetReport) -> None:
    for error in report.errors:
        where = f"line {error.line}, {error.column}" if error.column else f"line {error.line}"
        say(f"  {where}: {error.message}")
    created = f"{report.created} {'would be created' if report.dry_run else 'created'}, {report.changed} changed"
    say(f"{report.lines} lines: {created}, {report.unchanged} as they were, {report.refused} refused.")


def _replace(path: Path, write: Callable[[IO[str]], None]) -> None:
    """Write the whole file, piece by piece, or none of it."""
    handle, name = tempfile.mkstemp(dir=path.parent or None, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            write(file)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
