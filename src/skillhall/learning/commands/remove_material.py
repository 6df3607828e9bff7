"""The host takes back what was handed out or recorded."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import detach
from skillhall.learning.model.materials import Kind, MaterialNotFound, RecordingNotFound
from skillhall.learning.store.materials import delete_material
from skillhall.learning.store.participation import lock_part


async def remove_material(tx: Tx, by: Actor, session_id: UUID, material_id: UUID) -> UUID:
    """Remove a material with its file."""
    if not await _remove(tx, by, session_id, material_id, Kind.MATERIAL):
        raise MaterialNotFound
    return material_id


async def remove_recording(tx: Tx, by: Actor, session_id: UUID, recording_id: UUID) -> UUID:
    """Remove a recording with its file, also while it is hidden."""
    if not await _remove(tx, by, session_id, recording_id, Kind.RECORDING):
        raise RecordingNotFound
    return recording_id


async def _remove(tx: Tx, by: Actor, session_id: UUID, material_id: UUID, kind: Kind) -> bool:
    (await lock_part(tx, session_id, by)).check_host()
    if not await delete_material(tx, material_id, session_id, kind):
        return False
    await detach(tx, kind.subject(material_id))
    return True
