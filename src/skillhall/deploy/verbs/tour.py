"""`skillhall tour`: a story played against a running hall through HTTP alone; every printed fact is checked."""

import asyncio
from typing import Annotated

import aiohttp
import typer

from skillhall.deploy.tours.lessons import play
from skillhall.deploy.tours.stage import Stage, TourError
from skillhall.deploy.verbs.session import FAILED, config, end, out, sandbox


def tour(base: Annotated[str | None, typer.Option("--url", help="Default: the hall of this machine.")] = None) -> None:
    """Play the story of the first lessons; exit 1 when a printed fact is false."""
    settings = config()
    sandbox(settings)

    async def run() -> None:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            await play(Stage(base or settings.base_url, session, settings.data, out))

    try:
        asyncio.run(run())
    except TourError as error:
        end(FAILED, f"  ✘ {error}")
    except aiohttp.ClientConnectionError:
        end(FAILED, f"No hall answers at {base or settings.base_url}; start one with `make run`.")
