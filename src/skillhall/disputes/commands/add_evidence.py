"""One side brings something forward; about a chargeback also staff."""

from uuid import UUID

from skillhall.disputes import events
from skillhall.disputes.commands.record import record
from skillhall.disputes.model import verbs
from skillhall.disputes.model.bodies import Piece, check_piece
from skillhall.disputes.model.case import EVIDENCE, DisputeRules
from skillhall.disputes.model.facts import about_of
from skillhall.disputes.model.refusals import TooMuch
from skillhall.disputes.queries.papers import EvidenceView, one_evidence
from skillhall.disputes.store import papers
from skillhall.disputes.store.cases import lock_dispute
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import attach, readable
from skillhall.kernel.shapes import Subject

PAPERS = ("document", "image", "media")


async def add_evidence(tx: Tx, by: Actor, dispute_id: UUID, command: Piece) -> EvidenceView:
    """Add words, a file, or both; from the other side it is an answer."""
    check_piece(command)
    before = await lock_dispute(tx, dispute_id)
    before.check_may_prove(by)
    before.check_open()
    most = tx.setting(DisputeRules).evidence
    if await papers.count_evidence(tx, dispute_id, by.account_id) >= most:
        raise TooMuch(most=most, things="pieces of evidence")
    evidence_id = await keep(tx, by, dispute_id, command)
    await record(tx, before, verbs.answered(before, by, tx.now))
    tx.publish(events.EvidenceAdded(**about_of(before.case), by_id=by.account_id))
    return await one_evidence(tx, evidence_id)


async def keep(tx: Tx, by: Actor, dispute_id: UUID, piece: Piece) -> UUID:
    """Store a piece of evidence with its file."""
    evidence_id, file = ids.new(), None
    if piece.file_id:
        await attach(tx, piece.file_id, Subject(EVIDENCE, evidence_id), PAPERS)
        file = await readable(tx, by, piece.file_id)
    await papers.insert_evidence(tx, evidence_id, dispute_id, by.account_id, piece.text or "", file)
    return evidence_id
