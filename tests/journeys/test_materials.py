"""Around a lesson: what the host hands out, what each writes down, what is recorded when all agree, and who was there."""

import io
from datetime import timedelta
from typing import Any

import aiohttp

from tests.journeys.cast import a_host, a_key, a_slot, act, booked
from tests.support.client import Client
from tests.support.server import Served, moment

SONGS = b"%PDF-1.7 " + b"x" * 2000
TAPE = {"title": "The first half", "url": "https://example.org/recordings/1"}


async def upload(client: Client, content: bytes, purpose: str = "document") -> str:
    """Upload a file; return its id."""
    form = aiohttp.FormData()
    form.add_field("purpose", purpose)
    form.add_field("file", io.BytesIO(content), filename="songs.pdf", content_type="application/pdf")
    return (await client.call("POST", "/files", data=form, expect=201)).data["id"]


async def a_group(served: Served, seats: int = 3) -> tuple[Client, list[Client], dict[str, Any]]:
    """Return a host, two learners and the group session in which they have seats."""
    host, offer = await a_host(served, instantBooking=True)
    learners = [await served.person() for _ in range(2)]
    body = {"kind": "group", "offerId": offer["id"], "startsAt": await a_slot(served, host, offer), "seats": seats}
    session = (await host.post("/sessions", body, expect=201)).data
    for learner in learners:
        await learner.post(f"/sessions/{session['id']}/seats", expect=201, key=a_key())
    return host, learners, session


async def begun(served: Served, host: Client, learners: list[Client], session: dict[str, Any]) -> None:
    """Let everybody enter, and the host start."""
    await served.advance_to(session["opensAt"])
    for person in (*learners, host):
        await act(person, session, "join")
    await act(host, session, "start")


async def test_materials_for_everybody_with_a_seat(served: Served):
    host, learners, session = await a_group(served)
    path = f"/sessions/{session['id']}/materials"
    file_id = await upload(host, SONGS)
    songs = (await host.post(path, {"title": "Songs", "fileId": file_id}, expect=201)).data
    await host.post(path, {"title": "How to hold it", "url": "https://example.org/posture"}, expect=201)
    outsider = await served.person()
    for learner in learners:
        assert [one["title"] for one in (await learner.get(path)).data] == ["Songs", "How to hold it"]
        link = (await learner.get(f"{path}/{songs['id']}")).data["url"]
        assert (await outsider.get(link.removeprefix(host.base))).body == SONGS
        assert (await learner.get(f"/files/{file_id}")).data["contentType"] == "application/pdf"
    assert (await outsider.call("GET", path, expect=404)).reason == "learning.session_not_found"
    assert (await outsider.call("GET", f"/files/{file_id}", expect=404)).reason == "files.not_found"
    assert len((await (await served.staff("support")).get(path)).data) == 2
    refused = await learners[0].post(path, TAPE, expect=403)
    assert refused.reason == "learning.host_only"
    await learners[1].delete(f"/sessions/{session['id']}/seats/me")
    assert (await learners[1].call("GET", path, expect=403)).reason == "learning.seat_needed"
    assert (await host.delete(f"{path}/{songs['id']}")).data["deleted"]
    assert (await learners[0].call("GET", f"/files/{file_id}", expect=404)).reason == "files.not_found"


