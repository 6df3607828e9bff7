"""What every verb needs: this process's configuration, the database of the running hall, a hall over it, and plain endings."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Annotated, NoReturn, TypeVar

import asyncpg
import msgspec
import typer
from rich.console import Console

from skillhall.deploy.backup import BackupError
from skillhall.deploy.database import attached
from skillhall.deploy.embedded_place import CannotStart
from skillhall.deploy.hall import Hall, open_hall
from skillhall.deploy.lock import running_hall
from skillhall.deploy.modules import ALL
from skillhall.deploy.prepare import waiting
from skillhall.deploy.settings import configure
from skillhall.kernel.config import Config, ConfigError
from skillhall.kernel.migrate import MigrationError
from skillhall.kernel.refusals import Refusal

T = TypeVar("T")
FAILED, MISUSED = 1, 2
UNREACHABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    ConnectionError,
    TimeoutError,
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
out = Console(highlight=False, soft_wrap=True)  # a path or a command that is to be copied must not be broken
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def end(code: int, sentence: str) -> NoReturn:
    """Say why and leave with this exit code."""
    err.print(sentence, style="red")
    raise typer.Exit(code)


def say(sentence: str) -> None:
    """Print a sentence that may hold a path, a name or an error: square brackets in it are no style."""
    out.print(sentence, markup=False)


def show_json(value: object) -> None:
    """Print one JSON document for a script."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value)).decode() + "\n")


def config(*, attach: bool = True, **overrides: object) -> Config:
    """Return this process's configuration, or leave with exit code 2 naming the wrong variable.

    A verb beside a running hall takes over the mode and port that hall was started with, where the environment says nothing else.
    """
    environment = dict(os.environ)
    try:
        chosen = configure(environment, **overrides)
        running = running_hall(chosen) if attach else None
        if running is None:
            return chosen
        port = {} if "PORT" in environment else {"SKILLHALL_PORT": str(running.port)}
        return configure({"SKILLHALL_MODE": running.mode, **port, **environment}, **overrides)
    except ConfigError as error:
        end(MISUSED, str(error))
    except OSError as error:
        end(FAILED, f"The data folder cannot be used: {error}")


def sandbox(settings: Config) -> None:
    """Leave with exit code 2 unless this is sandbox mode."""
    if not settings.is_sandbox:
        end(MISUSED, "This verb exists only in sandbox mode: set SKILLHALL_MODE=sandbox.")


@contextmanager
def plainly() -> Generator[None]:
    """Turn what an operator can mend into a sentence and an exit code."""
    try:
        yield
    except Refusal as refusal:
        end(
            FAILED, "\n".join([f"{refusal.sentence} ({refusal.code})", *(f"  {wrong.field}: {wrong.message}" for wrong in refusal.details)])
        )
    except ConfigError as error:
        end(MISUSED, str(error))
    except (CannotStart, MigrationError, BackupError) as error:
        end(FAILED, str(error))
    except UNREACHABLE as error:
        end(FAILED, f"The database does not answer: {error}")
    except OSError as error:
        end(FAILED, str(error))


@contextmanager
def database(settings: Config, *, own: bool = False, linger: float = 0.0) -> Generator[str]:
    """Yield the DSN of the hall's database; trouble with it, or with what is done there, ends the verb with a sentence."""
    with plainly(), attached(settings, own=own, linger=linger) as dsn:
        yield dsn


def check_current(dsn: str) -> None:
    """Leave with exit code 1 unless the schema is up to date."""
    left, _is_new = asyncio.run(waiting(dsn, ALL))
    if left:
        end(FAILED, f"{left} migrations have not run yet: run `./skillhall migrate` first.")


def with_hall(work: Callable[[Hall], Awaitable[T]], settings: Config | None = None) -> T:
    """Open a hall over the running hall's database and run `work`."""
    chosen = settings or config()

    async def opened(dsn: str) -> T:
        async with open_hall(chosen, dsn, ALL) as hall:
            return await work(hall)

    with database(chosen) as dsn:
        check_current(dsn)
        return asyncio.run(opened(dsn))
