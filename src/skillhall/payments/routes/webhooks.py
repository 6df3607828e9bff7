"""Where providers tell us what happened."""

from skillhall.kernel.http import Call, Key, post
from skillhall.kernel.shapes import View
from skillhall.payments.flows.webhook import hear
from skillhall.payments.model import refusals as no
from skillhall.payments.ports import SignatureInvalid


class ReceivedView(View, frozen=True, kw_only=True):
    """It was taken: it need not be sent again."""

    received: bool = True


@post("/payments/webhook", public=True, limit="none", key=Key.NEVER, refuses=(no.ProviderNotFound, no.WebhookAmbiguous, SignatureInvalid))
async def receive_webhook(call: Call, data: bytes) -> ReceivedView:
    """Take what a provider tells; who it is shows in the header of its signature."""
    await hear(call, None, data)
    return ReceivedView()


@post("/payments/webhook/{provider:str}", public=True, limit="none", key=Key.NEVER, refuses=(no.ProviderNotFound, SignatureInvalid))
async def receive_webhook_of(call: Call, provider: str, data: bytes) -> ReceivedView:
    """Take what this provider tells: signed, raw, each event once. Kinds we do not know are taken too."""
    await hear(call, provider, data)
    return ReceivedView()
