"""Verbs an operator uses on a running hall: verify, jobs, events, clock, accounts."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from skillhall.deploy.hall import Hall
from skillhall.deploy.modules import ALL
from skillhall.deploy.verbs.session import FAILED, MISUSED, Json, config, end, out, sandbox, say, show_json, with_hall
from skillhall.identity import api as identity
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.verify import Report, checks_of, run_checks
from skillhall.kernel.work import deliveries
from skillhall.kernel.work.advance import advance

OPERATOR = Actor.of("identity", "an operator at the command line")
SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")

accounts = typer.Typer(help="Accounts of the people who run this hall.", no_args_is_help=True)
jobs = typer.Typer(help="Work that waits or was given up.", no_args_is_help=True)
events = typer.Typer(help="Facts that happened.", no_args_is_help=True)
clock = typer.Typer(help="Business time; sandbox mode only.", no_args_is_help=True)


def verify(*, as_json: Json = False) -> None:
    """Prove the books and everything else that must hold; exit 1 when something does not."""

    async def work(hall: Hall) -> Report:
        async with hall.runner.snapshot() as snapshot:
            return await run_checks(snapshot, checks_of(hall.modules))

    report = with_hall(work)
    if as_json:
        show_json(report)
    elif report.is_clean:
        out.print(f"[green]Everything holds:[/green] {report.checks} checks, no violation.")
    for finding in () if as_json else report.findings:
        out.print(f"[red]{finding.check}[/red]: {finding.violations} rows break it")
        for example in finding.examples:
            say(f"    {example}")
    if not report.is_clean:
        raise typer.Exit(FAILED)


@accounts.command("grant")
def grant(email: str, role: str) -> None:
    """Give an account a role: moderator, support, admin or super_admin. The first operator is made so."""

    async def work(hall: Hall) -> None:
        async def granted(tx: Tx) -> None:
            await identity.grant_role(tx, OPERATOR, email, role)

        await hall.runner.run(granted, actor=OPERATOR)

    with_hall(work)
    say(f"{email} is now {role}.")


@jobs.command("list")
def list_jobs(*, dead: Annotated[bool, typer.Option("--dead", help="Only what was given up.")] = False, as_json: Json = False) -> None:
    """Show deliveries that wait, run, or were given up."""
    rows = with_hall(lambda hall: deliveries.waiting(hall.pool, dead=dead))
    if as_json:
        show_json(rows)
        return
    if not rows:
        say("Nothing was given up." if dead else "Nothing waits.")
        return
    table = Table("id", "receiver", "state", "attempts", "due", "last error")
    for row in rows:
        table.add_row(
            str(row.id), row.receiver, row.state, str(row.attempts), f"{row.due_at:%Y-%m-%d %H:%M:%S}", escape(row.last_error or "")
        )
    out.print(table)


@jobs.command("retry")
def retry(delivery: Annotated[str, typer.Argument(help="An id, or `all` for everything that was given up.")]) -> None:
    """Try given-up deliveries again, now."""
    count = with_hall(lambda hall: deliveries.retry(hall.pool, None if delivery == "all" else delivery))
    if not count:
        end(FAILED, "Nothing given up has that id.")
    out.print(f"{count} to run again.")


@events.command("replay")
def replay(
    to: Annotated[str, typer.Option(help="The receiver, for example learning.cancel_sessions_of.")],
    since: Annotated[datetime, typer.Option(help="UTC.")],
) -> None:
    """Deliver past events once more to one receiver."""
    known = [reaction.name for module in ALL for reaction in module.reactions]
    count = with_hall(lambda hall: deliveries.replay(hall.pool, to, since.replace(tzinfo=UTC), known))
    if count is None:
        end(MISUSED, f"Nobody is called {to}; see docs/contexts.md.")
    out.print(f"{count} events will be delivered to {to}.")


@clock.command("advance")
def advance_clock(by: Annotated[str, typer.Argument(help="How far: 30m, 48h, 2d3h.")]) -> None:
    """Move business time forward, stepping to everything that becomes due on the way."""
    settings = config()
    sandbox(settings)
    match = SPAN.fullmatch(by)
    span = timedelta(days=int(match[1] or 0), hours=int(match[2] or 0), minutes=int(match[3] or 0)) if match else timedelta()
    if span <= timedelta():
        end(MISUSED, "Say how far, forward only: 30m, 48h, 2d3h.")
    now = with_hall(lambda hall: advance(hall.worker, hall.timekeeper, span), settings)
    out.print(f"Business time is now {now:%Y-%m-%d %H:%M:%S} UTC.")
