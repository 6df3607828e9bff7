"""kill -9 while a dispute is opened and while it is carried out: what is held is frozen with its case, and moves once."""

import pytest

from tests.crash.conftest import Mortal
from tests.crash.test_crashes import AGAIN, AT, a_pair, at, fatal
from tests.journeys.cast import held_lesson, owned, seat

pytestmark = pytest.mark.slow


@AGAIN
@AT
async def test_a_server_dies_while_a_dispute_is_opened_and_resolved(mortal: Mortal, point: str, round_: int):
    host, offer, learner = await a_pair(mortal, instant=True)
    session = await held_lesson(mortal, host, learner, offer)
    body = {"sessionId": session["id"], "reason": "We had no sound at all."}
    await fatal(await mortal.server(at(point, "openDisputeAbout")), learner, "/disputes", body)
    assert (await seat(learner, session))["settlement"] == ("held" if point == "before_commit" else "frozen")
    opened = (await learner.post("/disputes", body, expect=201)).data
    seat_id = session["seats"][0]["id"]
    assert await mortal.value("SELECT count(*) FROM disputes.case WHERE subject_id = $1", seat_id) == 1
    await mortal.check()
    door, mediator = f"/disputes/{opened['id']}", await mortal.operator()
    await mediator.post(f"{door}/proposals", {"outcome": "full_refund", "reason": "There was no sound."}, expect=200)
    await learner.post(f"{door}/accept", expect=200)
    await fatal(await mortal.server(at(point, "acceptDisputeOutcome")), host, f"{door}/accept", {})
    assert (await seat(learner, session))["settlement"] == ("frozen" if point == "before_commit" else "refunded")
    assert (await host.post(f"{door}/accept", expect=200)).data["status"] == "resolved"
    await mortal.work_off()
    assert await owned(learner) == 10
