"""One's own account: person, keys, blocks, export, closing, erasing."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from skillhall.identity.commands.block import block, unblock
from skillhall.identity.commands.close_account import close_account
from skillhall.identity.commands.edit_me import edit_me
from skillhall.identity.commands.export_data import export_data
from skillhall.identity.commands.keys import make_key, revoke_key
from skillhall.identity.commands.suspend import suspend
from skillhall.identity.model.account import pseudonym_of
from skillhall.identity.model.refusals import (
    AccountNotFound,
    ExportNotReady,
    KeyNotFound,
    LoginRequired,
    ObligationsOpen,
    OperatorsAreExempt,
    ScopeUnknown,
    SelfBlock,
    TooManyKeys,
    WrongToken,
)  # fmt: skip
from skillhall.identity.ports import Obligation, Obligations, PersonalData
from skillhall.identity.queries.own import blocks_page, export_document, keys_page, me
from skillhall.identity.queries.people import check_not_blocked, people
from skillhall.identity.schemas.bodies import EditMe, NewKey, Suspend
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import ListQuery
from tests.identity.builders import a_person, account, admitted, live_logins, signed_in, staff
from tests.support.hall import TestHall


async def test_editing_merges(hall: TestHall):
    by = await a_person(hall)
    view = await hall.run(edit_me, by, EditMe(first_name=" Mira ", last_name="Lind", timezone="Asia/Kolkata"))
    assert (view.display_name, view.first_name, view.timezone, view.locale) == ("Mira Lind", "Mira", "Asia/Kolkata", "en")
    view = await hall.run(edit_me, by, EditMe(abilities=["client", "host"]))
    assert (view.display_name, view.abilities, view.role) == ("Mira Lind", ["host", "client"], "client")
    with pytest.raises(Invalid):
        await hall.run(edit_me, by, EditMe(timezone="Nowhere/Land"))
    seen = await me(await hall.read(), by)
    assert (seen.profile_id, seen.active_profile, seen.timezone) == (by.profile_id, seen.profiles[0], "Asia/Kolkata")


async def test_a_key_acts_within_its_scopes_until_it_is_revoked(hall: TestHall):
    by = await a_person(hall)
    made = await hall.run(make_key, by, NewKey(name="screen", scopes=["learning:read", "calendar:write"]))
    assert made.key.startswith("sk_")
    assert made.key not in await hall.pool.fetchval("SELECT k::text FROM identity.api_key k")
    actor = await admitted(hall, made.key)
    assert (actor.account_id, actor.profile_id, actor.login_id) == (by.account_id, by.profile_id, None)
    assert actor.scopes == {"learning:read", "calendar:write"}
    assert actor.permissions == frozenset()
    page = await keys_page(await hall.read(), by, ListQuery())
    assert page.items[0].used_at is not None
    assert made.key.endswith(page.items[0].hint)
    with pytest.raises(LoginRequired):
        await hall.run(make_key, actor, NewKey(name="another", scopes=["learning:read"]))
    with pytest.raises(KeyNotFound):
        await hall.run(revoke_key, await a_person(hall), made.id)
    await admitted(hall, made.key)
    await hall.run(revoke_key, by, made.id)
    with pytest.raises(WrongToken):
        await admitted(hall, made.key)


async def test_a_key_carries_no_more_than_its_account(hall: TestHall):
    by, admin = await a_person(hall), await staff(hall, "admin")
    for scope in ("notice.send", "everything", "learning:delete", "Learning:read"):
        with pytest.raises(ScopeUnknown):
            await hall.run(make_key, by, NewKey(name="screen", scopes=[scope]))
    made = await hall.run(make_key, admin, NewKey(name="bulletin", scopes=["notice.send"]))
    assert (await admitted(hall, made.key)).permissions == {"notice.send"}
    await hall.pool.execute("UPDATE identity.account SET roles = '{}' WHERE id = $1", admin.account_id)
    assert (await admitted(hall, made.key)).permissions == frozenset()
    await hall.run(suspend, await staff(hall, "super_admin"), admin.account_id, Suspend(reason="spam"))
    with pytest.raises(WrongToken):
        await admitted(hall, made.key)


async def test_keys_expire_and_are_few(hall: TestHall):
    by = await a_person(hall)
    soon = (await hall.read()).wall + timedelta(hours=1)
    made = await hall.run(make_key, by, NewKey(name="screen", scopes=["learning:read"], expires_at=soon))
    await hall.pool.execute("UPDATE identity.api_key SET expires_at = now()")
    with pytest.raises(WrongToken):
        await admitted(hall, made.key)
    with pytest.raises(Invalid):
        await hall.run(make_key, by, NewKey(name="screen", scopes=["learning:read"], expires_at=soon - timedelta(hours=2)))
    for number in range(19):
        await hall.run(make_key, by, NewKey(name=f"key {number}", scopes=["learning:read"]))
    with pytest.raises(TooManyKeys):
        await hall.run(make_key, by, NewKey(name="one more", scopes=["learning:read"]))


async def test_blocking_works_both_ways_and_twice_is_once(hall: TestHall):
    one, other = await a_person(hall), await a_person(hall)
    with pytest.raises(SelfBlock):
        await hall.run(block, one, one.account_id)
    first, second = await hall.run(block, one, other.account_id), await hall.run(block, one, other.account_id)
    assert first == second
    for a, b in ((one, other), (other, one)):
        with pytest.raises(AccountNotFound):
            await check_not_blocked(await hall.read(), a.account_id, b.account_id)
    assert [view.id for view in (await blocks_page(await hall.read(), one, ListQuery())).items] == [other.account_id]
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.event WHERE type = 'identity.account_blocked'") == 1
    for _twice in range(2):
        await hall.run(unblock, one, other.account_id)
    await check_not_blocked(await hall.read(), one.account_id, other.account_id)
    with pytest.raises(AccountNotFound):
        await hall.run(block, one, UUID(int=7))


async def test_the_export_holds_what_every_context_stores_and_is_its_owners_alone(hall: TestHall):
    by, other = await a_person(hall), await a_person(hall)
    first, again = await hall.run(export_data, by), await hall.run(export_data, by)
    assert first == again
    assert first.job.status == "collecting"
    with pytest.raises(ExportNotReady):
        await export_document(await hall.read(), by, first.job.id)
    await hall.drain()
    assert (await hall.run(export_data, by)).job.status == "ready"
    document = msgspec.json.decode(await export_document(await hall.read(), by, first.job.id))
    assert document["identity"]["account"]["email"] == by.email
    assert {port.name for port in (await hall.read()).ports(PersonalData)} <= document.keys()
    assert "hash" not in msgspec.json.encode(document).decode()
    with pytest.raises(ExportNotReady):
        await export_document(await hall.read(), other, first.job.id)


class Owing:
    """A context in which this account owes something."""

    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id

    async def obligations(self, read: Read, account_id: UUID) -> list[Obligation]:
        return [Obligation(kind="learning.session", count=2, text="Two lessons are booked.")] if account_id == self.account_id else []


async def test_closing_is_refused_while_something_is_open(hall: TestHall):
    by, operator = await a_person(hall), await staff(hall, "super_admin")
    ports = hall.runner.house.ports
    kept = ports.get(Obligations, ())
    ports[Obligations] = (*kept, Owing(by.account_id))
    with pytest.raises(ObligationsOpen) as refused:
        await hall.run(close_account, by)
    assert refused.value.params["obligations"] == [{"kind": "learning.session", "count": 2, "text": "Two lessons are booked."}]
    ports[Obligations] = kept
    assert (await account(hall, by.account_id))["state"] == "active"
    assert await live_logins(hall, by.account_id) == 1
    with pytest.raises(OperatorsAreExempt):
        await hall.run(close_account, operator)


async def test_a_closing_account_returns_by_signing_in(hall: TestHall):
    person = await signed_in(hall)
    by = await admitted(hall, person.access_token)
    view = await hall.run(close_account, by)
    assert view.state == "closing"
    with pytest.raises(WrongToken):
        await admitted(hall, person.access_token)
    assert not await hall.pool.fetchval("SELECT is_visible FROM identity.public_account WHERE id = $1", by.account_id)
    await hall.advance(timedelta(days=29))
    assert (await signed_in(hall, by.email)).user.state == "active"
    await hall.advance(timedelta(days=5))
    assert (await account(hall, by.account_id))["state"] == "active"


class Forgetful:
    """A context that erases in three batches."""

    name = "forgetful"

    def __init__(self) -> None:
        self.left, self.pseudonyms = 3, set[str]()

    async def export(self, read: Read, account_id: UUID) -> dict[str, object]:
        return {}

    async def erase(self, tx: Tx, account_id: UUID, pseudonym: str, limit: int) -> bool:
        self.left = max(0, self.left - 1)
        self.pseudonyms.add(pseudonym)
        return self.left == 0


async def test_after_thirty_days_every_context_erases_in_batches(hall: TestHall):
    by, other = await a_person(hall), await a_person(hall)
    await hall.run(make_key, by, NewKey(name="screen", scopes=["learning:read"]))
    await hall.run(export_data, by)
    await hall.run(block, other, by.account_id)
    await hall.run(close_account, by)
    forgetful = Forgetful()
    hall.runner.house.ports[PersonalData] += (forgetful,)
    await hall.advance(timedelta(days=30, minutes=1))
    row = await account(hall, by.account_id)
    assert (row["state"], row["email"], row["display_name"]) == ("erased", None, pseudonym_of(by.account_id))
    assert row["erased_at"] is not None
    assert (forgetful.left, forgetful.pseudonyms) == (0, {pseudonym_of(by.account_id)})
    for table in ("login", "api_key", "export", "block", "outside_sign_in"):
        assert await hall.pool.fetchval(f"SELECT count(*) FROM identity.{table} WHERE account_id = $1", by.account_id) == 0, table
    assert await hall.pool.fetchval("SELECT count(*) FROM identity.code WHERE email = $1", by.email) == 0
    assert await hall.pool.fetchval("SELECT count(*) FROM kernel.event WHERE type = 'identity.account_erased'") == 1
    assert (await people(await hall.read(), [by.account_id]))[by.account_id].email is None
    again = await signed_in(hall, by.email)
    assert again.is_new_account
    assert again.user.id != by.account_id
    await hall.verify()
