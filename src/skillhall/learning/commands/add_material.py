"""The host hands something out, or adds what was recorded."""

from collections.abc import Sequence
from uuid import UUID

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body
from skillhall.learning import events
from skillhall.learning.commands.attaching import attached
from skillhall.learning.model.materials import PAPERS, TAPES, Kind, Link, MaterialRules, Title, TooManyKept, check_one_source
from skillhall.learning.model.participation import BEGUN, HELD_OR_TO_BE, Part
from skillhall.learning.queries.materials import MaterialView, RecordingView, material, recording
from skillhall.learning.store import materials as store
from skillhall.learning.store.participation import lock_part, seated_learners


class AddMaterial(Body, frozen=True, kw_only=True):
    """Either `fileId`, an own upload (document, image, media), or `url`, an https address."""

    title: Title
    file_id: UUID | None = None
    url: Link | None = None


class AddRecording(Body, frozen=True, kw_only=True):
    """Either `fileId`, an own upload (media), or `url`, an https address. Without `title` it is called as the session is."""

    title: Title | None = None
    file_id: UUID | None = None
    url: Link | None = None


async def add_material(tx: Tx, by: Actor, session_id: UUID, command: AddMaterial) -> MaterialView:
    """Hand a file or a link out to everybody who has a seat, before the session, during and after it."""
    check_one_source(command.file_id, command.url)
    giving = await lock_part(tx, session_id, by)
    giving.check_host()
    giving.check_state("given materials", HELD_OR_TO_BE)
    most = tx.setting(MaterialRules).materials
    material_id = await _add(tx, by, giving, Kind.MATERIAL, command.title, command.file_id, command.url, PAPERS, most)
    told = await seated_learners(tx, session_id)
    tx.publish(events.MaterialAdded(session_id=session_id, host_id=by.account_id, learner_ids=told, material_id=material_id))
    return await material(tx, by, session_id, material_id)


async def add_recording(tx: Tx, by: Actor, session_id: UUID, command: AddRecording) -> RecordingView:
    """Add what was recorded; only while host and every learner consent, and once the session has begun."""
    check_one_source(command.file_id, command.url)
    giving = await lock_part(tx, session_id, by)
    giving.check_host()
    giving.check_state("given recordings", BEGUN)
    (await store.consents(tx, session_id)).check()
    most, title = tx.setting(MaterialRules).recordings, command.title or giving.title
    recording_id = await _add(tx, by, giving, Kind.RECORDING, title, command.file_id, command.url, TAPES, most)
    told = await seated_learners(tx, session_id)
    tx.publish(events.RecordingAdded(session_id=session_id, host_id=by.account_id, learner_ids=told, recording_id=recording_id))
    return await recording(tx, by, session_id, recording_id)


async def _add(
    tx: Tx, by: Actor, giving: Part, kind: Kind, title: str, file_id: UUID | None, url: str | None, purposes: Sequence[str], most: int
) -> UUID:
    if await store.count_materials(tx, giving.session_id, kind) >= most:
        raise TooManyKept(most=most, things=f"{kind}s")
    new_id = ids.new()
    source = await attached(tx, by, file_id, kind.subject(new_id), purposes) if file_id else url or ""
    await store.insert_material(tx, new_id, giving.session_id, by.account_id, kind, title, source)
    return new_id
