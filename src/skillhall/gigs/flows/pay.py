"""Book a worker, or boost a project, and begin to pay for it."""

from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from skillhall.gigs.commands.accept_bid import BookedView, BookWorker, PaymentCard, book_worker
from skillhall.gigs.commands.boost import BoostProject, OpenedView, open_boost
from skillhall.gigs.model.escrow import EscrowState
from skillhall.kernel.http import Answer, Call
from skillhall.kernel.http.envelope import encoded
from skillhall.kernel.money import CREDIT
from skillhall.kernel.refusals import Refusal
from skillhall.kernel.shapes import Subject
from skillhall.payments.api import Options, PaymentView, bring_to_provider, open_payment

T = TypeVar("T", BookedView, PaymentView)


async def book(call: Call, command: BookWorker) -> Answer[BookedView]:
    """Book the worker; what the wallet cannot pay in money begins to be paid otherwise. The booking stands whatever becomes of that."""
    answer = await call.run(book_worker, command)
    made = msgspec.json.decode(answer.encoded.body, type=BookedView)
    if made.escrow.status != EscrowState.PENDING_FUNDING or made.escrow.amount.currency == CREDIT:
        return answer
    try:
        opened = await call.act(open_payment, "booking", Subject("booking", made.id), Options())
        payment = await bring_to_provider(call, opened.id)
    except Refusal:
        return answer
    card = PaymentCard(id=payment.id, client_secret=payment.client_secret)
    return _answered(call, replace(made, payment=card), answer)


async def boost(call: Call, project_id: UUID, command: BoostProject) -> Answer[PaymentView]:
    """Open the payment of a boost, or find the open one, and bring it to its provider."""
    answer = await call.run(open_boost, project_id, command)
    opened = msgspec.json.decode(answer.encoded.body, type=OpenedView)
    return _answered(call, await bring_to_provider(call, opened.id), answer)


def _answered(call: Call, view: T, stored: Answer[BookedView] | Answer[OpenedView]) -> Answer[T]:
    """Return the view as the answer of this call; with its secrets it is not kept, though what was stored may have been replayed."""
    made = encoded(view, status=call.endpoint.status, created=call.endpoint.created, secret=True)
    return Answer(msgspec.structs.replace(made, replayed=stored.encoded.replayed))
