"""Vouching for a skill of somebody one has learned or worked with."""

from collections import Counter
from uuid import UUID

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.tx import Tx
from skillhall.reviews.commands.endorse import endorse, withdraw_endorsement
from skillhall.reviews.model import refusals as no
from skillhall.reviews.model.bodies import Endorse
from skillhall.reviews.queries.endorsements import EndorsementQuery, EndorsementView, endorsements_of
from skillhall.reviews.reactions import follow_merge
from skillhall.skills.api import SkillNotFound
from skillhall.skills.events import SkillsMerged
from tests.learning.builders import outcome
from tests.reviews.builders import Circle

SKILLS = "SELECT id FROM skills.public_skill WHERE is_visible ORDER BY slug LIMIT 2"


async def _vouch(circle: Circle, by: Actor, whom: Actor, skill_id: UUID, message: str = "") -> EndorsementView:
    return await circle.hall.run(endorse, by, whom.account_id, Endorse(skill_id=skill_id, message=message))


async def _of(circle: Circle, whom: Actor, skill_id: UUID | None = None) -> list[UUID]:
    page = await endorsements_of(await circle.hall.read(), STRANGER, whom.account_id, EndorsementQuery(skill_id=skill_id))
    return [view.id for view in page.items]


async def test_only_who_has_worked_with_somebody_vouches_for_them(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    made = await _vouch(circle, learner, host, session.skill.id, "Knows it inside out.")
    assert (made.author and made.author.id, made.about_id, made.skill.id) == (learner.profile_id, host.account_id, session.skill.id)
    assert (await _vouch(circle, learner, host, session.skill.id, "Knows it inside out.")).id == made.id
    with pytest.raises(no.AlreadyEndorsed):
        await _vouch(circle, learner, host, session.skill.id, "Or not.")
    with pytest.raises(no.SelfReview):
        await _vouch(circle, host, host, session.skill.id)
    with pytest.raises(no.NeverMet):
        await _vouch(circle, await circle.person(), host, session.skill.id)
    with pytest.raises(SkillNotFound):
        await _vouch(circle, learner, host, ids.new())
    assert (await _of(circle, host), await _of(circle, host, skill_id=ids.new())) == ([made.id], [])
    shown = (await circle.figures(host)).endorsed_skills
    assert [(one.skill.id, one.endorsements) for one in shown] == [(session.skill.id, 1)]
    assert await circle.said() == ["skill_endorsed"]


async def test_an_endorsement_is_taken_back_by_its_author(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    face = Actor(account_id=learner.account_id)
    made = await _vouch(circle, face, host, session.skill.id)
    assert made.author is not None
    assert made.author.id == learner.profile_id
    with pytest.raises(no.EndorsementNotFound):
        await circle.hall.run(withdraw_endorsement, host, made.id)
    assert await circle.hall.run(withdraw_endorsement, learner, made.id) == made.id
    assert (await _of(circle, host), await circle.said()) == ([], ["skill_endorsed", "endorsement_withdrawn"])


async def test_endorsements_follow_a_merge(circle: Circle) -> None:
    host, (one, two), _ = await circle.class_(2)
    gone, into = [row["id"] for row in await circle.hall.pool.fetch(SKILLS)]
    for by, skill_id in ((one, gone), (one, into), (two, gone)):
        await _vouch(circle, by, host, skill_id)

    async def merged(tx: Tx) -> None:
        await follow_merge(SkillsMerged(skill_id=gone, into_id=into), tx)

    await circle.hall.work(merged)
    assert (len(await _of(circle, host, skill_id=into)), await _of(circle, host, skill_id=gone)) == (2, [])


async def test_of_many_at_once_one_is_stored(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    calls = [outcome(_vouch, circle, learner, host, session.skill.id, str(place)) for place in range(16)]
    assert Counter(await circle.hall.race(*calls)) == {"ok": 1, "reviews.already_endorsed": 15}
    assert await circle.said() == ["skill_endorsed"]
