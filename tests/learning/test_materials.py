"""Materials and notes of a session: who hands out and writes what, who reads it, and who may not."""

from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from skillhall.kernel import file_routes, ids
from skillhall.kernel.actor import STRANGER
from skillhall.kernel.files import FileMissing, readable
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.shapes import ListQuery, Subject
from skillhall.learning.commands.add_material import AddMaterial, add_material
from skillhall.learning.commands.cancel import cancel
from skillhall.learning.commands.reason import Reason
from skillhall.learning.commands.write_note import AddNote, ChangeNote, add_note, change_note
from skillhall.learning.module import MODULE
from skillhall.learning.queries.file_access import LearningFiles
from skillhall.learning.queries.materials import materials
from skillhall.learning.queries.notes import NoteQuery, notes
from tests.kernel.serving import Site, serving
from tests.learning.beside import LINK, A, a_file, a_lesson, a_seat, post
from tests.learning.builders import STAFF, People, outcome


@pytest.fixture
async def site(people: People) -> AsyncGenerator[Site]:
    async with serving(people.hall.runner, (*MODULE.endpoints, *endpoints_of(file_routes))) as opened:
        yield opened


async def test_the_host_hands_out_links_and_files(people: People, site: Site) -> None:
    host, learner, session = await a_lesson(people)
    path = f"/sessions/{session.id}/materials"
    linked = await post(site, path, host, LINK)
    assert (linked.status, linked.headers["Location"]) == (201, f"{A}{path}/{linked.data['id']}")
    assert (linked.data["url"], linked.data["fileId"], linked.data["size"]) == (LINK["url"], None, None)
    file_id = await a_file(people, host)
    filed = (await post(site, path, host, {"title": "Songs", "fileId": str(file_id)})).data
    assert (filed["fileName"], filed["contentType"], filed["size"]) == ("chords.pdf", "application/pdf", 2048)
    for who in (host, learner):
        found = (await site.get(f"{A}{path}", who.account_id)).json
        assert ([one["title"] for one in found["data"]], found["pagination"]["total"]) == (["Chord charts", "Songs"], 2)
        assert f"/api/v1/files/{file_id}/content?" in found["data"][1]["url"]
        assert (await site.get(f"{A}{path}/{filed['id']}", who.account_id)).data["title"] == "Songs"
        assert (await site.get(f"{A}/files/{file_id}", who.account_id)).status == 200
    assert [one["title"] for one in (await site.get(f"{A}{path}?sort=-title&search=song", learner.account_id)).json["data"]] == ["Songs"]
    assert (await site.send("DELETE", f"{A}{path}/{filed['id']}", host.account_id)).data == {"id": filed["id"], "deleted": True}
    assert (await site.get(f"{A}{path}/{filed['id']}", learner.account_id)).reason == "learning.material_not_found"
    assert (await site.get(f"{A}/files/{file_id}", host.account_id)).reason == "files.not_found"
    receivers = await people.hall.pool.fetch("SELECT receiver FROM kernel.delivery WHERE receiver = 'kernel.drop_content'")
    assert len(receivers) == 1
    await people.hall.verify()


async def test_materials_are_for_those_who_have_a_seat(people: People, site: Site) -> None:
    host, _, session = await a_lesson(people)
    path = f"{A}/sessions/{session.id}/materials"
    file_id = await a_file(people, host)
    await people.hall.run(add_material, host, session.id, AddMaterial(title="Songs", file_id=file_id))
    states = ("requested", "confirmed", "joined", "attended", "no_show", "waiting", "cancelled", "expired")
    for state in states:
        who = await a_seat(people, session, await people.person(), state)
        is_seated = state in states[:5]
        for doors in (path, f"{path}/{ids.new()}"):
            answer = await site.get(doors, who.account_id)
            assert (answer.status in {200, 404}) is is_seated, state
            assert is_seated or answer.reason == "learning.seat_needed"
        assert ((await site.get(f"{A}/files/{file_id}", who.account_id)).status == 200) is is_seated
    for who in (await people.person(), STRANGER):
        read = await people.hall.read()
        with pytest.raises(FileMissing):
            await readable(read, who, file_id)
    outsider = await people.person()
    assert (await site.get(path, outsider.account_id)).reason == "learning.session_not_found"
    assert (await site.get(f"{A}/sessions/{ids.new()}/materials", host.account_id)).reason == "learning.session_not_found"
    read = await people.hall.read()
    assert (await materials(read, STAFF, session.id, ListQuery())).total == 1
    assert (await readable(read, STAFF, file_id))["name"] == "chords.pdf"
    for subject in (Subject("avatar", session.id), Subject("session_material", ids.new())):
        assert not await LearningFiles().may_read(read, STAFF, subject)


