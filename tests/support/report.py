"""What a whole run proved: docs/errors.md and docs/endpoints.md, and a failure for each code or endpoint nobody proved."""

import re
from collections.abc import Callable
from pathlib import Path

from skillhall.deploy.documented import documented
from skillhall.kernel.http.endpoint import Endpoint
from skillhall.kernel.http.problem import family_of
from skillhall.kernel.refusals import all_refusals
from tests.support import record
from tests.support.routes import reached, served

DOCS = Path(__file__).parents[2] / "docs"
OLDER = Path(__file__).parents[1] / "data" / "documented_endpoints.tsv"
HEAD = "<!-- Written by `make test`; do not edit. -->\n"


def write() -> list[str]:
    """Write both documents; return a sentence for each code and endpoint that the run did not prove."""
    DOCS.mkdir(exist_ok=True)
    return [*_errors(), *_endpoints()]


def _kept(path: Path) -> dict[str, str]:
    """Which test proved what at the last run: it stays named while it still does."""
    if not path.exists():
        return {}
    rows = (line.split(" | ") for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("| `"))
    return {row[0].strip("| `"): row[-1].strip(" |`") for row in rows}


def _chosen(proved: set[str], before: str | None) -> str:
    """Return the test to name: the one of last time, else a plain story before a race, and chance last."""
    found = {test for test in proved if "/fuzz/" not in test} or proved
    return before if before in found else min(found, key=lambda test: ("race" in test, "states" in test, test), default="")


def _errors() -> list[str]:
    proved: dict[str, set[str]] = {}
    for test, code in record.facts("refusal"):
        proved.setdefault(code, set()).add(_plain(test))
    path = DOCS / "errors.md"
    before = _kept(path)
    lines = [HEAD, "# Errors\n", "Every refusal, its status, its sentence, and a test that provokes it.\n"]
    lines += ["| reason | status | sentence | provoked by |", "| --- | --- | --- | --- |"]
    missing: list[str] = []
    for refusal in all_refusals():
        if not refusal.__module__.startswith("skillhall."):
            continue
        test = _chosen(proved.get(refusal.code, set()), before.get(refusal.code))
        if not test:
            missing.append(f"No test provokes {refusal.code} ({refusal.__module__}).")
        lines.append(f"| `{refusal.code}` | {family_of(refusal)[0]} | {refusal.message} | `{test}` |")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return missing


def _endpoints() -> list[str]:
    proved: dict[str, set[str]] = {}
    urls: set[str] = set()
    for test, method, url, status in record.facts("answer"):
        if status.startswith(("2", "303")) and "/journeys/" in test and (endpoint := reached(method, url)):
            proved.setdefault(_name(endpoint), set()).add(_plain(test))
            urls.add(f"{method} {url}")
    path = DOCS / "endpoints.md"
    before = _kept(path)
    lines = [HEAD, "# Endpoints\n", "Every endpoint that answers, and the journey that got a 2xx from it.\n"]
    lines += ["| endpoint | context | journey |", "| --- | --- | --- |"]
    missing: list[str] = []
    for endpoint in sorted(served(), key=lambda endpoint: (endpoint.context, endpoint.route, endpoint.method)):
        name = _name(endpoint)
        test = _chosen(proved.get(name, set()), before.get(name))
        if not test:
            missing.append(f"No journey got a 2xx from {name} ({endpoint.operation_id}).")
        lines.append(f"| `{name}` | {endpoint.context} | `{test}` |")
    waiting = [row for row in documented() if not reached(row.method, re.sub(r":\w+", "x", row.path))]
    missing += [f"No journey got a 2xx from {name}, the path as documented." for name in _documented() if not any(map(_shape(name), urls))]
    lines += ["\n## Documented, not built yet (501)\n", *dict.fromkeys(f"- {row.method} {row.path} ({row.context})" for row in waiting)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return missing


def _documented() -> list[str]:
    """Return method and path, letter by letter, of what the older systems document and Skillhall serves."""
    rows = (row.split("\t") for row in OLDER.read_text(encoding="utf-8").splitlines()[1:])
    return [f"{method} {path}" for _, method, path, *_ in rows if reached(method, re.sub(r":\w+", "x", path))]


def _shape(name: str) -> Callable[[str], object]:
    return re.compile(re.sub(r":\w+", "[^/]+", name)).fullmatch


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.route}"


def _plain(test: str) -> str:
    return re.sub(r"\[.*\]$", "", test)
