"""Something of everything in a hall, most of it a member's own, and the ids of it by the names that paths and bodies use."""

import io
from datetime import timedelta
from typing import Any, Final

import aiohttp

from skillhall.kernel.db.pool import open_connection
from tests.calendar.elsewhere import a_calendar, elsewhere_opened
from tests.fuzz.paying import fill_payments, leave_open
from tests.journeys import test_engagements as work
from tests.journeys.cast import a_host, a_slot, act, an_offer, book, booked, fund, held_lesson
from tests.journeys.test_connections import ask, connect, profile_id
from tests.journeys.test_materials import SONGS, upload
from tests.journeys.test_messages import open_talk, write
from tests.journeys.test_profiles import picture
from tests.journeys.test_profiles import upload as show
from tests.journeys.test_projects import a_project
from tests.journeys.test_tasks import PULL, a_task
from tests.support.client import Client
from tests.support.server import Served

USERNAME: Final = "mira.weber"


def of(table: str, key: str, query: str) -> str:
    """Return the query for one of each row of `table`, so that both are real in one path; a row without borrows one."""
    return f"SELECT coalesce(({query} AND {key} = o.id ORDER BY 1 LIMIT 1), ({query} ORDER BY 1 LIMIT 1)) FROM {table} o ORDER BY o.id"


