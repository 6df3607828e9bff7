"""Members' skills that come in bulk."""

from datetime import UTC, datetime

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.skills.api import AdoptedSkill, adopt
from skillhall.skills.queries.members import member_skills
from skillhall.skills.queries.proofs import CHECKS
from tests.profiles.builders import a_person, in_turn
from tests.skills.builders import CELLO, tally

LONG_AGO = datetime(2024, 2, 29, 12, tzinfo=UTC)


def teaches(by: Actor) -> AdoptedSkill:
    return AdoptedSkill(
        id=ids.new(),
        account_id=by.account_id,
        profile_id=by.profile_id,
        skill_id=CELLO,
        purpose="teach",
        level="expert",
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )


async def test_they_are_written_and_counted(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    rows = [teaches(mira), teaches(taro)]
    await adopt(in_turn(tx), rows)
    assert await tally(tx, CELLO) == (2, 0, 0)
    assert [one.id for one in (await member_skills(tx, mira.account_id, is_own=True)).teach] == [rows[0].id]
    for check in CHECKS:
        assert not await tx.rows(check.violations)
