"""Vouching for entries of the catalogue and for members' skills."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import FileMissing, readable
from skillhall.kernel.refusals import Invalid
from skillhall.skills.commands.ask_verification import approve_verification, ask_verification, reject_verification
from skillhall.skills.commands.change_member_skill import change_member_skill
from skillhall.skills.commands.personal_data import SkillData
from skillhall.skills.commands.remove_member_skill import remove_member_skill
from skillhall.skills.commands.verify_skill import unverify_skill, verify_skill
from skillhall.skills.events import MemberSkillVerified, VerificationRejected
from skillhall.skills.model.member import ChangeMemberSkill
from skillhall.skills.model.refusals import (
    AlreadyVerified,
    MemberSkillNotFound,
    NotPublished,
    NotYourProposal,
    OwnVerification,
    VerificationDecided,
    VerificationNotFound,
    VerificationPending,
)
from skillhall.skills.model.verification import AskVerification, Decision, Rejection, VerificationView
from skillhall.skills.queries.catalogue import skill_view
from skillhall.skills.queries.members import member_skills
from skillhall.skills.queries.verifications import VerificationQuery, verifications
from tests.profiles.builders import a_file, a_person, in_turn
from tests.skills.builders import CELLO, listed, published, staff
from tests.support.hall import TestHall

NO = Rejection(reason="The certificate cannot be read.")
FILES = sql("SELECT count(*) FROM kernel.file WHERE account_id = $1")


async def asked(tx: Tx, by: Actor, member_skill_id: UUID, *files: UUID, **fields: Any) -> VerificationView:
    tx.actor = by
    command = AskVerification(**{"evidence": "certificate", "note": "Diploma, 2019.", "files": list(files), **fields})
    return await ask_verification(in_turn(tx), by, member_skill_id, command)


async def is_verified(tx: Tx, by: Actor) -> list[bool]:
    return [one.is_verified for one in (await member_skills(tx, by.account_id, is_own=False)).teach]


async def test_asked_for_and_confirmed(tx: Tx) -> None:
    mira, taro, stella = await a_person(tx), await a_person(tx, "Taro"), await staff(tx)
    skill = await listed(tx, mira)
    diploma = await a_file(tx, mira)
    request = await asked(tx, mira, skill.id, diploma)
    assert (request.status, request.level, request.member.display_name, len(request.files)) == ("pending", "advanced", "Mira Sommer", 1)
    assert (await readable(tx, stella, diploma))["id"] == diploma
    with pytest.raises(FileMissing):
        await readable(tx, taro, diploma)
    with pytest.raises(VerificationPending):
        await asked(tx, mira, skill.id)
    assert [one.id for one in (await verifications(tx, VerificationQuery(status="pending"))).items] == [request.id]
    tx.audits.clear()
    answer = await approve_verification(in_turn(tx), stella, request.id, Decision(reason="Genuine."))
    assert (answer.status, await is_verified(tx, mira)) == ("verified", [True])
    assert [event.account_id for event in tx.events if isinstance(event, MemberSkillVerified)] == [mira.account_id]
    assert [(entry.action, entry.reason) for entry in tx.audits] == [("skills.verified_member_skill", "Genuine.")]
    with pytest.raises(AlreadyVerified):
        await asked(tx, mira, skill.id)
    with pytest.raises(VerificationDecided):
        await reject_verification(in_turn(tx), stella, request.id, NO)
    kept = await change_member_skill(in_turn(tx), mira, skill.id, ChangeMemberSkill(years=9))
    assert kept.is_verified
    assert not (await change_member_skill(in_turn(tx), mira, skill.id, ChangeMemberSkill(level="expert"))).is_verified


async def test_rejected_with_a_reason(tx: Tx) -> None:
    mira, stella = await a_person(tx), await staff(tx)
    request = await asked(tx, mira, (await listed(tx, mira)).id)
    await reject_verification(in_turn(tx), stella, request.id, NO)
    (own,) = (await verifications(tx, VerificationQuery(), mira.account_id)).items
    assert (own.status, own.reason, await is_verified(tx, mira)) == ("rejected", NO.reason, [False])
    assert [event.verification_id for event in tx.events if isinstance(event, VerificationRejected)] == [request.id]
    assert (await asked(tx, mira, (await member_skills(tx, mira.account_id, is_own=True)).teach[0].id)).status == "pending"


async def test_another_level_or_no_skill_withdraws_the_request(tx: Tx) -> None:
    mira, stella = await a_person(tx), await staff(tx)
    skill = await listed(tx, mira)
    first = await asked(tx, mira, skill.id)
    await change_member_skill(in_turn(tx), mira, skill.id, ChangeMemberSkill(level="expert"))
    second = await asked(tx, mira, skill.id)
    await remove_member_skill(in_turn(tx), mira, skill.id)
    states = {one.id: one.status for one in (await verifications(tx, VerificationQuery(), mira.account_id)).items}
    assert states == {first.id: "withdrawn", second.id: "withdrawn"}
    with pytest.raises(VerificationDecided):
        await approve_verification(in_turn(tx), stella, second.id, Decision())


async def test_what_is_not_asked_and_not_decided(tx: Tx) -> None:
    mira, taro, stella = await a_person(tx), await a_person(tx, "Taro"), await staff(tx)
    skill = await listed(tx, mira)
    with pytest.raises(MemberSkillNotFound):
        await asked(tx, taro, skill.id)
    with pytest.raises(Invalid):
        await asked(tx, mira, skill.id, note=" ")
    with pytest.raises(FileMissing):
        async with tx.savepoint():
            await asked(tx, mira, skill.id, await a_file(tx, taro))
    request = await asked(tx, mira, skill.id)
    with pytest.raises(OwnVerification):
        await approve_verification(in_turn(tx), msgspec.structs.replace(mira, permissions=stella.permissions), request.id, Decision())
    with pytest.raises(VerificationNotFound):
        await approve_verification(in_turn(tx), stella, ids.new(), Decision())


async def test_erasure_takes_the_evidence(tx: Tx) -> None:
    mira = await a_person(tx)
    await asked(tx, mira, (await listed(tx, mira)).id, await a_file(tx, mira))
    data = msgspec.to_builtins(await SkillData().export(tx, mira.account_id))
    assert [one["note"] for one in data["verifications"]] == ["Diploma, 2019."]
    await SkillData().erase(tx, mira.account_id, "Former member 1", 500)
    assert await tx.value(FILES, mira.account_id) == 0
    assert (await SkillData().export(tx, mira.account_id))["verifications"] == []


async def test_entries_are_vouched_for_by_staff(tx: Tx) -> None:
    mira, stella = await a_person(tx), await staff(tx)
    before = await skill_view(tx, CELLO, mira)
    tx.audits.clear()
    await verify_skill(in_turn(tx), stella, CELLO, Decision(reason="Read."))
    view = await verify_skill(in_turn(tx), stella, CELLO, Decision(reason="Read again."))
    assert (view.is_verified, view.quality - before.quality) == (True, 15)
    assert [entry.action for entry in tx.audits] == ["skills.verify"]
    await unverify_skill(in_turn(tx), stella, CELLO)
    assert not (await skill_view(tx, CELLO, mira)).is_verified
    proposal = await published(tx, mira, "Lute")
    with pytest.raises(NotPublished):
        await verify_skill(in_turn(tx), stella, proposal.id, Decision())
    with pytest.raises(NotYourProposal):
        await verify_skill(in_turn(tx), mira, CELLO, Decision())


async def test_deciding_while_the_level_changes(hall: TestHall) -> None:
    mira, stella = await hall.work(a_person), await hall.work(staff)
    skill = await hall.work(listed, mira)
    request = await hall.run(ask_verification, mira, skill.id, AskVerification(evidence="project", note="See my work."))
    answers = await hall.race(
        *(lambda: hall.run(approve_verification, stella, request.id, Decision()) for _ in range(8)),
        *(lambda: hall.run(change_member_skill, mira, skill.id, ChangeMemberSkill(level="expert")) for _ in range(8)),
    )
    assert {type(answer).__name__ for answer in answers} <= {"VerificationView", "VerificationDecided", "MemberSkillView"}
    row = await hall.pool.fetchrow("SELECT level, verified_at FROM skills.member_skill WHERE id = $1", skill.id)
    assert row is not None
    assert tuple(row) == ("expert", None)
    await hall.verify()
