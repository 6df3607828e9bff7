"""A project that was carried out elsewhere, told again: what its people did and when; what time alone did follows from that. Pure."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from skillhall.gigs.model import agreeing, delivering, paying
from skillhall.gigs.model.agreeing import Offered
from skillhall.gigs.model.agreement import Planned
from skillhall.gigs.model.bid import STANDING, Bid, BidState
from skillhall.gigs.model.delivering import Handover
from skillhall.gigs.model.engagement import Engagement
from skillhall.gigs.model.escrow import WALLET, EngagementRules, EscrowState
from skillhall.gigs.model.project import Project, ProjectState
from skillhall.kernel.ids import derived
from skillhall.kernel.shapes import Subject

Verb = Literal["sign", "confirm", "fund", "start", "deliver", "send back", "approve", "object", "cancel"]
CaseOf = Callable[[UUID], Subject]
Change = tuple[datetime, Engagement | None, Engagement]


class Step(Struct, frozen=True):
    """What client or worker did; `place` is the milestone's, from 0, and `text` what was said."""

    at: datetime
    verb: Verb
    by: UUID
    place: int = 0
    text: str = ""


class Choice(Struct, frozen=True, kw_only=True):
    """The bid that was accepted, and what came of it in order of time. Without milestones the worker was booked as a whole.

    `source` is where the money comes from: the wallet, or a provider's account in the ledger.
    """

    at: datetime
    bid_id: UUID
    milestones: tuple[Planned, ...]
    steps: tuple[Step, ...]
    source: str = WALLET


class GigHistory(Struct, frozen=True, kw_only=True):
    """A project as it was posted, drafts and cancelled ones too, and its bids as they stood before one was chosen.

    The chosen one has a price for the whole: work by the hour is not told again.
    """

    project: Project
    skill_ids: tuple[UUID, ...]
    bids: tuple[Bid, ...] = ()
    choice: Choice | None = None


class Gig(Struct, frozen=True, kw_only=True):
    """What a history came to: each change of the engagement with its time, the engagement before (None at its beginning) and after."""

    project: Project
    bids: tuple[Bid, ...]
    changes: tuple[Change, ...]

    @property
    def engagement(self) -> Engagement | None:
        """The agreement with all that belongs to it, deliveries with an answer too."""
        return self.changes[-1][2] if self.changes else None


def replay(history: GigHistory, rules: EngagementRules, case_of: CaseOf, now: datetime) -> Gig:
    """Return the project as its history leaves it at `now`; `case_of` names the case that keeps a payment somebody objects to.

    The rules are those of the verbs, so a history that breaks them is refused. What is later than `now` has not happened.
    """
    project, choice = history.project, history.choice
    bids = [bid for bid in history.bids if bid.created_at <= now]
    changes: tuple[Change, ...] = ()
    if choice and choice.at <= now:
        bids = [_decided(bid, choice) for bid in bids]
        changes = tuple(_changes(history, choice, rules, case_of, now))
    for at, _, after in changes:
        project = _moved(project, after, at)
        if project.state is ProjectState.OPEN:
            bids = [_reopened(bid, at) for bid in bids]
    return Gig(project=project, bids=tuple(_lapsed(bid, project, now) for bid in bids), changes=changes)


def _changes(history: GigHistory, choice: Choice, rules: EngagementRules, case_of: CaseOf, now: datetime) -> Iterator[Change]:
    bid = next(bid for bid in history.bids if bid.id == choice.bid_id)
    engagement = _begun(history.project, bid, choice, rules)
    yield choice.at, None, engagement
    for step in choice.steps:
        if step.at > now:
            break
        for change in _by_time(engagement, step.at):
            yield change
            engagement = change[2]
        after = _turn(engagement, step, choice.source, case_of)
        yield step.at, engagement, after
        engagement = after
    yield from _by_time(engagement, now)


def _begun(project: Project, bid: Bid, choice: Choice, rules: EngagementRules) -> Engagement:
    if choice.milestones:
        return agreeing.agreed(project, bid, "fixed", Offered(milestones=choice.milestones), rules, choice.at)
    return agreeing.booked(project, bid, rules, choice.at, amount=bid.amount or 0, starts_at=None, ends_at=None, notes="")


