"""What the contexts whose payments are disputed do for a case. A context acts, but for freezing, which is the opener's doing."""

from collections.abc import Sequence

from skillhall.disputes.model.case import SEAT, Case
from skillhall.gigs import api as gigs
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.learning import api as learning
from skillhall.messaging.api import Say


async def freeze(tx: Tx, by: Actor, case: Case, more: Sequence[Say]) -> None:
    """Freeze the payment for the case, or refuse; `more` is said with it."""
    await (learning if case.kind == SEAT else gigs).freeze(tx, by, case.hold_id, case.subject, case.reason, more)


async def thaw(tx: Tx, case: Case, more: Sequence[Say]) -> None:
    """Let the payment go on as before."""
    by = Actor.of("disputes", f"the dispute is {case.state}")
    await (learning if case.kind == SEAT else gigs).thaw(tx, by, case.hold_id, case.subject, more)


async def rule(tx: Tx, case: Case, payee_bp: int, more: Sequence[Say]) -> None:
    """Divide the payment."""
    by = Actor.of("disputes", "the dispute is resolved")
    await (learning if case.kind == SEAT else gigs).rule(tx, by, case.hold_id, case.subject, payee_bp, more)
