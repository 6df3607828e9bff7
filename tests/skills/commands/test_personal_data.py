"""Export and erasure."""

import msgspec

from skillhall.kernel.db.tx import Tx
from skillhall.skills.api import skill
from skillhall.skills.commands.personal_data import SkillData
from skillhall.skills.queries.members import member_skills
from tests.profiles.builders import a_person
from tests.skills.builders import CELLO, listed, published, tally


async def test_everything_is_handed_out_and_erased(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    await listed(tx, mira, CELLO, "learn", goal="Play Bach.")
    await listed(tx, taro, CELLO, "learn")
    lute = await published(tx, mira, "Lute")
    data = msgspec.to_builtins(await SkillData().export(tx, mira.account_id))
    assert [(entry["slug"], entry["goal"]) for entry in data["skills"]] == [("cello", "Play Bach.")]
    assert [entry["slug"] for entry in data["proposals"]] == ["lute"]
    for _ in range(2):
        assert await SkillData().erase(tx, mira.account_id, "Former member 1", 500)
    assert not (await member_skills(tx, mira.account_id, is_own=True)).learn
    assert await tally(tx) == (0, 1, 0)
    assert (await skill(tx, lute.id)).state == "under_review"
