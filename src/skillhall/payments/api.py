"""The face of payments: what other contexts may use. No logic."""

from skillhall.payments.commands.adopt import Adopted, adopt, adopt_cards
from skillhall.payments.commands.adopt_payouts import AdoptedEarner, adopt_payouts
from skillhall.payments.commands.cancel import cancel_open
from skillhall.payments.commands.give_back import give_back, give_back_all
from skillhall.payments.commands.open_payment import charge, open_payment
from skillhall.payments.flows.reaching import bring_to_provider, pay_at_sandbox
from skillhall.payments.flows.reconcile import reconcile
from skillhall.payments.model.refusals import (
    AlreadyOpen,
    AmountMismatch,
    AmountNotTaken,
    MethodNotFound,
    NoProvider,
    NotPayable,
    PaymentMoved,
    PaymentNotFound,
)
from skillhall.payments.model.rules import PaymentRules
from skillhall.payments.ports import (
    Kept,
    Options,
    Part,
    Payable,
    Provider,
    Providers,
    Quote,
    Returned,
    Source,
    Surplus,
    account_of,
)
from skillhall.payments.queries.chargebacks import chargeback_facts
from skillhall.payments.queries.news import asking_page, identity_check, payout_state, waits_for_staff
from skillhall.payments.queries.paid import Paid, adopted, find_paid
from skillhall.payments.queries.reconciliations import ReconciledView, days_to_reconcile, reconciled
from skillhall.payments.queries.views import PaymentView, payment_view
from skillhall.payments.quote import Purpose, QuoteLine
from skillhall.payments.store.methods import default_method
from skillhall.payments.store.sums import refunded_of

__all__ = [
    "Adopted",
    "AdoptedEarner",
    "AlreadyOpen",
    "AmountMismatch",
    "AmountNotTaken",
    "Kept",
    "MethodNotFound",
    "NoProvider",
    "NotPayable",
    "Options",
    "Paid",
    "Part",
    "Payable",
    "PaymentMoved",
    "PaymentNotFound",
    "PaymentRules",
    "PaymentView",
    "Provider",
    "Providers",
    "Purpose",
    "Quote",
    "QuoteLine",
    "ReconciledView",
    "Returned",
    "Source",
    "Surplus",
    "account_of",
    "adopt",
    "adopt_cards",
    "adopt_payouts",
    "adopted",
    "asking_page",
    "bring_to_provider",
    "cancel_open",
    "charge",
    "chargeback_facts",
    "days_to_reconcile",
    "default_method",
    "find_paid",
    "give_back",
    "give_back_all",
    "identity_check",
    "open_payment",
    "pay_at_sandbox",
    "payment_view",
    "payout_state",
    "reconcile",
    "reconciled",
    "refunded_of",
    "waits_for_staff",
]
