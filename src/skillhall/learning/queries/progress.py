"""How far somebody has come in what they learn: lessons attended, time spent, levels and goals reached."""

from uuid import UUID

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import Money
from skillhall.kernel.shapes import Instant, View, maybe_instant
from skillhall.learning.queries.sums import sums
from skillhall.learning.queries.views import SkillCard
from skillhall.profiles.api import PersonCard

# Skills one has listed to learn, and those one has had or booked a lesson in.
LEARNED = sql("""
WITH had AS (
    SELECT s.skill_id, count(*) FILTER (WHERE e.state = 'attended') AS lessons,
        count(DISTINCT s.host_id) FILTER (WHERE e.state = 'attended') AS hosts,
        max(s.starts_at) FILTER (WHERE e.state = 'attended') AS last_at,
        min(s.starts_at) FILTER (WHERE e.state IN ('requested', 'confirmed') AND s.starts_at > $2) AS next_at,
        coalesce(sum((
            SELECT sum(greatest(extract(epoch FROM least(coalesce(a.left_at, $2), s.ends_at) - greatest(a.entered_at, s.starts_at)), 0))
            FROM learning.attendance a WHERE a.session_id = s.id AND a.account_id = $1)), 0)::int8 AS seconds
    FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
    WHERE e.account_id = $1 AND e.state IN ('requested', 'confirmed', 'joined', 'attended', 'no_show')
    GROUP BY s.skill_id
), listed AS (
    SELECT skill_id, level, target_level, goal, goal_due, reached_at
    FROM skills.public_member_skill WHERE account_id = $1 AND intent = 'learn'
)
SELECT k.id, k.slug, k.name, coalesce(h.lessons, 0) AS lessons, coalesce(h.hosts, 0) AS hosts, h.last_at, h.next_at,
    coalesce(h.seconds, 0) AS seconds,
    m.level, m.target_level, m.goal, m.goal_due, m.reached_at
FROM had h FULL JOIN listed m ON m.skill_id = h.skill_id JOIN skills.public_skill k ON k.id = coalesce(h.skill_id, m.skill_id)
ORDER BY h.last_at DESC NULLS LAST, k.name, k.id
""")
# The latest five of each skill.
HOSTS = sql("""
SELECT skill_id, id, display_name, username, avatar_url, rating FROM (
    SELECT s.skill_id, p.id, p.display_name, p.username, p.avatar_url, p.rating, max(s.starts_at) AS last_at,
        row_number() OVER (PARTITION BY s.skill_id ORDER BY max(s.starts_at) DESC, p.id) AS place
    FROM learning.seat e JOIN learning.session s ON s.id = e.session_id JOIN profiles.public_profile p ON p.id = s.host_profile_id
    WHERE e.account_id = $1 AND e.state = 'attended'
    GROUP BY s.skill_id, p.id, p.display_name, p.username, p.avatar_url, p.rating) latest
WHERE place <= 5 ORDER BY last_at DESC
""")
TOTAL_HOSTS = sql("""
SELECT count(DISTINCT s.host_id) FROM learning.seat e JOIN learning.session s ON s.id = e.session_id
WHERE e.account_id = $1 AND e.state = 'attended'
""")
SPENT = sql("""
SELECT asset, sum(gross + past_gross)::int8 AS amount FROM learning.seat
WHERE account_id = $1 AND state IN ('requested', 'confirmed', 'joined', 'attended', 'no_show') GROUP BY asset
""")


class SkillProgressView(View, frozen=True, kw_only=True):
    """One skill. `hosts` are the latest five of `hostCount`; level, target and goal are those of one's list of skills, if it is there.

    Without a goal `isGoalReached` is null.
    """

    skill: SkillCard
    lessons_attended: int
    minutes_present: int
    last_lesson_at: Instant | None
    next_lesson_at: Instant | None
    host_count: int
    hosts: list[PersonCard]
    current_level: str | None
    target_level: str | None
    goal: str | None
    goal_due_on: str | None
    is_goal_reached: bool | None
    goal_reached_at: Instant | None


class ProgressTotals(View, frozen=True, kw_only=True):
    """All skills together. `skills` counts those with a lesson attended; `creditsSpent`, and `moneySpent` by currency, went to hosts."""

    lessons_attended: int
    minutes_present: int
    skills: int
    hosts: int
    goals: int
    goals_reached: int
    credits_spent: Money
    money_spent: list[Money]


class ProgressView(View, frozen=True, kw_only=True):
    """One's progress as a learner, latest lesson first."""

    totals: ProgressTotals
    skills: list[SkillProgressView]


async def progress(read: Read, by: Actor) -> ProgressView:
    """Return how far the caller has come."""
    rows = await read.rows(LEARNED, by.account_id, read.now)
    hosts: dict[UUID, list[PersonCard]] = {}
    for row in await read.rows(HOSTS, by.account_id):
        hosts.setdefault(row["skill_id"], []).append(_person(row))
    skills = [_skill(row, hosts.get(row["id"], [])) for row in rows]
    spent = sums(await read.rows(SPENT, by.account_id))
    return ProgressView(
        totals=ProgressTotals(
            lessons_attended=sum(row["lessons"] for row in rows),
            minutes_present=sum(row["seconds"] for row in rows) // 60,
            skills=sum(row["lessons"] > 0 for row in rows),
            hosts=await read.value(TOTAL_HOSTS, by.account_id),
            goals=sum(skill.is_goal_reached is not None for skill in skills),
            goals_reached=sum(skill.is_goal_reached is True for skill in skills),
            credits_spent=spent.credits,
            money_spent=spent.money,
        ),
        skills=skills,
    )


def _skill(row: Row, hosts: list[PersonCard]) -> SkillProgressView:
    has_goal = bool(row["target_level"] or row["goal"] or row["reached_at"])
    return SkillProgressView(
        skill=SkillCard(id=row["id"], slug=row["slug"], name=row["name"]),
        lessons_attended=row["lessons"],
        minutes_present=row["seconds"] // 60,
        last_lesson_at=maybe_instant(row["last_at"]),
        next_lesson_at=maybe_instant(row["next_at"]),
        host_count=row["hosts"],
        hosts=hosts,
        current_level=row["level"],
        target_level=row["target_level"],
        goal=row["goal"],
        goal_due_on=row["goal_due"].isoformat() if row["goal_due"] else None,
        is_goal_reached=row["reached_at"] is not None if has_goal else None,
        goal_reached_at=maybe_instant(row["reached_at"]),
    )


def _person(row: Row) -> PersonCard:
    return PersonCard(
        id=row["id"],
        display_name=row["display_name"],
        username=row["username"],
        avatar_url=row["avatar_url"],
        rating=row["rating"],
    )