async def test_who_has_a_seat_is_told_of_a_material(people: People) -> None:
    host, learner, session = await a_lesson(people)
    second = await a_seat(people, session, await people.person(), "joined")
    for state in ("waiting", "cancelled", "expired"):
        await a_seat(people, session, await people.person(), state)
    made = await people.hall.run(add_material, host, session.id, AddMaterial(title="Songs", url=LINK["url"]))
    (row,) = await people.hall.pool.fetch("SELECT subject_id, data FROM kernel.event WHERE type = 'learning.material_added'")
    assert (row["subject_id"], row["data"]["hostId"], row["data"]["materialId"]) == (session.id, str(host.account_id), str(made.id))
    assert set(row["data"]["learnerIds"]) == {str(learner.account_id), str(second.account_id)}


async def test_materials_that_cannot_be(people: People, site: Site) -> None:
    host, learner, session = await a_lesson(people)
    path = f"/sessions/{session.id}/materials"
    used, foreign, portrait = await a_file(people, host), await a_file(people, learner), await a_file(people, host, "avatar")
    assert (await post(site, path, host, {"title": "Songs", "fileId": str(used)})).status == 201
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"title": "Nothing"}, 400, "http.invalid"),
        ({**LINK, "fileId": str(used)}, 400, "http.invalid"),
        ({"title": "Again", "fileId": str(used)}, 409, "files.in_use"),
        ({"title": "Not mine", "fileId": str(foreign)}, 404, "files.not_found"),
        ({"title": "Not there", "fileId": str(ids.new())}, 404, "files.not_found"),
        ({"title": "A portrait", "fileId": str(portrait)}, 422, "files.wrong_kind"),
        ({"title": " ", "url": LINK["url"]}, 400, "http.invalid"),
        ({"title": "Two\nlines", "url": LINK["url"]}, 400, "http.invalid"),
    ]
    urls = (
        "http://example.org/",
        "https://",
        "https://ada:secret@example.org/",
        "https://example.org/ a",
        "https://example.org/\n",
        "ftp://x",
    )
    wrong += [({"title": "A link", "url": url}, 400, "http.invalid") for url in urls]
    for body, status, reason in wrong:
        answer = await post(site, path, host, body)
        assert (answer.status, answer.reason) == (status, reason), body
    neither = (await post(site, path, host, {"title": "Nothing"})).json["error"]["details"]
    assert {(one["field"], one["code"]) for one in neither} == {("fileId", "learning.one_source"), ("url", "learning.one_source")}
    both = (await post(site, path, host, {"title": "", "url": "nowhere"})).json["error"]["details"]
    assert {one["field"] for one in both} == {"title", "url"}
    assert (await post(site, path, learner, LINK)).reason == "learning.host_only"
    assert (await post(site, path, await people.person(), LINK)).reason == "learning.session_not_found"
    for verb, by, reason in (("DELETE", learner, "learning.host_only"), ("DELETE", host, "learning.material_not_found")):
        assert (await site.send(verb, f"{A}{path}/{ids.new()}", by.account_id)).reason == reason
    await people.hall.run(cancel, host, session.id, Reason())
    refused = await post(site, path, host, LINK)
    assert (refused.status, refused.reason) == (409, "learning.session_moved")


async def test_a_session_takes_fifty_materials_also_from_sixteen_tabs(people: People) -> None:
    hall, (host, _, session) = people.hall, await a_lesson(people)
    body = AddMaterial(title="Chords", url="https://example.org/chords")
    for _number in range(45):
        await hall.run(add_material, host, session.id, body)
    answers = Counter(await hall.race(*[outcome(hall.run, add_material, host, session.id, body) for _ in range(16)]))
    assert answers == {"ok": 5, "learning.too_many_kept": 11}