IDS: Final = {
    "accountId": "SELECT id FROM identity.account WHERE roles = '{}' ORDER BY id OFFSET 1",  # the first is the member, whom staff would ban
    "agreementId": "SELECT id FROM gigs.agreement ORDER BY id",
    "batchId": "SELECT id FROM notifications.batch ORDER BY id",
    "bidId": "SELECT id FROM gigs.bid ORDER BY id",
    "blockId": "SELECT subject_id FROM calendar.entry WHERE subject_kind = 'block' ORDER BY id",
    "bookingId": "SELECT id FROM gigs.booking ORDER BY id",
    "bookmarkId": "SELECT id FROM connections.bookmark ORDER BY id",
    "chargebackId": "SELECT id FROM payments.chargeback ORDER BY id",
    "collaboratorId": of("gigs.project", "project_id", "SELECT account_id FROM gigs.collaborator WHERE true"),
    "commentId": "SELECT id FROM gigs.project_comment ORDER BY id",
    "connectionId": "SELECT id FROM connections.connection ORDER BY id",
    "conversationId": "SELECT id FROM messaging.conversation ORDER BY kind <> 'group', id",
    "couponId": "SELECT id FROM billing.coupon ORDER BY id",
    "disputeId": "SELECT id FROM disputes.case ORDER BY id",
    "endorsementId": "SELECT id FROM reviews.endorsement ORDER BY id",
    "escrowId": "SELECT id FROM gigs.escrow ORDER BY state <> 'held', id",
    "exportId": "SELECT id FROM identity.export ORDER BY id",
    "fileId": "SELECT id FROM kernel.file ORDER BY id",
    "importId": "SELECT id FROM calendar.import ORDER BY id",
    "inviteId": "SELECT id FROM gigs.invite ORDER BY id",
    "invoiceId": "SELECT id FROM billing.invoice ORDER BY id",
    "keyId": "SELECT id FROM identity.api_key ORDER BY id",
    "kind": "SELECT kind FROM connections.bookmark ORDER BY id",
    "emoji": "SELECT emoji FROM messaging.reaction ORDER BY at",
    "loginId": "SELECT id FROM identity.login WHERE ended_at IS NOT NULL ORDER BY id",
    "mailId": "SELECT id FROM kernel.mail ORDER BY id LIMIT 5",
    "materialId": of("learning.session", "session_id", "SELECT id FROM learning.material WHERE kind = 'material'"),
    "memberSkillId": "SELECT id FROM skills.member_skill ORDER BY id",
    "messageId": "SELECT id FROM messaging.message WHERE kind = 'text' AND deleted_at IS NULL ORDER BY id",
    "methodId": "SELECT id FROM payments.method WHERE removed_at IS NULL ORDER BY id",
    "milestoneId": "SELECT id FROM gigs.milestone ORDER BY id",
    "noticeId": "SELECT id FROM notifications.notice WHERE NOT is_deleted ORDER BY account_id, id",
    "noteId": of("learning.session", "session_id", "SELECT id FROM learning.note WHERE true"),
    "offerId": "SELECT id FROM learning.offer WHERE deleted_at IS NULL ORDER BY id",
    "openPaymentId": "SELECT id FROM payments.payment WHERE state = 'created' ORDER BY id",
    "packageId": "SELECT id FROM billing.package ORDER BY id",
    "participantId": of("messaging.conversation", "conversation_id", "SELECT account_id FROM messaging.participant WHERE role = 'member'"),
    "paymentId": "SELECT id FROM payments.payment WHERE state = 'succeeded' ORDER BY id",
    "payoutAccountId": "SELECT account_id FROM payments.payout_account ORDER BY created_at",
    "payoutId": "SELECT id FROM payments.payout ORDER BY state <> 'pending', id",
    "pictureId": "SELECT id FROM profiles.picture ORDER BY id",
    "planId": "SELECT id FROM billing.plan ORDER BY id",
    "profileId": "SELECT id FROM profiles.profile ORDER BY id",
    "profileVerificationId": "SELECT id FROM profiles.verification ORDER BY id",
    "projectFileId": of("gigs.project", "project_id", "SELECT id FROM gigs.project_file WHERE true"),
    "projectId": "SELECT id FROM gigs.project ORDER BY id",
    "purchaseId": "SELECT id FROM billing.purchase ORDER BY id",
    "rateId": "SELECT id FROM billing.tax_rate ORDER BY id",
    "reconciliationId": "SELECT id FROM payments.reconciliation ORDER BY id",
    "recordingId": of("learning.session", "session_id", "SELECT id FROM learning.material WHERE kind = 'recording'"),
    "ref": "SELECT ref FROM payments.sandbox_charge ORDER BY created_at DESC, ref",
    "refundId": "SELECT id FROM payments.refund ORDER BY state <> 'failed', id",
    "resourceId": "SELECT id FROM skills.resource ORDER BY id",
    "reviewId": "SELECT id FROM reviews.review ORDER BY id",
    "sessionId": "SELECT id FROM learning.session ORDER BY id",
    "skillId": "SELECT id FROM skills.skill WHERE state = 'active' ORDER BY slug <> 'cello', id LIMIT 40",
    "subjectId": "SELECT subject_id FROM connections.bookmark ORDER BY id",
    "submissionId": "SELECT id FROM gigs.submission ORDER BY id",
    "suspenseId": "SELECT id FROM payments.suspense WHERE resolved_at IS NULL ORDER BY id",
    "taskCommentId": "SELECT id FROM gigs.task_comment ORDER BY id",
    "taskId": "SELECT id FROM gigs.task WHERE deleted_at IS NULL ORDER BY id",
    "timeEntryId": "SELECT id FROM gigs.time_entry ORDER BY ended_at IS NOT NULL, id",
    "unknownPaymentId": "SELECT id FROM payments.payment WHERE state = 'unknown' ORDER BY id",
    "unknownPayoutId": "SELECT id FROM payments.payout WHERE state = 'unknown' ORDER BY id",
    "username": "SELECT username FROM profiles.profile WHERE username IS NOT NULL ORDER BY id",
    "verificationId": "SELECT id FROM skills.verification ORDER BY id",
    "weekId": "SELECT id FROM gigs.week ORDER BY id",
}
FOUND: Final = ("token",)  # only the answer shows it
# Where a path's or a body's own word means one of those above.
MEANT: Final = {
    "/payments/{paymentId}/cancel": {"paymentId": "openPaymentId"},
    "/payments/{paymentId}/decide": {"paymentId": "unknownPaymentId"},
    "/payouts/accounts/": {"accountId": "payoutAccountId"},
    "/payouts/{payoutId}/decide": {"payoutId": "unknownPayoutId"},
    "/profile-verifications/": {"verificationId": "profileVerificationId"},
    "/projects/{projectId}/files/": {"fileId": "projectFileId"},
    "/tasks/comments/": {"commentId": "taskCommentId"},
    "/tasks/timer/": {"sessionId": "timeEntryId"},
    "/team/{userId}": {"userId": "collaboratorId"},
    "/work-sessions/": {"sessionId": "timeEntryId"},
}
ALIKE: Final = {
    "addresseeId": "accountId", "addresseeProfileId": "profileId", "assigneeId": "accountId", "clientId": "accountId",
    "developerId": "accountId", "hostId": "accountId", "otherUserId": "accountId", "ownerId": "accountId", "paymentMethodId": "methodId",
    "revieweeId": "accountId", "toAccountId": "accountId", "userId": "accountId", "workerId": "accountId",
}  # fmt: skip


