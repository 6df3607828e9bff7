"""Hourly work: the worker tells the hours of a week, the client may object."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.gigs.commands.accept_bid import Text
from skillhall.gigs.commands.deliver import Words
from skillhall.gigs.commands.engage import change
from skillhall.gigs.model import hours
from skillhall.gigs.model.agreement import MINUTES_A_WEEK
from skillhall.gigs.queries.engagement_views import WeekView
from skillhall.gigs.queries.engagements import week_view
from skillhall.gigs.queries.tracking import minutes_of
from skillhall.gigs.store.engagements import engagement, of_week
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Body


class TellHours(Body, frozen=True, kw_only=True):
    """How long was worked in this week, in minutes, and on what. Without `minutes` those tracked in work sessions, up to the limit."""

    minutes: Annotated[int, Meta(ge=1, le=MINUTES_A_WEEK)] | None = None
    note: Text = ""


class Object(Body, frozen=True, kw_only=True):
    """What is wrong with the hours."""

    reason: Words


async def submit_week(tx: Tx, by: Actor, week_id: UUID, command: TellHours) -> WeekView:
    """Tell the hours; without an objection they are paid after 5 days."""
    agreement_id = await of_week(tx, week_id)
    minutes = command.minutes or await _tracked(tx, agreement_id, week_id)
    await change(tx, agreement_id, lambda found: hours.submitted(found, by.account_id, week_id, minutes, command.note, tx.now))
    return await week_view(tx, week_id, by)


async def object_to_week(tx: Tx, by: Actor, week_id: UUID, command: Object) -> WeekView:
    """Object: the worker tells the hours anew, or one of the two opens a dispute."""
    await change(tx, await of_week(tx, week_id), lambda found: hours.objected(found, by.account_id, week_id, command.reason, tx.now))
    return await week_view(tx, week_id, by)


async def _tracked(tx: Tx, agreement_id: UUID, week_id: UUID) -> int:
    week = (await engagement(tx, agreement_id)).week(week_id)
    minutes = await minutes_of(tx, agreement_id, week.starts_on)
    if not minutes:
        raise Invalid(FieldError("minutes", "body", "missing", "Nothing was tracked in this week: say how many minutes."))
    return min(minutes, week.cap_minutes)