async def test_one_file_goes_to_one_place_also_from_sixteen_tabs(people: People) -> None:
    hall, (host, _, session) = people.hall, await a_lesson(people)
    body = AddMaterial(title="Chords", file_id=await a_file(people, host))
    answers = Counter(await hall.race(*[outcome(hall.run, add_material, host, session.id, body) for _ in range(16)]))
    assert answers == {"ok": 1, "files.in_use": 15}


async def test_notes_are_ones_own_unless_the_host_shares_them(people: People, site: Site) -> None:
    host, learner, session = await a_lesson(people)
    path = f"/sessions/{session.id}/notes"
    mine = await post(site, path, learner, {"text": "Practise the F chord.", "fileIds": [str(await a_file(people, learner))]})
    assert (mine.status, mine.headers["Location"]) == (201, f"{A}{path}/{mine.data['id']}")
    assert (mine.data["isOwn"], mine.data["isShared"], [one["fileName"] for one in mine.data["files"]]) == (True, False, ["chords.pdf"])
    file_id = await a_file(people, host)
    shared = (await post(site, path, host, {"text": "What we did.", "isShared": True, "fileIds": [str(file_id)]})).data
    private = (await post(site, path, host, {"text": "She is quick."})).data
    seen = {who: [one["text"] for one in (await site.get(f"{A}{path}", who.account_id)).json["data"]] for who in (host, learner)}
    assert seen == {host: ["What we did.", "She is quick."], learner: ["Practise the F chord.", "What we did."]}
    only = (await site.get(f"{A}{path}?isShared=true&search=did", learner.account_id)).json["data"]
    assert [(one["id"], one["isOwn"], one["authorId"]) for one in only] == [(shared["id"], False, str(host.account_id))]
    assert (await site.get(f"{A}/files/{file_id}", learner.account_id)).status == 200
    assert (await site.get(f"{A}{path}/{shared['id']}", learner.account_id)).data["files"][0]["url"]
    for who, note in ((learner, private), (host, mine.data)):
        assert (await site.get(f"{A}{path}/{note['id']}", who.account_id)).reason == "learning.note_not_found"
    assert [one.text for one in (await notes(await people.hall.read(), STAFF, session.id, NoteQuery())).items] == ["What we did."]
    hidden = await site.send("PATCH", f"{A}{path}/{shared['id']}", host.account_id, json={"isShared": False})
    assert (hidden.data["isShared"], hidden.data["version"], len(hidden.data["files"])) == (False, 2, 1)
    assert (await site.get(f"{A}/files/{file_id}", learner.account_id)).status == 404
    await people.hall.run(cancel, learner, session.id, Reason())
    kept = (await site.get(f"{A}{path}", learner.account_id)).json["data"]
    assert [one["text"] for one in kept] == ["Practise the F chord."]
    assert (await post(site, path, learner, {"text": "One more"})).reason == "learning.seat_needed"


