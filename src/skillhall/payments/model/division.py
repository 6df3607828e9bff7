"""From whom money is taken that has left a payment by itself. Pure."""

from msgspec import Struct

from skillhall.payments.model.payment import Payment


class Division(Struct, frozen=True, kw_only=True):
    """So much out of refunds that wait after a failure, from the owner of what was paid for, and from ourselves."""

    waiting: int
    owner: int
    excess: int


def division(amount: int, there: int, under_way: int, waiting: int) -> Division:
    """Divide `amount` that has left: `there` is in the payment, of which so much is `under_way` back already or `waiting` to be sent again.

    What waits is the payer's already and goes first; what is under way cannot be taken; more than there is, is our loss.
    """
    from_waiting = min(amount, waiting)
    from_owner = min(amount - from_waiting, max(there - under_way - waiting, 0))
    return Division(waiting=from_waiting, owner=from_owner, excess=amount - from_waiting - from_owner)


def left_of(payment: Payment) -> int:
    """Return how much of a payment has not left again."""
    return payment.captured - payment.refunded - payment.disputed - payment.charged_back
