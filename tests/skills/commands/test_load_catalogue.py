"""Loading the shipped catalogue."""

import msgspec
import pytest

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.skills.api import load_catalogue, skill, skill_id_of
from skillhall.skills.commands.add_skill import add_skill
from skillhall.skills.commands.load_catalogue import shipped
from skillhall.skills.commands.retire_skill import retire_skill
from skillhall.skills.model.catalogue import CatalogueError, EdgeRow
from skillhall.skills.queries.proofs import CHECKS
from skillhall.skills.store import edition as store
from skillhall.skills.store.graph import lock_graph
from tests.profiles.builders import a_person, in_turn
from tests.skills.builders import CELLO, a_skill, listed, published, staff, tally
from tests.support.hall import TestHall

COUNTS = sql("""
SELECT (SELECT count(*) FROM skills.skill WHERE in_catalogue) AS skills, (SELECT count(*) FROM skills.category) AS categories,
    (SELECT count(*) FROM skills.prerequisite) AS edges, (SELECT count(*) FROM skills.relation) AS relations,
    (SELECT count(*) FROM skills.tally) AS tallies
""")
VERSIONS = sql("SELECT sum(version) FROM skills.skill")
FORGET = sql("DELETE FROM skills.edition")


async def test_everything_shipped_is_there(tx: Tx) -> None:
    shipment = shipped()
    row = await tx.row(COUNTS)
    assert row is not None
    expected = (len(shipment.skills), len(shipment.categories), len(shipment.edges), len(shipment.relations), len(shipment.skills))
    assert tuple(row) == expected
    for check in CHECKS:
        assert not await tx.rows(check.violations)


async def test_loading_again_changes_nothing(tx: Tx) -> None:
    before = await tx.value(VERSIONS)
    await load_catalogue(tx)
    await tx.run(FORGET)
    await load_catalogue(in_turn(tx))
    assert await tx.value(VERSIONS) == before


async def test_a_new_edition_changes_what_differs_and_keeps_what_people_did(tx: Tx) -> None:
    mira, stella = await a_person(tx), await staff(tx)
    await listed(tx, mira)
    await retire_skill(in_turn(tx), stella, skill_id_of("violin"))
    proposed = await published(tx, mira, "Lute")
    old = shipped()
    linked = {one for edge in old.edges for one in (edge.skill_id, edge.requires_id)}
    gone = next(row for row in old.skills if row.id not in linked)
    rows = [msgspec.structs.replace(row, name="Violoncello") if row.id == CELLO else row for row in old.skills if row is not gone]
    rows.append(msgspec.structs.replace(gone, id=proposed.id, slug="lute", name="Lute"))
    relations = [row for row in old.relations if gone.id not in (row.skill_id, row.related_id)]
    await lock_graph(in_turn(tx))
    await store.load(tx, msgspec.structs.replace(old, digest="new", skills=rows, relations=relations))
    assert (await skill(tx, CELLO)).name == "Violoncello"
    assert (await skill(tx, "violin")).state == "deprecated"
    assert (await skill(tx, "lute")).state == "active"
    assert (await skill(tx, gone.id)).state == "deprecated"
    assert await tally(tx) == (1, 0, 0)
    assert await store.loaded_digest(tx) == "new"


async def test_an_edition_that_closes_a_circle_with_what_staff_has_set_is_refused(tx: Tx) -> None:
    stella = await staff(tx)
    gamba = await add_skill(in_turn(tx), stella, a_skill("Gamba Consort", CELLO))
    old = shipped()
    await lock_graph(in_turn(tx))
    circle = EdgeRow(skill_id=CELLO, requires_id=gamba.id, strength=5)
    with pytest.raises(CatalogueError):
        async with tx.savepoint():
            await store.load(tx, msgspec.structs.replace(old, digest="new", edges=[*old.edges, circle]))
    assert await store.loaded_digest(tx) == old.digest


async def test_several_processes_start_at_once(hall: TestHall) -> None:
    before = await hall.pool.fetchval("SELECT sum(version) FROM skills.skill")
    await hall.pool.execute("DELETE FROM skills.edition")
    assert await hall.race(*(lambda: hall.work(load_catalogue) for _ in range(8))) == [None] * 8
    assert await hall.pool.fetchval("SELECT sum(version) FROM skills.skill") == before
    assert await hall.pool.fetchval("SELECT count(*) FROM skills.edition") == 1
    await hall.verify()
