"""What a test run proves, kept for the generated documents: which test provoked each refusal, which journey got a 2xx from each endpoint.

Every process of the run appends to a file of its own; the controller reads them all at the end.
"""

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from skillhall.kernel.refusals import Refusal

FOLDER = "SKILLHALL_TEST_RECORD"


def begin() -> None:
    """Make the folder of this run; worker processes inherit it, and it ends with the controller."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="skillhall-record-")
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)


def note(kind: str, *values: str) -> None:
    """Append one fact with the test that is running."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
    folder = os.environ.get(FOLDER)
    if test and folder:
        with (Path(folder) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps([kind, test, *values]) + "\n")


def facts(kind: str) -> Iterator[list[str]]:
    """Yield [test, *values] of every fact of this kind, sorted."""
    lines = (line for path in Path(os.environ[FOLDER]).glob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines())
    yield from sorted(fact[1:] for fact in map(json.loads, lines) if fact[0] == kind)


def watch_refusals() -> None:
    """Note every refusal that is raised in this process."""
    seen: set[tuple[str, str]] = set()
    original = Refusal.__init__

    def noted(self: Refusal, **params: object) -> None:
        original(self, **params)
        key = (self.code, os.environ.get("PYTEST_CURRENT_TEST", ""))
        if key not in seen:
            seen.add(key)
            note("refusal", self.code)

    Refusal.__init__ = noted  # type: ignore[method-assign]
