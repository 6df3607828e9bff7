"""What payments asks of others: `Payable` of whoever owns what is paid for, `Provider` of the parties that move money.

Amounts are whole minor units of an ISO 4217 currency.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid, Refused
from skillhall.kernel.shapes import Subject
from skillhall.payments.quote import Kept, Options, Part, Quote, Returned, Source, Surplus


class Payable(Protocol):
    """Fills one or more purposes. The owner changes only its own rows; payments makes the one posting."""

    @property
    def purposes(self) -> frozenset[str]:
        """What it sells."""
        ...

    async def quote(self, tx: Tx, by: Actor, asked: Subject, options: Options) -> Quote:
        """Return what `asked` costs this caller, or refuse."""
        ...

    async def lock(self, tx: Tx, subject: Subject) -> None:
        """Lock the owner's rows (ranks 30 and 40), before payments locks its own (50)."""
        ...

    async def paid(self, tx: Tx, subject: Subject, source: Source) -> Kept | Surplus:
        """Keep what came, or say that it is too much. May not refuse: the money is here. Called once per payment."""
        ...

    async def unpaid(self, tx: Tx, subject: Subject, payment_id: UUID, why: str) -> None:
        """Nothing will come: failed, cancelled, expired. May be called for what was given up already."""
        ...

    async def refundable(self, tx: Tx, by: Actor, subject: Subject, captured: int, returned: int) -> int:
        """Return the most that may now go back because somebody asks, or refuse who may not ask. `returned` has gone back before."""
        ...

    async def returned(self, tx: Tx, subject: Subject, part: Part) -> Returned:
        """Take back what was given for this part. A refund may be refused (spent meanwhile); a clawback or chargeback may not."""
        ...


PaymentState = Literal["created", "requires_action", "processing", "succeeded", "failed", "cancelled", "unknown"]
RefundState = Literal["processing", "succeeded", "failed", "unknown"]
ChargebackState = Literal["open", "under_review", "won", "lost"]
PayoutState = Literal["processing", "paid", "failed", "returned", "unknown"]


class SignatureInvalid(Invalid):
    """A webhook that the party has not signed, or signed too long ago."""

    code = "payments.signature_invalid"
    message = "The signature of this webhook is not valid."


class MethodNotAccepted(Refused):
    """The party does not take this method: unknown, used up, or not of this customer."""

    code = "payments.method_not_accepted"
    message = "{provider} does not accept this payment method."


class MethodNeedsPayment(Refused):
    """The party keeps a method only with a payment that is made with it."""

    code = "payments.method_needs_payment"
    message = "{provider} keeps a payment method only with a payment: pay for something and let it be kept."


class Order(Struct, frozen=True, kw_only=True):
    """A charge to be made. `key` is the attempt's id: idempotency key, and in the metadata with the payment's.

    `keeps_method`: the party is asked to keep what the payer pays with, for charges without them; `payer_email` is told then alone.
    """

    key: UUID
    payment_id: UUID
    amount: int
    asset: str
    title: str
    return_url: str
    ref: str | None = None
    customer: str | None = None
    method: str | None = None
    is_off_session: bool = False
    is_captured: bool = True
    payer_id: UUID | None = None
    keeps_method: bool = False
    payer_email: str | None = None


class RefundOrder(Struct, frozen=True, kw_only=True):
    """Money to be sent back to where it came from. `key` is the refund's id."""

    key: UUID
    payment_id: UUID
    ref: str
    amount: int
    asset: str


class PayoutOrder(Struct, frozen=True, kw_only=True):
    """Money to be sent to a member's destination: a bank account or PayPal address as a token of the provider. `key` is the payout's id."""

    key: UUID
    amount: int
    asset: str
    kind: Literal["bank_transfer", "paypal"]
    destination: str


class MethodFacts(Struct, frozen=True, kw_only=True):
    """A payment method as the party shows it; never a number. `token` charges it again."""

    token: str
    kind: str
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    customer: str | None = None


class SetupOrder(Struct, frozen=True, kw_only=True):
    """A method to be kept without a charge. `key` is the idempotency key; `return_url` where the party's page sends the member back."""

    key: UUID
    account_id: UUID
    customer: str | None
    return_url: str


class SetupFacts(Struct, frozen=True, kw_only=True):
    """How the member goes on: with the party's form and `client_secret`, or to its page at `url`. Then `attach` takes `token`."""

    token: str
    customer: str | None = None
    client_secret: str | None = None
    url: str | None = None
    expires_at: datetime | None = None


class PaymentFacts(Struct, frozen=True, kw_only=True):
    """What the party says of a payment now. `payment_id` is ours from the metadata; `fee` what the party kept, None while unknown.

    `is_approved`: the payer has agreed on the party's page, and our `confirm` without a method takes the money. `method` is what the party
    has kept of an order that `keeps_method`; `customer` the member there, as soon as that is told.
    """

    ref: str
    state: PaymentState
    payment_id: UUID | None = None
    captured: int = 0
    asset: str = ""
    fee: int | None = None
    client_secret: str | None = None
    action_url: str | None = None
    failure: str = ""
    at: datetime | None = None
    is_approved: bool = False
    method: MethodFacts | None = None
    customer: str | None = None


