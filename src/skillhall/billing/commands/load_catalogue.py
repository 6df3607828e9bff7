"""The plans and packages a hall may start with."""

from typing import Final

from skillhall.billing.model.price import Prices, package_id, plan_id
from skillhall.billing.model.usage import Limits
from skillhall.billing.store import catalogue
from skillhall.billing.store.catalogue import Package, Plan
from skillhall.kernel.db.tx import Tx
from skillhall.ledger.api import LedgerRules

PLANS: Final[tuple[tuple[str, str, Prices, Limits], ...]] = (
    ("free", "Free", {}, {"ai_credits": 100, "projects": 3, "applications": 10}),
    ("pro", "Pro", {"USD": 1999, "EUR": 1999, "INR": 169900}, {"ai_credits": 1000}),
    ("enterprise", "Enterprise", {"USD": 9999, "EUR": 9999, "INR": 849900}, {"ai_credits": 5000}),
)
PACKAGES: Final[tuple[tuple[str, str, int, Prices], ...]] = (
    ("starter", "Starter", 50, {"USD": 999, "EUR": 999, "INR": 84900}),
    ("learning", "Learning", 150, {"USD": 2499, "EUR": 2499, "INR": 212400}),
    ("pro", "Pro", 300, {"USD": 4499, "EUR": 4499, "INR": 382400}),
    ("expert", "Expert", 500, {"USD": 6999, "EUR": 6999, "INR": 594900}),
)
CURRENCIES: Final = frozenset({"USD", "EUR", "INR"})
"""In which the shipped plans and packages are sold."""


async def load_catalogue(tx: Tx) -> int:
    """Put the shipped plans on sale, and packages where credits are sold; what is there stays as it is. Return how many are new."""
    await catalogue.lock_catalogue(tx)
    new = 0
    for position, (code, name, prices, limits) in enumerate(PLANS):
        plan = Plan(
            id=plan_id(code), code=code, name=name, description="", prices=dict(prices), limits=dict(limits), is_free=not prices,
            trial_days=0, position=position,
        )  # fmt: skip
        if not (plan.is_free and await catalogue.has_other_free(tx, plan.id)):
            new += await catalogue.insert_plan(tx, plan)
    if tx.setting(LedgerRules).mode != "voucher":
        return new
    for position, (code, name, amount, prices) in enumerate(PACKAGES):
        package = Package(id=package_id(code), code=code, name=name, description="", credits=amount, prices=dict(prices), position=position)
        new += await catalogue.insert_package(tx, package)
    return new
