"""The configuration is read once, and a wrong variable is named."""

from pathlib import Path

import pytest

from skillhall.kernel.config import ConfigError, read_config


def test_defaults_are_production_on_this_machine() -> None:
    config = read_config({})
    assert (config.mode, config.host, config.port, config.data) == ("production", "localhost", 8000, Path("data"))


def test_variables_are_read_and_foreign_ones_ignored() -> None:
    config = read_config({"SKILLHALL_PORT": "9000", "SKILLHALL_MODE": "sandbox", "HOME": "/", "SKILLHALL_TEST_ONLY": "1"})
    assert (config.port, config.mode) == (9000, "sandbox")
    assert config.limit_factor == 100


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("PORT", "0"), ("MODE", "fast"), ("POOL_SIZE", "1"), ("LEDGER_MODE", "coins")]
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"SKILLHALL_{name}"):
        read_config({f"SKILLHALL_{name}": value})
