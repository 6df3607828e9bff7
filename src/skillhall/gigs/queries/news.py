"""What notices of gigs say besides the events: titles, who is who, and where things stand now."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read
from skillhall.kernel.money import Money

PROJECT = sql("""
SELECT p.id AS project_id, p.title, p.account_id AS owner_id, p.worker_id, p.state, p.deleted_at IS NULL AS is_there,
    ARRAY(SELECT c.account_id FROM gigs.collaborator c WHERE c.project_id = p.id AND c.state = 'accepted' ORDER BY 1) AS team
FROM gigs.project p WHERE p.id = $1
""")
# Whoever works with a skill the project asks for: those with most of them first, then the better, the proven, the better rated.
MATCHES = sql("""
SELECT m.account_id, string_agg(k.name, ', ' ORDER BY s.position) AS skills
FROM gigs.project p JOIN gigs.project_skill s ON s.project_id = p.id
JOIN skills.public_skill k ON k.id = s.skill_id
JOIN skills.public_member_skill m ON m.skill_id = s.skill_id AND m.intent = 'work' AND m.is_visible
JOIN profiles.public_profile f ON f.account_id = m.account_id AND f.is_primary AND f.is_visible
WHERE p.id = $1 AND p.state = 'open' AND p.visibility <> 'invited' AND p.hidden_at IS NULL AND p.deleted_at IS NULL
    AND m.account_id <> p.account_id
    AND NOT EXISTS (SELECT FROM identity.public_block b
        WHERE (b.account_id, b.blocked_id) IN ((m.account_id, p.account_id), (p.account_id, m.account_id)))
    AND NOT EXISTS (SELECT FROM gigs.bid b WHERE b.project_id = p.id AND b.account_id = m.account_id)
GROUP BY m.account_id
ORDER BY count(*) DESC, sum(array_position(ARRAY['beginner', 'intermediate', 'advanced', 'expert'], m.level)) DESC,
    count(*) FILTER (WHERE m.is_verified) DESC, max(f.rating) DESC NULLS LAST, m.account_id
LIMIT $2
""")
HAS_BID = sql("SELECT EXISTS (SELECT FROM gigs.bid WHERE project_id = $1 AND account_id = $2)")
BID = sql("""
SELECT b.project_id, p.title, p.state AS project_state, p.account_id AS owner_id, b.account_id AS worker_id, b.state, b.proposal AS words,
    b.amount, b.hourly_rate, p.asset
FROM gigs.bid b JOIN gigs.project p ON p.id = b.project_id WHERE b.id = $1
""")
# Who is known by e-mail alone is the member who has proven the address, if there is one.
INVITE = sql("""
SELECT i.project_id, p.title, p.state AS project_state, p.account_id AS owner_id, i.state, i.message AS words, i.amount, i.hourly_rate,
    p.asset, i.email, i.expires_at, coalesce(i.account_id, m.id) AS worker_id, EXISTS (SELECT FROM identity.public_block b
        WHERE (b.account_id, b.blocked_id) IN ((m.id, p.account_id), (p.account_id, m.id))) AS is_blocked
FROM gigs.invite i JOIN gigs.project p ON p.id = i.project_id
LEFT JOIN identity.staff_account m ON m.email = i.email AND m.email_verified AND m.state = 'active' AND i.account_id IS NULL
WHERE i.id = $1
""")
AGREEMENT = sql("""
SELECT a.project_id, p.title, a.kind, a.state, a.version, a.client_id, a.worker_id, a.sign_by, a.closed_by,
    array_remove(ARRAY[
        CASE WHEN v.client_signed_at IS NULL THEN a.client_id END,
        CASE WHEN v.worker_signed_at IS NULL THEN a.worker_id END], NULL) AS unsigned
FROM gigs.agreement a JOIN gigs.project p ON p.id = a.project_id
JOIN gigs.agreement_version v ON v.agreement_id = a.id AND v.version = a.version WHERE a.id = $1
""")
WORK = sql("""
SELECT e.id AS escrow_id, e.kind, e.title, e.amount, e.asset, e.state, e.release_at, p.title AS project_title, p.state AS project_state,
    EXISTS (SELECT FROM gigs.delivery d WHERE d.subject_id = e.subject_id AND d.answer = 'approved' AND d.answered_by = e.client_id)
        AS is_approved
