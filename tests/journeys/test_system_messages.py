"""What happens to a lesson, a group and a dispute stands in their people's conversations, and what was said there is evidence."""

from typing import Any

from tests.journeys.cast import a_host, fund, held_lesson
from tests.journeys.test_engagements import a_bid, a_pair, accepted, signed
from tests.journeys.test_groups import a_group, take
from tests.support.client import Client
from tests.support.server import Served


async def talks(client: Client, kind: str) -> list[dict[str, Any]]:
    """Return one's conversations of a kind."""
    return [one for one in (await client.get("/conversations")).data if one["type"] == kind]


async def said(client: Client, conversation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the messages of a conversation, oldest first."""
    return (await client.get(f"/conversations/{conversation['id']}/messages?after=0&limit=100")).data


async def test_a_lesson_and_a_dispute_about_it_are_spoken_of_between_the_two(served: Served):
    host, offer = await a_host(served, price=30)
    learner = await served.person()
    await fund(served, learner, 30)
    session = await held_lesson(served, host, learner, offer)
    (ours,) = await talks(learner, "direct")
    assert [one["id"] for one in await talks(host, "direct")] == [ours["id"]]
    told = await said(host, ours)
    assert [(one["type"], one["code"]) for one in told] == [
        ("system", f"learning.session_{what}") for what in ("requested", "scheduled", "started", "completed")
    ]  # fmt: skip
    assert (told[0]["sender"], told[0]["subject"]) == (None, {"kind": "session", "id": session["id"]})
    assert told[0]["params"] == {"title": offer["title"], "startsAt": session["startsAt"]}
    assert told[0]["content"].startswith(f"“{offer['title']}” is requested for ")
    await learner.post(f"/conversations/{ours['id']}/messages", {"content": "There was no sound."}, expect=201)
    dispute = (await learner.post("/disputes", {"sessionId": session["id"], "reason": "No sound."}, expect=201)).data
    assert (await said(learner, ours))[-1]["code"] == "disputes.opened"
    facts = (await host.get(f"/disputes/{dispute['id']}/bundle")).data["facts"]
    assert [one["text"] for one in facts["messages"] if one["by"]] == ["There was no sound."]
    assert facts["messages"][-1]["code"] == "disputes.opened"


async def test_groups_and_projects_have_conversations_of_their_own(served: Served):
    host, offer = await a_host(served, price=0)
    learner, other = await served.person(), await served.person()
    group = await a_group(served, host, offer, seats=2)
    for who in (learner, other):
        await take(who, group)
    (ours,) = await talks(host, "session")
    assert (ours["title"], ours["subject"], ours["participantCount"]) == (offer["title"], {"kind": "session", "id": group["id"]}, 3)
    await other.delete(f"/sessions/{group['id']}/seats/me", expect=200)
    (left,) = await talks(other, "session")
    assert (left["hasLeft"], (await said(other, left))[-1]["code"]) == (True, "learning.seat_left")
    await host.post(f"/sessions/{group['id']}/cancel", {}, expect=200)
    assert [one["code"] for one in await said(learner, ours)] == [
        f"learning.{what}" for what in ("seat_taken", "seat_taken", "seat_left", "session_cancelled")
    ]  # fmt: skip
    assert (await said(other, left))[-1]["code"] == "learning.seat_left"

    client, worker = await a_pair(served)
    await signed(client, worker, await accepted(client, await a_bid(client, worker)))
    (project,) = await talks(worker, "project")
    assert project["title"] == "A cello part for a film"
    assert [one["code"] for one in await said(client, project)] == [
        f"gigs.agreement_{what}" for what in ("made", "signed", "activated")
    ]  # fmt: skip
