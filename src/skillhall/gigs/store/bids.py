"""Bids in the database. Every verb locks the project first, so that a bid never changes while its project does."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.gigs.model.bid import PLACED_AGAIN, Bid, BidState, sources
from skillhall.gigs.model.refusals import BidMoved, BidNotFound
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx, locks

BID = sql("""
SELECT id, project_id, account_id, profile_id, amount, hourly_rate, delivery_days, proposal, state, valid_until, created_at, decided_at
FROM gigs.bid WHERE id = $1
""")
BID_OF = sql("""
SELECT id, project_id, account_id, profile_id, amount, hourly_rate, delivery_days, proposal, state, valid_until, created_at, decided_at
FROM gigs.bid WHERE project_id = $1 AND account_id = $2
""")
LOCK_BID = sql("""
SELECT id, project_id, account_id, profile_id, amount, hourly_rate, delivery_days, proposal, state, valid_until, created_at, decided_at
FROM gigs.bid WHERE id = $1 FOR NO KEY UPDATE
""")
INSERT_BID = sql("""
INSERT INTO gigs.bid (id, project_id, account_id, profile_id, amount, hourly_rate, delivery_days, proposal, state, valid_until, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (project_id, account_id) DO NOTHING
""")
PLACE_AGAIN = sql("""
UPDATE gigs.bid SET profile_id = $2, amount = $3, hourly_rate = $4, delivery_days = $5, proposal = $6, state = 'pending', valid_until = $7,
    created_at = $8, decided_at = NULL
WHERE id = $1 AND state = ANY($9)
""")
MOVE_BID = sql("""
UPDATE gigs.bid SET state = $2, decided_at = CASE WHEN $2 IN ('accepted', 'rejected', 'withdrawn', 'expired') THEN $4::timestamptz END
WHERE id = $1 AND state = ANY($3)
RETURNING id, project_id, account_id, profile_id, amount, hourly_rate, delivery_days, proposal, state, valid_until, created_at, decided_at
""")
REJECT_OTHERS = sql("""
UPDATE gigs.bid SET state = 'rejected', decided_at = $3
WHERE project_id = $1 AND id <> $2 AND state IN ('pending', 'shortlisted', 'interviewing')
RETURNING id, project_id, account_id, profile_id, amount, hourly_rate, delivery_days, proposal, state, valid_until, created_at, decided_at
""")
REOPEN = sql("""
UPDATE gigs.bid SET state = 'pending', decided_at = NULL, valid_until = greatest(valid_until, $2)
WHERE project_id = $1 AND state IN ('accepted', 'rejected')
""")
STANDING = sql("SELECT 1 FROM gigs.bid WHERE project_id = $1 AND state IN ('pending', 'shortlisted', 'interviewing', 'accepted') LIMIT 1")


async def bid(read: Read, bid_id: UUID) -> Bid:
    """Return a bid as it is now, whoever asks, or refuse."""
    return bid_of(await read.row(BID, bid_id))


async def find_bid(read: Read, project_id: UUID, account_id: UUID) -> Bid | None:
    """Return this person's bid on this project, in whatever state."""
    row = await read.row(BID_OF, project_id, account_id)
    return None if row is None else bid_of(row)


@locks(30, 2)
async def lock_bid(tx: Tx, bid_id: UUID) -> Bid:
    """Lock a bid whose project is locked, or refuse."""
    return bid_of(await tx.row(LOCK_BID, bid_id))


async def move_bid(tx: Tx, bid_id: UUID, state: BidState) -> Bid:
    """Move a bid of a locked project along one of its arrows and return it."""
    row = await tx.row(MOVE_BID, bid_id, state, sources(state), tx.now)
    if row is None:
        raise BidMoved(status=(await bid(tx, bid_id)).state, verb=state)
    return bid_of(row)


async def reject_others(tx: Tx, project_id: UUID, accepted_id: UUID) -> list[Bid]:
    """Reject every standing bid of a locked project but the accepted one; return those."""
    return [bid_of(row) for row in await tx.rows(REJECT_OTHERS, project_id, accepted_id, tx.now)]


async def reopen_bids(tx: Tx, project_id: UUID) -> int:
    """Let the accepted and the rejected bids of a locked project stand again, when the agreement came to nothing; return how many."""
    return await tx.run(REOPEN, project_id, tx.now)


async def insert_bid(tx: Tx, new: Bid) -> bool:
    """Store a new bid; False when this person has one on the project."""
    count = await tx.run(
        INSERT_BID, new.id, new.project_id, new.account_id, new.profile_id, new.amount, new.hourly_rate, new.delivery_days, new.proposal,
        new.state, new.valid_until, new.created_at,
    )  # fmt: skip
    return count == 1


async def place_again(tx: Tx, new: Bid, before: Sequence[BidState] = PLACED_AGAIN) -> bool:
    """Store a bid anew under its old id; False when it is in none of the states `before`."""
    count = await tx.run(
        PLACE_AGAIN, new.id, new.profile_id, new.amount, new.hourly_rate, new.delivery_days, new.proposal, new.valid_until, new.created_at,
        list(before),
    )  # fmt: skip
    return count == 1


async def has_standing(read: Read, project_id: UUID) -> bool:
    """Return whether anybody's bid on the project stands."""
    return await read.value(STANDING, project_id) is not None


def bid_of(row: Row | None) -> Bid:
    """Return the bid of a row, or refuse."""
    if row is None:
        raise BidNotFound
    return msgspec.convert(dict(row), Bid)
