"""Facts about a connection, said with both sides."""

from skillhall.connections import events
from skillhall.connections.model.connection import Connection
from skillhall.connections.model.follow import Follow
from skillhall.kernel.db.tx import Tx


def tell(tx: Tx, fact: type[events.ConnectionFact], connection: Connection) -> None:
    """Publish a fact about a connection."""
    tx.publish(
        fact(
            connection_id=connection.id,
            requester_id=connection.requester_id,
            requester_account_id=connection.requester_account_id,
            addressee_id=connection.addressee_id,
            addressee_account_id=connection.addressee_account_id,
        )
    )


def tell_follow(tx: Tx, fact: type[events.FollowFact], follow: Follow) -> None:
    """Publish a fact about a follow."""
    tx.publish(
        fact(
            follower_id=follow.follower_id,
            follower_account_id=follow.follower_account_id,
            followed_id=follow.followed_id,
            followed_account_id=follow.followed_account_id,
        )
    )
