"""Every border rule holds, and every border rule has been seen to fail."""

import sys
from copy import deepcopy
from pathlib import Path

import pytest
from grimp import ImportGraph, build_graph
from importlinter import Contract
from importlinter.application.use_cases import _register_contract_types, read_user_options
from importlinter.configuration import configure
from importlinter.domain.contract import registry

ROOT = Path(__file__).parents[2]

PLANTED = [
    ("skillhall.ledger.store", "skillhall.learning.api", "storeys"),
    ("skillhall.ledger.model", "skillhall.calendar.api", "storeys"),
    ("skillhall.kernel.money", "skillhall.identity.api", "storeys"),
    ("skillhall.learning.model", "skillhall.learning.store", "anatomy"),
    ("skillhall.ledger.commands.gift", "skillhall.ledger.routes", "anatomy"),
    ("skillhall.learning.store", "skillhall.ledger.store", "published"),
    ("skillhall.learning.commands.book", "skillhall.identity.model", "published"),
    ("skillhall.kernel.ids", "skillhall.kernel.http.edge", "cycles"),
    ("skillhall.learning.routes", "skillhall.learning.module", "assembly"),
    ("skillhall.learning.module", "litestar", "framework"),
    ("skillhall.learning.routes", "asyncpg", "driver"),
]


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    """Build the import graph once."""
    sys.path.insert(0, str(ROOT))
    configure()
    return build_graph("skillhall", include_external_packages=True, cache_dir=None)


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    """Read the contracts of `.importlinter` by their ids."""
    configure()
    options = read_user_options(config_filename=str(ROOT / ".importlinter"))
    _register_contract_types(options)
    return {
        chosen["id"]: registry.get_contract_class(chosen["type"])(
            name=chosen["name"], session_options=options.session_options, contract_options=chosen
        )
        for chosen in options.contracts_options
    }


@pytest.mark.parametrize("name", ["storeys", "anatomy", "published", "cycles", "assembly", "framework", "driver"])
def test_the_rule_holds(graph: ImportGraph, contracts: dict[str, Contract], name: str) -> None:
    check = contracts[name].check(graph=deepcopy(graph), verbose=False)
    assert check.kept, check.metadata


@pytest.mark.parametrize(("importer", "imported", "rule"), PLANTED)
def test_a_planted_breach_is_seen(graph: ImportGraph, contracts: dict[str, Contract], importer: str, imported: str, rule: str) -> None:
    existed = imported in graph.modules and graph.direct_import_exists(importer=importer, imported=imported)
    assert not existed
    assert importer in graph.modules, "the planted importer is gone; plant it elsewhere"
    breached = deepcopy(graph)
    breached.add_import(importer=importer, imported=imported, line_number=1, line_contents=f"import {imported}")
    assert not contracts[rule].check(graph=breached, verbose=False).kept


def test_every_rule_has_a_planted_breach(contracts: dict[str, Contract]) -> None:
    assert {rule for _, _, rule in PLANTED} == set(contracts)
