"""The declaration of notifications."""

from skillhall.deploy.contexts import MODULES


def test_it_is_part_of_the_house() -> None:
    assert [module.storey for module in MODULES if module.name == "notifications"] == [9]
