"""Asking for verification, and what staff says."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from skillhall.identity.api import AccountNotActive
from skillhall.kernel import files, ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.files import FileInUse, FileMissing, WrongKind
from skillhall.kernel.refusals import Invalid
from skillhall.profiles.commands.change import change_profile
from skillhall.profiles.commands.delete import delete_profile
from skillhall.profiles.commands.verify import (
    approve_verification,
    ask_verification,
    forget_documents,
    reject_verification,
    withdraw_verification,
)
from skillhall.profiles.events import ProfileChanged, VerificationDecided, VerificationRequested
from skillhall.profiles.model.profile import ChangeProfile
from skillhall.profiles.model.refusals import (
    AlreadyVerified,
    NameChanged,
    NotYourProfile,
    OwnVerification,
    ProfileNotFound,
    VerificationClosed,
    VerificationNotFound,
    VerificationOpen,
)
from skillhall.profiles.model.verification import (
    ApproveProfile,
    AskProfileVerification,
    ProfileVerificationQuery,
    ProfileVerificationView,
    RejectProfile,
)
from skillhall.profiles.queries.proofs import CHECKS
from skillhall.profiles.queries.shown import profile_view
from skillhall.profiles.queries.verification import own_verification, requests, staff_view
from skillhall.profiles.store import verifications
from tests.profiles.builders import ANY, SUSPEND, a_file, a_person, another, in_turn, profiles_of
from tests.support.hall import TestHall

STAFF = Actor(account_id=ids.new(), permissions=frozenset({"account.read", "account.suspend"}))
MODERATOR = Actor(account_id=ids.new(), permissions=frozenset({"content.moderate", "report.decide"}))
STORED = sql("SELECT count(*) FROM kernel.file WHERE id = ANY($1)")
NO = RejectProfile(reason="The name cannot be read.")


async def asked(tx: Tx, by: Actor, profile_id: UUID | None = None, *documents: UUID, **fields: Any) -> ProfileVerificationView:
    """Ask with one new document unless some are given."""
    given = list(documents) or [await a_file(tx, by)]
    tx.actor = by
    profile_id = profile_id or by.profile_id
    assert profile_id is not None
    return await ask_verification(in_turn(tx), by, profile_id, AskProfileVerification(documents=given, **fields))


def as_staff(tx: Tx) -> Tx:
    tx.actor = STAFF
    return in_turn(tx)


async def test_approved(tx: Tx) -> None:
    mira = await a_person(tx)
    assert mira.profile_id is not None
    request = await asked(tx, mira, note="My passport.")
    assert (request.status, request.display_name, request.note) == ("pending", "Mira Sommer", "My passport.")
    assert await own_verification(tx, mira.profile_id, mira) == request
    listed = (await requests(tx, ProfileVerificationQuery(status="pending", search="mira som"))).items
    assert [(one.id, one.account_id, one.current_name) for one in listed] == [(request.id, mira.account_id, "Mira Sommer")]
    tx.audits.clear()
    tx.events.clear()
    decided = await approve_verification(as_staff(tx), STAFF, request.id, ApproveProfile())
    assert (decided.status, decided.is_verified, decided.decided_by) == ("approved", True, STAFF.account_id)
    assert [(entry.action, entry.subject.id) for entry in tx.audits] == [("profiles.verification_approved", request.id)]
    assert [type(event) for event in tx.events] == [ProfileChanged, VerificationDecided]
    seen = await profile_view(tx, mira.profile_id, mira)
    assert (seen.is_verified, seen.completion_percentage) == (True, 35)
    with pytest.raises(AlreadyVerified):
        await asked(tx, mira)


async def test_rejected_with_a_reason_and_asked_again(tx: Tx) -> None:
    mira = await a_person(tx)
    assert mira.profile_id is not None
    first = await asked(tx, mira)
    await reject_verification(as_staff(tx), STAFF, first.id, NO)
    mine = await own_verification(tx, mira.profile_id, mira)
    assert (mine.status, mine.reason) == ("rejected", NO.reason)
    assert not (await profile_view(tx, mira.profile_id, mira)).is_verified
    second = await asked(tx, mira)
    assert (await own_verification(tx, mira.profile_id, mira)).id == second.id
    for request_id, refusal in ((first.id, VerificationClosed), (ids.new(), VerificationNotFound)):
        with pytest.raises(refusal):
            await approve_verification(as_staff(tx), STAFF, request_id, ApproveProfile())
        with pytest.raises(refusal):
            await reject_verification(as_staff(tx), STAFF, request_id, NO)
    assert [one.id for one in (await requests(tx, ProfileVerificationQuery(search="mira"))).items] == [first.id, second.id]


async def test_withdrawn_with_its_files(tx: Tx) -> None:
    mira = await a_person(tx)
    assert mira.profile_id is not None
    document = await a_file(tx, mira)
    request = await asked(tx, mira, None, document)
    assert (await withdraw_verification(in_turn(tx), mira, mira.profile_id)).id == request.id
    assert await tx.value(STORED, [document]) == 0
    mine = await own_verification(tx, mira.profile_id, mira)
    assert (mine.status, mine.documents) == ("withdrawn", [])
    with pytest.raises(VerificationNotFound):
        await withdraw_verification(in_turn(tx), mira, mira.profile_id)
    with pytest.raises(VerificationClosed):
        await approve_verification(as_staff(tx), STAFF, request.id, ApproveProfile())


async def test_documents_are_read_by_their_owner_and_by_those_who_decide(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    document = await a_file(tx, mira)
    await asked(tx, mira, None, document)
    for reader in (mira, STAFF):
        assert (await files.readable(tx, reader, document))["id"] == document
    for reader in (taro, MODERATOR):
        with pytest.raises(FileMissing):
            await files.readable(tx, reader, document)


async def test_documents_are_forgotten_some_time_after_the_decision(tx: Tx) -> None:
    mira = await a_person(tx)
    document = await a_file(tx, mira)
    request = await asked(tx, mira, None, document)
    await reject_verification(as_staff(tx), STAFF, request.id, NO)
    assert not await tx.rows(verifications.DUE, tx.now + timedelta(days=29), 10)
    tx.now += timedelta(days=30, seconds=1)
    (due,) = await tx.rows(verifications.DUE, tx.now, 10)
    assert due["id"] == request.id
    for _ in range(2):
        await forget_documents(due["id"], tx)
    assert await tx.value(STORED, [document]) == 0
    assert (await staff_view(tx, request.id)).documents == []


async def test_another_name_ends_it(tx: Tx) -> None:
    mira = await a_person(tx)
    assert mira.profile_id is not None
    request = await asked(tx, mira)
    await change_profile(in_turn(tx), mira, mira.profile_id, ChangeProfile(display_name="Queen Mira"), ANY)
    with pytest.raises(NameChanged):
        async with tx.savepoint():
            await approve_verification(as_staff(tx), STAFF, request.id, ApproveProfile())
    await reject_verification(as_staff(tx), STAFF, request.id, NO)
    again = await asked(tx, mira)
    await approve_verification(as_staff(tx), STAFF, again.id, ApproveProfile())
    kept = await change_profile(in_turn(tx), mira, mira.profile_id, ChangeProfile(display_name=" queen  mira "), ANY)
    assert kept.is_verified
    lost = await change_profile(in_turn(tx), mira, mira.profile_id, ChangeProfile(display_name="King Mira"), ANY)
    assert not lost.is_verified


async def test_what_is_refused(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    assert mira.profile_id is not None
    with pytest.raises(VerificationNotFound):
        await own_verification(tx, mira.profile_id, mira)
    with pytest.raises(NotYourProfile):
        await asked(tx, taro, mira.profile_id)
    with pytest.raises(NotYourProfile):
        await own_verification(tx, mira.profile_id, taro)
    with pytest.raises(ProfileNotFound):
        await asked(tx, taro, ids.new())
    with pytest.raises(Invalid):
        await asked(tx, mira, None, *[ids.new() for _ in range(6)])
    theirs, avatar = await a_file(tx, taro), await a_file(tx, mira, "avatar")
    for document, refusal in ((theirs, FileMissing), (ids.new(), FileMissing), (avatar, WrongKind)):
        with pytest.raises(refusal):
            async with tx.savepoint():
                await asked(tx, mira, None, document)
    document = await a_file(tx, mira)
    await asked(tx, mira, None, document)
    with pytest.raises(VerificationOpen):
        await asked(tx, mira)
    second = await another(tx, mira)
    with pytest.raises(FileInUse):
        async with tx.savepoint():
            await asked(tx, mira, second.id, document)
    with pytest.raises(VerificationNotFound):
        await staff_view(tx, ids.new())


async def test_nobody_decides_about_oneself_and_no_suspended_account_is_verified(tx: Tx) -> None:
    mira = await a_person(tx)
    request = await asked(tx, mira)
    with pytest.raises(OwnVerification):
        await approve_verification(in_turn(tx), mira, request.id, ApproveProfile())
    await tx.run(SUSPEND, mira.account_id)
    with pytest.raises(AccountNotActive):
        async with tx.savepoint():
            await approve_verification(as_staff(tx), STAFF, request.id, ApproveProfile())
    with pytest.raises(VerificationOpen):
        async with tx.savepoint():
            await asked(tx, mira)
    assert not (await profiles_of(tx, mira))[0].is_verified


async def test_with_the_profile_its_request_goes(tx: Tx) -> None:
    mira = await a_person(tx)
    second = await another(tx, mira)
    document = await a_file(tx, mira)
    request = await asked(tx, mira, second.id, document)
    assert [event.verification_id for event in tx.events if isinstance(event, VerificationRequested)] == [request.id]
    await delete_profile(in_turn(tx), mira, second.id)
    assert await tx.value(STORED, [document]) == 0
    assert (await staff_view(tx, request.id)).status == "withdrawn"
    for check in CHECKS:
        assert not await tx.rows(check.violations)


async def test_sixteen_ask_at_once_and_one_is_heard(hall: TestHall) -> None:
    mira = await hall.work(a_person)

    async def own_file(tx: Tx, by: Actor) -> UUID:
        return await a_file(tx, by)

    documents = [await hall.run(own_file, mira) for _ in range(16)]
    answers = await hall.race(
        *(
            lambda document=document: hall.run(ask_verification, mira, mira.profile_id, AskProfileVerification(documents=[document]))
            for document in documents
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ProfileVerificationView", *["VerificationOpen"] * 15]
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.file WHERE state = 'attached'") == 1
    await hall.verify()


async def test_sixteen_decide_at_once_and_one_decides(hall: TestHall) -> None:
    mira = await hall.work(a_person)

    async def request(tx: Tx, by: Actor) -> ProfileVerificationView:
        return await asked(tx, by)

    made = await hall.run(request, mira)
    answers = await hall.race(
        *(lambda: hall.run(approve_verification, STAFF, made.id, ApproveProfile()) for _ in range(8)),
        *(lambda: hall.run(reject_verification, STAFF, made.id, NO) for _ in range(8)),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["StaffProfileVerificationView", *["VerificationClosed"] * 15]
    (won,) = [answer.status for answer in answers if not isinstance(answer, Exception)]
    assert await hall.pool.fetchval("SELECT is_verified FROM profiles.profile WHERE id = $1", mira.profile_id) == (won == "approved")
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.audit WHERE action LIKE 'profiles.verification%'") == 1
    await hall.verify()


async def test_the_time_to_forget_comes_by_itself(hall: TestHall) -> None:
    mira = await hall.work(a_person)

    async def request(tx: Tx, by: Actor) -> ProfileVerificationView:
        return await asked(tx, by)

    made = await hall.run(request, mira)
    await hall.run(reject_verification, STAFF, made.id, NO)
    await hall.advance(timedelta(days=29))
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.file") == 1
    await hall.advance(timedelta(days=2))
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.file") == 0
