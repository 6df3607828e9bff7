"""What a member wants to reach, by the older doors too; and what staff confirms."""

import io

import aiohttp
from PIL import Image

from skillhall.kernel import ids
from tests.support.client import Client
from tests.support.server import Served


async def the_id(client: Client, slug: str) -> str:
    return (await client.get(f"/skills/by-slug/{slug}")).data["id"]


async def a_diploma(client: Client) -> str:
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), (250, 250, 240)).save(kept, "PNG")
    form = aiohttp.FormData({"purpose": "document"})
    form.add_field("file", io.BytesIO(kept.getvalue()), filename="diploma.png", content_type="image/png")
    return (await client.call("POST", "/files", data=form, expect=201)).data["id"]


async def test_a_goal_is_set_and_reached(served: Served):
    member = await served.person()
    cello = await the_id(member, "cello")
    body = {
        "skillId": cello, "level": "beginner", "targetLevel": "advanced", "goal": "Play Bach.", "goalDue": "2031-06-30",
        "goalPriority": "high",
    }  # fmt: skip
    assert (await member.post("/api/users/me/skills/learning", body, expect=201)).data["goalDue"] == "2031-06-30"
    assert (await member.post("/users/me/skills/learning", body, expect=409)).reason == "skills.already_listed"
    (goal,) = (await member.get("/users/me/skills/goals?status=open")).data
    assert (goal["skill"]["id"], goal["priority"], goal["reachedAt"]) == (cello, "high", None)
    seen = (await (await served.person()).get(f"/users/{member.account_id}/learning-skills")).data[0]
    assert (seen["targetLevel"], seen["goal"], seen["goalDue"]) == ("advanced", None, None)
    reached = (await member.put(f"/users/me/skills/learning/{cello}", {"level": "advanced"})).data
    assert reached["reachedAt"]
    assert [one["id"] for one in (await member.get("/users/me/skills/goals?status=reached")).data] == [reached["id"]]
    assert (await member.get("/users/me/learning-skills")).data[0]["goal"] == "Play Bach."
    assert (await member.delete(f"/users/me/skills/learning/{cello}")).data["deleted"]
    gone = await member.call("DELETE", f"/users/me/skills/learning/{cello}", expect=404)
    assert gone.reason == "skills.member_skill_not_found"


async def test_what_is_taught_by_the_older_doors(served: Served):
    member = await served.person()
    cello = await the_id(member, "cello")
    body = {"skillId": cello, "level": "expert", "years": 12, "rate": {"amount": 3000, "currency": "EUR"}}
    assert (await member.post("/users/me/skills/teaching", body, expect=201)).data["years"] == 12
    changed = (await member.put(f"/users/me/skills/teaching/{cello}", {"rate": {"amount": 30, "currency": "CREDIT"}})).data
    assert changed["rate"] == {"amount": 30, "currency": "CREDIT"}
    (seen,) = (await (await served.person()).get(f"/users/{member.account_id}/teaching-skills")).data
    assert (seen["skill"]["id"], seen["isVerified"]) == (cello, False)
    assert [one["id"] for one in (await member.get("/users/me/teaching-skills")).data] == [seen["id"]]
    wrong = await member.call("PUT", f"/users/me/skills/teaching/{cello}", {"goal": "x"}, expect=400)
    assert [detail["field"] for detail in wrong.error["details"]] == ["goal"]
    assert (await member.delete(f"/users/me/skills/teaching/{cello}")).data["deleted"]


async def test_staff_confirms_a_skill(served: Served):
    member, staff = await served.person(), await served.staff("admin")
    skill = (await member.post("/users/me/skills/teaching", {"skillId": await the_id(member, "cello"), "level": "expert"}, expect=201)).data
    path = f"/users/me/skills/{skill['id']}/verification"
    asked = (await member.post(path, {"evidence": "degree", "files": [await a_diploma(member)]}, expect=201)).data
    assert (asked["status"], len(asked["files"])) == ("pending", 1)
    assert (await member.post(path, {"evidence": "degree", "note": "Again."}, expect=409)).reason == "skills.verification_pending"
    assert (await member.get("/users/me/skills/verifications")).data[0]["id"] == asked["id"]
    waiting = (await staff.get("/admin/skills/verifications?status=pending&sort=-requestedAt&limit=100")).data
    assert asked["id"] in [one["id"] for one in waiting]
    door = "/admin/skills/verifications"
    assert (await staff.post(f"{door}/{asked['id']}/reject", {"reason": "Cannot be read."}, expect=200)).data["status"] == "rejected"
    again = (await member.post(path, {"evidence": "degree", "note": "See the second page."}, expect=201)).data
    assert (await staff.post(f"{door}/{again['id']}/approve", {"reason": "Genuine."}, expect=200)).data["status"] == "verified"
    assert (await staff.post(f"{door}/{again['id']}/approve", {}, expect=409)).reason == "skills.verification_decided"
    assert (await staff.post(f"{door}/{ids.new()}/approve", {}, expect=404)).reason == "skills.verification_not_found"
    assert (await member.get(f"/users/{member.account_id}/teaching-skills")).data[0]["isVerified"]
    assert (await member.post(path, {"evidence": "degree", "note": "Once more."}, expect=409)).reason == "skills.already_verified"
    mine = (await staff.post("/users/me/skills/teaching", {"skillId": await the_id(staff, "cello"), "level": "expert"}, expect=201)).data
    own = (await staff.post(f"/users/me/skills/{mine['id']}/verification", {"evidence": "project", "note": "Me."}, expect=201)).data
    assert (await staff.post(f"{door}/{own['id']}/approve", {}, expect=403)).reason == "skills.own_verification"
    assert not (await member.patch(f"/users/me/skills/{skill['id']}", {"level": "advanced"})).data["isVerified"]
