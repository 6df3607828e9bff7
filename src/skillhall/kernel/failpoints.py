"""Named points at which a test kills the process: `SKILLHALL_FAILPOINT=point:operation`, sandbox mode only.

Points: `before_commit`, `after_commit` (before the answer), `before_wake` (after the answer), `worker_before_commit`,
`worker_after_commit` (before the next delivery). Without a match nothing happens.
"""

import os
import signal

from skillhall.kernel.config import Config


def die_at(config: Config, point: str, operation: str) -> None:
    """Kill this process without any clean-up when the configured failpoint is this one."""
    if config.failpoint and config.is_sandbox and config.failpoint in {point, f"{point}:{operation}"}:
        os.kill(os.getpid(), signal.SIGKILL)