FROM gigs.escrow e JOIN gigs.project p ON p.id = e.project_id WHERE e.subject_id = $1 ORDER BY e.round DESC LIMIT 1
""")
BOOKING_STATE = sql("SELECT state FROM gigs.booking WHERE id = $1")
TASK = sql("""
SELECT t.title, t.state, t.assignee_id, t.deleted_at IS NULL AS is_there, p.title AS project_title
FROM gigs.task t JOIN gigs.project p ON p.id = t.project_id WHERE t.id = $1
""")
SUBMISSION = sql("SELECT account_id, state FROM gigs.submission WHERE id = $1")
COLLABORATOR_STATE = sql("SELECT state FROM gigs.collaborator WHERE project_id = $1 AND account_id = $2")
COMMENT_AUTHOR = sql("SELECT account_id FROM gigs.project_comment WHERE id = $1 AND deleted_at IS NULL")
TASK_COMMENT = sql("SELECT EXISTS (SELECT FROM gigs.task_comment WHERE id = $1 AND deleted_at IS NULL)")


class ProjectNews(Struct, frozen=True, kw_only=True):
    """A project, and who works on it besides its owner and its worker."""

    project_id: UUID
    title: str
    owner_id: UUID
    worker_id: UUID | None
    state: str
    is_there: bool
    team: list[UUID]


class Match(Struct, frozen=True, kw_only=True):
    """Somebody who works with what a project asks for: the names of the skills they share."""

    account_id: UUID
    skills: str


class BidNews(Struct, frozen=True, kw_only=True):
    """A bid, and what the bidder wrote; neither price for an application."""

    project_id: UUID
    title: str
    project_state: str
    owner_id: UUID
    worker_id: UUID
    state: str
    words: str
    amount: int | None
    hourly_rate: int | None
    asset: str

    @property
    def price(self) -> Money:
        """For all of it or for an hour; nothing for an application."""
        return Money(self.amount or self.hourly_rate or 0, self.asset)


class InviteNews(Struct, frozen=True, kw_only=True):
    """An invite or an offer. `worker_id` is null, and `email` is where to write, while the invited is no member.

    `is_blocked`: the address belongs to a member, and one of the two has blocked the other.
    """

    project_id: UUID
    title: str
    project_state: str
    owner_id: UUID
    worker_id: UUID | None
    state: str
    words: str
    amount: int | None
    hourly_rate: int | None
    asset: str
    email: str | None
    expires_at: datetime
    is_blocked: bool

    @property
    def price(self) -> Money:
        """What is offered, for all of it or for an hour; nothing when it is a plain invite."""
        return Money(self.amount or self.hourly_rate or 0, self.asset)


class AgreementNews(Struct, frozen=True, kw_only=True):
    """An agreement; `unsigned` are the sides that have not signed its present version."""

    project_id: UUID
    title: str
    kind: str
    state: str
    version: int
    client_id: UUID
    worker_id: UUID
    sign_by: datetime | None
    closed_by: UUID | None
    unsigned: list[UUID]


class WorkNews(Struct, frozen=True, kw_only=True):
    """A milestone, booking or week by its last payment: `state` is the payment's. `is_approved`: the client said that it will do."""

    escrow_id: UUID
    kind: str
    title: str
    amount: int
    asset: str
    state: str
    release_at: datetime | None
    project_title: str
    project_state: str
    is_approved: bool

    @property
    def is_handed_over(self) -> bool:
        """Whether it waits for the client's answer."""
        return self.state == "held" and self.release_at is not None


class TaskNews(Struct, frozen=True, kw_only=True):
    """A task."""

    title: str
    state: str
    assignee_id: UUID | None
    is_there: bool
    project_title: str


async def project_news(read: Read, project_id: UUID) -> ProjectNews | None:
    """Return what is told of a project; None where there was never one."""
    row = await read.row(PROJECT, project_id)
    return None if row is None else ProjectNews(**row)


async def matching_workers(read: Read, project_id: UUID, limit: int) -> list[Match]:
    """Return who works with a skill that an open project asks for and may see it, best matches first.

    Never its owner, whoever of the two has blocked the other, who is not active, nor who has bid on it.
    """
    return [Match(**row) for row in await read.rows(MATCHES, project_id, limit)]


async def has_bid(read: Read, project_id: UUID, account_id: UUID) -> bool:
    """Return whether somebody has ever bid on a project."""
    return await read.value(HAS_BID, project_id, account_id)


async def bid_news(read: Read, bid_id: UUID) -> BidNews | None:
    """Return what is told of a bid."""
    row = await read.row(BID, bid_id)
    return None if row is None else BidNews(**row)


async def invite_news(read: Read, invite_id: UUID) -> InviteNews | None:
    """Return what is told of an invite or an offer."""
    row = await read.row(INVITE, invite_id)
    return None if row is None else InviteNews(**row)


async def agreement_news(read: Read, agreement_id: UUID) -> AgreementNews | None:
    """Return what is told of an agreement."""
    row = await read.row(AGREEMENT, agreement_id)
    return None if row is None else AgreementNews(**row)


async def work_news(read: Read, work_id: UUID) -> WorkNews | None:
    """Return what is told of a milestone, booking or week."""
    row = await read.row(WORK, work_id)
    return None if row is None else WorkNews(**row)


async def booking_state(read: Read, booking_id: UUID) -> str | None:
    """Return where a booking stands."""
    return await read.value(BOOKING_STATE, booking_id)


async def task_news(read: Read, task_id: UUID) -> TaskNews | None:
    """Return what is told of a task, also of one that was deleted."""
    row = await read.row(TASK, task_id)
    return None if row is None else TaskNews(**row)


async def submission_news(read: Read, submission_id: UUID) -> tuple[UUID, str] | None:
    """Return who has handed something in, and its verdict."""
    row = await read.row(SUBMISSION, submission_id)
    return None if row is None else (row["account_id"], row["state"])


async def collaborator_state(read: Read, project_id: UUID, account_id: UUID) -> str | None:
    """Return how somebody who was asked to join stands."""
    return await read.value(COLLABORATOR_STATE, project_id, account_id)


async def comment_author(read: Read, comment_id: UUID) -> UUID | None:
    """Return who wrote a comment on a project; None when it is gone."""
    return await read.value(COMMENT_AUTHOR, comment_id)


async def has_task_comment(read: Read, comment_id: UUID) -> bool:
    """Return whether a comment on a task stands."""
    return await read.value(TASK_COMMENT, comment_id)
