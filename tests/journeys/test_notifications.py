"""Being told: the inbox, why, how one likes it; and what staff sends to one, some and many."""

from datetime import timedelta
from typing import Any

from skillhall.kernel import ids
from skillhall.kernel.shapes import instant
from tests.support.client import Client
from tests.support.server import Served, eventually
from tests.support.wire import stream, wire

SAID = {"title": "The hall is closed on Monday", "message": "We paint the walls.\n\nLessons online <take place>.", "link": "/status"}
OURS = "type=system_announcement"


async def titles(client: Client, query: str = OURS) -> list[str]:
    """Return what an inbox shows."""
    return [one["title"] for one in (await client.get(f"/notifications?{query}")).data]


async def told(admin: Client, reader: Client, **fields: Any) -> dict[str, Any]:
    """Let staff tell somebody something."""
    return (await admin.post("/notifications", {**SAID, "userId": reader.account_id, **fields}, expect=201)).data


async def unread(client: Client) -> int:
    return (await client.get("/notifications/unread-count")).data["count"]


async def test_an_inbox(served: Served):
    admin, mira, ben = await served.staff("admin"), await served.person(), await served.person()
    await served.settled()
    before = await unread(mira)
    first, second = await told(admin, mira), await told(admin, mira, title="Open again", priority="high")
    assert await unread(mira) == before + 2
    (newest, _) = (await mira.get(f"/notifications?{OURS}&unreadOnly=true")).data
    assert (newest["id"], newest["link"], newest["priority"], newest["actions"][0]["label"]) == (
        second["id"],
        "/status",
        "high",
        "Read more",
    )
    assert newest["content"]["html"] == "<p>We paint the walls.</p><p>Lessons online &lt;take place&gt;.</p>"
    path = f"/notifications/{first['id']}"
    assert not (await mira.get(path)).data["isRead"]
    assert (await ben.call("GET", path, expect=404)).reason == "notifications.not_found"
    assert (await ben.call("PUT", f"{path}/read", {}, expect=404)).reason == "notifications.not_found"
    why = (await mira.get(f"{path}/why")).data
    assert (why["why"], why["explanation"]) == ("recipient", "The team of this community sent it to you.")
    assert [one["channel"] for one in (await mira.get(f"{path}/deliveries")).data] == ["email"]
    assert (await mira.put(f"{path}/read", {})).data["isRead"]
    assert (await mira.patch(f"{path}/read", {})).data["readAt"]
    assert (await mira.post(f"{path}/read", expect=200)).data["isRead"]
    assert await unread(mira) == before + 1
    assert await titles(mira, f"{OURS}&unreadOnly=false") == ["Open again", SAID["title"]]
    assert await titles(mira, f"{OURS}&isRead=true&category=announcements") == [SAID["title"]]
    refused = await mira.post(f"{path}/action", {"action": "explode"}, expect=400)
    assert refused.error["message"] == "action: Must be one of: open."
    assert (await mira.post(f"{path}/action", {"action": "open"}, expect=200)).data["isRead"]
    assert (await mira.put(f"{path}/dismiss", {})).data["status"] == "dismissed"
    assert (await mira.put("/notifications/read/multiple", {"ids": [second["id"], first["id"]]})).data["updated"] == 1
    await told(admin, mira)
    assert (await mira.put("/notifications/read-all?category=announcements", {})).data["updated"] == 1
    assert (await mira.patch("/notifications/read-all", {})).data["updated"] == before
    assert (await mira.post("/notifications/mark-all-read", expect=200)).data["updated"] == await unread(mira) == 0
    assert (await mira.delete(f"/notifications/{second['id']}")).data["deleted"]
    assert (await mira.delete("/notifications")).data["count"] == 2 + before
    assert await titles(mira, "") == []
    assert (await mira.call("GET", "/notifications?type=nonsense", expect=400)).error["details"][0]["code"] == "notifications.unknown_type"


async def test_how_one_likes_it(served: Served):
    admin, mira = await served.staff("admin"), await served.person()
    assert "hall.announcement" in [one["type"] for one in (await mira.get("/notifications/types")).data]
    plain = await mira.get("/notifications/preferences")
    change = {"push": False, "types": {"hall.message": {"email": False}}, "categories": {"announcements": {"inApp": False}}}
    changed = await mira.put("/notifications/preferences", change, headers={"If-Match": plain.headers["ETag"]})
    assert (changed.data["push"], changed.data["types"]["hall.message"]["email"], changed.data["version"]) == (False, False, 1)
    await mira.put("/notifications/settings", {"push": True}, headers={"If-Match": plain.headers["ETag"]}, expect=412)
    off = {"types": {"SECURITY_ALERT": {"email": False}}}
    assert (await mira.put("/notifications/preferences", off, expect=422)).reason == "notifications.always_on"
    texts = {"types": {"hall.message": {"sms": True}}}
    assert (await mira.patch("/notifications/preferences", texts, expect=422)).reason == "notifications.number_missing"
    assert (await mira.patch("/notifications/preferences", {**texts, "smsNumber": "+4917012345678"})).data["sms"]
    await mira.put("/settings/quiet-hours", {"isEnabled": True, "from": "25:00"}, expect=400)
    assert (await mira.put("/settings/quiet-hours", {"enabled": True, "start": "21:00"})).data["from"] == "21:00"
    assert (await mira.get("/settings/quiet-hours")).data["isEnabled"]
    assert (await mira.put("/settings/notifications/frequency", {"email": "weekly"})).data["email"] == "weekly"
    assert (await mira.get("/settings/notifications/frequency")).data["push"] == "immediate"
    assert (await mira.get("/settings/notifications")).data["frequency"]["email"] == "weekly"
    await told(admin, mira)
    assert await titles(mira) == []


