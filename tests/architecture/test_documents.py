"""The generated documents are current."""

import tomllib

import pytest

from skillhall import __version__
from skillhall.deploy.docs import documents
from tests.architecture.source import ROOT

MADE = documents()


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_document_is_current(name: str) -> None:
    path = ROOT / "docs" / name
    assert path.exists(), "run `make docs`"
    assert path.read_bytes() == MADE[name], "run `make docs`"


def test_the_version_is_told_once():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == __version__
