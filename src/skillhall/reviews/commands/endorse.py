"""Vouch for a skill of somebody one has learned or worked with, and take it back."""

from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.api import primary_cards
from skillhall.reviews import events
from skillhall.reviews.model.bodies import Endorse
from skillhall.reviews.model.endorsement import Endorsement
from skillhall.reviews.model.refusals import AlreadyEndorsed, EndorsementNotFound
from skillhall.reviews.queries.endorsements import EndorsementView, endorsement_view
from skillhall.reviews.queries.engagements import check_met
from skillhall.reviews.store import endorsements as store
from skillhall.skills.api import check_published


async def endorse(tx: Tx, by: Actor, account_id: UUID, command: Endorse) -> EndorsementView:
    """Endorse a skill of the catalogue; the very same again changes nothing."""
    await check_met(tx, by.account_id, account_id)
    await check_published(tx, command.skill_id)
    face = by.profile_id or (await primary_cards(tx, [by.account_id]))[by.account_id].id
    new = Endorsement(
        id=ids.new(), author_id=by.account_id, author_profile_id=face, about_id=account_id, skill_id=command.skill_id,
        message=command.message, created_at=tx.now,
    )  # fmt: skip
    if await store.insert(tx, new):
        tx.publish(events.Endorsed(endorsement_id=new.id, skill_id=new.skill_id, author_id=new.author_id, about_id=new.about_id))
        return await endorsement_view(tx, new.id)
    old = await store.find_same(tx, new)
    if old is None:
        raise EndorsementNotFound
    if old.message != new.message:
        raise AlreadyEndorsed(endorsement_id=str(old.id))
    return await endorsement_view(tx, old.id)


async def withdraw_endorsement(tx: Tx, by: Actor, endorsement_id: UUID) -> UUID:
    """Take an own endorsement back."""
    gone = await store.remove(tx, endorsement_id, by.account_id)
    if gone is None:
        raise EndorsementNotFound
    tx.publish(
        events.EndorsementWithdrawn(endorsement_id=gone.id, skill_id=gone.skill_id, author_id=gone.author_id, about_id=gone.about_id)
    )
    return endorsement_id
