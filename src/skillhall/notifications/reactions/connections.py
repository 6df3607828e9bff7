"""What people are told of who would like to know them. Those concerned are profiles, so they are named by these."""

from uuid import UUID

from skillhall.connections import events
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.reactions.telling import NOBODY, hears
from skillhall.profiles.api import cards


async def tell_addressee(event: events.Requested, tx: Tx) -> None:
    """Tell who is asked."""
    notice = Notice(
        account_id=event.addressee_account_id,
        type=event.name,
        about=Subject("connection", event.connection_id),
        facts={"other": await profile_name(tx, event.requester_id)},
        path="connections?status=pending",
        actor_id=event.requester_account_id,
        why="addressee",
        data={"profileId": str(event.requester_id)},
    )
    await notify(tx, notice)


async def tell_requester(event: events.Accepted, tx: Tx) -> None:
    """Tell who asked that the answer is yes."""
    notice = Notice(
        account_id=event.requester_account_id,
        type=event.name,
        about=Subject("connection", event.connection_id),
        facts={"other": await profile_name(tx, event.addressee_id)},
        path=f"profiles/{event.addressee_id}",
        actor_id=event.addressee_account_id,
        why="connection",
        data={"profileId": str(event.addressee_id)},
    )
    await notify(tx, notice)


async def tell_followed(event: events.Followed, tx: Tx) -> None:
    """Tell who is followed: once, however often somebody changes their mind."""
    notice = Notice(
        account_id=event.followed_account_id,
        type=event.name,
        about=Subject("profile", event.followed_id),
        facts={"other": await profile_name(tx, event.follower_id)},
        path=f"profiles/{event.follower_id}",
        actor_id=event.follower_account_id,
        why="addressee",
        key=f"{event.follower_id} {event.followed_id}",
        data={"profileId": str(event.follower_id)},
    )
    await notify(tx, notice)


async def profile_name(read: Read, profile_id: UUID) -> str:
    """Return what a profile is called."""
    found = await cards(read, [profile_id])
    return found[profile_id].display_name if profile_id in found else NOBODY


REACTIONS = (*hears(tell_addressee, events.Requested), *hears(tell_requester, events.Accepted), *hears(tell_followed, events.Followed))
