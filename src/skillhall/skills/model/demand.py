"""Demand: how many people took a skill up lately, and how that changes."""

from math import sqrt
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from skillhall.kernel.shapes import Instant, View
from skillhall.skills.model.views import SkillCard, SkillStats

Days = Annotated[int, Meta(ge=1, le=90)]


class ActivityView(View, frozen=True, kw_only=True):
    """What happened with a skill in some time: people who list it since, sessions held, learners in them."""

    learners: int
    teachers: int
    workers: int
    sessions: int
    session_learners: int

    @property
    def total(self) -> int:
        """One point for each person who took it up, and for each seat in a session."""
        return self.learners + self.teachers + self.workers + self.session_learners


class TrendView(View, frozen=True, kw_only=True):
    """A skill with its activity in the last days and in as many days before.

    `score` is the growth in units of what chance would do: (now - before) / sqrt(now + before + 1).
    """

    skill: SkillCard
    activity: ActivityView
    before: ActivityView
    score: float


class WeekView(View, frozen=True, kw_only=True):
    """One week of demand, from its first moment on."""

    starts_at: Instant
    activity: ActivityView


class RateView(View, frozen=True, kw_only=True):
    """What an hour costs among those who teach a skill, in minor units of one currency."""

    currency: str
    teachers: int
    lowest: int
    median: int
    highest: int


class DemandView(View, frozen=True, kw_only=True):
    """Demand for a skill: who lists it, learners per teacher (null while nobody teaches it), twelve weeks, rates."""

    skill: SkillCard
    stats: SkillStats
    learners_per_teacher: float | None
    score: float
    weeks: list[WeekView]
    rates: list[RateView]
    redirected_from: UUID | None


def score_of(now: int, before: int) -> float:
    """Return how far growth stands out from chance, rounded to hundredths."""
    return round((now - before) / sqrt(now + before + 1), 2)
