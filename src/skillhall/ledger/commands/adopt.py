"""Adopt transfers that come in bulk, with their own times: an import, the demo community."""

from collections.abc import Sequence
from datetime import datetime

from skillhall.kernel.db.tx import Tx
from skillhall.ledger.model.transfer import Transfer
from skillhall.ledger.store import post_all


async def adopt(tx: Tx, postings: Sequence[tuple[datetime, Transfer]]) -> None:
    """Post transfers of the past, oldest first, through the very posting function. May be called again with later ones.

    A refusal must roll back the transaction. Freeze keys and reversals do not come in bulk.
    """
    if any(transfer.freeze_key or transfer.reverses for _, transfer in postings):
        raise ValueError("transfers of a case and reversals are posted one by one")
    if any(at > tx.now for at, _ in postings):
        raise ValueError("a transfer of the future")
    await post_all(tx, postings)
