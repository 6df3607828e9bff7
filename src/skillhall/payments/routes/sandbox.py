"""What happens at the sandbox bank, said over HTTP: sandbox mode and staff only."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.http import Call, post
from skillhall.kernel.money import Asset
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body, View
from skillhall.payments.model.sandbox import BankCannot, NotAtTheBank
from skillhall.payments.outside import desk
from skillhall.payments.outside.sandbox import Thing

BankEvent = Literal["succeed", "fail", "refund", "chargeback", "chargeback_won", "chargeback_lost", "return_payout", "resend"]


class HappenAtBank(Body, frozen=True, kw_only=True):
    """What happens to which thing, named by exactly one of the ids: the bank's own `ref`, or ours.

    `amount` and `currency` replace what was asked for (a wrong capture, a partial refund or chargeback). Each event comes `times` times;
    `resend` tells everything of the thing again, the newest first.
    """

    event: BankEvent
    ref: Annotated[str, Meta(max_length=100)] | None = None
    payment_id: UUID | None = None
    refund_id: UUID | None = None
    payout_id: UUID | None = None
    amount: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    currency: Asset | None = None
    times: Annotated[int, Meta(ge=1, le=10)] = 1


class BankView(View, frozen=True, kw_only=True):
    """The thing as it stands at the bank now, and how many events it has told."""

    ref: str
    status: str
    told: int


EXAMPLE = {"paymentId": "0193a1c4-0000-7000-8000-000000000001", "event": "chargeback", "times": 2}


@post(
    "/sandbox/payments", prefix=False, sandbox=True, permission="settings.write", refuses=(NotAtTheBank, BankCannot), example=EXAMPLE
)  # fmt: skip
async def happen_at_bank(call: Call, data: HappenAtBank) -> BankView:
    """Let something happen at the sandbox bank.

    A charge succeeds or fails, is refunded at the bank's desk, charged back, won or lost; a refund or payout that is processing ends;
    a payout comes back. The bank tells us by its webhook, as after every other change.
    """
    if sum(name is not None for name in (data.ref, data.payment_id, data.refund_id, data.payout_id)) != 1:
        raise Invalid(FieldError("ref", "body", "not_one", "Name exactly one of ref, paymentId, refundId and payoutId."))
    bank = desk.sandbox(call.read)
    thing = Thing(ref=data.ref, payment_id=data.payment_id, refund_id=data.refund_id, payout_id=data.payout_id)
    ref = await bank.name_of(thing)
    done = await bank.act(lambda acting: desk.happen(acting, ref, data.event, data.amount, data.currency), times=data.times)
    return BankView(ref=done.ref, status=done.state, told=done.told * data.times)
