"""Hourly work: each Monday the limit of a week is set aside, the worker tells the hours, the client may object."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from skillhall.gigs.model.agreeing import payment
from skillhall.gigs.model.engagement import Engagement, followed
from skillhall.gigs.model.engagement_refusals import NotFunded, OverCap, WeekMoved
from skillhall.gigs.model.escrow import EscrowState
from skillhall.gigs.model.work import WEEK, Week, WeekState, monday_of, status_of
from skillhall.kernel.ids import derived


def opened(engagement: Engagement, now: datetime) -> Engagement:
    """Return it with the week that begins, or has begun, and its payment, pending. Nothing when it is not due."""
    agreement = engagement.agreement
    if agreement.next_week_at is None or agreement.next_week_at > now:
        return engagement
    terms, starts_on = agreement.terms, monday_of(now)
    week = Week(
        id=derived("week", agreement.id, agreement.version, starts_on),
        agreement_id=agreement.id,
        starts_on=starts_on,
        rate=terms.hourly_rate or 0,
        cap_minutes=terms.weekly_minutes or 0,
    )
    after = engagement.with_agreement(next_week_at=week.starts_at + WEEK)
    if any(old.starts_on == starts_on for old in engagement.weeks):
        return after
    week = replace(week, lapse_at=week.ends_at)
    escrow = payment(agreement, "week", week.id, f"{terms.title}: week of {starts_on}", week.price(week.cap_minutes), now)
    return replace(after, weeks=(*after.weeks, week), escrows=(*after.escrows, escrow))


def submitted(engagement: Engagement, by: UUID, week_id: UUID, minutes: int, note: str, now: datetime) -> Engagement:
    """The worker tells the hours of a week, or tells them anew after an objection; without another one they are paid."""
    engagement.agreement.check_worker(by)
    week, escrow = engagement.week(week_id), engagement.escrow_of(week_id)
    if escrow.state is EscrowState.PENDING_FUNDING:
        raise NotFunded
    is_told = week.state is WeekState.SUBMITTED and escrow.state is EscrowState.HELD
    if is_told and (week.minutes, week.note) == (minutes, note):
        return engagement
    _check(week, escrow.state, "submitted", WeekState.OPEN, WeekState.OBJECTED)
    if minutes > week.cap_minutes:
        raise OverCap(most=week.cap_minutes)
    told = replace(week, state=WeekState.SUBMITTED, minutes=minutes, note=note, submitted_at=now, lapse_at=None)
    days = timedelta(days=engagement.agreement.rules.object_days)
    return followed(engagement.with_week(told).with_escrow(escrow.due(now + days)), now)


def objected(engagement: Engagement, by: UUID, week_id: UUID, text: str, now: datetime) -> Engagement:
    """The client objects in time: the worker tells the hours anew, or one of them opens a dispute."""
    engagement.agreement.check_client(by)
    week, escrow = engagement.week(week_id), engagement.escrow_of(week_id)
    if week.state is WeekState.OBJECTED and escrow.state is EscrowState.HELD:
        return engagement
    _check(week, escrow.state, "objected to", WeekState.SUBMITTED)
    escrow.check_answerable("objected to", now)
    lapse_at = now + timedelta(days=engagement.agreement.rules.submit_days)
    doubted = replace(week, state=WeekState.OBJECTED, objection=text, lapse_at=lapse_at)
    return followed(engagement.with_week(doubted).with_escrow(escrow.due(None)), now)


def lapsed(engagement: Engagement, week_id: UUID, now: datetime) -> Engagement:
    """Nobody told the hours, or funded the week: what is held goes back. While a case keeps it, it waits."""
    week, escrow = engagement.week(week_id), engagement.escrow_of(week_id)
    if week.lapse_at is None or week.lapse_at > now:
        return engagement
    if escrow.state is EscrowState.FROZEN:
        return engagement.with_week(replace(week, lapse_at=now + timedelta(days=1)))
    after = engagement.with_escrow(escrow.given_up(now)).with_week(replace(week, lapse_at=None))
    return followed(after, now)


def _check(week: Week, money: EscrowState, verb: str, *states: WeekState) -> None:
    if week.state not in states or money is not EscrowState.HELD:
        raise WeekMoved(status=status_of(week.state, money), verb=verb)
