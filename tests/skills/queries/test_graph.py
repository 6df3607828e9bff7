"""What a skill builds on."""

from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.skills.api import SkillNotFound
from skillhall.skills.commands.load_catalogue import shipped
from skillhall.skills.commands.retire_skill import retire_skill
from skillhall.skills.queries.graph import path, related, tree
from tests.skills.builders import CELLO, in_turn, published, staff


async def test_every_shipped_path_puts_prerequisites_first(tx: Tx) -> None:
    shipment = shipped()
    requires: dict[UUID, set[UUID]] = {row.id: set() for row in shipment.skills}
    for edge in shipment.edges:
        requires[edge.skill_id].add(edge.requires_id)

    def below(skill_id: UUID) -> set[UUID]:
        return {skill_id}.union(*(below(one) for one in requires[skill_id]))

    for row in shipment.skills:
        steps = (await path(tx, row.id)).steps
        done: set[UUID] = set()
        for step in steps:
            assert {one.skill_id for one in step.requires} == requires[step.skill.id] <= done
            done.add(step.skill.id)
        assert steps[-1].skill.id == row.id
        assert done == below(row.id)
        assert len(steps) == len(done)


async def test_a_diamond_holds_each_skill_once_at_its_longest_distance(tx: Tx) -> None:
    stella = await staff(tx)
    base = await published(tx, stella, "Base")
    left, right = await published(tx, stella, "Left", base.id), await published(tx, stella, "Right", base.id)
    far = await published(tx, stella, "Far", right.id)
    top = await published(tx, stella, "Top", left.id, far.id, base.id)
    view = await tree(tx, top.id)
    assert [(step.skill.slug, step.depth) for step in view.nodes] == [("base", 3), ("right", 2), ("far", 1), ("left", 1), ("top", 0)]
    assert (view.depth, view.skill.slug, view.leads_to) == (3, "top", [])
    assert {link.skill.slug for link in (await tree(tx, base.id)).leads_to} == {"left", "right", "top"}
    await retire_skill(in_turn(tx), stella, right.id)
    assert [step.skill.slug for step in (await path(tx, top.id)).steps] == ["base", "far", "left", "top"]


async def test_ten_levels_are_shown(tx: Tx) -> None:
    stella = await staff(tx)
    last = (await published(tx, stella, "Step 0")).id
    for number in range(1, 11):
        last = (await published(tx, stella, f"Step {number}", last)).id
    view = await tree(tx, last)
    assert (view.depth, [step.depth for step in view.nodes]) == (10, list(range(10, -1, -1)))


async def test_relations_are_seen_from_both_ends(tx: Tx) -> None:
    relation = shipped().relations[0]
    there = [one.skill.id for one in await related(tx, relation.skill_id)]
    back = {one.skill.id: (one.relationship_type, one.strength) for one in await related(tx, relation.related_id)}
    assert relation.related_id in there
    assert back[relation.skill_id] == (relation.kind, relation.strength)


async def test_what_is_not_published_has_no_path(tx: Tx) -> None:
    stella = await staff(tx)
    await retire_skill(in_turn(tx), stella, CELLO)
    for skill_id in (CELLO, ids.new()):
        for look in (path, tree):
            with pytest.raises(SkillNotFound):
                await look(tx, skill_id)
