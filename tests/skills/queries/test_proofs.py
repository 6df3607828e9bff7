"""The proofs find what is wrong."""

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.skills.queries.proofs import CIRCLE, MISCOUNTED
from tests.profiles.builders import a_person
from tests.skills.builders import CELLO, THEORY, listed

LINK = sql(
    "INSERT INTO skills.prerequisite (skill_id, requires_id, strength, in_catalogue) VALUES ($1, $2, 1, false) ON CONFLICT DO NOTHING"
)
FORGE = sql("UPDATE skills.tally SET teachers = 7 WHERE skill_id = $1")
DROP = sql("DELETE FROM skills.tally WHERE skill_id = $1")


async def test_a_circle(tx: Tx) -> None:
    assert not await tx.rows(CIRCLE)
    await tx.run(LINK, CELLO, THEORY)
    await tx.run(LINK, THEORY, CELLO)
    assert {CELLO, THEORY} <= {row["skill_id"] for row in await tx.rows(CIRCLE)}


async def test_a_wrong_and_a_missing_count(tx: Tx) -> None:
    await listed(tx, await a_person(tx))
    assert not await tx.rows(MISCOUNTED)
    await tx.run(FORGE, CELLO)
    await tx.run(DROP, THEORY)
    assert {row["skill_id"] for row in await tx.rows(MISCOUNTED)} == {CELLO, THEORY}