async def test_a_note_is_changed_and_thrown_away(people: People, site: Site) -> None:
    host, learner, session = await a_lesson(people)
    files = [str(await a_file(people, host, name=f"{number}.pdf")) for number in range(3)]
    path = f"/sessions/{session.id}/notes"
    made = await post(site, path, host, {"text": "First", "fileIds": [files[1], files[0], files[1]]})
    assert [one["fileName"] for one in made.data["files"]] == ["1.pdf", "0.pdf"]
    one, tag = f"{A}{path}/{made.data['id']}", made.headers["ETag"]
    same = await site.send("PATCH", one, host.account_id, json={"text": "First", "fileIds": [files[1], files[0]]})
    assert (same.data["version"], same.headers["ETag"]) == (1, tag)
    changed = await site.send(
        "PUT", one, host.account_id, headers={"If-Match": tag}, json={"text": "Second", "fileIds": [files[2], files[0]]}
    )
    assert ([file["fileName"] for file in changed.data["files"]], changed.data["version"]) == (["2.pdf", "0.pdf"], 2)
    assert (await site.get(f"{A}/files/{files[1]}", host.account_id)).status == 404
    for method in ("PATCH", "PUT"):
        lost = await site.send(method, one, host.account_id, headers={"If-Match": tag}, json={"text": "Third"})
        assert (lost.status, (await site.get(one, host.account_id)).data["text"]) == (412, "Second")
    assert (await site.send("PATCH", one, learner.account_id, json={"text": "Mine"})).reason == "learning.note_not_found"
    await site.send("PATCH", one, host.account_id, json={"isShared": True})
    for method, options in (("PATCH", {"json": {"text": "Mine"}}), ("DELETE", {})):
        assert (await site.send(method, one, learner.account_id, **options)).reason == "learning.not_your_note"
    for method in ("PATCH", "DELETE"):
        gone = await site.send(method, f"{A}{path}/{ids.new()}", host.account_id, **({"json": {}} if method == "PATCH" else {}))
        assert gone.reason == "learning.note_not_found"
    assert (await site.send("DELETE", one, host.account_id)).data["deleted"]
    assert (await site.get(one, host.account_id)).reason == "learning.note_not_found"
    assert await people.hall.pool.fetchval("SELECT count(*) FROM kernel.file WHERE state = 'attached'") == 0


async def test_notes_that_cannot_be(people: People, site: Site) -> None:
    hall, (_host, learner, session) = people.hall, await a_lesson(people)
    path = f"/sessions/{session.id}/notes"
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"text": ""}, "http.invalid"),
        ({"text": " \n "}, "http.invalid"),
        ({"text": "a" * 50_001}, "http.invalid"),
        ({"text": "many files", "fileIds": [str(ids.new()) for _ in range(11)]}, "http.invalid"),
        ({"text": "no file", "fileIds": [str(ids.new())]}, "files.not_found"),
        ({"text": "for all", "isShared": True}, "learning.host_only"),
    ]
    for body, reason in wrong:
        assert (await post(site, path, learner, body)).reason == reason
    long = await post(site, path, learner, {"text": "ä" * 50_000})
    assert long.status == 201
    shared = await site.send("PATCH", f"{A}{path}/{long.data['id']}", learner.account_id, json={"isShared": True})
    assert shared.reason == "learning.host_only"
    for reason in ("learning.session_not_found",):
        outsider = await people.person()
        assert (await site.get(f"{A}{path}", outsider.account_id)).reason == reason
        assert (await post(site, path, outsider, {"text": "Hello"})).reason == reason
    for _number in range(98):
        await hall.run(add_note, learner, session.id, AddNote(text="Again"))
    answers = await hall.race(*[outcome(hall.run, add_note, learner, session.id, AddNote(text="Again")) for _ in range(16)])
    assert Counter(answers) == {"ok": 1, "learning.too_many_kept": 15}


async def test_of_sixteen_changes_of_one_version_one_is_made(people: People, site: Site) -> None:
    hall, (host, _, session) = people.hall, await a_lesson(people)
    note = await hall.run(add_note, host, session.id, AddNote(text="First"))
    one = f"{A}/sessions/{session.id}/notes/{note.id}"
    tag = (await site.get(one, host.account_id)).headers["ETag"]

    async def change() -> int:
        return (await site.send("PATCH", one, host.account_id, headers={"If-Match": tag}, json={"text": str(ids.new())})).status

    assert Counter(await hall.race(*[change] * 16)) == {200: 1, 412: 15}


async def test_sixteen_notes_want_the_same_files(people: People) -> None:
    hall, (_, learner, session) = people.hall, await a_lesson(people)
    files = [await a_file(people, learner) for _ in range(4)]
    made = [await hall.run(add_note, learner, session.id, AddNote(text="Mine")) for _ in range(16)]
    orders = [ChangeNote(file_ids=files if number % 2 else files[::-1]) for number in range(16)]
    calls = [
        outcome(hall.run, change_note, learner, session.id, note.id, order, lambda _: None)
        for note, order in zip(made, orders, strict=True)
    ]
    assert Counter(await hall.race(*calls)) == {"ok": 1, "files.in_use": 15}