async def fill(served: Served, member: Client) -> dict[str, list[str]]:
    """Fill the hall; return what it answered and keeps to itself."""
    await fill_payments(served, member)
    await fill_lessons(served, member)
    await fill_work(served, member)
    await fill_profile(served, member)
    await fill_talks(served, member)
    await leave_open(served, member)
    feed = (await member.post("/calendar/feed", expect=200)).data["url"]
    await served.settled()
    return {FOUND[0]: [feed.rpartition("/")[2]]}


async def fill_lessons(served: Served, member: Client) -> None:
    """Give the member offers, lessons in every state on both sides with what is kept and said of them, skills."""
    host, offer = await a_host(served)
    learner = await served.person()
    own = [await an_offer(member) for _ in range(6)]
    for client in (member, learner):
        await fund(served, client, 5000)
    first = await held_lesson(served, host, member, offer)
    await act(member, first, "confirm")
    await keep(host, member, first)
    disputed = await held_lesson(served, host, member, offer)
    await member.post("/disputes", {"sessionId": disputed["id"], "reason": "We had no sound."}, expect=201)
    taught = await held_lesson(served, member, learner, own[0])
    await keep(member, learner, taught)
    await member.post(f"/sessions/{first['id']}/feedback", {"rating": 5, "comment": "Clear."}, expect=201)
    await learner.post("/reviews", {"sessionId": taught["id"], "rating": 4}, expect=201)
    for author, about, session in ((member, host, first), (learner, member, taught)):
        await author.post(f"/users/{about.account_id}/endorsements", {"skillId": session["skill"]["id"]}, expect=201)
    for hours in (60, 70, 80):
        await booked(served, learner, member, own[1], hours=hours)
        await booked(served, member, host, offer, hours=hours + 2)
        await book(learner, own[2], await a_slot(served, learner, own[2], hours=hours + 4))
    for slug, purpose in (("cello", "teach"), ("piano", "teach"), ("music-theory", "learn")):
        skill = (await member.get(f"/skills/by-slug/{slug}")).data["id"]
        listed = (await member.post("/users/me/skills", {"purpose": purpose, "skillId": skill, "level": "beginner"}, expect=201)).data
        await member.post(f"/skills/{skill}/resources", {"kind": "book", "title": slug, "url": f"https://example.org/{slug}"}, expect=201)
        await member.post(f"/users/me/skills/{listed['id']}/verification", {"evidence": "project", "note": "Heard by many."}, expect=201)
    await member.post("/bookmarks", {"kind": "offer", "subjectId": offer["id"]}, expect=201)


async def keep(host: Client, learner: Client, session: dict[str, Any]) -> None:
    """Keep a material, a recording that both consent to, and a note of the learner's."""
    path = f"/sessions/{session['id']}"
    for person in (host, learner):
        await person.put(f"{path}/recording-consent", {"consent": True})
    for kind in ("materials", "recordings"):
        await host.post(f"{path}/{kind}", {"title": "Bowing", "url": "https://example.org/bowing"}, expect=201)
    await learner.post(f"{path}/notes", {"text": "Keep the wrist loose."}, expect=201)


