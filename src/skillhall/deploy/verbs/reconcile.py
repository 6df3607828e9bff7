"""The verb that compares our books with the providers' statements."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from skillhall.deploy.hall import Hall
from skillhall.deploy.verbs.session import FAILED, MISUSED, Json, end, out, say, show_json, with_hall
from skillhall.kernel.actor import Actor
from skillhall.payments.api import Providers, ReconciledView, days_to_reconcile, reconcile, reconciled

QUIET = {
    "in_transit": "in transit (on a statement to come)",
    "imported": "imported (brought in from elsewhere, so that no statement has it)",
}
"""Nobody has to do anything about these, and why."""
OPERATOR = Actor.of("payments", "an operator at the command line")


def reconciliation(
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="One UTC day; without it every day not yet compared.")] = None,
    provider: Annotated[str, typer.Option(help="One provider; without it all.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Compare the books with the providers' statements, mend what can be mended, list the rest; exit 1 when something is unexplained."""
    today = datetime.now(UTC).date()
    if day is not None and day.date() > today:
        end(MISUSED, "This day has not begun yet.")
    reports = with_hall(lambda hall: _compared(hall, provider, day.date() if day else None, today))
    if as_json:
        show_json(reports)
    else:
        _show(reports)
    if not all(report.is_clean for report in reports):
        raise typer.Exit(FAILED)


async def _compared(hall: Hall, provider: str, day: date | None, today: date) -> list[ReconciledView]:
    parties = (await hall.runner.read()).port(Providers).by_name
    if provider and provider not in parties:
        end(MISUSED, f"There is no provider {provider}; configured are: {', '.join(parties) or 'none'}.")
    ids = [
        await reconcile(hall.runner, OPERATOR, party, one)
        for name, party in parties.items()
        if provider in {"", name}
        for one in ([day] if day else await days_to_reconcile(await hall.runner.read(), name, today))
    ]
    return [await reconciled(await hall.runner.read(), one) for one in ids]


def _show(reports: Sequence[ReconciledView]) -> None:
    if not reports:
        say("No money has gone through a provider yet.")
    for report in reports:
        verdict = f"[red]failed:[/red] {escape(report.error)}" if report.error else "[red]not clean[/red]"
        out.print(f"{report.provider} {report.day}: {report.movements} lines, {'[green]clean[/green]' if report.is_clean else verdict}")
        for total in report.totals:
            say(f"    books {total.booked}, statements {total.stated}, unexplained {total.unexplained}")
        if quiet := Counter(one.cause for one in report.differences if one.cause in QUIET or not one.is_open):
            say(f"    explained: {', '.join(f'{count} {QUIET.get(cause, cause)}' for cause, count in quiet.items())}")
        if loud := [one for one in report.differences if one.is_open and one.cause not in QUIET]:
            table = Table("cause", "about", "books", "statement", "")
            for one in loud:
                about = f"{one.about_kind} {one.about_id}"
                table.add_row(one.cause, about, str(one.booked), str(one.stated), escape(one.note))
            out.print(table)
