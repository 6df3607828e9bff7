"""Payments that have come in, for the tests of papers: stored as paid, and told as they are."""

from typing import Any
from uuid import UUID

from skillhall.billing.commands.follow_money import credit_refund, issue_invoice
from skillhall.billing.queries.invoices import InvoiceQuery, InvoiceView, invoices
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.shapes import Subject
from skillhall.payments.api import Adopted, QuoteLine, adopt
from skillhall.payments.events import PaymentSucceeded, Refunded, RefundFailed
from tests.learning.builders import People

VAT = {"tax_bp": 1900, "tax_name": "VAT"}


class Payers(People):
    """People who pay."""

    async def paid(self, payer: Actor, *lines: QuoteLine, purpose: str = "credits", payee: Actor | None = None, **rest: Any) -> UUID:
        """Store a payment that has succeeded; nothing is told of it yet."""
        payment_id = ids.new()
        row = Adopted(
            id=payment_id, payer_id=payer.account_id, payee_id=payee.account_id if payee else None, purpose=purpose,  # type: ignore[arg-type]
            subject=Subject("purchase", ids.new()), title="150 credits", amount=sum(line.net + line.tax for line in lines), lines=lines,
            at=await self.now(), ref=str(payment_id), **{"asset": "EUR", "provider": "sandbox", **rest},
        )  # fmt: skip
        await self.hall.work(adopt, [row])
        return payment_id

    async def invoiced(self, payer: Actor, *lines: QuoteLine, **rest: Any) -> UUID:
        """Store a payment and issue its paper."""
        payment_id = await self.paid(payer, *lines, **rest)
        await self.tell(issue_invoice, self.succeeded(payment_id))
        return payment_id

    async def refunded(self, payment_id: UUID, amount: int, refund_id: UUID | None = None) -> UUID:
        """Tell billing of a refund."""
        found = refund_id or ids.new()
        await self.tell(credit_refund, Refunded(**self._facts(payment_id, amount), refund_id=found, refunded=amount, is_voluntary=True))
        return found

    def succeeded(self, payment_id: UUID) -> PaymentSucceeded:
        """Return the news that a payment has succeeded."""
        return PaymentSucceeded(**self._facts(payment_id, 0))

    def failed(self, payment_id: UUID, refund_id: UUID) -> RefundFailed:
        """Return the news that a refund did not go, or came back."""
        return RefundFailed(**self._facts(payment_id, 0), refund_id=refund_id)

    async def tell(self, reaction: Any, event: Any) -> None:
        """Let billing hear of it, in a transaction of its own."""
        await self.hall.work(lambda tx: reaction(event, tx))

    async def papers(self, of: Actor, **query: Any) -> list[InvoiceView]:
        """Return somebody's papers, the earliest first."""
        query = {"sort": "number", "limit": 100, **query}
        return (await invoices(await self.hall.read(), of, InvoiceQuery(**query))).items

    def _facts(self, payment_id: UUID, amount: int) -> dict[str, Any]:
        return {
            "payment_id": payment_id, "payer_id": payment_id, "payee_id": None, "purpose": "credits", "paid_kind": "purchase",
            "paid_id": payment_id, "amount": amount, "asset": "EUR",
        }  # fmt: skip
