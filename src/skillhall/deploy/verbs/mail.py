"""What an operator does about mail."""

import sys

import typer

from skillhall.deploy.hall import Hall
from skillhall.deploy.verbs.session import config, say, with_hall
from skillhall.kernel.actor import Actor
from skillhall.notifications.api import note_report, read_report

mail = typer.Typer(help="Mail that came back.", no_args_is_help=True)
mail.callback()(lambda: None)


@mail.command("bounce")
def bounce() -> None:
    """Note a delivery status notification read from the input: `skillhall mail bounce < dsn.eml`, as a mail server's pipe does."""
    raw = sys.stdin.buffer.read()

    async def work(hall: Hall) -> str:
        report = read_report(raw)
        count = await hall.runner.run(lambda tx: note_report(tx, report), actor=Actor.of("notifications", "mail bounce"))
        return f"{report.key}: {report.outcome} {report.status}, {count} {'notice' if count == 1 else 'notices'}."

    say(with_hall(work, config()))
