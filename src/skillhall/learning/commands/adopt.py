"""Adopt offers and lessons that come in bulk, past and ahead: an import, the demo community."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.calendar.api import Entry
from skillhall.calendar.api import adopt as adopt_time
from skillhall.kernel import tokens
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject
from skillhall.learning.commands.record import entries
from skillhall.learning.model.contest import Contested, contested_of
from skillhall.learning.model.finished import Finished, finished_of
from skillhall.learning.model.history import Change, GroupHistory, History, replay
from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.offer import Offer
from skillhall.learning.model.posting import SEAT, moved_seats, posting
from skillhall.learning.model.states import Settlement
from skillhall.learning.model.terms import LearningRules
from skillhall.learning.store import adopted
from skillhall.ledger.api import Transfer
from skillhall.payments.api import Adopted, account_of
from skillhall.payments.api import adopt as adopt_payments

PROVIDER: Final = "sandbox"
OUTSIDE: Final = account_of(PROVIDER)


class Report(Struct, frozen=True, kw_only=True):
    """What a side of an adopted lesson objected to, and when: a case for disputes, which freezes the hold."""

    payment: Contested
    by: UUID
    problem: str
    at: datetime


class Moves(Struct, frozen=True, kw_only=True):
    """What adopted lessons do to the books, transfers with their times, oldest first; what of it is then disputed; what can be reviewed."""

    postings: list[tuple[datetime, Transfer]]
    reports: list[Report]
    finished: list[Finished]


async def adopt_offers(tx: Tx, offers: Sequence[tuple[datetime, Offer]]) -> None:
    """Put these on sale, each since its time."""
    await adopted.insert_offers(tx, offers)


async def adopt(tx: Tx, histories: Sequence[History | GroupHistory], now: datetime) -> Moves:
    """Store the lessons as their histories leave them at `now`; those that are not over take their people's time.

    Nothing is published. The caller posts the moves through the ledger, after what people began with, in the same transaction.
    """
    terms = tx.setting(LearningRules).terms
    lessons: list[Lesson] = []
    presence: list[adopted.Presence] = []
    payments: list[Adopted] = []
    moves = Moves(postings=[], reports=[], finished=[])
    for history in histories:
        changes = list(replay(history, tokens.fresh(), terms, now))
        moves.postings.extend((at, moved) for at, before, after in changes if (moved := posting(before, after, outside=OUTSIDE)))
        payments.extend(_payments(changes))
        last = changes[-1][2]
        lesson = replace(last, session=replace(last.session, remind_at=last.session.reminder_after(now)))
        lessons.append(lesson)
        presence.extend(_presence(history, lesson, now))
        moves.reports.extend(_reports(changes))
        if held := finished_of(lesson):
            moves.finished.append(held)
    moves.postings.sort(key=lambda move: move[0])
    await adopted.insert_lessons(tx, lessons, presence)
    await adopt_payments(tx, payments)
    await adopt_time(tx, [taken for lesson in lessons if lesson.is_live for taken in _time(lesson)])
    return moves


def _payments(changes: Sequence[Change]) -> Iterator[Adopted]:
    """Yield the payments in money of which nothing has gone back: what is still held can go back later."""
    last = changes[-1][2]
    standing = {seat.hold_id for seat in last.seats if seat.is_paid_outside and (seat.is_open or seat.settlement is Settlement.SETTLED)}
    for at, before, after in changes:
        for seat in moved_seats(before, after):
            if seat.settlement is Settlement.HELD and seat.hold_id in standing:
                standing.discard(seat.hold_id)
                yield Adopted(
                    id=derived("payment of", seat.hold_id),
                    payer_id=seat.account_id,
                    payee_id=after.session.host_id,
                    purpose="session",
                    subject=Subject(SEAT, seat.id),
                    title=after.session.title,
                    amount=seat.price,
                    asset=seat.asset,
                    provider=PROVIDER,
                    ref=f"adopted_{seat.hold_id.hex}",
                    at=at,
                    fee=after.session.terms.fee(seat.price),
                    hold_id=seat.hold_id,
                )


def _reports(changes: Sequence[Change]) -> Iterator[Report]:
    for at, before, after in changes:
        for seat in moved_seats(before, after):
            if seat.settlement is Settlement.FROZEN and seat.problem_by:
                yield Report(payment=contested_of(after, seat), by=seat.problem_by, problem=seat.problem or "", at=at)


def _time(lesson: Lesson) -> Iterator[tuple[Subject, Entry]]:
    session = lesson.session
    for entry in entries(lesson, session.starts_at, session.ends_at):
        yield session.subject, entry


def _presence(history: History | GroupHistory, lesson: Lesson, now: datetime) -> Iterator[adopted.Presence]:
    session = lesson.session
    for step in history.steps:
        if step.verb == "join" and step.at <= now:
            yield adopted.Presence(
                id=derived("attendance", session.id, step.by),
                session_id=session.id,
                account_id=step.by,
                entered_at=step.at,
                left_at=session.ended_at or session.interrupted_at,
            )
