"""The declaration of disputes."""

from skillhall.disputes import events
from skillhall.disputes.commands.pass_time import pass_time
from skillhall.disputes.commands.personal_data import DisputeData, DisputeObligations
from skillhall.disputes.model.case import DisputeRules
from skillhall.disputes.queries.file_access import DisputeFiles
from skillhall.disputes.queries.proofs import CHECKS, GAUGES
from skillhall.disputes.reactions import close_chargeback, open_chargeback
from skillhall.disputes.routes import disputes
from skillhall.disputes.store import timing
from skillhall.identity.api import Obligations, PersonalData
from skillhall.kernel.config import Config
from skillhall.kernel.files import FileAccess
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Module, Reaction, Sweep
from skillhall.payments.events import ChargebackClosed, ChargebackOpened


def rules(_config: Config) -> DisputeRules:
    """Return the rules of disputes as they are delivered."""
    return DisputeRules()


MODULE = Module(
    name="disputes",
    storey=7,
    endpoints=endpoints_of(disputes),
    reactions=(
        Reaction(name="disputes.open_chargeback", event=ChargebackOpened, run=open_chargeback),
        Reaction(name="disputes.close_chargeback", event=ChargebackClosed, run=close_chargeback),
    ),
    sweeps=(Sweep(name="disputes.pass_time", due=timing.DUE_CASES, next_due=timing.NEXT_CASE, run=pass_time),),
    ports=(
        Fills(port=Obligations, by=DisputeObligations()),
        Fills(port=PersonalData, by=DisputeData()),
        Fills(port=FileAccess, by=DisputeFiles()),
    ),
    checks=CHECKS,
    gauges=GAUGES,
    settings=(rules,),
    events=tuple(fact for fact in vars(events).values() if isinstance(fact, type) and getattr(fact, "name", "")),
)
