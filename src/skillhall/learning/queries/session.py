"""One session in full, and who takes part in it."""

from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Row
from skillhall.kernel.money import CREDIT, Money
from skillhall.kernel.shapes import instant, maybe_instant
from skillhall.learning.model.refusals import SessionNotFound
from skillhall.learning.model.states import IN_LINE, Kind, SeatState, SessionState, Settlement
from skillhall.learning.queries.cards import learner_card, session_card
from skillhall.learning.queries.views import MoveView, PaymentStateView, ReschedulingView, SeatView, SessionView

SESSION = sql("""
SELECT s.id, s.kind, s.state, s.title, s.starts_at, s.price, s.asset, s.capacity, s.taken, s.waiting,
       to_char(s.starts_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS starts_text,
       to_char(s.ends_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ends_text,
       to_char(s.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_text,
       (extract(epoch FROM s.ends_at - s.starts_at) / 60)::int AS minutes,
       s.host_id, h.id AS host_profile, h.display_name AS host_name, h.username AS host_username, h.avatar_url AS host_avatar,
       h.rating AS host_rating,
       one.account_id AS learner_id, l.id AS learner_profile, l.display_name AS learner_name, l.username AS learner_username,
       l.avatar_url AS learner_avatar, l.rating AS learner_rating,
       k.id AS skill_id, k.slug AS skill_slug, k.name AS skill_name, o.id AS offer_id, o.title AS offer_title,
       (s.terms ->> 'open_minutes')::int AS open_minutes, (s.terms ->> 'free_cancel_minutes')::int AS free_cancel_minutes,
       s.due_at, s.started_at, s.ended_at, s.closed_as, s.closed_by, s.closed_reason,
       (SELECT jsonb_agg(jsonb_build_object('by', m.by_id, 'reason', m.reason,
               'fromStartsAt', to_char(m.from_starts_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
               'startsAt', to_char(m.starts_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
               'movedAt', to_char(m.decided_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY m.decided_at, m.id)
           FROM learning.proposal m WHERE m.session_id = s.id AND m.state = 'accepted') AS moves,
       p.by_id, p.starts_at AS proposed_starts_at, p.ends_at AS proposed_ends_at, p.expires_at, p.reason
FROM learning.session s
JOIN profiles.public_profile h ON h.id = s.host_profile_id
JOIN skills.public_skill k ON k.id = s.skill_id
JOIN learning.offer o ON o.id = s.offer_id
LEFT JOIN learning.seat one ON one.session_id = s.id AND s.kind = 'one_on_one'
LEFT JOIN profiles.public_profile l ON l.id = one.profile_id
LEFT JOIN learning.proposal p ON p.session_id = s.id AND p.state = 'open'
WHERE s.id = $1
""")
SEATS = sql("""
SELECT e.id, e.account_id, e.state, e.settlement, e.price, e.asset, e.gross, e.fee, e.settle_at, e.joined_at, e.problem,
       e.offered_until, e.pay_until, e.round, e.past_gross, e.closed_as, e.position,
       l.id AS learner_profile, l.display_name AS learner_name, l.username AS learner_username, l.avatar_url AS learner_avatar,
       l.rating AS learner_rating
FROM (
    SELECT q.*, CASE q.state WHEN 'waiting' THEN row_number() OVER (PARTITION BY q.state ORDER BY q.queued_at, q.id) END AS position
    FROM learning.seat q WHERE q.session_id = $1) e
JOIN profiles.public_profile l ON l.id = e.profile_id
WHERE $2::uuid IS NULL OR e.account_id = $2 ORDER BY e.created_at, e.id
""")
IS_BLOCKED = sql("""
SELECT EXISTS (SELECT FROM identity.public_block b WHERE (b.account_id, b.blocked_id) IN (($1, $2), ($2, $1)))
""")
DISPLAY_NAME = sql("""
SELECT display_name FROM profiles.public_profile WHERE account_id = $1 AND (id = $2 OR ($2::uuid IS NULL AND is_primary))
""")


