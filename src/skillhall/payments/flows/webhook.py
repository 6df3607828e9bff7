"""What providers tell us: the signature of the raw bytes is checked, each event is kept once, and applied where that can be done now."""

from collections.abc import Mapping
from typing import Final

from skillhall.kernel.http import Call
from skillhall.payments.commands.settle_news import receive
from skillhall.payments.flows.attempt import Calling
from skillhall.payments.model.refusals import ProviderNotFound, WebhookAmbiguous
from skillhall.payments.ports import Providers

SIGNED_BY: Final = {
    "stripe-signature": "stripe",
    "x-razorpay-signature": "razorpay",
    "paypal-transmission-sig": "paypal",
    "x-skillhall-sandbox-signature": "sandbox",
}
HEADERS: Final = (
    *SIGNED_BY, "x-razorpay-event-id", "paypal-transmission-id", "paypal-transmission-time", "paypal-cert-url", "paypal-auth-algo"
)  # fmt: skip
"""What the parties send along: all that an adapter is shown."""


async def hear(call: Call, provider: str | None, body: bytes) -> None:
    """Take what a provider sends. Every event of it is kept in a transaction of its own; an answer that is no error says they are."""
    headers = {name: value for name in HEADERS if (value := call.header(name)) is not None}
    name = provider or _sender(headers)
    party = call.runner.house.ports[Providers][0].by_name.get(name)
    if party is None:
        raise ProviderNotFound(provider=name)
    running = Calling(call)
    for news in await party.news(headers, body, call.read.wall):
        await running.run(lambda tx, news=news: receive(tx, name, news))


def _sender(headers: Mapping[str, str]) -> str:
    """Return whose signature a webhook on the bare path carries."""
    senders = [party for header, party in SIGNED_BY.items() if header in headers]
    if len(senders) != 1:
        raise WebhookAmbiguous
    return senders[0]
