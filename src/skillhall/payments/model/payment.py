"""One wish to pay for one thing, and how news of the provider changes it. Pure."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.payments.ports import PaymentFacts, PaymentState, account_of
from skillhall.payments.quote import Purpose, QuoteLine

NONE: Final = "none"
"""The provider of what costs nothing."""
SET_UP_PAGE: Final = "/api/v1/payments/methods/back"
"""Where a provider's page sends a member back to who has set a method up; below our own prefix, which every install serves."""
WAITING: Final = frozenset({"created", "requires_action", "failed"})
"""Nobody is being charged: it may be given up, and ends by itself."""
OPEN: Final = frozenset({*WAITING, "processing", "unknown"})
LEGACY: Final = {"succeeded": "completed"}
_MAY_FOLLOW: Final[dict[PaymentState, frozenset[PaymentState]]] = {
    "created": frozenset({"unknown"}),
    "requires_action": frozenset({"created", "processing", "unknown", "failed"}),
    "processing": frozenset({"created", "requires_action", "unknown", "failed"}),
    "unknown": frozenset({"created", "requires_action", "processing"}),
    "failed": frozenset({"created", "requires_action", "processing", "unknown"}),
    "cancelled": frozenset({"created", "requires_action", "processing", "unknown", "failed"}),
    "succeeded": frozenset({"created", "requires_action", "processing", "unknown", "failed", "cancelled"}),
}
"""News is repeated, late and out of order: each state, and those it may replace. What has succeeded stays so."""


class Payment(Struct, frozen=True, kw_only=True):
    """A row. `ref` is the provider's name for it; `heard_at` the provider's time of the latest news; quoted values never change.

    `keeps_method`: the provider is asked to keep what the payer pays with. `method_id` is the stored method it is charged to, or that it
    has brought.
    """

    id: UUID
    payer_id: UUID
    payee_id: UUID | None
    purpose: Purpose
    asked_kind: str
    asked_id: UUID
    subject_kind: str
    subject_id: UUID
    title: str
    amount: int
    asset: str
    fee: int
    lines: tuple[QuoteLine, ...]
    hold_id: UUID | None
    coupon_code: str | None
    provider: str
    is_off_session: bool
    state: PaymentState
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None
    method_id: UUID | None = None
    ref: str | None = None
    client_secret: str | None = None
    action_url: str | None = None
    captured: int = 0
    refunded: int = 0
    disputed: int = 0
    charged_back: int = 0
    provider_fee: int | None = None
    surplus_reason: str | None = None
    failure: str = ""
    origin: str = "here"
    succeeded_at: datetime | None = None
    heard_at: datetime | None = None
    keeps_method: bool = False

    @property
    def asked(self) -> Subject:
        """What the payer named."""
        return Subject(self.asked_kind, self.asked_id)

    @property
    def subject(self) -> Subject:
        """What its owner knows it by."""
        return Subject(self.subject_kind, self.subject_id)

    @property
    def account(self) -> str:
        """The provider's account in the ledger."""
        return account_of(self.provider)

    @property
    def transfer_id(self) -> UUID:
        """The one posting by which its money came in."""
        return derived("payment", self.id)

    def is_over(self, now: datetime) -> bool:
        """Whether its time has passed while nobody was being charged."""
        return self.state in WAITING and self.expires_at is not None and self.expires_at <= now

    def disagrees(self, facts: PaymentFacts) -> bool:
        """Whether money came in that is not what was quoted, or has come already under another name."""
        is_second = self.captured > 0 and self._is_another(facts)
        return facts.captured > 0 and (is_second or (facts.captured, facts.asset) != (self.amount, self.asset))

    def says_nothing(self, facts: PaymentFacts) -> bool:
        """Whether news is about another charge of this payment, which brought no money."""
        return not facts.captured and self._is_another(facts)

    def _is_another(self, facts: PaymentFacts) -> bool:
        return bool(self.ref and facts.ref and self.ref != facts.ref)


def folded(payment: Payment, facts: PaymentFacts, now: datetime) -> Payment:
    """Return the payment after this news; the same one when it says nothing new. Captured money is the quoted amount (`disagrees`)."""
    if payment.says_nothing(facts):
        return payment
    is_late = facts.at is not None and payment.heard_at is not None and facts.at < payment.heard_at
    state = _state(payment, facts, is_late=is_late)
    fee = facts.fee if facts.captured and payment.provider_fee is None else payment.provider_fee
    is_done = state in {"succeeded", "cancelled"}
    after = msgspec.structs.replace(
        payment,
        ref=(facts.ref if state != payment.state and state == "succeeded" else None) or payment.ref or facts.ref or None,
        provider_fee=fee,
        state=state,
        captured=payment.amount if state == "succeeded" else 0,
        succeeded_at=(payment.succeeded_at or now) if state == "succeeded" else None,
        client_secret=None if is_done else facts.client_secret or payment.client_secret,
        action_url=None if is_done else payment.action_url if is_late else facts.action_url or _url(payment, state),
        failure=facts.failure if state == "failed" and facts.state == "failed" and not is_late else _failure(payment, state),
        heard_at=payment.heard_at if is_late else facts.at or payment.heard_at,
    )
    return payment if after == payment else msgspec.structs.replace(after, updated_at=now)


def moved_to(payment: Payment, state: PaymentState, now: datetime) -> Payment:
    """Return the payment in another state by our own doing."""
    is_done = state == "cancelled"
    return msgspec.structs.replace(
        payment,
        state=state,
        updated_at=now,
        client_secret=None if is_done else payment.client_secret,
        action_url=None if is_done else payment.action_url,
    )


def way_back(payment_id: UUID) -> str:
    """Return the path that a provider's page sends the payer back to."""
    return f"/api/v1/payments/{payment_id}/back"


def status_of(payment: Payment) -> str:
    """Return the status on the wire: the state of the charge, or what came of its money."""
    if payment.state != "succeeded" or not payment.captured:
        return payment.state
    if payment.charged_back:
        return "charged_back"
    if payment.disputed:
        return "disputed"
    if payment.refunded:
        return "refunded" if payment.refunded == payment.captured else "partially_refunded"
    return "succeeded"


def _state(payment: Payment, facts: PaymentFacts, *, is_late: bool) -> PaymentState:
    if payment.state not in _MAY_FOLLOW[facts.state]:
        return payment.state
    if facts.state == "succeeded":
        return "succeeded" if facts.captured else payment.state
    return payment.state if is_late else facts.state


def _url(payment: Payment, state: PaymentState) -> str | None:
    return payment.action_url if state in {"created", "requires_action", "unknown"} else None


def _failure(payment: Payment, state: PaymentState) -> str:
    return payment.failure if state == payment.state else ""
