"""Staff keeps the catalogue: categories, proposals, duplicates, resources, verification, tables; everybody sees what is wanted."""

import io
from pathlib import Path
from typing import Any

import aiohttp

from skillhall.kernel import ids
from tests.journeys.cast import a_host, an_offer, held_lesson
from tests.support.client import Client
from tests.support.server import Served


def a_name(first: str) -> str:
    return f"{first} {ids.new().hex[-8:]}"


async def a_skill(client: Client, name: str, *needs: str, **fields: Any) -> dict[str, Any]:
    body = {"name": name, "category": "music", "difficulty": 5, "prerequisites": [{"skillId": need} for need in needs], **fields}
    return (await client.post("/skills", body, expect=201)).data


async def the_id(client: Client, slug: str) -> str:
    return (await client.get(f"/skills/by-slug/{slug}")).data["id"]


async def test_what_is_wanted(served: Served):
    stranger, member = served.stranger(), await served.person()
    cello = await the_id(stranger, "cello")
    await member.post("/users/me/skills/learning", {"skillId": cello, "level": "beginner", "targetLevel": "expert"}, expect=201)
    assert cello in [one["skill"]["id"] for one in (await stranger.get("/api/skills/trending?days=7&limit=100")).data]
    assert (await stranger.call("GET", "/skills/trending?days=0", expect=400)).reason == "http.invalid"
    demand = (await stranger.get(f"/skills/{cello}/demand")).data
    assert (len(demand["weeks"]), demand["weeks"][-1]["activity"]["learners"] >= 1) == (12, True)
    needs = (await stranger.get(f"/api/skills/{cello}/prerequisites")).data
    assert "reading-sheet-music" in {one["skill"]["slug"] for one in needs}
    beside = (await stranger.get(f"/skills/{cello}/related")).data
    assert all(1 <= one["strength"] <= 10 for one in beside)
    for part in ("prerequisites", "related", "demand", "resources"):
        assert (await stranger.call("GET", f"/skills/{ids.new()}/{part}", expect=404)).reason == "skills.not_found"


async def test_categories_and_their_parts(served: Served):
    staff, member = await served.staff("admin"), await served.person()
    name = a_name("Early Music")
    made = (await staff.post("/admin/skills/categories", {"name": name, "parent": "music"}, expect=201)).data
    path = f"/admin/skills/categories/{made['slug']}"
    again = await staff.post("/admin/skills/categories", {"name": name, "parent": "music"}, expect=409)
    assert again.reason == "skills.category_exists"
    assert (await staff.patch(path, {"description": "Before 1750."})).data["description"] == "Before 1750."
    skill = await a_skill(staff, a_name("Gamba"), subcategory=made["slug"])
    listed = (await served.stranger().get(f"/skills/categories/{made['slug']}")).data
    assert [one["id"] for one in listed] == [skill["id"]]
    assert (await staff.call("DELETE", path, expect=409)).reason == "skills.category_in_use"
    await staff.patch(f"/skills/{skill['id']}", {"subcategory": None})
    assert (await staff.delete(path)).data["deleted"]
    assert (await staff.call("DELETE", path, expect=404)).reason == "skills.category_not_found"
    assert (await member.post("/admin/skills/categories", {"name": "Mine"}, expect=403)).reason == "http.permission_missing"


async def test_proposals_are_approved_rejected_and_merged(served: Served):
    member, staff = await served.person(), await served.staff("admin")
    fine, narrow, same = [await a_skill(member, a_name(first)) for first in ("Lute", "Left Hand", "Celo")]
    waiting = (await staff.get("/admin/skills/proposals?sort=-createdAt&limit=100")).data
    assert {one["id"] for one in (fine, narrow, same)} <= {one["skill"]["id"] for one in waiting}
    door = "/admin/skills/proposals"
    assert (await staff.post(f"{door}/{fine['id']}/approve", {"reason": "Fine."}, expect=200)).data["status"] == "active"
    twice = await staff.post(f"{door}/{fine['id']}/reject", {"reason": "No."}, expect=409)
    assert twice.reason == "skills.proposal_decided"
    await staff.post(f"{door}/{narrow['id']}/reject", {"reason": "Too narrow."}, expect=200)
    cello = await the_id(staff, "cello")
    assert (await staff.post(f"{door}/{same['id']}/approve", {"into": cello}, expect=200)).data["id"] == cello
    own = {one["skill"]["id"]: one for one in (await member.get("/users/me/skills/proposals")).data}
    assert (own[fine["id"]]["skill"]["status"], own[narrow["id"]]["decision"]) == ("active", "Too narrow.")
    assert own[same["id"]]["mergedInto"]["id"] == cello


