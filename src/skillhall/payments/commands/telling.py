"""What is said of payments: every event of one is made here."""

from typing import Any, TypeVar

from skillhall.kernel.db.tx import Tx
from skillhall.payments.events import PaymentFact
from skillhall.payments.model.payment import Payment

F = TypeVar("F", bound=PaymentFact)


def tell(tx: Tx, event: type[F], payment: Payment, **more: Any) -> None:  # noqa: ANN401 - the event's own fields
    """Say that something has happened to a payment; `amount` among `more` replaces the whole."""
    facts: dict[str, Any] = {
        "payment_id": payment.id,
        "payer_id": payment.payer_id,
        "payee_id": payment.payee_id,
        "purpose": payment.purpose,
        "paid_kind": payment.subject_kind,
        "paid_id": payment.subject_id,
        "amount": payment.amount,
        "asset": payment.asset,
    }
    tx.publish(event(**{**facts, **more}))
