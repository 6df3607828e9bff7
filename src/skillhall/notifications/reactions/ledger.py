"""What people are told of their credits."""

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.money import credits as credit
from skillhall.kernel.shapes import Subject
from skillhall.ledger import events
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.reactions.telling import hears, names


async def tell_gift(event: events.GiftGiven, tx: Tx) -> None:
    """Say who gave how much."""
    called = await names(tx, [event.from_account_id])
    notice = Notice(
        account_id=event.to_account_id,
        type=event.name,
        about=Subject("transfer", event.transfer_id),
        facts={"other": called[event.from_account_id], "price": credit(event.amount)},
        path="wallet",
        actor_id=event.from_account_id,
        why="addressee",
        data={"amount": event.amount},
    )
    await notify(tx, notice)


async def tell_adjustment(event: events.CreditsAdjusted, tx: Tx) -> None:
    """Say what staff has added or taken."""
    notice = Notice(
        account_id=event.account_id,
        type=event.name,
        about=Subject("transfer", event.transfer_id),
        facts={
            "change": "added" if event.amount > 0 else "taken", "price": credit(abs(event.amount)),
            "community": tx.house.config.community_name,
        },
        path="wallet",
        why="account",
        data={"amount": event.amount},
    )  # fmt: skip
    await notify(tx, notice)


REACTIONS = (*hears(tell_gift, events.GiftGiven), *hears(tell_adjustment, events.CreditsAdjusted))
