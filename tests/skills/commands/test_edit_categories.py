"""Categories and parts of them."""

from typing import Any

import msgspec
import pytest

from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.skills.commands.change_skill import change_skill
from skillhall.skills.commands.edit_categories import add_category, change_category, delete_category
from skillhall.skills.model.category import ChangeCategory, NewCategory
from skillhall.skills.model.refusals import CategoryExists, CategoryInUse, CategoryNotFound
from skillhall.skills.model.skill import ChangeSkill
from skillhall.skills.model.views import CategoryView
from skillhall.skills.queries.catalogue import PlainQuery, SkillQuery, skills, skills_in
from skillhall.skills.queries.categories import categories
from tests.profiles.builders import in_turn
from tests.skills.builders import ANY, published, staff
from tests.support.hall import TestHall


async def added(tx: Tx, by: Actor, **fields: Any) -> CategoryView:
    return await add_category(in_turn(tx), by, msgspec.convert(fields, NewCategory))


async def test_a_part_of_a_category(tx: Tx) -> None:
    stella = await staff(tx)
    view = await added(tx, stella, name="Early Music", parent="music")
    assert (view.slug, view.parent, view.skills) == ("early-music", "music", 0)
    gamba = await published(tx, stella, "Gamba", subcategory="early-music")
    assert [one.id for one in (await skills_in(tx, "early-music", PlainQuery())).items] == [gamba.id]
    assert [one.id for one in (await skills(tx, SkillQuery(subcategory="early-music"), STRANGER)).items] == [gamba.id]
    (music,) = [one for one in (await categories(tx)).items if one.slug == "music"]
    assert {"early-music": 1}.items() <= {part.slug: part.skills for part in music.subcategories}.items()
    assert music.skills >= sum(part.skills for part in music.subcategories)
    moved = await change_skill(in_turn(tx), stella, gamba.id, ChangeSkill(category="crafts"), ANY)
    assert (moved.category, moved.subcategory) == ("crafts", None)
    with pytest.raises(Invalid) as refused:
        await change_skill(in_turn(tx), stella, gamba.id, ChangeSkill(subcategory="early-music"), ANY)
    assert [error.field for error in refused.value.details] == ["subcategory"]


async def test_renamed_and_deleted_when_empty(tx: Tx) -> None:
    stella = await staff(tx)
    await added(tx, stella, name="Law", slug="law")
    tx.audits.clear()
    view = await change_category(in_turn(tx), stella, "law", ChangeCategory(name="Law & Order"))
    assert (view.slug, view.name) == ("law", "Law & Order")
    await added(tx, stella, name="Civil Law", parent="law")
    for used in ("law", "music"):
        with pytest.raises(CategoryInUse):
            await delete_category(in_turn(tx), stella, used)
    for gone in ("civil-law", "law"):
        assert (await delete_category(in_turn(tx), stella, gone)).deleted
    with pytest.raises(CategoryNotFound):
        await delete_category(in_turn(tx), stella, "law")
    assert {entry.action for entry in tx.audits} == {"skills.change_category", "skills.add_category", "skills.delete_category"}


async def test_what_is_refused(tx: Tx) -> None:
    stella = await staff(tx)
    with pytest.raises(CategoryExists):
        await added(tx, stella, name="Music")
    for parent in ("nonsense", "voice"):
        with pytest.raises(Invalid):
            await added(tx, stella, name="Deeper", parent=parent)
    with pytest.raises(CategoryNotFound):
        await change_category(in_turn(tx), stella, "nonsense", ChangeCategory(name="X"))
    with pytest.raises(Invalid):
        await published(tx, stella, "Gamba", category="voice")


async def test_deleting_while_skills_come_in(hall: TestHall) -> None:
    stella = await hall.work(staff)
    await hall.run(add_category, stella, NewCategory(name="Law", slug="law"))
    answers = await hall.race(
        *(lambda number=number: hall.work(published_in_law, stella, number) for number in range(8)),
        *(lambda: hall.run(delete_category, stella, "law") for _ in range(8)),
    )
    assert {type(answer).__name__ for answer in answers} <= {"SkillView", "Invalid", "CategoryInUse", "CategoryNotFound", "Deleted"}
    await hall.verify()


async def published_in_law(tx: Tx, by: Actor, number: int) -> object:
    return await published(tx, by, f"Law {number}", category="law")