async def test_notes_of_ones_own_and_shared_ones(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    path = f"/sessions/{session['id']}/notes"
    mine = (await learner.post(path, {"text": "Practise the F chord.", "fileIds": [await upload(learner, SONGS)]}, expect=201)).data
    shared = (await host.post(path, {"text": "Next time: rhythm.", "isShared": True}, expect=201)).data
    assert [one["text"] for one in (await learner.get(path)).data] == ["Practise the F chord.", "Next time: rhythm."]
    assert [one["id"] for one in (await host.get(path)).data] == [shared["id"]]
    tag = (await learner.get(f"{path}/{mine['id']}")).headers["ETag"]
    assert (await learner.patch(f"{path}/{mine['id']}", {"text": "Practise the F and the B chord."})).data["version"] == 2
    stale = await learner.call("PUT", f"{path}/{mine['id']}", {"text": "Lost"}, headers={"If-Match": tag}, expect=412)
    assert stale.reason == "http.changed_meanwhile"
    assert (await learner.put(f"{path}/{mine['id']}", {"fileIds": []})).data["files"] == []
    assert (await learner.call("DELETE", f"{path}/{shared['id']}", expect=403)).reason == "learning.not_your_note"
    assert (await host.call("GET", f"{path}/{mine['id']}", expect=404)).reason == "learning.note_not_found"
    for client, note in ((learner, mine), (host, shared)):
        assert (await client.delete(f"{path}/{note['id']}")).data["deleted"]
    assert (await learner.get(path)).data == []


async def test_a_recording_lives_by_everybodys_consent(served: Served):
    host, learners, session = await a_group(served)
    path, consent = f"/sessions/{session['id']}/recordings", f"/sessions/{session['id']}/recording-consent"
    for person in (host, learners[0]):
        await person.put(consent, {"consent": True})
    await begun(served, host, learners, session)
    refused = await host.post(path, TAPE, expect=422)
    assert (refused.reason, refused.error["params"]) == ("learning.recording_not_consented", {"host": 0, "learners": 1})
    assert (await learners[1].put(consent, {"consent": True})).data["isComplete"]
    made = (await host.post(path, TAPE, expect=201)).data
    everybody = (host, *learners)
    for person in everybody:
        assert [one["id"] for one in (await person.get(path)).data] == [made["id"]]
        assert (await person.get(f"{path}/{made['id']}")).data["url"] == TAPE["url"]
    await learners[0].put(consent, {"consent": False})
    for person in everybody:
        assert (await person.get(path)).data == []
        assert (await person.call("GET", f"{path}/{made['id']}", expect=404)).reason == "learning.recording_not_found"
    assert (await learners[1].get(consent)).data["consenting"] == 2
    assert [one["id"] for one in (await (await served.staff("support")).get(path)).data] == [made["id"]]
    await learners[0].put(consent, {"consent": True})
    assert len((await learners[1].get(path)).data) == 1
    assert (await host.delete(f"{path}/{made['id']}")).data["deleted"]
    await act(host, session, "end")


async def test_who_was_there_and_for_how_long(served: Served):
    host, learners, session = await a_group(served)
    await begun(served, host, learners, session)
    path = f"/sessions/{session['id']}/attendance"
    await served.advance_to(moment(session["startsAt"]) + timedelta(minutes=20))
    await act(learners[0], session, "leave")
    await served.advance_to(moment(session["startsAt"]) + timedelta(minutes=45))
    assert (await act(host, session, "end"))["status"] == "completed"
    people = {one["accountId"]: one["minutesPresent"] for one in (await host.get(path)).data["people"]}
    for person, minutes in ((host, 45), (learners[0], 20), (learners[1], 45)):
        assert minutes <= people.pop(person.account_id) <= minutes + 1
    assert people == {}
    (own,) = (await learners[0].get(path)).data["people"]
    assert (own["accountId"], own["seatStatus"], own["isHost"]) == (learners[0].account_id, "attended", False)


async def test_older_names_of_the_same_doors(served: Served):
    host, offer = await a_host(served)
    learner = await served.person()
    session = await booked(served, learner, host, offer)
    for client in (host, learner):
        client.root = "/api"
    room = f"{session['id']}"
    await served.advance_to(session["opensAt"])
    assert (await learner.post(f"/meet/join/{room}", expect=200)).data["room"]["joinUrl"]
    assert (await host.post(f"/meet/start/{room}", expect=200)).data["status"] == "in_progress"
    assert len((await host.get(f"/meet/attendance/{room}")).data["people"]) == 2
    assert len((await learner.get(f"/meet/stats/{room}")).data["people"]) == 1
    assert (await learner.get(f"/meet/recordings/{room}")).data == []
    assert (await host.post(f"/meet/end/{room}", expect=200)).data["status"] == "completed"
    assert (await host.post(f"/sessions/{room}/complete", expect=200)).data["status"] == "completed"
    assert (await learner.get("/sessions/stats")).data["asLearner"]["completed"] == 1
    assert [one["id"] for one in (await learner.get("/sessions/my")).data] == [session["id"]]
    second = await booked(served, learner, host, offer, hours=60)
    gone = (await learner.call("DELETE", f"/sessions/{second['id']}", expect=200)).data
    assert (gone["status"], gone["cancelledBy"]) == ("cancelled", learner.account_id)