class RefundFacts(Struct, frozen=True, kw_only=True):
    """What the party says of a refund; `refund_id` is ours from the metadata, None for one made in the party's dashboard."""

    ref: str
    state: RefundState
    amount: int
    asset: str
    payment_ref: str = ""
    payment_id: UUID | None = None
    refund_id: UUID | None = None
    failure: str = ""


class ChargebackFacts(Struct, frozen=True, kw_only=True):
    """What the party says of a chargeback. Its `amount` has left our account with the opening, and is back when it is won."""

    ref: str
    state: ChargebackState
    amount: int
    asset: str
    payment_ref: str = ""
    payment_id: UUID | None = None
    fee: int = 0
    reason: str = ""
    answer_by: datetime | None = None


class PayoutFacts(Struct, frozen=True, kw_only=True):
    """What the party says of a payout; `payout_id` is ours from the metadata."""

    ref: str
    state: PayoutState
    amount: int = 0
    asset: str = ""
    payout_id: UUID | None = None
    fee: int = 0
    failure: str = ""


Facts = PaymentFacts | RefundFacts | ChargebackFacts | PayoutFacts


class News(Struct, frozen=True, kw_only=True):
    """One event of a webhook: the party's id and kind for it, and what it says; None when it says nothing we keep."""

    id: str
    kind: str
    at: datetime | None = None
    facts: Facts | None = None


MovementKind = Literal["charge", "refund", "chargeback", "chargeback_won", "payout", "payout_returned", "fee", "other"]


class Movement(Struct, frozen=True, kw_only=True):
    """One line of the party's account statement: `amount` as booked there (above zero: into our account), before `fee`.

    `ref` is the charge, refund, chargeback or payout it is about; `our_id` ours from its metadata.
    """

    id: str
    kind: MovementKind
    amount: int
    fee: int
    asset: str
    at: datetime
    ref: str = ""
    our_id: UUID | None = None


class Provider(Protocol):
    """A party that moves money. Every call may answer `unknown`: a time out, a reset, a 5xx. Only a definite no is `failed`.

    A call repeated with the same key within `safe_seconds` of the first is the same call.
    """

    @property
    def name(self) -> str: ...
    @property
    def publishable_key(self) -> str: ...
    @property
    def safe_seconds(self) -> int: ...
    @property
    def takes_tokens(self) -> bool:
        """Whether its form gives out tokens that a payer may pay with once; else only methods that are kept are charged."""
        ...

    @property
    def finds_unnamed(self) -> bool:
        """Whether it finds a charge by our id alone; where not, that it finds nothing proves nothing."""
        ...

    @property
    def pays_out(self) -> frozenset[str]:
        """The kinds of destination it can send money to."""
        ...

    def step(self, asset: str) -> int:
        """Return in which steps it charges a currency, in minor units: it takes multiples of that alone."""
        ...

    async def create(self, order: Order) -> PaymentFacts:
        """Open a charge; with a method and `is_off_session` also confirm it."""
        ...

    async def confirm(self, order: Order) -> PaymentFacts:
        """Charge `order.ref` with `order.method`."""
        ...

    async def capture(self, order: Order) -> PaymentFacts: ...
    async def cancel(self, order: Order) -> PaymentFacts: ...
    async def retrieve(self, payment_id: UUID, ref: str | None) -> PaymentFacts | None:
        """Return what became of a charge, found by our id where no reference is known; None: it never reached the party."""
        ...

    async def refund(self, order: RefundOrder) -> RefundFacts: ...
    async def retrieve_refund(self, order: RefundOrder, ref: str | None) -> RefundFacts | None: ...
    async def payout(self, order: PayoutOrder) -> PayoutFacts: ...
    async def retrieve_payout(self, payout_id: UUID, ref: str | None) -> PayoutFacts | None: ...
    async def setup(self, order: SetupOrder) -> SetupFacts:
        """Prepare to keep a method of a member who is not charged now; refuses with `MethodNeedsPayment`, `MethodNotAccepted`."""
        ...

    async def attach(self, account_id: UUID, customer: str | None, token: str) -> MethodFacts:
        """Keep a method for later charges, making the customer where there is none; refuses with `MethodNotAccepted`."""
        ...

    async def detach(self, token: str) -> None: ...
    async def statement(self, day: date) -> Sequence[Movement]:
        """Return every movement of our account on this UTC day."""
        ...

    async def news(self, headers: Mapping[str, str], body: bytes, wall: datetime) -> Sequence[News]:
        """Check the signature of a webhook's raw bytes and return what it says; refuses with `SignatureInvalid`."""
        ...


@runtime_checkable
class Closes(Protocol):
    """A party that keeps connections open."""

    async def close(self) -> None:
        """End them."""
        ...


class Providers:
    """The configured parties of this process by name; the first is the default."""

    def __init__(self, *parties: Provider) -> None:
        """Keep them in order."""
        self.by_name = {party.name: party for party in parties}

    async def close(self) -> None:
        """End what the parties keep open."""
        for party in self.by_name.values():
            if isinstance(party, Closes):
                await party.close()


def account_of(provider: str) -> str:
    """Return the name of a provider's account in the ledger."""
    return f"provider:{provider}"
