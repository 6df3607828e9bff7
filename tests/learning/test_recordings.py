"""Recordings with everybody's consent, minutes in the room, and what goes with a person."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from skillhall.kernel import file_routes, ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.files import readable
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.shapes import ListQuery
from skillhall.learning.commands.add_material import AddMaterial, add_material
from skillhall.learning.commands.consent_to_recording import RecordingConsent, consent_to_recording
from skillhall.learning.commands.interrupt import interrupt
from skillhall.learning.commands.join import join, leave
from skillhall.learning.commands.personal_data import LearningData
from skillhall.learning.commands.write_note import AddNote, add_note
from skillhall.learning.module import MODULE
from skillhall.learning.queries.materials import recordings
from skillhall.learning.queries.presence import attendance
from tests.kernel.serving import Site, serving
from tests.learning.beside import LINK, A, a_file, a_lesson, a_seat, post
from tests.learning.builders import MINUTE, STAFF, People, outcome

AGREES, DOES_NOT = RecordingConsent(consent=True), RecordingConsent(consent=False)


@pytest.fixture
async def site(people: People) -> AsyncGenerator[Site]:
    async with serving(people.hall.runner, (*MODULE.endpoints, *endpoints_of(file_routes))) as opened:
        yield opened


async def test_recordings_need_everybodys_consent(people: People, site: Site) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=31)
    session = await people.begun(host, learner)
    path, consent = f"/sessions/{session.id}/recordings", f"{A}/sessions/{session.id}/recording-consent"
    tape = {"fileId": str(await a_file(people, host, "media", "lesson.mp3"))}
    for missing, agreeing in (({"host": 1, "learners": 1}, host), ({"host": 0, "learners": 1}, learner)):
        refused = await post(site, path, host, tape)
        assert (refused.status, refused.reason, refused.json["error"]["params"]) == (422, "learning.recording_not_consented", missing)
        said = await site.send("PUT", consent, agreeing.account_id, json={"consent": True})
        assert (said.status, said.data["consent"], said.data["asked"], said.data["isComplete"]) == (200, True, 2, agreeing is learner)
    made = await post(site, path, host, tape)
    assert (made.status, made.data["title"], made.data["contentType"]) == (201, session.title, "audio/mpeg")
    one = f"{A}{path}/{made.data['id']}"
    told = await hall.pool.fetch("SELECT data FROM kernel.event WHERE type = 'learning.recording_added'")
    assert [(row["data"]["recordingId"], row["data"]["learnerIds"]) for row in told] == [(made.data["id"], [str(learner.account_id)])]
    for who in (host, learner):
        assert [tape["id"] for tape in (await site.get(f"{A}{path}", who.account_id)).json["data"]] == [made.data["id"]]
        assert (await site.get(one, who.account_id)).status == 200
        assert (await site.get(f"{A}/files/{tape['fileId']}", who.account_id)).status == 200
    withdrawn = await site.send("PUT", consent, learner.account_id, json={"consent": False})
    assert (withdrawn.data["isComplete"], withdrawn.data["hostConsents"], withdrawn.data["recordings"]) == (False, True, 1)
    for who in (host, learner):
        assert (await site.get(f"{A}{path}", who.account_id)).json["data"] == []
        assert (await site.get(one, who.account_id)).reason == "learning.recording_not_found"
    assert (await site.get(f"{A}/files/{tape['fileId']}", learner.account_id)).reason == "files.not_found"
    assert (await recordings(await hall.read(), STAFF, session.id, ListQuery())).total == 1
    assert (await readable(await hall.read(), STAFF, UUID(tape["fileId"])))["name"] == "lesson.mp3"
    await hall.run(consent_to_recording, learner, session.id, AGREES)
    assert (await site.get(one, learner.account_id)).status == 200
    await hall.run(consent_to_recording, host, session.id, DOES_NOT)
    assert (await site.get(one, learner.account_id)).status == 404
    assert (await site.send("DELETE", one, host.account_id)).data["deleted"]
    assert (await site.get(consent, host.account_id)).data == {
        "sessionId": str(session.id), "consent": False, "asked": 2, "consenting": 1, "hostConsents": False, "isComplete": False,
        "recordings": 0,
    }  # fmt: skip


async def test_who_takes_a_seat_later_has_not_consented(people: People, site: Site) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=31)
    session = await people.begun(host, learner)
    for who in (host, learner):
        await hall.run(consent_to_recording, who, session.id, AGREES)
    path = f"{A}/sessions/{session.id}/recordings"
    assert (await post(site, f"/sessions/{session.id}/recordings", host, LINK)).status == 201
    await hall.run(interrupt, host, session.id)
    late = await a_seat(people, session, await people.person())
    assert (await site.get(path, learner.account_id)).json["data"] == []
    refused = await post(site, f"/sessions/{session.id}/recordings", host, LINK)
    assert refused.json["error"]["params"] == {"host": 0, "learners": 1}
    await hall.run(consent_to_recording, late, session.id, AGREES)
    for who in (late, learner):
        assert len((await site.get(path, who.account_id)).json["data"]) == 1
    await hall.pool.execute("UPDATE learning.seat SET state = 'cancelled' WHERE account_id = $1", learner.account_id)
    assert (await site.get(path, learner.account_id)).reason == "learning.seat_needed"
    said = await hall.run(consent_to_recording, learner, session.id, DOES_NOT)
    assert (said.asked, said.is_complete) == (3, False)
    assert (await site.get(f"{A}/sessions/{session.id}/recording-consent", learner.account_id)).data["consent"] is False
    assert (await site.get(path, late.account_id)).json["data"] == []


async def test_recordings_that_cannot_be(people: People, site: Site) -> None:
    hall, (host, learner, session) = people.hall, await a_lesson(people)
    path, consent = f"/sessions/{session.id}/recordings", f"/sessions/{session.id}/recording-consent"
    outsider, waiting = await people.person(), await people.person()
    for who in (host, learner):
        await hall.run(consent_to_recording, who, session.id, AGREES)
    early = await post(site, path, host, LINK)
    assert (early.status, early.reason) == (409, "learning.session_moved")
    await people.until(datetime.fromisoformat(session.starts_at))
    await hall.run(join, learner, session.id)
    assert (await post(site, f"/sessions/{session.id}/start", host, {})).status == 200
    document = await a_file(people, host)
    wrong: list[tuple[Actor, dict[str, Any], str]] = [
        (host, {}, "http.invalid"),
        (host, {"fileId": str(document)}, "files.wrong_kind"),
        (host, {"fileId": str(ids.new())}, "files.not_found"),
        (learner, LINK, "learning.host_only"),
        (outsider, LINK, "learning.session_not_found"),
    ]
    for who, body, reason in wrong:
        assert (await post(site, path, who, body)).reason == reason
    for _number in range(20):
        assert (await post(site, path, host, LINK)).status == 201
    full = await post(site, path, host, LINK)
    assert (full.status, full.reason, full.json["error"]["params"]) == (422, "learning.too_many_kept", {"most": 20, "things": "recordings"})
    assert (await site.send("DELETE", f"{A}{path}/{ids.new()}", host.account_id)).reason == "learning.recording_not_found"
    assert (await site.send("DELETE", f"{A}{path}/{ids.new()}", learner.account_id)).reason == "learning.host_only"
    await a_seat(people, session, waiting, "waiting")
    for who, reason in ((waiting, "learning.seat_needed"), (outsider, "learning.session_not_found")):
        for door in (path, f"{path}/{ids.new()}", consent):
            assert (await site.get(f"{A}{door}", who.account_id)).reason == reason
        assert (await site.send("PUT", f"{A}{consent}", who.account_id, json={"consent": True})).reason == reason
    assert await outcome(hall.run, consent_to_recording, STAFF, session.id, AGREES)() == "learning.seat_needed"


async def test_minutes_present_are_those_of_the_lesson(people: People, site: Site) -> None:
    hall, host, learner = people.hall, await people.host("Hana Host"), await people.person(wallet=31, name="Lea Learner")
    session = await people.scheduled(host, learner)
    start, path = datetime.fromisoformat(session.starts_at), f"{A}/sessions/{session.id}/attendance"
    assert [one["minutesPresent"] for one in (await site.get(path, host.account_id)).data["people"]] == [0, 0]
    await people.until(start - 5 * MINUTE)
    await hall.run(join, host, session.id)
    await people.until(start + 10 * MINUTE)
    await hall.run(join, learner, session.id)
    await people.until(start + 15 * MINUTE)
    await hall.run(leave, learner, session.id)
    await people.until(start + 20 * MINUTE)
    await hall.run(join, learner, session.id)
    await people.until(start + 30 * MINUTE)
    seen = (await site.get(path, host.account_id)).data
    assert seen["plannedMinutes"] == 60
    told = [
        (one["person"]["displayName"], one["isHost"], one["timesEntered"], one["isPresent"], one["minutesPresent"])
        for one in seen["people"]
    ]
    assert told == [("Hana Host", True, 1, True, 30), ("Lea Learner", False, 2, True, 15)]
    own = (await site.get(path, learner.account_id)).data["people"]
    assert [(one["accountId"], one["seatStatus"], one["minutesPresent"]) for one in own] == [(str(learner.account_id), "joined", 15)]
    await people.until(start + 90 * MINUTE)
    after = (await attendance(await hall.read(), STAFF, session.id)).people
    assert [(one.minutes_present, one.is_present) for one in after] == [(60, False), (45, False)]
    assert (await site.get(path, (await people.person()).account_id)).reason == "learning.session_not_found"
    waiting = await a_seat(people, session, await people.person(), "waiting")
    assert (await site.get(path, waiting.account_id)).reason == "learning.seat_needed"


async def test_what_was_kept_goes_with_its_people(people: People, site: Site) -> None:
    hall, host, learner = people.hall, await people.host(), await people.person(wallet=31)
    session, data = await people.begun(host, learner), LearningData()
    for who in (host, learner):
        await hall.run(consent_to_recording, who, session.id, AGREES)
        await hall.run(add_note, who, session.id, AddNote(text="secret words", file_ids=[await a_file(people, who)]))
    await hall.run(add_material, host, session.id, AddMaterial(title="Songs", file_id=await a_file(people, host)))
    assert (await post(site, f"/sessions/{session.id}/recordings", host, LINK)).status == 201
    exported: dict[str, Any] = await data.export(await hall.read(), host.account_id)
    assert [(one["kind"], one["title"]) for one in exported["materials"]] == [("material", "Songs"), ("recording", "Chord charts")]
    assert [(one["text"], len(one["files"])) for one in exported["notes"]] == [("secret words", 1)]
    assert [one["consents"] for one in exported["recordingConsents"]] == [True]
    path = f"{A}/sessions/{session.id}/recordings"
    assert len((await site.get(path, host.account_id)).json["data"]) == 1
    for who, left in ((learner, 2), (host, 0)):
        for _ in range(20):
            if await hall.work(data.erase, who.account_id, "Someone", 1):
                break
        else:
            pytest.fail("never done")
        assert (await site.get(path, host.account_id)).json["data"] == []
        assert await hall.pool.fetchval("SELECT count(*) FROM kernel.file WHERE state = 'attached'") == left
    for table in ("material", "note", "note_file", "recording_consent"):
        assert await hall.pool.fetchval(f"SELECT count(*) FROM learning.{table}") == 0
