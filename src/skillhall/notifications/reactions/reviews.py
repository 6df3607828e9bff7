"""What people are told of reviews: never a rating before it is public."""

from uuid import UUID

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.reactions.telling import hears, names
from skillhall.reviews import events
from skillhall.reviews.api import find_state
from skillhall.skills.api import skill

PATHS = {"session": "sessions", "booking": "bookings", "project": "projects"}


async def tell_written(event: events.Written, tx: Tx) -> None:
    """Tell the other side that there is something to read once they have written too; nothing when they have."""
    if await find_state(tx, event.review_id) != "waiting":
        return
    facts: dict[str, Fact] = {"kind": event.kind, "reveal_at": event.reveal_at}
    await _tell(tx, event, event.about_id, event.author_id, facts, path=f"{PATHS[event.kind]}/{event.reviewed_id}", why="reviewed")


async def tell_revealed(event: events.Revealed, tx: Tx) -> None:
    """Tell whom it is about what everybody can read now: once, also when it is hidden and shown again."""
    facts: dict[str, Fact] = {"kind": event.kind, "rating": event.rating}
    await _tell(tx, event, event.about_id, event.author_id, facts, path=f"reviews/{event.review_id}", why="reviewed")


async def tell_answered(event: events.Answered, tx: Tx) -> None:
    """Tell the author that the other side has replied."""
    await _tell(tx, event, event.author_id, event.about_id, {"kind": event.kind}, path=f"reviews/{event.review_id}", why="reviewer")


async def tell_endorsed(event: events.Endorsed, tx: Tx) -> None:
    """Tell who is vouched for: once, however often somebody changes their mind."""
    called = await names(tx, [event.author_id])
    notice = Notice(
        account_id=event.about_id,
        type=event.name,
        about=Subject("skill", event.skill_id),
        facts={"other": called[event.author_id], "skill": (await skill(tx, event.skill_id)).name},
        path="profile/skills",
        actor_id=event.author_id,
        why="reviewed",
        key=f"{event.author_id} {event.skill_id}",
        data={"endorsementId": str(event.endorsement_id)},
    )
    await notify(tx, notice)


async def _tell(tx: Tx, event: events.ReviewFact, to: UUID, other: UUID, facts: dict[str, Fact], *, path: str, why: str) -> None:
    called = await names(tx, [other])
    notice = Notice(
        account_id=to,
        type=event.name,
        about=Subject("review", event.review_id),
        facts={"other": called[other], **facts},
        path=path,
        actor_id=other,
        why=why,
        key=str(event.review_id),
        data={"reviewId": str(event.review_id), f"{event.kind}Id": str(event.reviewed_id)},
    )
    await notify(tx, notice)


REACTIONS = (
    *hears(tell_written, events.Written),
    *hears(tell_revealed, events.Revealed),
    *hears(tell_answered, events.Answered),
    *hears(tell_endorsed, events.Endorsed),
)
