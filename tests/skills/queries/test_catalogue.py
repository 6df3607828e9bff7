"""Lists, categories, numbers, one skill."""

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Page
from skillhall.skills.api import SkillNotFound, skill, skill_cards, skill_id_of
from skillhall.skills.commands.load_catalogue import shipped
from skillhall.skills.model.refusals import CategoryNotFound
from skillhall.skills.model.views import SkillSummary
from skillhall.skills.queries.catalogue import (
    PlainQuery,
    SkillQuery,
    popular,
    skill_by_slug,
    skill_view,
    skills,
    skills_in,
    statistics,
)
from skillhall.skills.queries.categories import categories
from tests.profiles.builders import a_person
from tests.skills.builders import CELLO, THEORY, listed, published, staff


def slugs(page: Page[SkillSummary]) -> list[str]:
    return [item.slug for item in page.items]


async def test_filters(tx: Tx) -> None:
    rows = shipped().skills
    page = await skills(tx, SkillQuery(limit=100), STRANGER)
    assert page.total == len(rows)
    music = await skills(tx, SkillQuery(category="music", limit=100), STRANGER)
    assert set(slugs(music)) == {row.slug for row in rows if row.category_slug == "music"}
    assert slugs(music) == slugs(await skills_in(tx, "music", PlainQuery(limit=100)))
    easy = await skills(tx, SkillQuery(max_difficulty=2, limit=100), STRANGER)
    assert {item.difficulty for item in easy.items} == {1, 2}
    both = await skills(tx, SkillQuery(category="music", difficulty=5, min_difficulty=4, limit=100), STRANGER)
    assert set(slugs(both)) == {row.slug for row in rows if row.category_slug == "music" and row.difficulty == 5}
    assert (await skills(tx, SkillQuery(category="lutherie"), STRANGER)).total == 0
    assert slugs(await skills(tx, SkillQuery(search="javascrpt"), STRANGER)) == ["java", "javascript"]
    assert (await skills(tx, SkillQuery(search="javascrpt", category="music"), STRANGER)).total == 0
    with pytest.raises(CategoryNotFound):
        await skills_in(tx, "lutherie", PlainQuery())


async def test_the_rank_of_a_skill_among_those_people_learn(tx: Tx) -> None:
    learned = {"cello": 2, "piano": 1, "violin": 1, "python": 0}
    for slug, learners in learned.items():
        for number in range(learners):
            await listed(tx, await a_person(tx, f"{slug} {number}"), skill_id_of(slug), "learn")
    assert [(await skill_by_slug(tx, slug, STRANGER)).popularity_rank for slug in learned] == [1, 2, 2, None]


@pytest.mark.parametrize("sort", ["name", "-name", "difficulty", "-difficulty", "createdAt", "popularity", "-popularity"])
async def test_every_sort_walks_the_whole_list_once(tx: Tx, sort: str) -> None:
    query = SkillQuery(sort=sort, limit=100, cursor="")
    seen: list[str] = []
    while True:
        page = await skills(tx, query, STRANGER)
        seen += slugs(page)
        if page.next_cursor is None:
            break
        query = msgspec.structs.replace(query, cursor=page.next_cursor)
    assert len(seen) == len(set(seen)) == len(shipped().skills)


async def test_proposals_are_listed_for_their_proposer_and_staff(tx: Tx) -> None:
    mira, taro, stella = await a_person(tx), await a_person(tx, "Taro"), await staff(tx)
    await published(tx, mira, "Lute")
    query = SkillQuery(status="under_review")
    assert [slugs(await skills(tx, query, by)) for by in (mira, stella, taro, STRANGER)] == [["lute"], ["lute"], [], []]
    assert "lute" not in slugs(await skills(tx, SkillQuery(category="music", limit=100), mira))


async def test_popular_follows_the_learners(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    await listed(tx, mira, THEORY, "learn")
    await listed(tx, taro, THEORY, "learn")
    await listed(tx, mira, CELLO, "learn")
    page = await popular(tx, PlainQuery(limit=3))
    assert slugs(page)[:2] == ["music-theory", "cello"]
    assert [item.stats.total_learners for item in page.items] == [2, 1, 0]


async def test_numbers_add_up(tx: Tx) -> None:
    mira = await a_person(tx)
    await listed(tx, mira, THEORY, "learn")
    await listed(tx, mira, CELLO, "learn")
    shipment, view = shipped(), await statistics(tx)
    assert (view.total_skills, view.total_categories, view.total_prerequisites) == (
        len(shipment.skills), sum(kind.parent_slug is None for kind in shipment.categories), len(shipment.edges),
    )  # fmt: skip
    assert sum(one.skills for one in view.difficulties) == sum(one.skills for one in view.categories) == view.total_skills
    assert (view.total_teachers, view.total_learners) == (0, 1)
    whole = [one.slug for one in shipment.categories if one.parent_slug is None]
    assert [one.slug for one in (await categories(tx)).items] == whole


async def test_one_skill_by_id_slug_and_card(tx: Tx) -> None:
    view = await skill_view(tx, CELLO, STRANGER)
    assert (view.slug, view.category, view.category_name, view.status) == ("cello", "music", "Music", "active")
    assert await skill_by_slug(tx, "cello", STRANGER) == view
    assert (await skill(tx, "cello")).id == (await skill(tx, CELLO)).id == skill_id_of("cello")
    assert {key: card.slug for key, card in (await skill_cards(tx, [CELLO, THEORY, ids.new()])).items()} == {
        CELLO: "cello",
        THEORY: "music-theory",
    }
    with pytest.raises(SkillNotFound):
        await skill_view(tx, ids.new(), STRANGER)
    with pytest.raises(SkillNotFound):
        await skill_by_slug(tx, "lute", STRANGER)
