"""The declaration of payments on one screen."""

from skillhall.identity.api import Obligations, PersonalData
from skillhall.identity.events import AccountBanned, AccountSuspended
from skillhall.kernel.config import Config
from skillhall.kernel.files import FileAccess
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.module import Fills, Gauge, Job, Module, OutsideJob, Reaction, Schedule, Sweep
from skillhall.payments import events
from skillhall.payments.commands.cancel import expire
from skillhall.payments.commands.pay_out import pay_out_due
from skillhall.payments.commands.payout_data import PayoutData
from skillhall.payments.commands.personal_data import PaymentData, PaymentObligations
from skillhall.payments.commands.settle_news import apply_kept
from skillhall.payments.flows.sandbox_news import tell_sandbox_news
from skillhall.payments.flows.send_payout import send_payout
from skillhall.payments.jobs import charges
from skillhall.payments.jobs import payouts as payout_jobs
from skillhall.payments.jobs import refunds as refund_jobs
from skillhall.payments.model.rules import PaymentRules, redeem_prices
from skillhall.payments.model.sandbox import TellNews
from skillhall.payments.outside.providers import make_providers
from skillhall.payments.queries.payment_proofs import PAYMENT_CHECKS, PAYMENTS_BY_STATE, UNANSWERED
from skillhall.payments.queries.payout_accounts import PayoutFiles
from skillhall.payments.queries.payout_proofs import PAYOUT_CHECKS, PAYOUT_GAUGES
from skillhall.payments.queries.refund_proofs import REFUND_CHECKS, REFUND_GAUGES
from skillhall.payments.routes import (
    chargebacks,
    methods,
    pay_page,
    payments,
    payouts,
    reconciliations,
    refunds,
    sandbox,
    way_back,
    webhooks,
)
from skillhall.payments.store import payments as payment_store
from skillhall.payments.store import payouts as payout_store
from skillhall.payments.tasks import (
    ApplyNews,
    AskAfterCharge,
    CancelCharge,
    ChargeMethod,
    DetachMethod,
    KeepMethod,
    ReconcileDay,
    ResolveAttempt,
    ResumeRefund,
    SendPayout,
    SendRefund,
)


def payment_rules(config: Config) -> PaymentRules:
    """Return the rules of payments as they are delivered, with the operator's redeem prices."""
    return PaymentRules(credit_redeem_price=redeem_prices(config.credit_redeem_prices))


MODULE = Module(
    name="payments",
    storey=4,
    endpoints=endpoints_of(
        payments,
        methods,
        webhooks,
        pay_page,
        way_back,
        sandbox,
        refunds,
        chargebacks,
        payouts,
        reconciliations,
    ),
    reactions=(
        Reaction(name="payments.stop_suspended", event=AccountSuspended, run=payout_jobs.stop_suspended),
        Reaction(name="payments.stop_banned", event=AccountBanned, run=payout_jobs.stop_suspended),
    ),
    jobs=(
        OutsideJob(task=ChargeMethod, run=charges.charge_method),
        OutsideJob(task=ResolveAttempt, run=charges.charge_method),
        OutsideJob(task=AskAfterCharge, run=charges.ask_after_charge),
        OutsideJob(task=CancelCharge, run=charges.cancel_charge),
        OutsideJob(task=KeepMethod, run=charges.keep_method),
        OutsideJob(task=DetachMethod, run=charges.detach_method),
        Job(task=ApplyNews, run=apply_kept),
        OutsideJob(task=SendRefund, run=refund_jobs.send_refund),
        Job(task=ResumeRefund, run=refund_jobs.resume_refund),
        OutsideJob(task=TellNews, run=tell_sandbox_news),
        OutsideJob(task=SendPayout, run=send_payout),
        OutsideJob(task=ReconcileDay, run=payout_jobs.reconcile_day),
    ),
    sweeps=(
        Sweep(name="payments.expire", due=payment_store.DUE, next_due=payment_store.NEXT_DUE, run=expire),
        Sweep(name="payments.pay_out", due=payout_store.DUE_ACCOUNTS, next_due=payout_store.NEXT_ACCOUNT, run=pay_out_due),
    ),
    schedules=(
        Schedule(name="payments.ask_after_the_stale", every_seconds=10, run=charges.ask_after_the_stale),
        Schedule(name="payments.ask_after_the_slow", every_seconds=3600, run=charges.ask_after_the_slow),
        Schedule(name="payments.chase_refunds", every_seconds=60, run=refund_jobs.chase_refunds),
        Schedule(name="payments.chase_payouts", every_seconds=600, run=payout_jobs.chase_payouts),
        Schedule(name="payments.reconcile", every_seconds=3600, run=payout_jobs.reconcile_ended_days),
        Schedule(name="payments.forget_news", every_seconds=86_400, run=charges.forget_news),
    ),
    ports=(
        Fills(port=Obligations, by=PaymentObligations()),
        Fills(port=PersonalData, by=PaymentData()),
        Fills(port=PersonalData, by=PayoutData()),
        Fills(port=FileAccess, by=PayoutFiles()),
    ),
    checks=(
        *PAYMENT_CHECKS,
        *REFUND_CHECKS,
        *PAYOUT_CHECKS,
    ),
    gauges=(
        Gauge(name="skillhall_payments", help="Payments by state", value=PAYMENTS_BY_STATE),
        Gauge(name="skillhall_unanswered_charges", help="Calls to providers without an answer", value=UNANSWERED),
        *REFUND_GAUGES,
        *PAYOUT_GAUGES,
    ),
    settings=(payment_rules,),
    events=tuple(fact for fact in vars(events).values() if isinstance(fact, type) and getattr(fact, "name", "")),
    parties=(make_providers,),
)
