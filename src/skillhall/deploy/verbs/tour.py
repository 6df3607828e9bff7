"""`skillhall tour`: a story played against a running hall through HTTP, as its clients use it; every printed fact is checked."""

import asyncio
from typing import Annotated

import aiohttp
import typer

from skillhall.deploy.tours.playbill import STORIES
from skillhall.deploy.tours.stage import Stage, TourError
from skillhall.deploy.verbs.session import FAILED, MISUSED, config, end, out, sandbox, say

HOW_TO_READ = "Every ✔ is what the hall answered, compared with what is right. When the clock moves, all that falls due on the way happens."


def tour(
    story: Annotated[str, typer.Argument(help="Which story; `--list` names them.")] = next(iter(STORIES)),
    *,
    base: Annotated[str | None, typer.Option("--url", help="Default: the hall of this machine.")] = None,
    lists: Annotated[bool, typer.Option("--list", help="Name the stories and play none.")] = False,
) -> None:
    """Play a story against the running hall; exit 1 when a printed fact is false."""
    if lists:
        for line in _listed():
            say(line)
        return
    if story not in STORIES:
        end(MISUSED, "\n".join([f"There is no tour called {story}; there are", *_listed()]))
    settings = config()
    sandbox(settings)

    async def run() -> None:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            stage = Stage(base or settings.base_url, session, settings.data, out)
            say(HOW_TO_READ)
            await STORIES[story].play(stage)
            say(f"\nAll {stage.facts} facts are true.")

    try:
        asyncio.run(run())
    except TourError as error:
        end(FAILED, f"  ✘ {error}")
    except aiohttp.ClientConnectionError:
        end(FAILED, f"No hall answers at {base or settings.base_url}; start one with `make run`.")


def _listed() -> list[str]:
    width = max(map(len, STORIES))
    return [f"  {name:<{width}}  {story.about}" for name, story in STORIES.items()]
