"""Where a provider's page sends people back to: the state and nothing else, without signing in, whatever client they came from."""

from typing import Final
from uuid import UUID

from skillhall.kernel.http import Call, Raw, get
from skillhall.payments.flows.paying import come_back
from skillhall.payments.model.refusals import PaymentNotFound
from skillhall.payments.ports import PaymentState
from skillhall.payments.routes.page import CSP, HTML, document

SAID: Final[dict[PaymentState, tuple[str, str]]] = {
    "created": ("Not paid yet", "Nothing was taken. Go back to where you came from to try again."),
    "requires_action": ("Not paid yet", "Your bank still has a question. Go back to where you came from to answer it."),
    "processing": ("On its way", "Your payment is being worked on. You may close this page."),
    "unknown": ("On its way", "Your payment is being worked on. You may close this page."),
    "succeeded": ("Paid", "Thank you. You may close this page."),
    "failed": ("Not paid", "The payment was declined. Go back to where you came from to try again."),
    "cancelled": ("Given up", "This payment was given up."),
}
AGAIN: Final = "<meta http-equiv=refresh content=10>"
ON_ITS_WAY: Final = frozenset({"processing", "unknown"})


@get("/payments/{payment_id:uuid}/back", public=True, media=HTML, limit="money", refuses=(PaymentNotFound,))
async def come_back_from_provider(call: Call, payment_id: UUID) -> Raw:
    """Come back from a provider's page: the provider is asked what became of the payment, and only where it stands is shown."""
    state = await come_back(call, payment_id)
    title, text = SAID[state]
    return _page(title, text, AGAIN if state in ON_ITS_WAY else "")


@get("/payments/methods/back", public=True, media=HTML)
async def come_back_from_setup(call: Call) -> Raw:
    """Come back from a provider's page on which a method was set up. It is kept when the member adds it."""
    del call
    return _page("Nearly done", "Go back to where you came from: your payment method is added there.", "")


def _page(title: str, text: str, head: str) -> Raw:
    body = f"<h1>Payment</h1><div class=sum>{title}</div><p>{text}</p>"
    return Raw(document(title, body, head), HTML, csp=CSP)
