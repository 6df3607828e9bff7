"""A mail has come back, or another server says that it has it."""

from skillhall.kernel.db.tx import Tx
from skillhall.notifications.model.bounce import OTHERS, MailReport, NotABounce
from skillhall.notifications.store import addresses, deliveries, digests


async def note_report(tx: Tx, report: MailReport) -> int:
    """Note what a server reports of a mail of ours; return how many notices it carried. Twice the same report is one.

    A hard bounce ends mail to that address until it is proven again, five soft ones within days do for a while. Refuses a mail
    we have not sent. The address is the one we wrote to, whatever the report says.
    """
    if report.outcome in ("hard", "soft"):
        await digests.lock_digest(tx, report.key)
        hashed = await deliveries.find_address(tx, report.key)
        if hashed is None:
            raise NotABounce(problem=OTHERS)
        count = await deliveries.bounce(tx, report.key, report.status or report.outcome)
        await digests.bounce(tx, report.key)
        if count:
            await addresses.note_bounce(tx, hashed, hard=report.outcome == "hard")
        return count
    return await deliveries.arrived(tx, report.key) if report.outcome == "delivered" else 0
