"""All verbs of the `skillhall` command. Each attaches to the running hall's database, never a second server on one data folder."""

import typer

from skillhall.deploy.verbs import data, operate, run, show
from skillhall.deploy.verbs.tour import tour

app = typer.Typer(
    help="Skillhall: the backend for communities where people teach, hire and help each other.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb in (run.up, run.serve, run.work, data.migrate, operate.verify, data.demo, tour, show.doctor, data.backup, data.restore):
    app.command()(verb)
app.add_typer(operate.accounts, name="accounts")
app.add_typer(operate.jobs, name="jobs")
app.add_typer(operate.events, name="events")
app.add_typer(operate.clock, name="clock")
app.add_typer(show.gateway, name="gateway")
app.command()(show.openapi)
