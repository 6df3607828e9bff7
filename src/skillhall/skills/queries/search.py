"""Searching the catalogue."""

import base64
import binascii
from typing import Annotated

import msgspec
from msgspec import Meta

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import ListQuery, Page
from skillhall.skills.model.skill import Difficulty, SkillSummary
from skillhall.skills.queries.catalogue import LIST, summary

# Whole names first, then whole aliases, beginnings of names, of aliases; tags and descriptions last. $2, $3, $4 filter when given.
FOUND = sql("""
SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, s.description, s.aliases, s.tags, s.state, t.teachers, t.learners,
    t.workers, t.average_rating, count(*) OVER () AS total
FROM (SELECT skills.beginnings($1) AS words, '|' || skills.plain($1) AS begun OFFSET 0) q
    JOIN skills.skill s ON s.document @@ q.words JOIN skills.tally t ON t.skill_id = s.id
WHERE s.state = 'active' AND ($2::text IS NULL OR s.category_slug = $2) AND s.difficulty BETWEEN $3 AND $4
ORDER BY CASE
        WHEN starts_with(s.names, q.begun || '|') THEN 0
        WHEN strpos(split_part(s.names, '||', 1) || '|', q.begun || '|') > 0 THEN 1
        WHEN starts_with(s.names, q.begun) THEN 2
        WHEN strpos(split_part(s.names, '||', 1), q.begun) > 0 THEN 3
        ELSE 4 END,
    ts_rank(s.document, q.words) DESC, t.learners DESC, s.name, s.id
LIMIT $5 OFFSET $6
""")
# When nothing begins like it: what is spelled like it.
SIMILAR = sql("""
SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, s.description, s.aliases, s.tags, s.state, t.teachers, t.learners,
    t.workers, t.average_rating, count(*) OVER () AS total
FROM (SELECT skills.plain($1) AS text OFFSET 0) q CROSS JOIN skills.skill s JOIN skills.tally t ON t.skill_id = s.id
WHERE s.state = 'active' AND public.word_similarity(q.text, s.names) >= 0.4
    AND ($2::text IS NULL OR s.category_slug = $2) AND s.difficulty BETWEEN $3 AND $4
ORDER BY public.word_similarity(q.text, s.names) DESC, t.learners DESC, s.name, s.id
LIMIT $5 OFFSET $6
""")


class FindQuery(ListQuery, frozen=True, kw_only=True):
    """What to look for, as `search` or `q`, best matches first. With `sort` it is the plain list, filtered."""

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
        return await LIST.page(read, msgspec.structs.replace(query, search=text), decode=summary, where=where)
    offset = _offset(query)
    hardness = (query.difficulty or 1, query.difficulty or 10)
    given = (text, query.category, *hardness)
    rows = await read.rows(FOUND, *given, query.limit, offset)
    first = rows or (await read.rows(FOUND, *given, 1, 0) if offset else rows)
    if not first:
        rows = first = await read.rows(SIMILAR, *given, query.limit, offset)
    total: int = first[0]["total"] if first else 0
    end = offset + len(rows)
    return Page(
        items=[summary(row) for row in rows],
        page=query.page,
        limit=query.limit,
        total=None if query.cursor is not None else total,
        is_capped=False,
        has_next=end < total,
        next_cursor=base64.urlsafe_b64encode(str(end).encode()).decode() if end < total else None,
    )


def _offset(query: FindQuery) -> int:
    """Return how many to skip; the best matches have no sort key, so that the cursor is a number."""
    if not query.cursor:
        return (query.page - 1) * query.limit
    try:
        return min(int(base64.urlsafe_b64decode(query.cursor)), 10_000)
    except (ValueError, binascii.Error) as error:
        raise Invalid(FieldError("cursor", "query", "invalid", "This is not a cursor of this list.")) from error
