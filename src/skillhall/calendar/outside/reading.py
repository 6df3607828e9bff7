"""The process that works out the busy times of one file: `python -m skillhall.calendar.outside.reading`, the file on its input.

Strangers write these files, and a rule of one line can ask for a million years. Here it ends after `CPU_SECONDS`, cannot take more
memory than `MEMORY`, knows no secret, and does not hold up the worker.
"""

import os
import resource
import sys
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.calendar.model.busy import NotACalendarError, busy_times

CPU_SECONDS: Final = 20
MEMORY: Final = 1024 * 1024 * 1024
NO_CALENDAR: Final = 2
TOO_MUCH: Final = 3


class Question(Struct, frozen=True):
    """What to read the file for; on the command line, as JSON."""

    account_id: UUID
    timezone: str
    since: datetime
    until: datetime


def main() -> None:
    """Answer with the busy times as JSON: [[first minute, minute after the last], …]."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.nice(10)
    asked = msgspec.json.decode(sys.argv[1], type=Question)
    try:
        found = busy_times(sys.stdin.buffer.read(), asked.account_id, asked.timezone, asked.since, asked.until)
    except NotACalendarError:
        sys.exit(NO_CALENDAR)
    except MemoryError:
        sys.exit(TOO_MUCH)
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
