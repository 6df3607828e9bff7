"""The declaration of billing on one screen."""

from skillhall.billing import events
from skillhall.billing.commands.follow_money import (
    charge_won,
    credit_chargeback,
    credit_refund,
    issue_fee,
    issue_invoice,
    take_credit_back,
)
from skillhall.billing.commands.paper_data import PaperData
from skillhall.billing.commands.renew import give_up_payments, give_up_rivals, pass_time
from skillhall.billing.commands.sale_data import SaleData, SaleObligations
from skillhall.billing.commands.sales import Sales
from skillhall.billing.model.invoice import PaperRules, Party
from skillhall.billing.model.subscription import BillingRules
from skillhall.billing.queries.paper_proofs import PAPER_CHECKS, PAPER_GAUGES
from skillhall.billing.queries.sale_proofs import SALE_CHECKS, SALE_GAUGES
from skillhall.billing.reactions import count_chargeback_as_undone, count_refund_as_undone
from skillhall.billing.routes import figures, invoices, plans, purchases
from skillhall.billing.store import timing
from skillhall.billing.tasks import GiveUpPayments, IssueFeeInvoice
from skillhall.identity.api import Obligations, PersonalData
from skillhall.kernel.config import Config
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Job, Module, Reaction, Sweep
from skillhall.payments.api import Payable
from skillhall.payments.events import ChargebackClosed, PaymentSucceeded, Refunded, RefundFailed


def sale_rules(_config: Config) -> BillingRules:
    """Return the rules of what is sold as they are delivered."""
    return BillingRules()


def paper_rules(config: Config) -> PaperRules:
    """Return who the community is on paper. The lines of the address are separated by semicolons."""
    lines = tuple(line.strip() for line in config.seller_address.split(";") if line.strip())
    name = config.seller_name or config.community_name
    return PaperRules(seller=Party(name=name, lines=lines, country=config.seller_country, tax_id=config.seller_tax_id))


MODULE = Module(
    name="billing",
    storey=5,
    endpoints=endpoints_of(plans, purchases, invoices, figures),
    reactions=(
        Reaction(name="billing.issue_invoice", event=PaymentSucceeded, run=issue_invoice),
        Reaction(name="billing.credit_refund", event=Refunded, run=credit_refund),
        Reaction(name="billing.take_credit_back", event=RefundFailed, run=take_credit_back),
        Reaction(name="billing.credit_chargeback", event=ChargebackClosed, run=credit_chargeback),
        Reaction(name="billing.charge_won", event=ChargebackClosed, run=charge_won),
        Reaction(name="billing.give_up_rivals", event=events.SubscriptionStarted, run=give_up_rivals),
        Reaction(name="billing.count_refund_as_undone", event=RefundFailed, run=count_refund_as_undone),
        Reaction(name="billing.count_chargeback_as_undone", event=ChargebackClosed, run=count_chargeback_as_undone),
    ),
    jobs=(Job(task=IssueFeeInvoice, run=issue_fee), Job(task=GiveUpPayments, run=give_up_payments)),
    sweeps=(Sweep(name="billing.renew", due=timing.DUE_SUBSCRIPTIONS, next_due=timing.NEXT_SUBSCRIPTION, run=pass_time),),
    ports=(
        Fills(port=Payable, by=Sales()),
        Fills(port=Obligations, by=SaleObligations()),
        Fills(port=PersonalData, by=SaleData()),
        Fills(port=PersonalData, by=PaperData()),
    ),
    checks=(*SALE_CHECKS, *PAPER_CHECKS),
    gauges=(*SALE_GAUGES, *PAPER_GAUGES),
    settings=(sale_rules, paper_rules),
    events=tuple(fact for fact in vars(events).values() if isinstance(fact, type) and getattr(fact, "name", "")),
)
