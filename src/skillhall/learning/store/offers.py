"""Offers in the database."""

from datetime import datetime
from uuid import UUID

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row, Tx
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.refusals import OfferNotFound

OFFER = sql("""
SELECT id, host_id, profile_id, skill_id, title, description, duration_minutes, buffer_before_minutes, buffer_after_minutes,
       price, is_instant, notice_minutes, days_ahead, version, asset
FROM learning.offer WHERE id = $1 AND deleted_at IS NULL AND hidden_at IS NULL
""")
OWN_OFFER = sql("""
SELECT id, host_id, profile_id, skill_id, title, description, duration_minutes, buffer_before_minutes, buffer_after_minutes,
       price, is_instant, notice_minutes, days_ahead, version, asset
FROM learning.offer WHERE id = $1 AND deleted_at IS NULL
""")
MATCHING_OFFER = sql("""
SELECT id FROM learning.offer
WHERE (host_id = $1 OR profile_id = $1) AND skill_id = $2 AND duration_minutes = $3 AND deleted_at IS NULL AND hidden_at IS NULL
ORDER BY asset <> 'CREDIT', price, id LIMIT 1
""")
SKILL_VISIBLE = sql("SELECT is_visible FROM skills.public_skill WHERE id = $1")
PROFILE = sql("SELECT id FROM profiles.public_profile WHERE account_id = $1 AND is_visible AND (id = $2 OR ($2 IS NULL AND is_primary))")
INSERT_OFFER = sql("""
INSERT INTO learning.offer (id, host_id, profile_id, skill_id, title, description, duration_minutes, buffer_before_minutes,
    buffer_after_minutes, price, is_instant, notice_minutes, days_ahead, version, created_at, updated_at, asset)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16)
""")
UPDATE_OFFER = sql("""
UPDATE learning.offer SET skill_id = $3, title = $4, description = $5, duration_minutes = $6, buffer_before_minutes = $7,
    buffer_after_minutes = $8, price = $9, asset = $14, is_instant = $10, notice_minutes = $11, days_ahead = $12, version = version + 1,
    updated_at = $13
WHERE id = $1 AND version = $2 AND deleted_at IS NULL
""")
DELETE_OFFER = sql("UPDATE learning.offer SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL")
HIDE_OFFER = sql("UPDATE learning.offer SET hidden_at = $2 WHERE id = $1 AND hidden_at IS NULL AND deleted_at IS NULL")
SHOW_OFFER = sql("UPDATE learning.offer SET hidden_at = NULL WHERE id = $1 AND hidden_at IS NOT NULL")


async def offer(read: Read, offer_id: UUID) -> Offer:
    """Return an offer on sale, or refuse. Its price at this moment is what a booking copies; nothing is locked."""
    return _offer(await read.row(OFFER, offer_id))


async def own_offer(read: Read, offer_id: UUID) -> Offer:
    """Return an offer its host has not deleted, hidden by a moderator or not."""
    return _offer(await read.row(OWN_OFFER, offer_id))


async def find_matching(read: Read, host_id: UUID, skill_id: UUID, duration_minutes: int) -> UUID | None:
    """Return the cheapest offer of this host (an account, or one of its profiles), skill and duration; one in credits before others."""
    return await read.value(MATCHING_OFFER, host_id, skill_id, duration_minutes)


async def is_skill_visible(read: Read, skill_id: UUID) -> bool:
    """Return whether the catalogue shows this skill."""
    return await read.value(SKILL_VISIBLE, skill_id) is True


async def find_profile(read: Read, account_id: UUID, profile_id: UUID | None) -> UUID | None:
    """Return this profile when it is the account's; without one the account's primary."""
    return await read.value(PROFILE, account_id, profile_id)


async def insert_offer(tx: Tx, new: Offer) -> None:
    """Store a new offer."""
    await tx.run(
        INSERT_OFFER, new.id, new.host_id, new.profile_id, new.skill_id, new.title, new.description, new.duration_minutes,
        new.buffer_before_minutes, new.buffer_after_minutes, new.price, new.is_instant, new.notice_minutes, new.days_ahead, new.version,
        tx.now, new.asset,
    )  # fmt: skip


async def update_offer(tx: Tx, new: Offer) -> bool:
    """Store a changed offer unless somebody changed version `new.version` already."""
    count = await tx.run(
        UPDATE_OFFER, new.id, new.version, new.skill_id, new.title, new.description, new.duration_minutes, new.buffer_before_minutes,
        new.buffer_after_minutes, new.price, new.is_instant, new.notice_minutes, new.days_ahead, tx.now, new.asset,
    )  # fmt: skip
    return count == 1


async def delete_offer(tx: Tx, offer_id: UUID, at: datetime) -> bool:
    """Take the offer off sale for good; the row stays for the sessions that came of it."""
    return await tx.run(DELETE_OFFER, offer_id, at) == 1


async def hide_offer(tx: Tx, offer_id: UUID, at: datetime) -> bool:
    """Keep the offer from being seen and booked."""
    return await tx.run(HIDE_OFFER, offer_id, at) == 1


async def show_offer(tx: Tx, offer_id: UUID) -> bool:
    """Undo `hide_offer`."""
    return await tx.run(SHOW_OFFER, offer_id) == 1


def _offer(row: Row | None) -> Offer:
    if row is None:
        raise OfferNotFound
    return Offer(**row)