async def fill_work(served: Served, member: Client) -> None:
    """Give the member projects in every state on both sides, with those who bid, what is agreed, paid, disputed, handed in and said."""
    client, worker, guest = [await served.person() for _ in range(3)]
    await fund(served, client, 5000)
    plan = [{"title": title, "amount": 25} for title in ("Design", "Build", "Polish", "Print")]
    made = await work.signed(member, worker, await work.accepted(member, await work.a_bid(member, worker), milestones=plan))
    delivered, held, disputed, _waiting = made["milestones"]
    for milestone in (delivered, held, disputed):
        await work.act(member, "milestones", milestone["id"], "fund")
    await work.act(worker, "milestones", delivered["id"], "start")
    await work.act(worker, "milestones", delivered["id"], "deliver", work.HANDOVER)
    await member.post("/disputes", {"escrowId": disputed["escrow"]["id"], "reason": "It has not begun."}, expect=201)
    await fill_team(member, worker, guest, made["projectId"])
    await a_project(member, status="draft")
    await fill_post(member, worker, guest, await a_project(member))
    own = {"hourlyRate": work.credit(30), "proposal": "By the hour."}
    hours = await work.accepted(client, await work.a_bid(client, member, body=own, pricing="hourly"), weeklyMinutes=60)
    await work.signed(client, member, hours)
    await served.settled()
    entry = (await member.post("/work-sessions", {"agreementId": hours["id"], "note": "Mixing."}, expect=201)).data
    await member.post(f"/work-sessions/{entry['id']}/end", expect=200)
    await member.post("/work-sessions", {"agreementId": hours["id"]}, expect=201)
    for owner, hired in ((member, worker), (client, member)):
        bid = await work.a_bid(owner, hired)
        body = {"projectId": bid["projectId"], "workerId": hired.account_id, "agreedAmount": 100}
        await owner.post("/bookings", body, expect=201)
        await work.accepted(owner, await work.a_bid(owner, hired))
    done = await work.signed(client, member, await work.accepted(client, await work.a_bid(client, member)))
    milestone = done["milestones"][0]["id"]
    for who, verb in ((client, "fund"), (member, "start"), (member, "deliver"), (client, "approve")):
        await work.act(who, "milestones", milestone, verb, work.HANDOVER if verb == "deliver" else None)
    for author in (client, member):
        await author.post("/projects/reviews", {"projectId": done["projectId"], "rating": 5}, expect=201)


async def fill_team(member: Client, worker: Client, guest: Client, project_id: str) -> None:
    """Give a project of the member's a team, tasks, what is handed in and said about them, and time that was tracked."""
    await member.post(f"/projects/{project_id}/team", {"userId": guest.account_id}, expect=201)
    await guest.post(f"/projects/{project_id}/team/accept", expect=200)
    for who in (worker, member, guest):
        task = (await a_task(member, project_id, assigneeId=who.account_id))["id"]
        said = (await who.post(f"/tasks/{task}/comments", {"text": "Which tempo?"}, expect=201)).data
        await member.post(f"/tasks/{task}/comments", {"text": "66.", "parentId": said["id"]}, expect=201)
        await who.post(f"/tasks/{task}/start", expect=200)
        if who is not member:
            await who.post(f"/tasks/{task}/submit", PULL, expect=201)
            await who.post(f"/tasks/{task}/timer/start", expect=201)
    await a_task(member, project_id)


async def fill_post(member: Client, worker: Client, guest: Client, project: dict[str, Any]) -> None:
    """Give an open project of the member's bids, invites, files, news, a conversation, and people who keep it."""
    path = f"/projects/{project['id']}"
    await worker.post(f"{path}/bids", {"amount": 150, "proposal": "Quietly."}, expect=201)
    await guest.post("/projects/apply", {"projectId": project["id"], "message": "I would like to."}, expect=201)
    for _ in range(2):
        await member.post(f"{path}/files", {"fileId": await upload(member, SONGS)}, expect=201)
    await member.post(f"{path}/updates", {"text": "We have begun."}, expect=201)
    for who in (member, worker):
        said = (await who.post(f"{path}/comments", {"content": "Does it sound alone?"}, expect=201)).data
        await member.post(f"{path}/comments", {"content": "Yes.", "parentId": said["id"]}, expect=201)
    await member.post("/bookmarks", {"kind": "project", "subjectId": project["id"]}, expect=201)
    other = await a_project(worker)
    await worker.post(f"/projects/{other['id']}/invites", {"userId": member.account_id}, expect=201)
    for whom in ({"userId": guest.account_id}, {"email": "somebody@example.org"}):
        await member.post(f"{path}/invites", whom, expect=201)


