"""A lesson that was held, as reviews see it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from skillhall.learning.model.lesson import Lesson
from skillhall.learning.model.states import SeatState, SessionState


class Finished(Struct, frozen=True, kw_only=True):
    """A session that is completed, and who may review whom: the host and each learner who came. `profile_ids` by account: the faces."""

    kind: Literal["session"]
    id: UUID
    title: str
    completed_at: datetime
    host_or_worker_id: UUID
    others: tuple[UUID, ...]
    profile_ids: dict[UUID, UUID]
    offer_id: UUID
    skill_id: UUID


def finished_of(lesson: Lesson) -> Finished | None:
    """Return a lesson that was held and to which somebody came; nothing of others."""
    session = lesson.session
    came = {seat.account_id: seat.profile_id for seat in lesson.seats if seat.state is SeatState.ATTENDED and seat.profile_id}
    if session.state is not SessionState.COMPLETED or session.ended_at is None or not came:
        return None
    return Finished(
        kind="session",
        id=session.id,
        title=session.title,
        completed_at=session.ended_at,
        host_or_worker_id=session.host_id,
        others=tuple(came),
        profile_ids={session.host_id: session.host_profile_id, **came},
        offer_id=session.offer_id,
        skill_id=session.skill_id,
    )
