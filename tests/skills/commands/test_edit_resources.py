"""Learning resources of a skill."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.http.problem import PreconditionFailed
from skillhall.skills.api import SkillNotFound
from skillhall.skills.commands.edit_resources import add_resource, change_resource, delete_resource
from skillhall.skills.commands.personal_data import SkillData
from skillhall.skills.events import ResourceProposed
from skillhall.skills.model.refusals import NotYourResource, ResourceExists, ResourceNotFound, TooManyProposals
from skillhall.skills.model.resource import ChangeResource, NewResource, ResourceView
from skillhall.skills.model.skill import SkillRules
from skillhall.skills.queries.resources import ResourceQuery, resources
from tests.profiles.builders import a_person, in_turn, people
from tests.skills.builders import ANY, CELLO, THEORY, published, staff
from tests.support.hall import TestHall

BOOK = {"kind": "book", "title": "The Cello Companion", "url": "https://example.org/cello"}


def a_resource(**fields: Any) -> NewResource:
    return msgspec.convert({**BOOK, **fields}, NewResource)


async def added(tx: Tx, by: Actor, skill_id: UUID = CELLO, **fields: Any) -> ResourceView:
    return await add_resource(in_turn(tx), by, skill_id, a_resource(**fields))


async def changed(tx: Tx, by: Actor, resource_id: UUID, match: Match = ANY, **fields: Any) -> ResourceView:
    return await change_resource(in_turn(tx), by, CELLO, resource_id, msgspec.convert(fields, ChangeResource), match)


async def shown(tx: Tx, by: Actor = STRANGER, **filters: Any) -> list[UUID]:
    return [one.id for one in (await resources(tx, CELLO, ResourceQuery(**filters), by)).items]


async def test_a_member_proposes_staff_publishes(tx: Tx) -> None:
    mira, taro, stella = await a_person(tx), await a_person(tx, "Taro"), await staff(tx)
    mine = await added(tx, mira)
    assert [event.resource_id for event in tx.events if isinstance(event, ResourceProposed)] == [mine.id]
    assert (await shown(tx), await shown(tx, mira, status="proposed"), await shown(tx, taro, status="proposed")) == ([], [mine.id], [])
    assert (await changed(tx, mira, mine.id, title="A Companion")).title == "A Companion"
    with pytest.raises(NotYourResource):
        await changed(tx, mira, mine.id, status="active")
    with pytest.raises(ResourceNotFound):
        await changed(tx, taro, mine.id, title="Mine")
    tx.audits.clear()
    assert (await changed(tx, stella, mine.id, status="active", reason="Good.")).status == "active"
    assert [entry.action for entry in tx.audits] == ["skills.change_resource"]
    assert await shown(tx) == [mine.id]
    for refused in (changed(tx, mira, mine.id, title="Mine"), delete_resource(in_turn(tx), mira, CELLO, mine.id)):
        with pytest.raises(NotYourResource):
            await refused
    assert (await delete_resource(in_turn(tx), stella, CELLO, mine.id)).deleted
    assert await shown(tx) == []


async def test_staff_adds_at_once_and_an_address_is_there_once(tx: Tx) -> None:
    mira, stella = await a_person(tx), await staff(tx)
    first = await added(tx, stella)
    second = await added(tx, stella, url="https://example.org/other", kind="video")
    assert (await shown(tx), await shown(tx, kind="video")) == ([first.id, second.id], [second.id])
    for refused in (added(tx, mira), changed(tx, stella, second.id, url=BOOK["url"])):
        with pytest.raises(ResourceExists):
            async with tx.savepoint():
                await refused
    with pytest.raises(PreconditionFailed):
        await changed(tx, stella, second.id, Match('"old"'), title="New")
    with pytest.raises(ResourceNotFound):
        await change_resource(in_turn(tx), stella, THEORY, second.id, ChangeResource(title="New"), ANY)


async def test_where_and_how_many(tx: Tx) -> None:
    mira = await a_person(tx)
    for skill_id in (ids.new(), (await published(tx, mira, "Lute")).id):
        with pytest.raises(SkillNotFound):
            await added(tx, mira, skill_id)
    tx.house.settings[SkillRules] = SkillRules(open_proposals=1)
    await added(tx, mira)
    with pytest.raises(TooManyProposals):
        await added(tx, mira, url="https://example.org/other")


async def test_erasure_takes_what_nobody_has_published(tx: Tx) -> None:
    mira, stella = await a_person(tx), await staff(tx)
    kept = await added(tx, mira)
    await changed(tx, stella, kept.id, status="active")
    await added(tx, mira, url="https://example.org/other")
    assert len(msgspec.to_builtins(await SkillData().export(tx, mira.account_id))["resources"]) == 2
    await SkillData().erase(tx, mira.account_id, "Former member 1", 500)
    assert (await shown(tx), await shown(tx, stella, status="proposed")) == ([kept.id], [])


async def test_sixteen_propose_one_address(hall: TestHall) -> None:
    crowd = await people(hall, 16)
    answers = await hall.race(*(lambda by=by: hall.run(add_resource, by, CELLO, a_resource()) for by in crowd))
    assert sorted(type(answer).__name__ for answer in answers) == ["ResourceExists"] * 15 + ["ResourceView"]
