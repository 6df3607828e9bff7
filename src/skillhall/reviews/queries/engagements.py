"""What the contexts below know to be finished, as engagements of two people."""

from datetime import datetime
from uuid import UUID

from skillhall.gigs import api as gigs
from skillhall.kernel.db.tx import Read
from skillhall.kernel.ids import derived
from skillhall.learning import api as learning
from skillhall.reviews.model.refusals import NeverMet, NotFinished, NothingShared, RevieweeUnnamed, SelfReview
from skillhall.reviews.model.review import Engagement, Kind, ReviewRules, reveal_time
from skillhall.reviews.store.reviews import reviewed

LAST = 100


async def engagement_of(read: Read, account_id: UUID, kind: Kind, subject_id: UUID, reviewee_id: UUID | None) -> Engagement:
    """Return what this account has finished with the one other it means, as if nobody had written yet; or refuse."""
    if reviewee_id == account_id:
        raise SelfReview
    found = await engagements_of(read, kind, subject_id)
    own = [one for one in found if account_id in {one.provider_id, one.client_id} and reviewee_id in {None, one.other(account_id)}]
    if not own:
        raise NotFinished
    if len(own) > 1:
        raise RevieweeUnnamed(count=len(own))
    return own[0]


async def engagements_of(read: Read, kind: Kind, subject_id: UUID) -> list[Engagement]:
    """Return the engagements of a session, booking or project: none before it is completed, of a group one for each learner who came."""
    found = await (learning.finished(read, kind, subject_id) if kind == "session" else gigs.finished(read, kind, subject_id))
    return [] if found is None else pairs(read.setting(ReviewRules), found, read.now)


async def last_unreviewed(read: Read, account_id: UUID, other_id: UUID) -> Engagement:
    """Return the last thing these two have finished that this account has not reviewed, or refuse."""
    if account_id == other_id:
        raise SelfReview
    found = await _shared(read, account_id, other_id)
    done = await reviewed(read, account_id, [one.id for one in found])
    left = [one for one in found if one.id not in done]
    if not left:
        raise NothingShared
    return max(left, key=lambda one: one.completed_at)


async def check_met(read: Read, account_id: UUID, other_id: UUID) -> None:
    """Refuse when these two have finished nothing together, or are one."""
    if account_id == other_id:
        raise SelfReview
    if not await _shared(read, account_id, other_id):
        raise NeverMet


async def _shared(read: Read, one: UUID, other: UUID) -> list[Engagement]:
    lessons = await learning.finished_with(read, one, other, LAST)
    work = await gigs.finished_with(read, one, other, LAST)
    return [pair for found in (*lessons, *work) for pair in pairs(read.setting(ReviewRules), found, read.now)]


def pairs(rules: ReviewRules, found: learning.Finished | gigs.Finished, written_at: datetime) -> list[Engagement]:
    """Return the engagements of what is finished, as if their first review were written then."""
    provider = found.host_or_worker_id
    return [
        Engagement(
            id=engagement_id(found.id, provider, client),
            kind=found.kind,
            subject_id=found.id,
            project_id=found.project_id if isinstance(found, gigs.Finished) else None,
            provider_id=provider,
            provider_profile_id=found.profile_ids[provider],
            client_id=client,
            client_profile_id=found.profile_ids[client],
            offer_id=found.offer_id,
            skill_id=found.skill_id if isinstance(found, learning.Finished) else None,
            completed_at=found.completed_at,
            reveal_at=reveal_time(rules, written_at),
        )
        for client in found.others
    ]


def engagement_id(subject_id: UUID, provider_id: UUID, client_id: UUID) -> UUID:
    """Return the id of an engagement, which has one whether somebody has written in it or not."""
    return derived("engagement", subject_id, provider_id, client_id)
