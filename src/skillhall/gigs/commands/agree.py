"""What client and worker do with their agreement: change its terms, sign, complete, call off."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

from skillhall.gigs.commands.accept_bid import PlannedMilestone, Text, Title, WeeklyMinutes, Words, planned_of
from skillhall.gigs.commands.engage import change
from skillhall.gigs.commands.record import record_week
from skillhall.gigs.model import agreeing, hours
from skillhall.gigs.model.agreement import MOST_MILESTONES, Agreement, Terms
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.prices import Price, minor_of
from skillhall.gigs.queries.engagement_views import AgreementView
from skillhall.gigs.queries.engagements import agreement_view
from skillhall.gigs.store.engagements import lock_engagement
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.shapes import Body

Reason = Annotated[str, Meta(min_length=1, max_length=1000)]


class ChangeTerms(Body, frozen=True, kw_only=True):
    """What changes; the rest stays. Milestones are replaced as a whole and sum to `amount`. Bare amounts are major units."""

    title: Title | UnsetType = UNSET
    scope: Words | UnsetType = UNSET
    notes: Text | UnsetType = UNSET
    amount: Price | UnsetType = UNSET
    milestones: Annotated[list[PlannedMilestone], Meta(min_length=1, max_length=MOST_MILESTONES)] | UnsetType = UNSET
    hourly_rate: Price | UnsetType = UNSET
    weekly_minutes: WeeklyMinutes | UnsetType = UNSET
    delivery_days: Annotated[int, Meta(ge=1, le=3650)] | UnsetType | None = UNSET
    revisions: Annotated[int, Meta(ge=0, le=100)] | UnsetType = UNSET


class Sign(Body, frozen=True, kw_only=True):
    """Which version of the terms one has read and agrees to."""

    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]


class CallOff(Body, frozen=True, kw_only=True):
    """Why, for the other side to read. Optional."""

    reason: Reason | None = None


async def change_terms(
    tx: Tx, by: Actor, agreement_id: UUID, command: ChangeTerms, check_version: Callable[[object], None]
) -> AgreementView:
    """Write a new version that nobody has signed; `check_version` refuses when the caller has read an older one."""

    def changed(found: Engagement) -> Engagement:
        found.agreement.check_party(by.account_id)
        check_version(found.agreement.version)
        return agreeing.changed(found, by.account_id, _terms(found.agreement, command), tx.now)

    await change(tx, agreement_id, changed)
    return await agreement_view(tx, agreement_id, by)


async def sign_agreement(tx: Tx, by: Actor, agreement_id: UUID, command: Sign) -> AgreementView:
    """Sign one version; with the second signature work can begin, by the hour at once."""
    project, before = await lock_engagement(tx, agreement_id)
    signed = agreeing.signed(before, by.account_id, command.version, tx.now)
    if signed != before:
        tx.audit("gigs.sign", signed.agreement.subject, after={"version": command.version})
    await record_week(tx, project, before, hours.opened(signed, tx.now), bound=() if signed == before else signed.agreement.parties)
    return await agreement_view(tx, agreement_id, by)


async def complete_agreement(tx: Tx, by: Actor, agreement_id: UUID) -> AgreementView:
    """The client pays all that was delivered, or ends hourly work with its running week."""
    await change(tx, agreement_id, lambda found: agreeing.completed(found, by.account_id, tx.now))
    return await agreement_view(tx, agreement_id, by)


async def cancel_agreement(tx: Tx, by: Actor, agreement_id: UUID, command: CallOff) -> AgreementView:
    """Call it off: what is held goes back, the project is open again and its bids stand."""
    await change(tx, agreement_id, lambda found: agreeing.cancelled(found, by.account_id, command.reason, tx.now))
    return await agreement_view(tx, agreement_id, by)


def _terms(agreement: Agreement, command: ChangeTerms) -> Terms:
    """Return the present terms with what was sent."""
    sent = {
        name: value
        for name in ("title", "scope", "notes", "weekly_minutes", "delivery_days", "revisions")
        if (value := getattr(command, name)) is not UNSET
    }
    if command.amount is not UNSET:
        sent["amount"] = minor_of(command.amount, agreement.asset, "amount")
    if command.hourly_rate is not UNSET:
        sent["hourly_rate"] = minor_of(command.hourly_rate, agreement.asset, "hourlyRate")
    if command.milestones is not UNSET:
        sent["milestones"] = planned_of(command.milestones, agreement.asset)
    return replace(agreement.terms, **sent)
