"""The `skillhall` command. What it can do stands in `verbs/tree.py`, which is loaded once a signal can no longer tear what was started."""

import importlib
import signal
import sys

from skillhall.deploy import late

INTERRUPTED = 130


def main() -> None:
    """Run the verb of the command line. Until a verb knows better, SIGTERM interrupts as Ctrl-C does, so that all it started is ended."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        late.install()
        importlib.import_module("skillhall.deploy.verbs.tree").tree(verb)()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
