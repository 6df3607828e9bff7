"""Asking the reading process for the busy times of a file."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from skillhall.calendar.model.imports import UnreadableError

WALL_SECONDS: Final = 60
MOST_TIMES: Final = 5000
PASSED_ON: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
SPENT: Final = frozenset({-signal.SIGXCPU, -signal.SIGKILL, 3})
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)


async def read_times(file: bytes, account_id: UUID, timezone: str, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return when the file's person is busy within the period; raise `UnreadableError`."""
    asked = msgspec.json.encode({"account_id": account_id, "timezone": timezone, "since": since, "until": until}).decode()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "skillhall.calendar.outside.reading", asked,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(process.communicate(file), WALL_SECONDS)
    except TimeoutError:
        raise UnreadableError("too_large") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode in SPENT:
        raise UnreadableError("too_large")
    if process.returncode:
        raise UnreadableError("not_a_calendar")
    found = msgspec.json.decode(said, type=list[tuple[int, int]])
    if len(found) > MOST_TIMES:
        raise UnreadableError("too_large")
    return [(EPOCH + MINUTE * start, EPOCH + MINUTE * end) for start, end in found]
