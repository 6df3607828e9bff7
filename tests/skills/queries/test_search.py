"""Searching the catalogue."""

import pytest

from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.skills.queries.search import FindQuery, search


async def found(tx: Tx, text: str, **filters: object) -> list[str]:
    return [item.slug for item in (await search(tx, FindQuery(q=text, **filters))).items]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("python", "python"),
        ("PYTHON", "python"),
        ("pyth", "python"),
        ("js", "javascript"),
        ("postgres", "postgresql"),
        ("espanol", "spanish"),
        ("Español", "spanish"),
        ("music theory", "music-theory"),
        ("theory music", "music-theory"),
        ("pyhton", "python"),
        ("javascrpt", "javascript"),
    ],
)
async def test_names_aliases_beginnings_and_misspellings(tx: Tx, text: str, first: str) -> None:
    assert (await found(tx, text))[0] == first


async def test_a_whole_name_comes_before_what_begins_like_it(tx: Tx) -> None:
    slugs = await found(tx, "java")
    assert slugs.index("java") < slugs.index("javascript")


async def test_filters(tx: Tx) -> None:
    everything = (await search(tx, FindQuery(q="design", limit=100))).items
    assert {item.category for item in everything} > {"design"}
    assert {item.category for item in (await search(tx, FindQuery(q="design", category="design", limit=100))).items} == {"design"}
    hard = everything[0].difficulty
    assert {item.difficulty for item in (await search(tx, FindQuery(q="design", difficulty=hard))).items} == {hard}


@pytest.mark.parametrize(
    "text", ["(((", "' | & !", ":*", "\\", "%", "_", "|", "||", "a:b*c", "<->", "'; DROP TABLE skills.skill; --", "😀", "ß", "++"]
)
async def test_odd_texts_find_what_they_find(tx: Tx, text: str) -> None:
    page = await search(tx, FindQuery(search=text))
    assert len(page.items) == min(page.total or 0, 20)


async def test_nothing_to_look_for_is_refused(tx: Tx) -> None:
    for query in (FindQuery(), FindQuery(q="  "), FindQuery(search="")):
        with pytest.raises(Invalid):
            await search(tx, query)


async def test_pages_cursor_and_sort(tx: Tx) -> None:
    whole = await found(tx, "a", limit=100)
    assert len(whole) > 7
    numbered = [slug for page in range(1, 5) for slug in await found(tx, "a", limit=25, page=page)]
    assert numbered == whole
    cursor: str | None = ""
    walked: list[str] = []
    while cursor is not None and len(walked) < 100:
        page = await search(tx, FindQuery(q="a", limit=25, cursor=cursor))
        walked += [item.slug for item in page.items]
        cursor = page.next_cursor
    assert walked[:100] == whole
    assert (await search(tx, FindQuery(q="python", page=50))).total == (await search(tx, FindQuery(q="python"))).total
    with pytest.raises(Invalid):
        await search(tx, FindQuery(q="a", cursor="?"))
    by_difficulty = (await search(tx, FindQuery(q="python", sort="-difficulty"))).items
    assert [item.difficulty for item in by_difficulty] == sorted((item.difficulty for item in by_difficulty), reverse=True)
