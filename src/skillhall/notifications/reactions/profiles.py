"""What people are told of their profiles."""

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.reactions.telling import hears
from skillhall.profiles import events
from skillhall.profiles.api import verification


async def tell_decision(event: events.VerificationDecided, tx: Tx) -> None:
    """Say whether the profile is verified now, and what staff said to it."""
    found = await verification(tx, event.verification_id)
    reason = "" if event.is_approved else found.reason or ""  # what staff notes when it says yes is for the record
    notice = Notice(
        account_id=event.account_id,
        type=event.name,
        about=Subject("profile", event.profile_id),
        facts={
            "decision": "approved" if event.is_approved else "rejected", "profile": found.display_name,
            "reason": "given" if reason else "none", "reason_text": reason,
        },
        path=f"profiles/{event.profile_id}",
        why="account",
        data={"isApproved": event.is_approved},
    )  # fmt: skip
    await notify(tx, notice)


REACTIONS = hears(tell_decision, events.VerificationDecided)
