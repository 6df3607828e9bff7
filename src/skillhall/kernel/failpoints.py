"""Named points at which a test kills the process: `SKILLHALL_FAILPOINT=point:operation`, sandbox mode only.

Points: `before_commit`, `after_commit` (before the answer), `before_wake` (after the answer), `worker_before_commit`,
`worker_after_commit` (before the next delivery). Without a match nothing happens. `point:operation#3` is the third time a process comes
there: an operation around an outside party has several commits.
"""

import os
import signal
from itertools import count
from typing import Final

from skillhall.kernel.config import Config

_TIMES: Final = count(1)


def die_at(config: Config, point: str, operation: str) -> None:
    """Kill this process without any clean-up when the configured failpoint is this one."""
    if not config.failpoint or not config.is_sandbox:
        return
    wanted, _, which = config.failpoint.partition("#")
    if wanted in {point, f"{point}:{operation}"} and next(_TIMES) == int(which or 1):
        os.kill(os.getpid(), signal.SIGKILL)
