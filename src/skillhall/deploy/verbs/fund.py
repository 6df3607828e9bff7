"""The verb that stands in for a card: a protected payment is paid at the sandbox's bank."""

from typing import Annotated
from uuid import UUID

import typer

from skillhall.deploy.hall import Hall
from skillhall.deploy.verbs.session import config, sandbox, say, with_hall
from skillhall.gigs.api import EscrowNotFound, contested
from skillhall.kernel.shapes import Subject
from skillhall.payments.api import pay_at_sandbox


def fund(hold: Annotated[UUID, typer.Argument(help="The id of a protected payment, which is its hold's.")]) -> None:
    """Pay a protected payment as its client, with the card of the sandbox's bank that always works; sandbox mode only."""
    settings = config()
    sandbox(settings)

    async def work(hall: Hall) -> str:
        asked = await contested(await hall.runner.read(), hold)
        if asked is None:
            raise EscrowNotFound
        purpose = "booking" if asked.kind == "booking" else "milestone"
        paid = await pay_at_sandbox(hall.runner, asked.payer_id, purpose, Subject(purpose, asked.subject_id))
        return paid.status

    status = with_hall(work, settings)
    say(f"The payment has {status}." if status != "succeeded" else f"{hold} is held.")