async def session_view(read: Read, session_id: UUID, by: Actor) -> SessionView:
    """Return a session to its host, its learners, staff who may read sessions, and contexts of our own.

    Nobody else may know of it, except of a group that still takes learners.
    """
    row = await read.row(SESSION, session_id)
    if row is None:
        raise SessionNotFound
    sees_all = by.account_id == row["host_id"] or by.may("session.read") or by.may("hold.release") or by.context is not None
    is_group = row["kind"] == Kind.GROUP
    rows = await read.rows(SEATS, session_id, by.account_id if is_group and not sees_all else None)
    seats = [_seat(seat, is_told=sees_all or seat["account_id"] == by.account_id) for seat in rows]
    my_seat = next((seat for seat in seats if seat.account_id == by.account_id), None)
    if not (sees_all or my_seat or await _is_open(read, row, by)):
        raise SessionNotFound
    return SessionView(
        **asdict(session_card(row)),
        opens_at=instant(row["starts_at"] - timedelta(minutes=row["open_minutes"])),
        free_cancel_until=instant(row["starts_at"] - timedelta(minutes=row["free_cancel_minutes"])),
        due_at=maybe_instant(row["due_at"]),
        started_at=maybe_instant(row["started_at"]),
        ended_at=maybe_instant(row["ended_at"]),
        cancelled_as=row["closed_as"],
        cancelled_by=row["closed_by"],
        cancel_reason=row["closed_reason"],
        rescheduling=_rescheduling(row),
        moves=_moves(row) if sees_all or my_seat else [],
        seats=seats,
        my_seat=my_seat,
        payment=_payment(my_seat),
    )


async def display_name(read: Read, by: Actor) -> str:
    """Return the name under which the caller enters a room."""
    return await read.value(DISPLAY_NAME, by.account_id, by.profile_id) or "Guest"


async def _is_open(read: Read, row: Row, by: Actor) -> bool:
    """Return whether every member, but those on the other side of a block, may see this group."""
    takes_learners = row["kind"] == Kind.GROUP and row["state"] == SessionState.SCHEDULED and row["starts_at"] > read.now
    return takes_learners and not await read.value(IS_BLOCKED, row["host_id"], by.account_id)


def _rescheduling(row: Row) -> ReschedulingView | None:
    if row["by_id"] is None:
        return None
    return ReschedulingView(
        by=row["by_id"],
        starts_at=instant(row["proposed_starts_at"]),
        ends_at=instant(row["proposed_ends_at"]),
        expires_at=instant(row["expires_at"]),
        reason=row["reason"],
    )


def _moves(row: Row) -> list[MoveView]:
    return msgspec.convert(row["moves"] or [], list[MoveView])


def _payment(seat: SeatView | None) -> PaymentStateView | None:
    """Return where the money for the caller's seat is; nothing where it costs none, or only a place in the line is had."""
    if seat is None or not seat.price.amount or seat.price.currency == CREDIT or seat.status in IN_LINE:
        return None
    if seat.status == SeatState.AWAITING_PAYMENT:
        status = "awaiting"
    elif seat.settlement == Settlement.NONE:
        status = "not_paid"
    else:
        status = "refunded" if seat.settlement == Settlement.REFUNDED else "paid"
    return PaymentStateView(status=status, amount=seat.price, expires_at=seat.pay_until)


def _seat(row: Row, *, is_told: bool) -> SeatView:
    def cost(amount: int) -> Money:
        return Money(amount, row["asset"])

    is_paid = row["settlement"] in {Settlement.SETTLED, Settlement.SPLIT}
    is_decided = is_paid or row["settlement"] == Settlement.REFUNDED
    return SeatView(
        id=row["id"],
        account_id=row["account_id"],
        learner=learner_card(row),
        status=row["state"],
        settlement=row["settlement"],
        price=cost(row["price"]),
        paid_to_host=cost(row["gross"] - row["fee"]) if is_paid else None,
        fee=cost(row["fee"]) if is_paid else None,
        returned=cost(row["price"] - row["gross"]) if is_decided else None,
        settle_at=instant(row["settle_at"]),
        joined_at=maybe_instant(row["joined_at"]),
        problem=row["problem"] if is_told else None,
        position=row["position"],
        offered_until=maybe_instant(row["offered_until"]),
        pay_until=maybe_instant(row["pay_until"]),
        round=row["round"],
        paid_earlier=cost(row["past_gross"]) if row["past_gross"] else None,
        closed_as=row["closed_as"],
    )