async def test_a_duplicate_leads_to_the_other_one_and_offers_go_on(served: Served):
    host, staff, stranger = await served.person(), await served.staff("admin"), served.stranger()
    old, new = await a_skill(staff, a_name("Viole")), await a_skill(staff, a_name("Viola da Braccio"))
    above = await a_skill(staff, a_name("Consort"), old["id"])
    await host.post("/users/me/skills/teaching", {"skillId": old["id"], "level": "expert"}, expect=201)
    offer = await an_offer(host, skillId=old["id"])
    path = f"/admin/skills/{old['id']}/merge"
    reason = "The same instrument."
    assert (await staff.post(path, {"into": old["id"], "reason": reason}, expect=422)).reason == "skills.merged_into_itself"
    assert (await staff.post(path, {"into": above["id"], "reason": reason}, expect=200)).data["id"] == above["id"]
    assert (await staff.post(path, {"into": new["id"], "reason": reason}, expect=409)).reason == "skills.merged"
    seen = (await stranger.get(f"/skills/{old['id']}")).data
    assert (seen["id"], seen["redirectedFrom"], old["name"] in seen["aliases"]) == (above["id"], old["id"], True)
    assert (await stranger.get(f"/skills/by-slug/{old['slug']}")).data["id"] == above["id"]
    assert (await staff.call("PATCH", f"/skills/{old['id']}", {"difficulty": 1}, expect=409)).reason == "skills.merged"
    assert [one["skill"]["id"] for one in (await host.get("/users/me/teaching-skills")).data] == [above["id"]]
    await served.settled()
    assert (await host.get(f"/offers/{offer['id']}")).data["skill"]["id"] == above["id"]
    proposal = await a_skill(await served.person(), a_name("Lute"))
    refused = await staff.post(f"/admin/skills/{new['id']}/merge", {"into": proposal["id"], "reason": reason}, expect=422)
    assert refused.reason == "skills.not_published"
    middle = await a_skill(staff, a_name("Middle"), new["id"])
    top = await a_skill(staff, a_name("Top"), middle["id"])
    circle = await staff.post(f"/admin/skills/{top['id']}/merge", {"into": new["id"], "reason": reason}, expect=422)
    assert circle.reason == "skills.prerequisite_cycle"


async def test_resources_are_proposed_and_published(served: Served):
    member, staff, stranger = await served.person(), await served.staff("admin"), served.stranger()
    path = f"/skills/{(await a_skill(staff, a_name('Lute')))['id']}/resources"
    body = {"kind": "book", "title": "The Lute", "url": "https://example.org/lute"}
    proposed = (await member.post(path, body, expect=201)).data
    assert (proposed["status"], (await stranger.get(path)).data) == ("proposed", [])
    assert (await staff.post(path, body, expect=409)).reason == "skills.resource_exists"
    one = f"{path}/{proposed['id']}"
    assert (await member.call("PATCH", one, {"status": "active"}, expect=403)).reason == "skills.not_your_resource"
    waiting = (await staff.get("/admin/skills/resources?status=proposed&limit=100&sort=-createdAt")).data
    assert proposed["id"] in [resource["id"] for resource in waiting]
    await staff.patch(one, {"status": "active", "reason": "Good."})
    assert [resource["title"] for resource in (await stranger.get(path)).data] == ["The Lute"]
    assert (await staff.delete(one)).data["deleted"]
    assert (await staff.call("DELETE", one, expect=404)).reason == "skills.resource_not_found"


async def test_staff_vouches_for_an_entry(served: Served):
    staff = await served.staff("admin")
    skill = await a_skill(staff, a_name("Lute"))
    path = f"/skills/{skill['id']}/verify"
    assert (await staff.post(path, {"reason": "Checked."}, expect=200)).data["isVerified"]
    assert (await staff.delete(path)).data["deleted"]
    assert not (await staff.get(f"/skills/{skill['id']}")).data["isVerified"]


def a_form(content: bytes, **fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData(fields)
    form.add_field("file", io.BytesIO(content), filename="skills.csv", content_type="text/csv")
    return form


async def test_the_catalogue_as_a_table(served: Served):
    staff = await served.staff("admin")
    table = (await staff.get("/admin/skills/export")).body
    assert table.startswith(b"slug,name,category,")
    name = a_name("Lute")
    rows = f"name,category,difficulty,prerequisites\n{name},music,5,cello:7\nOdd,nonsense,11,\n".encode()
    dry = (await staff.call("POST", "/admin/skills/import", data=a_form(rows, dryRun="true"), expect=200)).data
    assert (dry["created"], dry["refused"], dry["dryRun"]) == (1, 1, True)
    report = (await staff.call("POST", "/admin/skills/import", data=a_form(rows), expect=200)).data
    assert (report["created"], {error["column"] for error in report["errors"]}) == (1, {"difficulty"})
    (found,) = (await staff.get(f"/skills?search={name.split()[1]}")).data
    assert [one["skill"]["slug"] for one in (await staff.get(f"/skills/{found['id']}/prerequisites")).data] == ["cello"]
    for content, reason in ((b"color\n", "skills.sheet_unreadable"), (b"name\n" * 6000, "skills.sheet_too_long")):
        assert (await staff.call("POST", "/admin/skills/import", data=a_form(content), expect=422)).reason == reason


async def test_the_table_at_the_command_line(served: Served, tmp_path: Path):
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    assert str(whole) in served.cli("skills", "export", str(whole))
    assert " 0 created, 0 changed" in served.cli("skills", "import", str(whole))
    part.write_text("name,category,difficulty\nCello,music,6\n", encoding="utf-8")
    assert '"dryRun": true' in served.cli("skills", "import", "--dry-run", "--json", str(part))


async def test_a_lesson_counts_for_its_skill(served: Served):
    staff, learner = await served.staff("admin"), await served.person()
    skill = await a_skill(staff, a_name("Lute"))
    host, offer = await a_host(served, skillId=skill["id"])
    await held_lesson(served, host, learner, offer)
    await served.settled()
    demand = (await learner.get(f"/skills/{skill['id']}/demand")).data
    assert (demand["stats"]["totalSessions"], demand["weeks"][-1]["activity"]["sessionLearners"]) == (1, 1)
    await staff.post(f"/admin/skills/{skill['id']}/merge", {"into": await the_id(staff, "cello"), "reason": "The same."}, expect=200)
    await served.settled()
    (session,) = (await learner.get(f"/sessions?offerId={offer['id']}")).data
    assert session["skill"]["slug"] == "cello"
