"""What a person takes along, and what is forgotten with them."""

from skillhall.kernel.actor import STRANGER
from skillhall.reviews.commands.endorse import endorse
from skillhall.reviews.commands.personal_data import ReviewData
from skillhall.reviews.model.bodies import Endorse
from tests.reviews.builders import Circle


async def test_everything_is_taken_along_but_what_is_not_to_be_read_yet(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    mine = await circle.write(learner, session.id, 4, "Clear and patient.")
    data = ReviewData()
    assert (await data.export(await circle.hall.read(), host.account_id))["reviewsReceived"] == []
    own = await data.export(await circle.hall.read(), learner.account_id)
    assert [row["comment"] for row in own["reviewsWritten"]] == ["Clear and patient."]  # type: ignore[attr-defined]
    await circle.write(host, session.id)
    await circle.hall.run(endorse, learner, host.account_id, Endorse(skill_id=session.skill.id, message="Really."))
    theirs = await data.export(await circle.hall.read(), host.account_id)
    assert [row["id"] for row in theirs["reviewsReceived"]] == [str(mine.id)]  # type: ignore[attr-defined]
    assert [row["message"] for row in theirs["endorsements"]] == ["Really."]  # type: ignore[attr-defined]
    assert len(theirs["engagements"]) == 1  # type: ignore[arg-type]


async def test_words_go_and_stars_stay(circle: Circle) -> None:
    host, learner, session = await circle.lesson()
    mine, theirs = await circle.write(learner, session.id, 4, "Mine."), await circle.write(host, session.id, 2, "Theirs.")
    await circle.reply(learner, theirs.id, "My reply.")
    await circle.reply(host, mine.id, "Their reply.")
    await circle.hall.run(endorse, learner, host.account_id, Endorse(skill_id=session.skill.id))
    erased = [await circle.hall.work(ReviewData().erase, learner.account_id, "somebody", 1) for _ in range(2)]
    assert erased == [False, True]
    left, others = await circle.read(STRANGER, mine.id), await circle.read(STRANGER, theirs.id)
    assert (left.rating, left.comment, left.response) == (4, "", "Their reply.")
    assert (others.comment, others.response) == ("Theirs.", None)
    assert ((await circle.figures(host)).average_rating, (await circle.figures(host)).endorsed_skills) == (4.0, [])
    await circle.hall.verify()
