"""The declaration of calendar."""

from skillhall.calendar import routes
from skillhall.calendar.commands.personal_data import CalendarData
from skillhall.calendar.model.entry import CalendarRules
from skillhall.calendar.queries.proofs import CHECKS
from skillhall.identity.api import PersonalData
from skillhall.kernel.config import Config
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Module


def rules(_config: Config) -> CalendarRules:
    """Return the rules of calendar as they are delivered."""
    return CalendarRules()


MODULE = Module(
    name="calendar",
    storey=3,
    endpoints=endpoints_of(routes),
    ports=(Fills(port=PersonalData, by=CalendarData()),),
    checks=CHECKS,
    settings=(rules,),
)
