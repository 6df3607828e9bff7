"""The border rule no stock contract says: of another context only `api` and `events` may be imported."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

OPEN_TO_ALL = {"kernel"}
PUBLISHED = {"api", "events"}


class PublishedOnly(Contract):
    """A context shows `api` and `events`; everything else is its own business. `deploy` may also assemble modules."""

    type_name = "published_only"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect every import that reaches past another context's face."""
        found: list[tuple[str, str]] = []
        for importer in sorted(graph.modules):
            here = importer.split(".")[1:2]
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                there = imported.split(".")
                if not imported.startswith("skillhall.") or there[1:2] == here or there[1] in OPEN_TO_ALL | {"deploy"}:
                    continue
                if len(there) < 3 or there[2] not in PUBLISHED | ({"module"} if here == ["deploy"] else set()):
                    found.append((importer, imported))
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: Any) -> None:
        """Print the breaches."""
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} imports {imported}")
