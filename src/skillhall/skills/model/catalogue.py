"""The shipped catalogue as text: read, checked, made into rows. The texts are tab separated, one head line each."""

import hashlib
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.skills.model.skill import skill_id_of

CATEGORY = ("slug", "name", "description")
SKILL = ("slug", "name", "difficulty", "aliases", "tags", "requires", "description")
PART = ("slug", "category", "name", "skills", "description")
NO_PARTS = "\t".join(PART)
RELATED = ("skill", "related", "kind", "strength")


class CatalogueError(Exception):
    """The data contradict themselves; the text says where."""


class CategoryRow(Struct, frozen=True, kw_only=True):
    """A category, or a part of one."""

    slug: str
    name: str
    description: str
    position: int
    parent_slug: str | None = None


class SkillRow(Struct, frozen=True, kw_only=True):
    """A skill."""

    id: UUID
    slug: str
    name: str
    category_slug: str
    subcategory_slug: str | None = None
    difficulty: int
    description: str
    aliases: list[str]
    tags: list[str]


class EdgeRow(Struct, frozen=True, kw_only=True):
    """`skill_id` builds on `requires_id`."""

    skill_id: UUID
    requires_id: UUID
    strength: int


class RelationRow(Struct, frozen=True, kw_only=True):
    """Two skills beside each other."""

    skill_id: UUID
    related_id: UUID
    kind: str
    strength: int


class Edition(Struct, frozen=True, kw_only=True):
    """One state of the shipped data; `digest` tells editions apart."""

    digest: str
    categories: list[CategoryRow]
    skills: list[SkillRow]
    edges: list[EdgeRow]
    relations: list[RelationRow]


def edition(categories: str, skills: Mapping[str, str], related: str, parts: str = NO_PARTS) -> Edition:
    """Return the edition these texts make: skills by the slug of their category. Refuse unknown slugs, twins and cycles."""
    texts = [categories, parts, related, *(part for slug in sorted(skills) for part in (slug, skills[slug]))]
    kinds = [
        CategoryRow(slug=line["slug"], name=line["name"], description=line["description"], position=position)
        for position, line in enumerate(_lines("categories", categories, CATEGORY))
    ]
    if unknown := skills.keys() ^ {kind.slug for kind in kinds}:
        raise CatalogueError(f"Categories and files differ: {sorted(unknown)}")
    rows: dict[str, SkillRow] = {}
    needs: dict[str, dict[str, int]] = {}
    for category in sorted(skills):
        for line in _lines(category, skills[category], SKILL):
            slug = line["slug"]
            if slug in rows:
                raise CatalogueError(f"{category}: {slug} is there twice")
            rows[slug] = _skill(category, line)
            needs[slug] = {need: int(strength) for need, strength in (part.rsplit(" ", 1) for part in _list(line["requires"]))}
    _check(rows, needs)
    kinds += _parts(parts, kinds, rows)
    return Edition(
        digest=hashlib.sha256("\0".join(texts).encode()).hexdigest(),
        categories=kinds,
        skills=list(rows.values()),
        edges=[
            EdgeRow(skill_id=skill_id_of(slug), requires_id=skill_id_of(need), strength=strength)
            for slug, of in needs.items() for need, strength in of.items()
        ],
        relations=list(_relations(related, rows)),
    )  # fmt: skip


def _parts(text: str, kinds: list[CategoryRow], rows: dict[str, SkillRow]) -> list[CategoryRow]:
    """Return the parts of categories, and put the skills they name into them."""
    found: list[CategoryRow] = []
    for position, line in enumerate(_lines("subcategories", text, PART)):
        if line["category"] not in {kind.slug for kind in kinds} or line["slug"] in {kind.slug for kind in (*kinds, *found)}:
            raise CatalogueError(f"subcategories: {line['slug']} is there twice, or in no category")
        for slug in _list(line["skills"]):
            if slug not in rows or rows[slug].category_slug != line["category"] or rows[slug].subcategory_slug is not None:
                raise CatalogueError(f"subcategories: {slug} is no skill of {line['category']}, or in two parts of it")
            rows[slug] = msgspec.structs.replace(rows[slug], subcategory_slug=line["slug"])
        found.append(
            CategoryRow(
                slug=line["slug"], name=line["name"], description=line["description"], position=position, parent_slug=line["category"]
            )
        )
    return found


def _lines(name: str, text: str, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    head, *lines = text.splitlines()
    if tuple(head.split("\t")) != columns:
        raise CatalogueError(f"{name}: the head line must be {', '.join(columns)}")
    for number, line in enumerate(lines, start=2):
        values = line.split("\t")
        if len(values) != len(columns):
            raise CatalogueError(f"{name}:{number}: {len(values)} columns instead of {len(columns)}")
        yield dict(zip(columns, values, strict=True))


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _skill(category: str, line: dict[str, str]) -> SkillRow:
    return SkillRow(
        id=skill_id_of(line["slug"]),
        slug=line["slug"],
        name=line["name"],
        category_slug=category,
        difficulty=int(line["difficulty"]),
        description=line["description"],
        aliases=_list(line["aliases"]),
        tags=_list(line["tags"]),
    )


def _check(rows: Mapping[str, SkillRow], needs: Mapping[str, Mapping[str, int]]) -> None:
    for slug, of in needs.items():
        if unknown := of.keys() - rows.keys():
            raise CatalogueError(f"{slug} requires what is not there: {sorted(unknown)}")
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        raise CatalogueError(f"A circle of prerequisites: {' → '.join(error.args[1])}") from error


def _relations(text: str, rows: Mapping[str, SkillRow]) -> Iterator[RelationRow]:
    pairs: set[frozenset[str]] = set()
    for line in _lines("related", text, RELATED):
        pair = frozenset((line["skill"], line["related"]))
        if pair - rows.keys() or len(pair) != 2 or pair in pairs:  # noqa: PLR2004 - two different skills
            raise CatalogueError(f"related: {sorted(pair)} is unknown, one skill, or there twice")
        pairs.add(pair)
        yield RelationRow(
            skill_id=skill_id_of(line["skill"]), related_id=skill_id_of(line["related"]), kind=line["kind"], strength=int(line["strength"])
        )
