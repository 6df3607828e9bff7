"""The source as the architecture tests read it: files, functions, statements."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from skillhall.deploy.contexts import NAMES

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "skillhall"
WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?([a-z_]+)\.([a-z_]+)", re.IGNORECASE
)
READS = re.compile(r"\b(?:FROM|JOIN|USING|UPDATE|INTO)\s+(?:ONLY\s+|LATERAL\s+)?([a-z_]+)\.([a-z_]+)(\s*\()?", re.IGNORECASE)


class NamedStatement(NamedTuple):
    """One SQL constant: who owns it, where it stands, its text."""

    context: str
    module: str
    name: str
    text: str


def files(root: Path = SOURCE) -> list[Path]:
    """Return every Python file."""
    return sorted(root.rglob("*.py"))


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Yield each function's name and length in lines, decorators and docstring left out."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            yield node.name, (node.end_lineno or 0) - body[0].lineno + 1


def _modules() -> Iterator[tuple[str, str, Path]]:
    for path in files():
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if parts[0] in {*NAMES, "kernel"}:
            yield parts[0], ".".join(("skillhall", *parts)).removesuffix(".__init__"), path


def statements() -> list[NamedStatement]:
    """Return every constant made by `sql(…)` in the contexts and the kernel, with its text as the program has it."""
    found: list[NamedStatement] = []
    for context, module, path in _modules():
        names = [
            target.id
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name)
            and node.value.func.id == "sql"
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        ]
        loaded: Any = importlib.import_module(module) if names else None
        found += [NamedStatement(context, module, name, getattr(loaded, name)) for name in names]
    return found


def listings() -> list[NamedStatement]:
    """Return every statement that the listings of the contexts can compose, one filter at a time and all together."""
    found: list[NamedStatement] = []
    for context, module, path in _modules():
        if "Listing(" not in path.read_text(encoding="utf-8") or context == "kernel":
            continue
        for name, value in vars(importlib.import_module(module)).items():
            if type(value).__name__ == "Listing":
                found += [NamedStatement(context, module, f"{name}[{number}]", text) for number, text in enumerate(value.statements())]
    return found


def foreign_writes(statement: NamedStatement) -> list[str]:
    """Return the tables this statement writes outside its own schema."""
    return [f"{schema}.{table}" for schema, table in WRITES.findall(statement.text) if schema != statement.context]


def private_reads(statement: NamedStatement) -> list[str]:
    """Return the tables and views this statement reads of another schema that are not published for it."""
    found = ((schema, table) for schema, table, call in READS.findall(statement.text) if not call)
    return [
        f"{schema}.{table}"
        for schema, table in found
        if schema in {*NAMES, "kernel"} and schema != statement.context and not table.startswith(("public_", "staff_"))
    ]


def unqualified(statement: NamedStatement) -> list[str]:
    """Return table names without a schema; names of the statement's own WITH and FROM-functions are no tables."""
    text = re.sub(r"--[^\n]*", "", statement.text)
    own = {
        name.lower()
        for name in re.findall(
            r"(?:WITH(?:\s+RECURSIVE)?|,|\))\s*([a-z_]+)\s*(?:\([^()]*\)\s*)?AS\s*(?:NOT\s+)?(?:MATERIALIZED\s*)?\(", text, re.IGNORECASE
        )
    }
    named = re.findall(r"\b(?:FROM|JOIN|INTO)\s+(?:ONLY\s+)?([a-z_]+)\b(?!\s*[.(])", text, re.IGNORECASE)
    return [
        name
        for name in named
        if name.lower() not in own | {"lateral", "unnest", "select", "now", "current_date"} and not name.startswith("pg_")
    ]
