"""The verb that puts the shipped plans and packages of credits on sale."""

from skillhall.billing.api import load_catalogue
from skillhall.deploy.hall import Hall
from skillhall.deploy.verbs.session import say, with_hall
from skillhall.kernel.actor import Actor

OPERATOR = Actor.of("billing", "an operator at the command line")


def catalogue() -> None:
    """Put the shipped plans on sale, and packages of credits where they are sold; what is on sale already stays as it is."""

    async def work(hall: Hall) -> int:
        return await hall.runner.run(load_catalogue, actor=OPERATOR)

    new = with_hall(work)
    say(f"{new} are new on sale." if new else "Everything was on sale already.")
