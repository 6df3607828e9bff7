"""A participant agrees to being recorded, or does not."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body
from skillhall.learning.queries.materials import RecordingConsentView, recording_consent
from skillhall.learning.store.materials import set_consent, was_present
from skillhall.learning.store.participation import lock_part


class RecordingConsent(Body, frozen=True, kw_only=True):
    """True agrees; false refuses, or withdraws what was agreed."""

    consent: bool


async def consent_to_recording(tx: Tx, by: Actor, session_id: UUID, command: RecordingConsent) -> RecordingConsentView:
    """Note it. Recordings are hidden at once when somebody withdraws, and when somebody takes a seat who has not agreed yet.

    Who was in the room keeps this right after giving up the seat.
    """
    asking = await lock_part(tx, session_id, by)
    if not await was_present(tx, session_id, by.account_id):
        asking.check_takes_part()
    await set_consent(tx, session_id, by.account_id, consents=command.consent)
    return await recording_consent(tx, by, session_id)
