"""`make new-context` writes a context that passes every check, in a checkout of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from skillhall.deploy.scaffold import ScaffoldError, scaffold
from tests.support.full import IS_FULL

ROOT = Path(__file__).parents[2]

KEPT = ("src", "tests", "docs", ".importlinter", "pyproject.toml", "ARCHITECTURE.md", "Makefile")
CHECKS = (
    ("ruff", "check", "--quiet", "src/skillhall/gardening", "src/skillhall/deploy/contexts.py", "tests/gardening"),
    ("ruff", "format", "--check", "--quiet", "src/skillhall/gardening", "src/skillhall/deploy/contexts.py", "tests/gardening"),
    *([("basedpyright", "src/skillhall/gardening", "src/skillhall/deploy/contexts.py", "tests/gardening")] if IS_FULL else []),
    ("pytest", "-q", "-p", "no:cacheprovider", "tests/gardening", "tests/architecture"),
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what is checked, without what was made in it."""
    for name in KEPT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        elif source.exists():
            shutil.copy2(source, tmp_path / name)
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    return tmp_path


def run(checkout: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": "src", "SKILLHALL_WHOLE_RUN": ""}
    return subprocess.run([sys.executable, "-m", *words], cwd=checkout, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.full
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_new_context_passes_every_check(checkout: Path) -> None:
    made = run(checkout, "skillhall.deploy.scaffold", "gardening", "5")
    assert made.returncode == 0, made.stderr
    assert "src/skillhall/gardening/module.py" in made.stdout
    contracts = (checkout / ".importlinter").read_text(encoding="utf-8")
    assert [contracts.count(f"skillhall.{name}\n") for name in ("gardening", "ledger")] == [contracts.count("skillhall.skills\n")] * 2
    assert contracts.count("skillhall.gardening.module\n") == 1
    assert "## 5 gardening" in (checkout / "docs" / "contexts.md").read_text(encoding="utf-8")
    for name, *words in CHECKS:
        if (Path(sys.prefix) / "bin" / name).exists():
            done = run(checkout, name, *words)
            assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
    again = run(checkout, "skillhall.deploy.scaffold", "gardening", "5")
    assert again.returncode == 1
    assert "There is a context gardening already." in again.stderr


@pytest.mark.parametrize(
    ("name", "storey", "says"),
    [
        ("Billing", 5, "plain lower-case word"), ("import", 5, "plain lower-case word"), ("../x", 5, "plain lower-case word"),
        ("kernel", 5, "already"), ("ledger", 5, "already"), ("gardening", 0, "from 1 to 10"), ("gardening", 11, "from 1 to 10"),
    ],
)  # fmt: skip
def test_what_is_no_context(tmp_path: Path, name: str, storey: int, says: str) -> None:
    for there in ("kernel", "ledger"):
        (tmp_path / "src" / "skillhall" / there).mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ScaffoldError, match=says):
        scaffold(tmp_path, name, storey)
    assert sorted(tmp_path.rglob("*")) == before
