"""One endpoint per method and shape, stable names, refusals named, and every documented path answered."""

import re
from pathlib import Path

import pytest

from skillhall.deploy.aliases import RENAMES
from skillhall.deploy.app import endpoints
from skillhall.deploy.documented import documented
from skillhall.deploy.modules import ALL
from skillhall.kernel.http import Endpoint, Key
from skillhall.kernel.http.edge import every_name
from tests.architecture.source import ROOT

SERVED = every_name(endpoints(ALL), RENAMES, sandbox=True)
COPY = ROOT / "tests" / "data" / "documented_endpoints.tsv"
BUILT = {
    "identity", "profiles", "ledger", "calendar", "connections", "skills", "payments", "billing", "learning", "gigs", "disputes",
    "reviews", "messaging", "notifications", "kernel",
}  # fmt: skip


def shape(path: str) -> str:
    """Return a path with its parameters nameless."""
    return re.sub(r"\{\w+\}|:\w+", "{}", path)


def repeated(served: tuple[Endpoint, ...]) -> list[str]:
    """Return what two endpoints share: method and shape, or a name."""
    routes = [f"{endpoint.method} {shape(endpoint.route)}" for endpoint in served]
    names = [endpoint.operation_id for endpoint in served]
    return [text for text in [*routes, *names] if [*routes, *names].count(text) > 1]


def test_no_two_endpoints_share_method_and_shape_or_name() -> None:
    assert repeated(SERVED) == []
    assert repeated((*SERVED, SERVED[0])) != []


def test_every_second_name_leads_somewhere() -> None:
    canonical = {(endpoint.method, re.sub(r"\{(\w+):\w+\}", r"{\1}", endpoint.path)) for endpoint in endpoints(ALL)}
    contexts = re.compile(r"^/(payments|notifications)")
    assert [target for target in RENAMES.values() if target not in canonical and not contexts.match(target[1])] == []


@pytest.mark.parametrize("row", documented(), ids=lambda row: f"{row.method} {row.path}")
def test_a_documented_endpoint_resolves(row: object) -> None:
    method, path, context = row.method, row.path, row.context  # type: ignore[attr-defined]
    found = [endpoint for endpoint in SERVED if endpoint.method == method and shape(endpoint.route) == shape(path)]
    if context in BUILT or context == "deploy":
        assert len(found) == 1 or path == "/api/docs"
    else:
        assert found == []


def test_the_list_is_the_documents_own() -> None:
    packaged = (Path(ROOT) / "src" / "skillhall" / "deploy" / "documented_endpoints.tsv").read_text(encoding="utf-8")
    assert packaged == COPY.read_text(encoding="utf-8")


def test_what_moves_money_or_a_seat_wants_a_key() -> None:
    moving = {"bookSession", "giveCredits", "adjustCredits"}
    loose = [
        endpoint.operation_id for endpoint in SERVED if endpoint.operation_id in moving and endpoint.key not in {Key.REQUIRED, Key.NATURAL}
    ]
    assert loose == []