async def test_staff_tells_many(served: Served):
    admin, mira, ben = await served.staff("admin"), await served.person(), await served.person()
    both = [mira.account_id, ben.account_id]
    for path, body in (("/notifications", {**SAID, "userId": ben.account_id}), ("/notifications/send", {**SAID, "userIds": both})):
        assert (await mira.post(path, body, expect=403)).reason == "http.permission_missing"
    await admin.post("/notifications", {**SAID, "userId": str(ids.new())}, expect=404)
    sent = (await admin.post("/notifications/send", {**SAID, "userIds": both, "type": "announcement"}, expect=200)).data
    assert (sent["status"], sent["sent"]) == ("done", 2)
    key = (await admin.post("/users/me/api-keys", {"name": "News", "scopes": ["notice.send"]}, expect=201)).data["key"]
    machine = served.stranger()
    machine.token = key
    elsewhere = {**SAID, "userIds": [mira.account_id], "channels": ["email"]}
    assert (await machine.post("/notifications/send", elsewhere, expect=200)).data["sent"] == 1
    assert (await machine.get("/notifications", expect=403)).reason == "http.scope_missing"
    members = {"accountIds": both}
    assert (await admin.post("/notifications/audience", members, expect=200)).data["members"] == 2
    german = {"de": {"title": "Montag zu", "message": "Wir streichen."}}
    bulk = (await admin.post("/notifications/bulk", {**SAID, "audience": members, "translations": german}, expect=202)).data
    batch = f"/notifications/batches/{bulk['id']}"

    async def reached() -> int:
        return (await admin.get(batch)).data["sent"]

    await eventually(reached, 2)
    assert await titles(ben) == [SAID["title"]] * 2
    assert bulk["id"] in [one["id"] for one in (await admin.get("/notifications/batches?status=done")).data]
    await mira.put("/notifications/read-all", {})
    assert (await admin.post(f"{batch}/cancel", expect=200)).data["status"] == "cancelled"
    assert (await admin.post(f"{batch}/cancel", expect=409)).reason == "notifications.batch_ended"
    assert (await admin.post(f"/notifications/batches/{ids.new()}/cancel", expect=404)).reason == "notifications.batch_not_found"
    await served.settled()
    assert (await admin.get(batch)).data["withdrawn"] == 1
    assert (len(await titles(mira)), len(await titles(ben))) == (2, 1)
    raw = {**SAID, "audience": {"$where": "true"}}
    assert (await admin.post("/notifications/bulk", raw, expect=400)).error["details"][0]["code"] == "unknown_field"
    later = instant(await served.now() + timedelta(hours=1))
    waiting = (await admin.post("/notifications/bulk", {**SAID, "audience": members, "scheduledFor": later}, expect=202)).data
    assert (waiting["status"], waiting["scheduledFor"]) == ("scheduled", later)
    await told(admin, mira, scheduledFor=later)
    assert len(await titles(mira)) == 2
    await served.advance(timedelta(hours=2))
    assert (await admin.get(f"/notifications/batches/{waiting['id']}")).data["sent"] == 2
    assert len(await titles(mira)) == 4
    preview = (await admin.post("/notifications/preview", {"type": "maintenance", "isSentToMe": True}, expect=200)).data
    assert (preview["languages"]["de"]["title"], preview["sent"]) == ("Wartung: [title]", True)
    assert await titles(admin, "type=maintenance") == ["Maintenance: [title]"]
    foreign = {**SAID, "type": "payments.failed", "userIds": both}
    assert (await admin.post("/notifications/send", foreign, expect=422)).reason == "notifications.not_sendable"
    figures = (await admin.get("/notifications/admin/stats")).data
    assert figures["byType"]["hall.announcement"]["sent"] >= 8
    await mira.call("GET", "/notifications/admin/stats", expect=403)


async def test_the_count_is_live_on_every_device(served: Served):
    admin, mira = await served.staff("admin"), await served.person()
    await served.settled()
    async with stream(mira) as phone, wire(mira) as laptop:
        sent = await told(admin, mira)
        expected = await unread(mira)
        for device in (phone, laptop):
            assert (await device.until("notification:new", lambda data: data["id"] == sent["id"]))["title"] == SAID["title"]
            await device.until("notification:unread-count", lambda data: data["count"] == expected)
        await mira.put("/notifications/read-all", {})
        for device in (phone, laptop):
            await device.until("notification:unread-count", lambda data: data["count"] == 0)
        assert await laptop.emit("presence:list", {}) == {"online": []}
        assert (await laptop.emit("presence:list", {"accountIds": ["nobody"]}))["error"]["details"][0]["code"] == "not_an_id"
    assert (await mira.get(f"/notifications/{sent['id']}")).data["sequence"] == sent["sequence"]
