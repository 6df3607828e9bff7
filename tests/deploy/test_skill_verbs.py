"""The catalogue as a table at the command line: what is printed, and the exit codes."""

import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.deploy.running import printed, skillhall

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="hall-") as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "data"
        assert skillhall(path, "migrate").returncode == 0
        yield path


def test_a_table_goes_out_and_comes_in(data: Path, tmp_path: Path) -> None:
    table = tmp_path / "skills.csv"
    assert str(table) in skillhall(data, "skills", "export", str(table)).stdout
    assert skillhall(data, "skills", "export", "-").stdout.splitlines() == table.read_text(encoding="utf-8").splitlines()
    same = printed(skillhall(data, "skills", "import", str(table), "--json"))
    assert (same["created"], same["changed"], same["refused"], same["unchanged"]) == (0, 0, 0, same["lines"])


def test_refused_lines_are_all_named_and_the_others_imported(data: Path, tmp_path: Path) -> None:
    table = tmp_path / "more.csv"
    table.write_text("name,category,difficulty\nLute,music,5\n[Odd],nonsense,5\nBad,,11\n", encoding="utf-8")
    dry = skillhall(data, "skills", "import", "--dry-run", str(table))
    assert (dry.returncode, "1 would be created" in dry.stdout) == (1, True)
    done = skillhall(data, "skills", "import", str(table))
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "  line 3, category: There is no category nonsense.",
        "  line 4, category: Must have at least 1 characters or items.",
        "  line 4, difficulty: Must be 10 or less.",
        "3 lines: 1 created, 0 changed, 0 as they were, 2 refused.",
    ]
    assert printed(skillhall(data, "skills", "import", str(table), "--json"))["unchanged"] == 1


def test_what_is_no_table_or_no_file(data: Path, tmp_path: Path) -> None:
    table = tmp_path / "odd.csv"
    table.write_text("color\nred\n", encoding="utf-8")
    for source, says in ((table, "there is no column name"), (tmp_path / "nothing.csv", "No such file"), (tmp_path, "Is a directory")):
        done = skillhall(data, "skills", "import", str(source))
        assert (done.returncode, says in done.stderr, "Traceback" in done.stderr) == (2, True, False)
    assert skillhall(data, "skills", "export", str(tmp_path / "no" / "where.csv")).returncode == 1
