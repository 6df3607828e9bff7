"""The declaration of calendar."""

from skillhall.calendar.commands.personal_data import CalendarData
from skillhall.calendar.jobs import refresh_due, refresh_import
from skillhall.calendar.model.entry import CalendarRules
from skillhall.calendar.queries.proofs import CHECKS
from skillhall.calendar.routes import imports, time
from skillhall.calendar.tasks import RefreshImport
from skillhall.identity.api import PersonalData
from skillhall.kernel.config import Config
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Module, OutsideJob, Schedule


def rules(_config: Config) -> CalendarRules:
    """Return the rules of calendar as they are delivered."""
    return CalendarRules()


MODULE = Module(
    name="calendar",
    storey=3,
    endpoints=endpoints_of(time, imports),
    jobs=(OutsideJob(task=RefreshImport, run=refresh_import),),
    schedules=(Schedule(name="calendar.refresh_imports", every_seconds=60, run=refresh_due),),
    ports=(Fills(port=PersonalData, by=CalendarData()),),
    checks=CHECKS,
    settings=(rules,),
)
