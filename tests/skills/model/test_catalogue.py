"""The shipped catalogue, and what no catalogue may hold."""

import pytest

from skillhall.skills.commands.load_catalogue import shipped
from skillhall.skills.model.catalogue import CatalogueError, Edition, edition
from skillhall.skills.model.skill import skill_id_of

CATEGORIES = "slug\tname\tdescription\nmusic\tMusic\tSounds.\n"
HEAD = "slug\tname\tdifficulty\taliases\ttags\trequires\tdescription\n"
RELATED = "skill\trelated\tkind\tstrength\n"


def a_line(slug: str, requires: str = "", name: str = "") -> str:
    return f"{slug}\t{name or slug.title()}\t3\tOne, Two\tstrings\t{requires}\tPlaying it.\n"


def an_edition(*lines: str, related: str = "", head: str = HEAD) -> Edition:
    return edition(CATEGORIES, {"music": head + "".join(lines)}, RELATED + related)


def depth(of: Edition) -> int:
    requires: dict[object, list[object]] = {}
    for edge in of.edges:
        requires.setdefault(edge.skill_id, []).append(edge.requires_id)

    def below(skill_id: object) -> int:
        return max((1 + below(one) for one in requires.get(skill_id, [])), default=0)

    return max(below(row.id) for row in of.skills)


def test_what_is_shipped_is_large_deep_and_sound() -> None:
    shipment = shipped()
    assert len(shipment.skills) >= 300
    assert len(shipment.categories) >= 12
    assert len(shipment.edges) >= 150
    assert depth(shipment) >= 4
    assert all(1 <= row.difficulty <= 10 for row in shipment.skills)
    assert len({row.name.casefold() for row in shipment.skills}) == len(shipment.skills)
    assert all(row.description and "|" not in row.name for row in shipment.skills)


def test_lines_become_rows() -> None:
    one = an_edition(a_line("cello"), a_line("gamba", "cello 7"), related="cello\tgamba\tsimilar\t4\n")
    (cello, _gamba) = one.skills
    assert (cello.slug, cello.aliases, cello.tags, cello.category_slug) == ("cello", ["One", "Two"], ["strings"], "music")
    (edge,) = one.edges
    assert (edge.skill_id, edge.requires_id, edge.strength) == (skill_id_of("gamba"), skill_id_of("cello"), 7)
    assert [(row.kind, row.strength) for row in one.relations] == [("similar", 4)]


def test_a_changed_text_is_another_edition() -> None:
    assert an_edition(a_line("cello")).digest == an_edition(a_line("cello")).digest
    assert an_edition(a_line("cello")).digest != an_edition(a_line("cello", name="'Cello")).digest


@pytest.mark.parametrize(
    ("lines", "related", "says"),
    [
        ((a_line("cello", "cello 1"),), "", "circle"),
        ((a_line("a", "b 1"), a_line("b", "c 1"), a_line("c", "a 1")), "", "circle"),
        ((a_line("cello", "lute 1"),), "", "lute"),
        ((a_line("cello"), a_line("cello")), "", "twice"),
        ((a_line("cello"), "gamba\tGamba\n"), "", "columns"),
        ((a_line("cello"),), "cello\tlute\tsimilar\t4\n", "lute"),
        ((a_line("cello"),), "cello\tcello\tsimilar\t4\n", "one skill"),
        ((a_line("a"), a_line("b")), "a\tb\tsimilar\t4\nb\ta\tsimilar\t4\n", "twice"),
    ],
)
def test_contradictions_are_named(lines: tuple[str, ...], related: str, says: str) -> None:
    with pytest.raises(CatalogueError, match=says):
        an_edition(*lines, related=related)


def test_heads_and_files_must_fit() -> None:
    with pytest.raises(CatalogueError, match="head line"):
        an_edition(a_line("cello"), head="slug\tname\n")
    with pytest.raises(CatalogueError, match="differ"):
        edition(CATEGORIES, {"music": HEAD, "dance": HEAD}, RELATED)
