"""The verb that stands in for a card: money for a protected payment comes in through the sandbox's provider."""

from typing import Annotated
from uuid import UUID

import typer

from skillhall.deploy.hall import Hall
from skillhall.deploy.verbs.session import config, sandbox, say, with_hall
from skillhall.gigs.api import SANDBOX, funded
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx

PROVIDER = Actor.of("gigs", "the sandbox's payment provider")


def fund(hold: Annotated[UUID, typer.Argument(help="The id of a protected payment, which is its hold's.")]) -> None:
    """Set the money of a protected payment aside as if its card had been charged; sandbox mode only."""
    settings = config()
    sandbox(settings)

    async def work(hall: Hall) -> None:
        async def paid(tx: Tx) -> None:
            await funded(tx, hold, SANDBOX)

        await hall.runner.run(paid, actor=PROVIDER)

    with_hall(work, settings)
    say(f"{hold} is held.")
