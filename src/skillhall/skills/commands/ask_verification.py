"""Asking staff to confirm a listed skill, and deciding about it."""

from uuid import UUID

from skillhall.identity.api import check_active
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import attach
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Subject
from skillhall.skills.commands.write_lists import find
from skillhall.skills.events import MemberSkillVerified, VerificationRejected
from skillhall.skills.model.refusals import AlreadyVerified, OwnVerification, VerificationDecided
from skillhall.skills.model.verification import FILES, SUBJECT, AskVerification, Decision, Rejection, Verification, VerificationView
from skillhall.skills.queries import verifications as queries
from skillhall.skills.store import members
from skillhall.skills.store import verifications as store


async def ask_verification(tx: Tx, by: Actor, member_skill_id: UUID, command: AskVerification) -> VerificationView:
    """Ask for the level the skill is listed with; one request waits at a time, and the files are bound to it."""
    if not command.files and not command.note.strip():
        raise Invalid(FieldError("files", "body", "missing", "Give files, or a note, or both."))
    skill = find(await members.lock_lists(tx, by.account_id), member_skill_id)
    if skill.verified_at is not None:
        raise AlreadyVerified
    new = Verification(
        id=ids.new(),
        account_id=by.account_id,
        skill_id=skill.skill_id,
        purpose=skill.purpose,
        level=skill.level,
        evidence=command.evidence,
        note=command.note.strip(),
        file_ids=list(dict.fromkeys(command.files)),
        state="pending",
        requested_at=tx.now,
    )
    await store.insert(tx, new)
    for file_id in new.file_ids:
        await attach(tx, file_id, Subject(SUBJECT, new.id), FILES)
    await check_active(tx, by.account_id)
    return await queries.verification_view(tx, new.id)


async def approve_verification(tx: Tx, by: Actor, verification_id: UUID, command: Decision) -> VerificationView:
    """Confirm the skill at the level that was asked for."""
    asked = await _decide(tx, by, verification_id, "verified", command.reason)
    own = await members.listed(tx, asked.account_id)
    for one in own:
        if (one.skill_id, one.purpose, one.level) == (asked.skill_id, asked.purpose, asked.level):
            await members.verify(tx, asked.account_id, one.id)
    tx.publish(MemberSkillVerified(account_id=asked.account_id, skill_id=asked.skill_id, verification_id=asked.id))
    return await queries.verification_view(tx, asked.id)


async def reject_verification(tx: Tx, by: Actor, verification_id: UUID, command: Rejection) -> VerificationView:
    """Say no, and why."""
    asked = await _decide(tx, by, verification_id, "rejected", command.reason)
    tx.publish(VerificationRejected(account_id=asked.account_id, skill_id=asked.skill_id, verification_id=asked.id))
    return await queries.verification_view(tx, asked.id)


async def _decide(tx: Tx, by: Actor, verification_id: UUID, state: str, reason: str | None) -> Verification:
    """Decide with the lists of the asker locked, so that the level is still the one that was asked for."""
    asked = await store.one(tx, verification_id)
    if asked.account_id == by.account_id:
        raise OwnVerification
    await members.lock_lists(tx, asked.account_id)
    asked = await store.one(tx, verification_id)
    if not await store.decide(tx, verification_id, state, reason, by.account_id):
        raise VerificationDecided(state=asked.state)
    subject = Subject(SUBJECT, verification_id)
    tx.audit(f"skills.{state}_member_skill", subject, after={"status": state, "level": asked.level}, reason=reason)
    return asked
