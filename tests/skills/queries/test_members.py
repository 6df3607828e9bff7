"""Whose lists the caller sees."""

import pytest

from skillhall.identity.api import AccountNotFound
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.skills.queries.members import member_skills_of
from tests.profiles.builders import BLOCK, SUSPEND, a_person
from tests.skills.builders import CELLO, listed


async def test_goals_are_the_owners(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    await listed(tx, mira, CELLO, "learn", goal="Play Bach.")
    assert [one.goal for one in (await member_skills_of(tx, mira.account_id, mira)).learn] == ["Play Bach."]
    assert [(one.skill.id, one.goal) for one in (await member_skills_of(tx, mira.account_id, taro)).learn] == [(CELLO, None)]


async def test_who_is_not_seen(tx: Tx) -> None:
    mira, taro, uma = await a_person(tx), await a_person(tx, "Taro"), await a_person(tx, "Uma")
    await tx.run(SUSPEND, uma.account_id)
    await tx.run(BLOCK, mira.account_id, taro.account_id)
    for whose, by in ((mira, taro), (taro, mira), (uma, mira)):
        with pytest.raises(AccountNotFound):
            await member_skills_of(tx, whose.account_id, by)
    with pytest.raises(AccountNotFound):
        await member_skills_of(tx, ids.new(), mira)
    assert (await member_skills_of(tx, uma.account_id, uma)).teach == []
