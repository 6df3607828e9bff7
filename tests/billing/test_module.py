"""The declaration of billing."""

from skillhall.deploy.contexts import MODULES


def test_it_is_part_of_the_house() -> None:
    assert [module.storey for module in MODULES if module.name == "billing"] == [5]
