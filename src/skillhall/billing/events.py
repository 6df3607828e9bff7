"""What billing says: facts, as ids and numbers."""

from typing import ClassVar
from uuid import UUID

from skillhall.kernel.events import Event


class BoostFact(Event, frozen=True, kw_only=True):
    """Something about one boost of a project."""

    about: ClassVar[tuple[str, str]] = ("purchase", "purchase_id")

    purchase_id: UUID
    account_id: UUID
    project_id: UUID
    kind: str
    days: int


class BoostPaid(BoostFact, frozen=True, kw_only=True):
    """A boost was paid for: it runs for so many days from now."""

    name: ClassVar[str] = "billing.boost_paid"
    public: ClassVar[bool] = True


class BoostRevoked(BoostFact, frozen=True, kw_only=True):
    """The price of a boost went back, all of it, or the bank took it: it ends now."""

    name: ClassVar[str] = "billing.boost_revoked"
    public: ClassVar[bool] = True


class BoostRestored(BoostFact, frozen=True, kw_only=True):
    """The bank has given the price of a boost back: what was left of its time runs from now."""

    name: ClassVar[str] = "billing.boost_restored"
    public: ClassVar[bool] = True


class CreditsBought(Event, frozen=True, kw_only=True):
    """A package of credits is in somebody's wallet."""

    name: ClassVar[str] = "billing.credits_bought"
    about: ClassVar[tuple[str, str]] = ("purchase", "purchase_id")
    public: ClassVar[bool] = True

    purchase_id: UUID
    account_id: UUID
    credits: int


class SubscriptionFact(Event, frozen=True, kw_only=True):
    """Something about one subscription."""

    about: ClassVar[tuple[str, str]] = ("subscription", "subscription_id")

    subscription_id: UUID
    account_id: UUID
    plan: str


class SubscriptionStarted(SubscriptionFact, frozen=True, kw_only=True):
    """It began, with a trial or paid."""

    name: ClassVar[str] = "billing.subscription_started"
    public: ClassVar[bool] = True

    is_trial: bool


class SubscriptionRenewed(SubscriptionFact, frozen=True, kw_only=True):
    """The next period is paid."""

    name: ClassVar[str] = "billing.subscription_renewed"
    public: ClassVar[bool] = True

    purchase_id: UUID


class SubscriptionChanged(SubscriptionFact, frozen=True, kw_only=True):
    """It is for another plan from now on; `old_plan` is the one before."""

    name: ClassVar[str] = "billing.subscription_changed"
    public: ClassVar[bool] = True

    old_plan: str


class SubscriptionCancelled(SubscriptionFact, frozen=True, kw_only=True):
    """It will end with its period."""

    name: ClassVar[str] = "billing.subscription_cancelled"
    public: ClassVar[bool] = True


class SubscriptionResumed(SubscriptionFact, frozen=True, kw_only=True):
    """It will not end with its period after all."""

    name: ClassVar[str] = "billing.subscription_resumed"
    public: ClassVar[bool] = True


class RenewalFailed(SubscriptionFact, frozen=True, kw_only=True):
    """A renewal could not be charged, for the `tries`th time. What the plan brings stays for now."""

    name: ClassVar[str] = "billing.renewal_failed"
    public: ClassVar[bool] = True

    purchase_id: UUID
    tries: int
    is_last: bool


class SubscriptionEnded(SubscriptionFact, frozen=True, kw_only=True):
    """It has ended: `reason` is cancelled, unpaid, trial_over, refunded or charged_back."""

    name: ClassVar[str] = "billing.subscription_ended"
    public: ClassVar[bool] = True

    reason: str


class SubscriptionRestored(SubscriptionFact, frozen=True, kw_only=True):
    """It had ended because the bank took a price back, which it has now returned: it goes on as it was."""

    name: ClassVar[str] = "billing.subscription_restored"
    public: ClassVar[bool] = True


class InvoiceIssued(Event, frozen=True, kw_only=True):
    """A paper is there: `series` INV, RCT, FEE or CRN; `total` is below zero when it is a credit note."""

    name: ClassVar[str] = "billing.invoice_issued"
    about: ClassVar[tuple[str, str]] = ("invoice", "invoice_id")
    public: ClassVar[bool] = True

    invoice_id: UUID
    account_id: UUID
    series: str
    payment_id: UUID | None
    total: int
    asset: str
