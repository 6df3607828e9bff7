"""Searching the catalogue."""

from typing import Annotated

import msgspec
from msgspec import Meta

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.skills.model.skill import Difficulty
from skillhall.skills.model.views import SkillSummary
from skillhall.skills.queries.catalogue import listed, summary
from skillhall.skills.queries.ranked import FARTHEST, offset_of, page_of

# Whole names first, then whole aliases, beginnings of names, of aliases; tags and descriptions last. $2, $3, $4 filter when given.
# A word that fits more skills than can be paged through is ranked among as many ($7), with those that have it as their name.
FOUND = sql("""
SELECT s.id, s.slug, s.name, s.category_slug, s.subcategory_slug, s.difficulty, s.description, s.aliases, s.tags, s.state, s.verified_at,
    t.teachers, t.learners, t.workers, t.sessions, t.average_rating, r.total
FROM (
    WITH q AS MATERIALIZED (SELECT skills.beginnings($1) AS words, skills.plain($1) AS plain, '|' || skills.plain($1) AS begun)
    SELECT f.id, f.name, k.learners, ts_rank(f.document, q.words) AS closeness, count(*) OVER () AS total, CASE
        WHEN starts_with(f.names, q.begun || '|') THEN 0
        WHEN strpos(split_part(f.names, '||', 1) || '|', q.begun || '|') > 0 THEN 1
        WHEN starts_with(f.names, q.begun) THEN 2
        WHEN strpos(split_part(f.names, '||', 1), q.begun) > 0 THEN 3
        ELSE 4 END AS tier
    FROM q CROSS JOIN LATERAL (
        SELECT id, name, names, document FROM skills.skill
        WHERE state = 'active' AND skills.plain(name) = q.plain AND document @@ q.words
            AND ($2::text IS NULL OR $2 IN (category_slug, subcategory_slug)) AND difficulty BETWEEN $3 AND $4
        UNION ALL (
        SELECT id, name, names, document FROM skills.skill
        WHERE state = 'active' AND NOT starts_with(names, q.begun || '|') AND document @@ q.words
            AND ($2::text IS NULL OR $2 IN (category_slug, subcategory_slug)) AND difficulty BETWEEN $3 AND $4
        LIMIT $7)
    ) f JOIN skills.tally k ON k.skill_id = f.id
    ORDER BY tier, closeness DESC, k.learners DESC, f.name, f.id
    LIMIT $5 OFFSET $6
) r JOIN skills.skill s ON s.id = r.id JOIN skills.tally t ON t.skill_id = s.id
ORDER BY r.tier, r.closeness DESC, r.learners DESC, r.name, r.id
""")
# When nothing begins like it: what is spelled like it.
SIMILAR = sql("""
SELECT s.id, s.slug, s.name, s.category_slug, s.subcategory_slug, s.difficulty, s.description, s.aliases, s.tags, s.state, s.verified_at,
    t.teachers, t.learners, t.workers, t.sessions, t.average_rating, count(*) OVER () AS total
FROM skills.spelled_like($1) AS f (id) JOIN skills.skill s ON s.id = f.id JOIN skills.tally t ON t.skill_id = s.id
WHERE ($2::text IS NULL OR $2 IN (s.category_slug, s.subcategory_slug)) AND s.difficulty BETWEEN $3 AND $4
ORDER BY public.word_similarity(skills.plain($1), s.names) DESC, t.learners DESC, s.name, s.id
LIMIT $5 OFFSET $6
""")


class FindQuery(ListQuery, frozen=True, kw_only=True):
    """What to look for, as `search` or `q`, best matches first. With `sort` it is the plain list, filtered.

    `category` is the slug of a category or of a part of one.
    """

    q: Annotated[str, Meta(max_length=200, examples=["python"])] | None = None
    category: str | None = None
    difficulty: Difficulty | None = None


async def search(read: Read, query: FindQuery) -> Page[SkillSummary]:
    """Return what matches best; when nothing does, what is spelled like it."""
    text = (query.search or query.q or "").strip()
    if not text:
        raise Invalid(FieldError("search", "query", "missing", "Say what to look for, in `search` or `q`."))
    if query.sort is not None:
        where: dict[str, object] = {"state": "active", "category": query.category, "difficulty": query.difficulty}
        return await listed(read, msgspec.structs.replace(query, search=text), where)
    offset = offset_of(query)
    hardness = (query.difficulty or 1, query.difficulty or 10)
    given = (text, query.category, *hardness)
    rows = await read.rows(FOUND, *given, query.limit, offset, FARTHEST + 1)
    first = rows or (await read.rows(FOUND, *given, 1, 0, FARTHEST + 1) if offset else rows)
    if not first:
        rows = first = await read.rows(SIMILAR, *given, query.limit, offset)
    return page_of([summary(row) for row in rows], query, first[0]["total"] if first else 0, FARTHEST)
