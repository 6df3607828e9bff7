"""The declaration of the ledger."""

from skillhall.identity.api import Obligations, PersonalData, Verified
from skillhall.kernel.config import Config
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Module
from skillhall.ledger import routes
from skillhall.ledger.commands.grant import SignupGrant
from skillhall.ledger.commands.people import LedgerData, LedgerObligations
from skillhall.ledger.events import CreditsAdjusted, GiftGiven
from skillhall.ledger.model.transfer import LedgerRules
from skillhall.ledger.queries.books import CHECKS, GAUGES


def rules(config: Config) -> LedgerRules:
    """Return what the operator decided."""
    return LedgerRules(mode=config.ledger_mode)


MODULE = Module(
    name="ledger",
    storey=3,
    endpoints=endpoints_of(routes),
    ports=(
        Fills(port=Verified, by=SignupGrant()),
        Fills(port=Obligations, by=LedgerObligations()),
        Fills(port=PersonalData, by=LedgerData()),
    ),
    checks=CHECKS,
    gauges=GAUGES,
    settings=(rules,),
    events=(GiftGiven, CreditsAdjusted),
)