async def fill_talks(served: Served, member: Client) -> None:
    """Give the member a direct conversation and a group, with messages and reactions, and the team something it has sent."""
    one, other = [await served.person() for _ in range(2)]
    group = {"title": "Quartet", "profileIds": [await profile_id(one), await profile_id(other)]}
    for talk in (await open_talk(member, one), (await member.post("/conversations", group, expect=201)).data):
        for who in (member, one):
            said = await write(who, talk, "Shall we play on Sunday?")
            await one.post(f"/messages/{said['id']}/reactions", {"emoji": "👍"}, expect=200)
            await member.post(f"/messages/{said['id']}/reactions", {"emoji": "🎻"}, expect=200)
    team = await served.operator()
    for hours in (0, 5):
        when = {"scheduledFor": (await served.now() + timedelta(hours=hours)).isoformat()} if hours else {}
        body = {"title": "A concert", "message": "On Sunday at six.", "audience": {"accountIds": [member.account_id]}, **when}
        await team.post("/notifications/bulk", body, expect=202)


async def fill_profile(served: Served, member: Client) -> None:
    """Give the member keys, blocked hours, a calendar elsewhere, files, pictures, people they know, an export."""
    one, other, third = [await served.person() for _ in range(3)]
    await connect(one, member)
    await ask(member, other, expect=201)
    await ask(third, member, expect=201)
    await member.post(f"/users/{(await served.person()).account_id}/block", expect=200)
    path = f"/profiles/{await profile_id(member)}"
    for picture_of in ("avatar", "cover"):
        await show(member, f"{path}/{picture_of}", picture())
    await member.patch(path, {"username": USERNAME, "profileType": "mentor"})
    await member.put(f"{path}/metadata", {"headline": "Cellist", "languages": ["de"]})
    await member.post("/profiles/me/verification", {"documents": [await upload(member, SONGS)]}, expect=201)
    now = await served.now()
    async with elsewhere_opened() as elsewhere:
        elsewhere.file = a_calendar((now + timedelta(days=200), now + timedelta(days=201)))
        await member.post("/calendar/imports", {"url": f"{elsewhere.url}/private.ics", "name": "Work"}, expect=201)
        await served.settled()
    for number in range(3):
        await member.post("/users/me/api-keys", {"name": f"Key {number}", "scopes": ["learning:read"]}, expect=201)
        day = now + timedelta(days=300 + number * 30)
        times = {"startsAt": f"{day:%Y-%m-%d}T08:00:00Z", "endsAt": f"{day:%Y-%m-%d}T20:00:00Z"}
        await member.post("/availability/blocks", times, expect=201)
        form = aiohttp.FormData({"purpose": "document"})
        form.add_field("file", io.BytesIO(b"%PDF-1.7 " + bytes(500)), filename="notes.pdf")
        await member.call("POST", "/files", data=form, expect=201)
    await member.get("/users/me/export", expect=202)


async def read_ids(dsn: str) -> dict[str, list[str]]:
    """Return what there is; there must be some of each."""
    connection = await open_connection(dsn)
    try:
        known: dict[str, Any] = {name: [str(row[0]) for row in await connection.fetch(query)] for name, query in IDS.items()}
    finally:
        await connection.close()
    lacking = [name for name, ids in known.items() if not ids or "None" in ids]
    assert not lacking, lacking
    return known


def meant(name: str, path: str = "") -> str:
    """Return the name under which what this word means, in this path, is known."""
    special = next((words for part, words in MEANT.items() if part in path), {})
    return special.get(name) or ALIKE.get(name, name)
