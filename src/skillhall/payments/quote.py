"""What the owner of a thing says of its price, and of the money that came in for it or goes back. Pure.

Amounts are whole minor units of an ISO 4217 currency.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import force_setattr

from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Lines

Purpose = Literal["credits", "subscription", "boost", "session", "booking", "milestone"]


class QuoteLine(Struct, frozen=True, kw_only=True, rename="camel"):
    """One line of an invoice: `net` is the whole line without tax, after `discount`; `tax` comes on top at `tax_bp` basis points."""

    text: str
    quantity: int
    net: int
    discount: int = 0
    tax: int = 0
    tax_bp: int = 0
    tax_name: str = ""


class Options(Struct, frozen=True, kw_only=True):
    """What a payer may choose beside the thing itself. A coupon's code is the same in every letter case."""

    coupon_code: str | None = None

    def __post_init__(self) -> None:
        """Write the code as it is kept."""
        if self.coupon_code is not None:
            force_setattr(self, "coupon_code", self.coupon_code.strip().upper())


class Quote(Struct, frozen=True, kw_only=True):
    """What it costs, computed by its owner alone. `amount` is all that is charged, tax included; 0 needs no provider.

    `subject` is what the owner is told of from now on; `hold_id` the hold the money will fill (session, booking, milestone);
    `fee` the platform's part, for the client's information. After `expires_at` (business time) the payment is given up.
    """

    subject: Subject
    payer_id: UUID
    payee_id: UUID | None
    title: str
    amount: int
    asset: str
    lines: tuple[QuoteLine, ...]
    fee: int = 0
    hold_id: UUID | None = None
    expires_at: datetime | None = None


class Source(Struct, frozen=True, kw_only=True):
    """Money that has come in. `account` is the provider's in the ledger (`provider:stripe`), `fee` what it kept, 0 while unknown."""

    payment_id: UUID
    account: str
    amount: int
    asset: str
    fee: int = 0


class Kept(Struct, frozen=True, kw_only=True):
    """The owner keeps the money: the lines that put it where it belongs, and their kind of transfer (fund, buy, sale)."""

    kind: Literal["fund", "buy", "sale"]
    lines: Lines


class Surplus(Struct, frozen=True, kw_only=True):
    """The owner has no use for the money any more, and why ("expired", "paid already"): all of it goes back."""

    reason: str


class Part(Struct, frozen=True, kw_only=True):
    """Money that goes back. A refund fills the hold `hold_id`, paid out later; a clawback or chargeback has gone already (None)."""

    payment_id: UUID
    payer_id: UUID
    account: str
    amount: int
    asset: str
    why: Literal["refund", "clawback", "chargeback"]
    hold_id: UUID | None = None


class Returned(Struct, frozen=True, kw_only=True):
    """What the owner gives up for it. `credits` are those that leave with the money; `freeze_key` the case that keeps the hold drawn on."""

    lines: Lines
    credits: int = 0
    freeze_key: Subject | None = None
