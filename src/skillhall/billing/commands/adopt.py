"""Adopt what was sold elsewhere, in bulk: an import, the demo community."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.billing.commands.fulfill import bought, sold
from skillhall.billing.commands.issue import issue_all
from skillhall.billing.commands.quoting import priced, terms_of
from skillhall.billing.model.price import package_id, plan_id, price_in
from skillhall.billing.model.purchase import PURCHASE, Purchase
from skillhall.billing.model.subscription import Subscription, begun
from skillhall.billing.model.tax import Tax
from skillhall.billing.store import catalogue, purchases, subscriptions
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.ledger.api import Transfer
from skillhall.payments.api import Adopted, Source, account_of, adopt_cards, adopted
from skillhall.payments.api import adopt as adopt_payments

SANDBOX = "sandbox"


class AdoptedSale(Struct, frozen=True, kw_only=True):
    """A package of credits, or a plan, by its code, sold at `at`. A subscription goes on from there; `has_card` if a card will pay it."""

    account_id: UUID
    code: str
    is_plan: bool
    asset: str
    at: datetime
    has_card: bool = False

    @property
    def id(self) -> UUID:
        """The purchase."""
        return derived("adopted sale", self.account_id, self.code, self.at)

    @property
    def payment_id(self) -> UUID:
        """Its payment."""
        return derived("payment of", self.id)


async def adopt(tx: Tx, sales: Sequence[AdoptedSale]) -> list[tuple[datetime, Transfer]]:
    """Store them as paid through the sandbox's bank, untaxed, and return what moved, for the caller to post in order of time.

    Nothing is told. A subscription that has lasted for more than a month by now is renewed by the sweep.
    """
    made = [await _purchase(tx, sale) for sale in sales]
    subs = {one.id: _subscription(one) for one in made if one.terms}
    await subscriptions.adopt(tx, list(subs.values()))
    await purchases.adopt(tx, [replace(one, subscription_id=subs[one.id].id) if one.id in subs else one for one in made])
    await adopt_payments(tx, [_payment(one) for one in made])
    await adopt_cards(tx, {sale.account_id: sale.at for sale in sales if sale.has_card})
    return [(one.created_at, _posting(one)) for one in made]


async def adopt_papers(tx: Tx) -> int:
    """Issue today, without mails, the invoices and receipts of all payments that came in bulk and have none; return how many."""
    return await issue_all(tx, await adopted(tx))


async def _purchase(read: Read, sale: AdoptedSale) -> Purchase:
    blank = Purchase(
        id=sale.id, account_id=sale.account_id, purpose="credits", kind="package", asked_kind="package", asked_id=package_id(sale.code),
        title="", amount=0, tax=0, asset=sale.asset, lines=(), created_at=sale.at,
        state="paid", payment_id=sale.payment_id, paid_at=sale.at,
    )  # fmt: skip
    if sale.is_plan:
        terms = await terms_of(read, plan_id(sale.code), sale.asset)
        title = f"{terms.name}, one month"
        plan = replace(blank, purpose="subscription", kind="plan", asked_kind="plan", asked_id=terms.plan_id, title=title, terms=terms)
        return priced(plan, terms.price, None, Tax())
    package = await catalogue.package(read, blank.asked_id)
    pack = replace(blank, title=f"{package.name}: {package.credits} credits", credits=package.credits)
    return priced(pack, price_in(package.prices, sale.asset), None, Tax())


def _subscription(one: Purchase) -> Subscription:
    return begun(derived("adopted subscription", one.id), one.account_id, one.plan, one.net, None, one.created_at, is_trial=False)


def _payment(one: Purchase) -> Adopted:
    payment_id = derived("payment of", one.id)
    return Adopted(
        id=payment_id, payer_id=one.account_id, payee_id=None, purpose=one.purpose, subject=Subject(PURCHASE, one.id), title=one.title,
        amount=one.amount, asset=one.asset, provider=SANDBOX, ref=f"adopted_{payment_id}", at=one.created_at, lines=one.lines,
    )  # fmt: skip


def _posting(one: Purchase) -> Transfer:
    payment_id = derived("payment of", one.id)
    source = Source(payment_id=payment_id, account=account_of(SANDBOX), amount=one.amount, asset=one.asset)
    kind, lines = ("buy", bought(one, source)) if one.kind == "package" else ("sale", sold(one, source))
    return Transfer(id=derived("payment", payment_id), kind=kind, subject=Subject("payment", payment_id), lines=lines)
