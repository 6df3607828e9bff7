"""The catalogue, what members propose for it, and what they list."""

from skillhall.kernel import ids
from tests.support.server import Served


async def test_a_stranger_looks_around(served: Served):
    stranger = served.stranger()
    skills = await stranger.get("/api/skills?limit=5&sort=difficulty")
    assert len(skills.data) == 5
    assert skills.body["pagination"]["total"] >= 300
    cursor = skills.body["pagination"]["nextCursor"]
    assert {one["id"] for one in (await stranger.get(f"/skills?limit=5&sort=difficulty&cursor={cursor}")).data}.isdisjoint(
        {one["id"] for one in skills.data}
    )
    assert (await stranger.get("/api/skills/search?search=celo")).data[0]["slug"] == "cello"
    await stranger.get("/skills/popular")
    figures = (await stranger.get("/skills/statistics")).data
    assert (figures["totalSkills"] >= 300, figures["totalCategories"] >= 12, figures["totalPrerequisites"] >= 150) == (True, True, True)
    categories = (await stranger.get("/api/skills/categories")).data
    assert sum(category["skills"] for category in categories) == figures["totalSkills"]
    of_one = await stranger.get(f"/skills/categories/{categories[0]['slug']}?limit=100")
    assert {one["category"] for one in of_one.data} == {categories[0]["slug"]}
    assert (await stranger.call("GET", "/skills/categories/nonsense", expect=404)).reason == "skills.category_not_found"
    skill = await stranger.get("/skills/by-slug/cello")
    assert (await stranger.get(f"/api/skills/{skill.data['id']}")).data == skill.data
    unchanged = await stranger.get(f"/skills/{skill.data['id']}", headers={"If-None-Match": skill.headers["ETag"]}, expect=304)
    assert not unchanged.body
    tree = (await stranger.get(f"/skills/{skill.data['id']}/tree")).data
    steps = (await stranger.get(f"/skills/{skill.data['id']}/path")).data["steps"]
    assert tree["skill"]["slug"] == steps[-1]["skill"]["slug"] == "cello"
    known: set[str] = set()
    for step in steps:
        assert {one["skillId"] for one in step["requires"]} <= known
        known.add(step["skill"]["id"])


async def test_a_member_proposes_and_staff_publishes(served: Served):
    member, staff = await served.person(), await served.staff("admin")
    name = f"Viola {ids.new().hex[-8:]}"
    base = (await member.get("/skills/by-slug/music-theory")).data["id"]
    body = {"name": name, "category": "music", "difficulty": 6, "prerequisites": [{"skillId": base, "strength": 6}]}
    proposal = (await member.post("/skills", body, expect=201)).data
    assert proposal["status"] == "under_review"
    path = f"/skills/{proposal['id']}"
    assert (await served.stranger().call("GET", path, expect=404)).reason == "skills.not_found"
    assert (await member.patch(path, {"difficulty": 7})).data["difficulty"] == 7
    assert (await member.call("PATCH", path, {"status": "active"}, expect=403)).reason == "skills.not_yours"
    twin = await member.post("/skills", {**body, "name": name.upper()}, expect=409)
    assert twin.reason == "skills.exists"
    assert (await staff.put(path, {"status": "active", "reason": "Well described."})).data["status"] == "active"
    assert (await served.stranger().get(path)).data["prerequisites"][0]["skill"]["id"] == base
    cycle = await staff.call("PATCH", f"/skills/{base}", {"prerequisites": [{"skillId": proposal["id"]}]}, expect=422)
    assert cycle.reason == "skills.prerequisite_cycle"
    assert (await staff.delete(path)).data["deleted"]
    assert name not in [one["name"] for one in (await member.get(f"/skills?search={name.split()[1]}")).data]


async def test_what_a_member_teaches_and_learns(served: Served):
    member = await served.person()
    cello, theory, piano = [(await member.get(f"/skills/by-slug/{slug}")).data["id"] for slug in ("cello", "music-theory", "piano")]
    rate = {"amount": 30, "currency": "CREDIT"}
    taught = (
        await member.post("/users/me/skills", {"purpose": "teach", "skillId": cello, "level": "advanced", "rate": rate}, expect=201)
    ).data
    twice = await member.post("/users/me/skills", {"purpose": "teach", "skillId": cello, "level": "expert"}, expect=409)
    assert twice.reason == "skills.already_listed"
    assert (await member.patch(f"/users/me/skills/{taught['id']}", {"level": "expert"})).data["level"] == "expert"
    assert (await member.put(f"/users/me/skills/{taught['id']}", {"rate": None})).data["rate"] is None
    goal = {"skillId": theory, "level": "beginner", "targetLevel": "advanced", "goal": "Read scores at sight."}
    lists = (await member.put("/users/me/skills", {"learn": [goal], "work": [{"skillId": piano, "level": "expert"}]})).data
    assert [len(lists[purpose]) for purpose in ("teach", "learn", "work")] == [1, 1, 1]
    assert (await member.get("/users/me/skills")).data["learn"][0]["goal"] == "Read scores at sight."
    seen = (await (await served.person()).get(f"/users/{member.account_id}/skills")).data
    assert (seen["learn"][0]["skill"]["id"], seen["learn"][0]["goal"]) == (theory, None)
    assert (await member.delete(f"/users/me/skills/{taught['id']}")).data["deleted"]
    assert (await member.get("/users/me/skills")).data["teach"] == []