def _turn(engagement: Engagement, step: Step, source: str, case_of: CaseOf) -> Engagement:
    if step.verb in _ON_AGREEMENT:
        return _ON_AGREEMENT[step.verb](engagement, step)
    work_id = engagement.booking.id if engagement.booking else engagement.milestones[step.place].id
    escrow_id = engagement.escrow_of(work_id).id
    match step.verb:
        case "fund":
            return paying.funded(engagement, escrow_id, source, step.at)
        case "approve":
            return paying.released(engagement, step.by, escrow_id, step.at)
        case "object":
            return paying.disputed(engagement, step.by, escrow_id, case_of(escrow_id), step.at)
        case _:
            by_kind = _ON_BOOKING if engagement.booking else _ON_MILESTONE
            return by_kind[step.verb](engagement, step, work_id)


def _by_time(engagement: Engagement, until: datetime) -> Iterator[Change]:
    """Yield what nobody did: an agreement that not both signed in time, a delivery nobody answered."""
    while (at := _due(engagement)) and at <= until:
        after = agreeing.lapsed(engagement, at)
        for escrow in engagement.escrows:
            after = paying.due(after, escrow.id, at)
        yield at, engagement, after
        engagement = after


def _due(engagement: Engagement) -> datetime | None:
    times = [engagement.agreement.sign_by, *(escrow.release_at for escrow in engagement.escrows if escrow.state is EscrowState.HELD)]
    return min((at for at in times if at), default=None)


def _moved(project: Project, after: Engagement, at: datetime) -> Project:
    state = after.project_state
    if project.state is state:
        return project
    is_back = state in {ProjectState.IN_PROGRESS, ProjectState.OPEN}
    return replace(
        project,
        state=state,
        worker_id=None if state is ProjectState.OPEN else after.agreement.worker_id,
        delivered_at=at if state is ProjectState.DELIVERED else None if is_back else project.delivered_at,
        completed_at=at if state is ProjectState.COMPLETED else None,
        version=project.version + 1,
        updated_at=at,
    )


def _decided(bid: Bid, choice: Choice) -> Bid:
    if bid.id == choice.bid_id:
        return replace(bid, state=BidState.ACCEPTED, decided_at=choice.at)
    return replace(bid, state=BidState.REJECTED, decided_at=choice.at) if bid.state in STANDING else bid


def _reopened(bid: Bid, at: datetime) -> Bid:
    if bid.state not in {BidState.ACCEPTED, BidState.REJECTED}:
        return bid
    return replace(bid, state=BidState.PENDING, decided_at=None, valid_until=max(bid.valid_until, at))


def _lapsed(bid: Bid, project: Project, now: datetime) -> Bid:
    """Return the bid as time has left it; nothing stands on a project that was called off."""
    if bid.state in STANDING and project.state is ProjectState.CANCELLED:
        return replace(bid, state=BidState.REJECTED, decided_at=project.updated_at)
    if bid.state in STANDING and bid.valid_until <= now:
        return replace(bid, state=BidState.EXPIRED, decided_at=bid.valid_until)
    return bid


def _handover(step: Step, work_id: UUID) -> Handover:
    return Handover(delivery_id=derived("delivery", work_id, step.at), notes=step.text)


_ON_AGREEMENT: dict[Verb, Callable[[Engagement, Step], Engagement]] = {
    "sign": lambda found, step: agreeing.signed(found, step.by, found.agreement.version, step.at),
    "confirm": lambda found, step: delivering.confirmed(found, step.by, step.at),
    "cancel": lambda found, step: agreeing.cancelled(found, step.by, step.text, step.at),
}
_ON_MILESTONE: dict[Verb, Callable[[Engagement, Step, UUID], Engagement]] = {
    "start": lambda found, step, work_id: delivering.started(found, step.by, work_id, step.at),
    "deliver": lambda found, step, work_id: delivering.delivered(found, step.by, work_id, _handover(step, work_id), step.at),
    "send back": lambda found, step, work_id: delivering.sent_back(found, step.by, work_id, step.text, step.at),
}
_ON_BOOKING: dict[Verb, Callable[[Engagement, Step, UUID], Engagement]] = {
    "start": lambda found, step, _: delivering.booking_started(found, step.by, step.at),
    "deliver": lambda found, step, work_id: delivering.booking_delivered(found, step.by, _handover(step, work_id), step.at),
    "send back": lambda found, step, _: delivering.booking_sent_back(found, step.by, step.text, step.at),
}
