"""Files and functions stay small, and names say what a file holds."""

from pathlib import Path

import pytest

from tests.architecture.source import SOURCE, files, functions

FILE_LINES, FUNCTION_LINES, KERNEL_FILE_LINES, KERNEL_FILES, KERNEL_FOLDERS = 400, 80, 200, 72, 6
BANNED = {"utils", "helpers", "common", "misc", "manager", "service", "base", "core"}


def over(path: Path, text: str) -> list[str]:
    """Return what in this file breaks a budget."""
    lines = text.count("\n")
    limit = KERNEL_FILE_LINES if "kernel" in path.parts else FILE_LINES
    found = [f"{path.name} has {lines} lines"] if lines > limit else []
    found += [f"{path.name}:{name} has {length} lines" for name, length in functions(text) if length > FUNCTION_LINES]
    return found + ([f"{path.name} says nothing by its name"] if path.stem in BANNED else [])


def test_every_file_keeps_the_budgets() -> None:
    assert [text for path in files() for text in over(path, path.read_text(encoding="utf-8"))] == []


def test_the_kernel_stays_a_kernel() -> None:
    kernel = SOURCE / "kernel"
    assert len([path for path in files(kernel) if path.name != "__init__.py"]) <= KERNEL_FILES
    folders = {path.parent for path in files(kernel)}
    assert len(folders) <= KERNEL_FOLDERS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "x = 1\n" * 401),
        ("kernel/a.py", "x = 1\n" * 201),
        ("a.py", "def f():\n" + "    x = 1\n" * 81),
        ("utils.py", ""),
    ],
)
def test_a_breach_is_seen(name: str, text: str) -> None:
    assert over(Path(name), text)


def test_every_module_says_what_it_holds() -> None:
    assert [str(path) for path in files() if not path.read_text(encoding="utf-8").startswith('"""')] == []
