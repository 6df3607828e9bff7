"""Verbs that show: doctor, openapi, gateway."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from skillhall.deploy import docs, embedded
from skillhall.deploy import doctor as doctors
from skillhall.deploy.embedded_place import CannotStart
from skillhall.deploy.gateway import GatewayError, nginx
from skillhall.deploy.modules import ALL
from skillhall.deploy.verbs.session import FAILED, MISUSED, Json, config, end, out, say, show_json
from skillhall.kernel.config import Config

MARKS = {"ok": "[green]✔[/green]", "warning": "[yellow]![/yellow]", "fault": "[red]✘[/red]"}
gateway = typer.Typer(help="Configuration for a gateway in front.", no_args_is_help=True)


def doctor(*, as_json: Json = False) -> None:
    """Look at configuration, versions, extensions, clocks, secrets; say how to mend what is wrong. Exit 1 on a fault."""
    settings = config()
    found = _examined(settings)
    if as_json:
        show_json(found)
    for finding in () if as_json else found:
        out.print(MARKS[finding.outcome], end=" ")
        say(f"{finding.name}: {finding.said}")
        if finding.mend:
            say(f"    {finding.mend}")
    if any(finding.outcome == "fault" for finding in found):
        raise typer.Exit(FAILED)


def _examined(settings: Config) -> list[doctors.Finding]:
    if settings.database_url:
        return asyncio.run(doctors.examine(settings, settings.database_url, environment=os.environ))
    try:
        with embedded.start(settings.data / "postgres") as server:
            return asyncio.run(doctors.examine(settings, server.dsn, environment=os.environ, where=server.where()))
    except CannotStart as error:
        return asyncio.run(doctors.examine(settings, None, environment=os.environ, why=str(error)))


def openapi() -> None:
    """Print the API document."""
    sys.stdout.write(docs.openapi().decode())


@gateway.command("nginx")
def gateway_nginx(
    upstream: Annotated[list[str], typer.Option(help="contexts=host:port, for example gigs,messaging=10.0.0.2:8000; repeat it.")],
) -> None:
    """Print an nginx server block that sends each route to the processes that serve its context."""
    try:
        sys.stdout.write(nginx(ALL, upstream))
    except GatewayError as error:
        end(MISUSED, str(error))
