"""Offers on sale, and their free slots."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, field
from msgspec.structs import asdict

from skillhall.calendar.api import Slot, Want, free, zone_names
from skillhall.kernel.db.listing import Listing
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import instant
from skillhall.learning.model.refusals import OfferNotFound
from skillhall.learning.model.terms import LearningRules
from skillhall.learning.queries.cards import host_card
from skillhall.learning.queries.views import FoundOffer, OfferCard, OfferSlotsView, OfferView, SkillCard, SkillSlotsView

OFFERS = Listing(
    columns=sql("""
        o.id, o.host_id, o.title, o.description, o.duration_minutes, o.buffer_before_minutes, o.buffer_after_minutes, o.price,
        o.asset, o.is_instant, o.notice_minutes, o.days_ahead, o.rating, o.review_count, o.version, o.created_at, o.updated_at,
        h.id AS host_profile, h.display_name AS host_name, h.username AS host_username, h.avatar_url AS host_avatar,
        h.rating AS host_rating,
        k.id AS skill_id, k.slug AS skill_slug, k.name AS skill_name
    """),
    source=sql("""
        learning.offer o
        JOIN profiles.public_profile h ON h.id = o.profile_id
        JOIN skills.public_skill k ON k.id = o.skill_id
    """),
    sorts={
        "createdAt": sql("o.created_at"),
        "price": sql("o.price"),
        "durationMinutes": sql("o.duration_minutes"),
        "title": sql("o.title"),
        "rating": sql("coalesce(h.rating, 0)"),
    },
    default_sort="-createdAt",
    key=sql("o.id"),
    filters={
        "host": sql("(o.host_id = {} OR o.profile_id = {})"),
        "skill": sql("o.skill_id = {}"),
        "slug": sql("k.slug = {}"),
        "category": sql("k.category_slug = {}"),
        "instant": sql("o.is_instant = {}"),
        "duration": sql("o.duration_minutes = {}"),
        "shortest": sql("o.duration_minutes >= {}"),
        "longest": sql("o.duration_minutes <= {}"),
        "asset": sql("o.asset = {}"),
        "comparable": sql("(o.asset = {} OR o.price = 0)"),
        "cheapest": sql("o.price >= {}"),
        "dearest": sql("o.price <= {}"),
        "rating": sql("h.rating >= {}"),
        "verified": sql("h.is_verified"),
        "open": sql("EXISTS (SELECT FROM calendar.public_open w WHERE w.account_id = o.host_id)"),
        "viewer": sql("""NOT EXISTS (SELECT FROM identity.public_block b
            WHERE (b.account_id, b.blocked_id) IN ((o.host_id, {}), ({}, o.host_id)))"""),
    },
    search=sql("""o.id IN (
        SELECT t.id FROM learning.offer t WHERE t.title ILIKE '%' || {} || '%' AND t.deleted_at IS NULL AND t.hidden_at IS NULL
        UNION ALL
        SELECT t.id FROM learning.offer t JOIN skills.public_skill s ON s.id = t.skill_id
        WHERE s.name ILIKE '%' || {} || '%' AND t.deleted_at IS NULL AND t.hidden_at IS NULL
        UNION ALL
        SELECT t.id FROM learning.offer t JOIN profiles.public_profile f ON f.id = t.profile_id
        WHERE f.names LIKE '%' || profiles.plain({}) || '%' AND t.deleted_at IS NULL AND t.hidden_at IS NULL)"""),
    always=sql("o.deleted_at IS NULL AND o.hidden_at IS NULL AND h.is_visible"),
)
OFFER = sql("""
SELECT o.id, o.host_id, o.title, o.description, o.duration_minutes, o.buffer_before_minutes, o.buffer_after_minutes, o.price, o.asset,
    o.is_instant, o.notice_minutes, o.days_ahead, o.rating, o.review_count, o.version, o.created_at, o.updated_at,
    h.id AS host_profile, h.display_name AS host_name, h.username AS host_username, h.avatar_url AS host_avatar, h.rating AS host_rating,
    k.id AS skill_id, k.slug AS skill_slug, k.name AS skill_name, o.hidden_at IS NULL AND h.is_visible AS is_visible
FROM learning.offer o
JOIN profiles.public_profile h ON h.id = o.profile_id
JOIN skills.public_skill k ON k.id = o.skill_id
WHERE o.id = $1 AND o.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM identity.public_block b WHERE (b.account_id, b.blocked_id) IN ((o.host_id, $2), ($2, o.host_id)))
""")
OFFERS_OF_SKILL = sql("""
SELECT DISTINCT ON (o.host_id) o.id, o.host_id, o.title, o.duration_minutes, o.buffer_before_minutes, o.buffer_after_minutes, o.price,
    o.asset, o.notice_minutes, o.days_ahead, o.is_instant,
    h.id AS host_profile, h.display_name AS host_name, h.username AS host_username, h.avatar_url AS host_avatar, h.rating AS host_rating
FROM learning.offer o JOIN profiles.public_profile h ON h.id = o.profile_id
WHERE o.skill_id = $1 AND o.deleted_at IS NULL AND o.hidden_at IS NULL AND h.is_visible
    AND ($2::smallint IS NULL OR o.duration_minutes = $2)
    AND NOT EXISTS (SELECT FROM identity.public_block b WHERE (b.account_id, b.blocked_id) IN ((o.host_id, $4), ($4, o.host_id)))
