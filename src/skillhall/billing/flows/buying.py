"""Buy something and bring its payment to the provider, so that the client can finish it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec

from skillhall.billing.commands.buy import OpenedBuyView
from skillhall.billing.queries.membership import SubscriptionView, subscription_view
from skillhall.kernel.http import Answer, Call
from skillhall.kernel.http.envelope import encoded
from skillhall.kernel.shapes import View
from skillhall.payments.api import PaymentView, bring_to_provider


class BoughtView(View, frozen=True, kw_only=True):
    """What was begun: the purchase and its payment (null: nothing is due), and the subscription as it is now."""

    purchase_id: UUID | None
    payment: PaymentView | None
    subscription: SubscriptionView


async def buy(call: Call, command: Callable[..., Awaitable[OpenedBuyView]], *args: Any) -> Answer[BoughtView]:  # noqa: ANN401 - the command's own
    """Run a command that buys. However often it is asked for, there is one purchase and one payment."""
    answer = await call.run(command, *args)
    opened = msgspec.json.decode(answer.encoded.body, type=OpenedBuyView)
    payment = None if opened.payment_id is None else await bring_to_provider(call, opened.payment_id)
    view = BoughtView(purchase_id=opened.purchase_id, payment=payment, subscription=await subscription_view(call.read, call.by.account_id))
    made = encoded(view, status=call.endpoint.status, created=call.endpoint.created, secret=True)
    return Answer(msgspec.structs.replace(made, replayed=answer.encoded.replayed))
