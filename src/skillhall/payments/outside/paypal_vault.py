"""PayPal's vault as far as we read it: setup tokens, methods kept with an order or without. Field names are PayPal's own."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from skillhall.payments.ports import MethodFacts, SetupFacts

KEPT: Final = "VAULTED"
"""`APPROVED`: the payer agrees, and PayPal is still at it; a webhook tells when it is done."""


class Customer(Struct):
    """A payer as the vault knows them; the second name is ours."""

    id: str | None = None
    merchant_customer_id: str | None = None


class Vault(Struct):
    """What became of our wish to keep what an order was paid with."""

    id: str = ""
    status: str = ""
    customer: Customer | None = None


class Attributes(Struct):
    """Wrapper of `Vault`."""

    vault: Vault | None = None


class Paid(Struct):
    """What something is paid with."""

    attributes: Attributes | None = None
    brand: str | None = None
    last_digits: str | None = None


class Link(Struct):
    """Where the payer approves."""

    rel: str
    href: str


class Setup(Struct):
    """A setup token: a method to be kept without a charge, when the payer has approved that."""

    id: str
    customer: Customer = field(default_factory=Customer)
    links: list[Link] = []


class Method(Struct):
    """A method that PayPal keeps for us."""

    id: str
    customer: Customer = field(default_factory=Customer)
    payment_source: dict[str, Paid] = {}


class About(Struct):
    """The order that a method was kept with."""

    order_id: str = ""


class Told(Struct):
    """A method that is kept, as the webhook tells of it."""

    metadata: About = field(default_factory=About)


def set_up(setup: Setup) -> SetupFacts:
    """Return how the member goes on."""
    page = next((link.href for link in setup.links if link.rel in {"approve", "payer-action"}), None)
    return SetupFacts(token=setup.id, customer=setup.customer.id, url=page)


def shown(method: Method, customer: str | None) -> MethodFacts:
    """Return a kept method as we show it."""
    kind, paid = next(iter(method.payment_source.items()), ("paypal", Paid()))
    return _facts(method.id, kind, paid, method.customer.id or customer)


def kept_with(source: Mapping[str, Paid]) -> MethodFacts | None:
    """Return what an order was paid with, where it is kept."""
    for kind, paid in source.items():
        vault = paid.attributes.vault if paid.attributes else None
        if vault is not None and vault.id and vault.status == KEPT:
            return _facts(vault.id, kind, paid, vault.customer.id if vault.customer else None)
    return None


def _facts(token: str, kind: str, paid: Paid, customer: str | None) -> MethodFacts:
    brand, last4 = (paid.brand or "").lower(), paid.last_digits or ""
    return MethodFacts(token=token, kind=kind, brand=brand, last4=last4, customer=customer)
