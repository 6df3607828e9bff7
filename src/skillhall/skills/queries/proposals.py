"""Proposals on screens: what waits for staff, and what became of one's own."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.shapes import ListQuery, Page, instant
from skillhall.profiles.api import primary_cards
from skillhall.skills.model.decision import OwnProposalView, ProposalView
from skillhall.skills.model.skill import State
from skillhall.skills.model.views import SkillCard
from skillhall.skills.queries import graph
from skillhall.skills.queries.catalogue import skill_cards, summary
from skillhall.skills.queries.ranked import showing

LIST = Listing(
    columns=sql("""s.id, s.slug, s.name, s.category_slug, s.subcategory_slug, s.difficulty, s.description, s.aliases, s.tags, s.state,
        s.verified_at, s.account_id, s.decision, s.merged_into, s.created_at, t.teachers, t.learners, t.workers, t.sessions,
        t.average_rating"""),
    source=sql("skills.skill s JOIN skills.tally t ON t.skill_id = s.id"),
    sorts={"createdAt": sql("s.created_at"), "name": sql("skills.plain(s.name)")},
    default_sort="createdAt",
    key=sql("s.id"),
    filters={"state": sql("s.state = {}"), "proposer": sql("s.account_id = {}"), "category": sql("s.category_slug = {}")},
)
SIMILAR = sql("""
SELECT p.id AS proposal_id, f.id, f.slug, f.name, f.category_slug, f.difficulty
FROM skills.skill p CROSS JOIN LATERAL (
    SELECT s.id, s.slug, s.name, s.category_slug, s.difficulty, public.word_similarity(skills.plain(p.name), s.names) AS closeness
    FROM skills.spelled_like(p.name) AS l (id) JOIN skills.skill s ON s.id = l.id
    ORDER BY closeness DESC, s.name, s.id LIMIT 3) f
WHERE p.id = ANY($1) ORDER BY p.id, f.closeness DESC, f.name, f.id
""")


class ProposalQuery(ListQuery, frozen=True, kw_only=True):
    """What waits, of one category or of all."""

    category: str | None = None


class OwnProposalQuery(ListQuery, frozen=True, kw_only=True):
    """One's own proposals of one state; without it all."""

    status: State | None = None


async def proposals(read: Read, query: ProposalQuery) -> Page[ProposalView]:
    """Return what is under review, the oldest first, with skills of similar names."""
    page = await LIST.page(read, query, decode=lambda row: row, where={"state": "under_review", "category": query.category})
    people = await primary_cards(read, [row["account_id"] for row in page.items if row["account_id"] is not None])
    similar: dict[UUID, list[SkillCard]] = {}
    for row in await read.rows(SIMILAR, [row["id"] for row in page.items]):
        similar.setdefault(row["proposal_id"], []).append(graph.card(row))
    items = [
        ProposalView(
            skill=summary(row),
            proposer=people.get(row["account_id"]),
            similar=similar.get(row["id"], []),
            proposed_at=instant(row["created_at"]),
        )
        for row in page.items
    ]
    return showing(page, items)


async def own_proposals(read: Read, query: OwnProposalQuery, by: Actor) -> Page[OwnProposalView]:
    """Return what the caller has proposed and what became of it."""
    page = await LIST.page(read, query, decode=lambda row: row, where={"state": query.status, "proposer": by.account_id})
    cards = await skill_cards(read, [row["merged_into"] for row in page.items if row["merged_into"] is not None])
    items = [_own(row, cards) for row in page.items]
    return showing(page, items)


def _own(row: Row, cards: dict[UUID, SkillCard]) -> OwnProposalView:
    return OwnProposalView(
        skill=summary(row),
        decision=row["decision"],
        merged_into=cards.get(row["merged_into"]),
        proposed_at=instant(row["created_at"]),
    )
