"""Adopt connections and follows that come in bulk: an import, the demo community."""

from collections.abc import Sequence

from skillhall.connections.model.connection import Connection
from skillhall.connections.model.follow import Follow
from skillhall.connections.store import adopted, tallies
from skillhall.kernel.db.tx import Tx


async def adopt(tx: Tx, connections: Sequence[Connection], follows: Sequence[Follow]) -> None:
    """Write them as they are and count them; one connection for two profiles, one follow each way. Nothing is published."""
    await adopted.insert_all(tx, connections, follows)
    await tallies.lock_and_raise(tx, connections, follows)