ORDER BY o.host_id, o.asset <> 'CREDIT', o.price, o.id LIMIT $3
""")
LONGEST_DAYS: Final = 35
MOST_HOSTS: Final = 50


class SlotsQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """From when to when (excluded): instants with an offset, or dates, which are days of `timezone` (UTC when absent)."""

    from_: str = field(name="from")
    to: str
    timezone: str = "UTC"


class SkillSlotsQuery(SlotsQuery, frozen=True, kw_only=True, rename="camel"):
    """The same for everybody who teaches a skill."""

    skill_id: UUID
    duration_minutes: Annotated[int, Meta(ge=15, le=480)] | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST_HOSTS)] = 30


async def offer_view(read: Read, offer_id: UUID, account_id: UUID) -> OfferView:
    """Return one offer; hidden ones only to their host, and none across a block."""
    row = await read.row(OFFER, offer_id, account_id)
    if row is None or not (row["is_visible"] or row["host_id"] == account_id):
        raise OfferNotFound
    return _offer(row)


async def offer_slots(read: Read, offer_id: UUID, query: SlotsQuery, account_id: UUID) -> OfferSlotsView:
    """Return the free slots of one offer."""
    row = await read.row(OFFER, offer_id, account_id)
    if row is None or not row["is_visible"]:
        raise OfferNotFound
    return (await _slots(read, [row], query))[0]


async def skill_slots(read: Read, query: SkillSlotsQuery, account_id: UUID) -> SkillSlotsView:
    """Return the free slots of the cheapest offer of each host of a skill, in one look at the calendar."""
    rows = await read.rows(OFFERS_OF_SKILL, query.skill_id, query.duration_minutes, query.limit, account_id)
    return SkillSlotsView(skill_id=query.skill_id, hosts=await _slots(read, rows, query))


async def _slots(read: Read, rows: Sequence[Row], query: SlotsQuery) -> list[OfferSlotsView]:
    since, until = _period(query)
    found = await free(read, wants_of(read, rows), since, until)
    return [
        OfferSlotsView(
            offer=OfferCard(id=row["id"], title=row["title"]),
            host_id=row["host_id"],
            host=host_card(row),
            duration_minutes=row["duration_minutes"],
            price=Money(row["price"], row["asset"]),
            timezone=query.timezone,
            slots=found[row["id"]],
        )
        for row in rows
    ]


def wants_of(read: Read, rows: Sequence[Row]) -> list[Want]:
    """Return what to ask the calendar for the free time of these offers, by their ids."""
    terms = read.setting(LearningRules).terms

    def answer(row: Row) -> int:
        """Return how long before the start somebody has to ask, so that there is time to pay and to answer."""
        return 0 if row["is_instant"] else terms.answer_minutes(is_paid_outside=row["price"] > 0 and row["asset"] != CREDIT)

    return [
        Want(
            key=row["id"],
            account_id=row["host_id"],
            duration_minutes=row["duration_minutes"],
            buffer_before_minutes=row["buffer_before_minutes"],
            buffer_after_minutes=row["buffer_after_minutes"],
            notice_minutes=max(row["notice_minutes"], answer(row)),
            days_ahead=row["days_ahead"],
        )
        for row in rows
    ]


def found_offer(row: Row, slot: Slot | None = None) -> FoundOffer:
    """Return an offer of a row with the slot found for it."""
    return FoundOffer(**asdict(_offer(row)), next_slot=slot)


def _period(query: SlotsQuery) -> tuple[datetime, datetime]:
    if query.timezone not in zone_names():
        raise Invalid(FieldError("timezone", "query", "learning.timezone", "Not an IANA time zone such as Europe/Berlin."))
    zone = ZoneInfo(query.timezone)
    since, until = _moment(query.from_, zone), _moment(query.to, zone)
    wrong = [
        FieldError(name, "query", "learning.moment", "Write a date, or an instant with its offset.")
        for name, value in (("from", since), ("to", until))
        if value is None
    ]
    if since is None or until is None:
        raise Invalid(*wrong)
    if not timedelta() < until - since <= timedelta(days=LONGEST_DAYS):
        raise Invalid(FieldError("to", "query", "learning.period", f"Must be after `from`, by at most {LONGEST_DAYS} days."))
    return since, until


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        if len(text) == len("2026-11-20"):
            return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _offer(row: Row) -> OfferView:
    return OfferView(
        id=row["id"],
        host_id=row["host_id"],
        host=host_card(row),
        skill=SkillCard(id=row["skill_id"], slug=row["skill_slug"], name=row["skill_name"]),
        title=row["title"],
        description=row["description"],
        duration_minutes=row["duration_minutes"],
        buffer_before_minutes=row["buffer_before_minutes"],
        buffer_after_minutes=row["buffer_after_minutes"],
        price=Money(row["price"], row["asset"]),
        instant_booking=row["is_instant"],
        notice_minutes=row["notice_minutes"],
        max_days_ahead=row["days_ahead"],
        average_rating=row["rating"],
        review_count=row["review_count"],
        version=row["version"],
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
    )
