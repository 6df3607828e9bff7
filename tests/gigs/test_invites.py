"""Invites and direct offers: sent by account, profile or address, answered, lapsed, taken back."""

from datetime import timedelta

from skillhall.kernel import ids
from tests.gigs.builders import Studio
from tests.gigs.test_projects import send
from tests.kernel.serving import Site
from tests.notifications.reading import told
from tests.profiles.builders import BLOCK

OTHERS = """
INSERT INTO gigs.invite (id, project_id, by_id, email, message, state, expires_at, created_at)
SELECT gen_random_uuid(), $1, $2, i || '@example.org', '', 'pending', now() + interval '9 days', now() FROM generate_series(1, 49) i
"""


async def test_an_invite_opens_a_project_and_is_answered(studio: Studio, site: Site) -> None:
    owner, guest, other = await studio.person(name="Olga Owner"), await studio.person(), await studio.person()
    project = await studio.project(owner, visibility="invited")
    made = await send(
        site, "POST", f"/projects/{project.id}/invites", owner, {"userId": str(guest.profile_id), "message": "Come and play."}
    )
    assert made.status == 201, made.body
    invite = made.data
    assert (invite["userId"], invite["status"], invite["isOffer"], invite["bidId"]) == (str(guest.account_id), "pending", False, None)
    assert (await send(site, "GET", f"/invites/{invite['id']}", guest)).data["client"]["displayName"] == "Olga Owner"
    assert (await send(site, "GET", f"/invites/{invite['id']}", other)).reason == "gigs.invite_not_found"
    assert (await send(site, "GET", f"/projects/{project.id}", guest)).status == 200
    for by, path, expected in (
        (guest, "/projects/invites/my", 1), (owner, "/projects/invites/my", 0), (owner, "/projects/invites/sent", 1),
        (owner, f"/projects/{project.id}/invites", 1), (guest, f"/projects/{project.id}/invites", 0),
        (guest, "/projects/invites/my?isOffer=true", 0), (guest, "/projects/invites/my?status=accepted", 0),
        (owner, "/user/developers/applications/my", 1), (owner, "/user/developers/applied-developers", 1),
    ):  # fmt: skip
        assert len((await send(site, "GET", path, by)).data) == expected, path
    assert (await send(site, "GET", "/projects/invites/my?status=nonsense", guest)).status == 400
    assert (await send(site, "POST", f"/invites/{invite['id']}/accept", other)).reason == "gigs.invite_not_found"
    assert (await send(site, "POST", f"/invites/{invite['id']}/accept", owner)).reason == "gigs.invited_only"
    for _ in range(2):
        assert (await send(site, "POST", f"/invites/{invite['id']}/accept", guest)).data["status"] == "accepted"
    assert (await send(site, "POST", f"/invites/{invite['id']}/decline", guest)).reason == "gigs.invite_moved"
    bid = await studio.bidding(guest, project)
    assert (await send(site, "GET", f"/invites/{invite['id']}", owner)).data["bidId"] == str(bid.id)
    assert await told(studio.hall, guest) == ["gigs.invite_sent"]
    assert sorted(await studio.mails(owner)) == ["Invite accepted", "New bid"]


async def test_who_cannot_be_invited(studio: Studio, site: Site) -> None:
    owner, guest, blocked = await studio.person(), await studio.person(), await studio.person()
    project = await studio.project(owner)
    path = f"/projects/{project.id}/invites"
    await studio.hall.pool.execute(BLOCK, blocked.account_id, owner.account_id)
    for body, reason in (
        ({}, "http.invalid"),
        ({"userId": str(guest.account_id), "email": "a@example.org"}, "http.invalid"),
        ({"email": "no address"}, "http.invalid"),
        ({"userId": str(owner.account_id)}, "gigs.own_project"),
        ({"email": f" {str(owner.account_id).upper()}@Example.ORG "}, "gigs.own_project"),
        ({"userId": str(blocked.account_id)}, "gigs.invited_unknown"),
        ({"userId": str(ids.NIL)}, "gigs.invited_unknown"),
        ({"userId": str(guest.account_id), "amount": {"amount": 5, "currency": "EUR"}}, "gigs.other_currency"),
    ):
        assert (await send(site, "POST", path, owner, body)).reason == reason, body
    assert (await send(site, "POST", path, guest, {"userId": str(blocked.account_id)})).reason == "gigs.not_your_project"
    await studio.invited(project, owner, guest)
    assert (await send(site, "POST", path, owner, {"userId": str(guest.profile_id)})).reason == "gigs.already_invited"
    await studio.hall.pool.execute(OTHERS, project.id, owner.account_id)
    assert (await send(site, "POST", path, owner, {"email": "one-more@example.org"})).reason == "gigs.too_many_invites"
    draft = await studio.project(owner, status="draft")
    assert (
        await send(site, "POST", f"/projects/{draft.id}/invites", owner, {"userId": str(guest.account_id)})
    ).reason == "gigs.project_moved"
    await studio.hall.pool.execute(
        "UPDATE identity.account SET email_verified = false, state = 'pending_verification' WHERE id = $1", owner.account_id
    )
    assert (await send(site, "POST", path, owner, {"email": "stranger@example.org"})).reason == "gigs.email_unverified"


async def test_an_address_is_invited_and_its_owner_answers(studio: Studio, site: Site) -> None:
    owner, other = await studio.person(), await studio.person()
    project = await studio.project(owner, visibility="invited")
    guest = await studio.person()
    address = f"{guest.account_id}@example.org"
    made = await send(site, "POST", "/projects/invite", owner, {"projectId": str(project.id), "email": address.upper()})
    assert (made.data["email"], made.data["userId"]) == (address, None)
    assert (
        await send(site, "POST", "/projects/invite", owner, {"projectId": str(project.id), "email": address})
    ).reason == "gigs.already_invited"
    assert await studio.mails(guest) == ["An invite"]
    (mine,) = (await send(site, "GET", "/projects/invites/my", guest)).data
    assert (mine["id"], mine["email"]) == (made.data["id"], None)
    assert (await send(site, "GET", f"/projects/{project.id}", guest)).status == 200
    assert (await send(site, "GET", f"/projects/{project.id}", other)).status == 404
    assert (await send(site, "GET", "/projects/invites/my", other)).data == []
    await send(site, "POST", "/projects/invite", owner, {"projectId": str(project.id), "email": "nobody-yet@example.org"})
    await studio.hall.drain()
    mails = await studio.hall.pool.fetch("SELECT text FROM kernel.mail WHERE rcpt = 'nobody-yet@example.org'")
    assert ['invites you to "A cello part for a short film"' in mail["text"] for mail in mails] == [True]
    respond = {"inviteId": made.data["id"]}
    assert (
        await send(site, "PUT", "/projects/invite/respond", guest, {**respond, "status": "maybe"})
    ).reason == "gigs.invite_status_not_settable"
    answered = await send(site, "PUT", "/projects/invite/respond", guest, {**respond, "response": "decline"})
    assert (answered.data["status"], answered.data["userId"]) == ("declined", str(guest.account_id))
    assert (await send(site, "GET", f"/projects/{project.id}", guest)).status == 404
    assert await studio.mails(owner) == ["Invite declined"]


async def test_a_direct_offer_accepted_is_an_agreement(studio: Studio, site: Site) -> None:
    owner, worker, rival = await studio.person(wallet=200), await studio.person(), await studio.person()
    project = await studio.project(owner)
    rivals = await studio.bidding(rival, project)
    await studio.bidding(worker, project, 180)
    offer = await send(
        site, "POST", "/user/developers/apply", owner, {"projectId": str(project.id), "developerId": str(worker.account_id), "amount": 150}
    )
    assert (offer.data["isOffer"], offer.data["amount"]) == (True, {"amount": 150, "currency": "CREDIT"})
    assert await studio.mails(worker) == ["A direct offer"]
    accepted = await send(site, "POST", f"/invites/{offer.data['id']}/accept", worker)
    assert accepted.data["status"] == "accepted", accepted.body
    bid = (await send(site, "GET", f"/bids/{accepted.data['bidId']}", worker)).data
    assert (bid["status"], bid["amount"]["amount"]) == ("accepted", 150)
    assert (await send(site, "GET", f"/bids/{rivals.id}", rival)).data["status"] == "rejected"
    (agreement,) = (await send(site, "GET", "/agreements", worker)).data
    assert agreement["projectId"] == str(project.id)
    again = await send(site, "POST", f"/invites/{offer.data['id']}/accept", worker)
    assert again.data == accepted.data
    late = await studio.hall.pool.fetchval("SELECT count(*) FROM gigs.agreement")
    assert late == 1
    await studio.hall.verify()


async def test_an_offer_of_a_project_that_is_gone_is_refused(studio: Studio, site: Site) -> None:
    owner, worker = await studio.person(), await studio.person()
    project = await studio.project(owner)
    offer = await studio.invited(project, owner, worker, amount=10)
    await send(site, "POST", f"/projects/{project.id}/pause", owner)
    assert (await send(site, "POST", f"/invites/{offer.id}/accept", worker)).reason == "gigs.project_moved"
    await send(site, "POST", f"/projects/{project.id}/cancel", owner, {})
    assert (await send(site, "POST", f"/invites/{offer.id}/accept", worker)).reason == "gigs.invite_moved"


async def test_an_invite_lapses_after_fourteen_days(studio: Studio, site: Site) -> None:
    owner, guest = await studio.person(), await studio.person()
    project = await studio.project(owner, visibility="invited")
    invite = await studio.invited(project, owner, guest)
    named = await send(site, "POST", f"/projects/{project.id}/invites", owner, {"email": "somebody-else@example.org"})
    await studio.hall.advance(timedelta(days=14, minutes=1))
    assert (await send(site, "POST", f"/invites/{invite.id}/accept", guest)).reason == "gigs.invite_moved"
    assert (await send(site, "GET", f"/projects/{project.id}", guest)).status == 404
    forgotten = (await send(site, "GET", f"/invites/{named.data['id']}", owner)).data
    assert (forgotten["status"], forgotten["email"]) == ("expired", None)
    assert len(await studio.told("invite_expired")) == 2
    assert (await send(site, "POST", f"/projects/{project.id}/invites", owner, {"userId": str(guest.account_id)})).status == 201


async def test_an_answer_in_the_last_moment_counts_the_clock(studio: Studio, site: Site) -> None:
    owner, guest = await studio.person(), await studio.person()
    invite = await studio.invited(await studio.project(owner), owner, guest)
    await studio.hall.pool.execute("UPDATE gigs.invite SET expires_at = now() - interval '1 minute'")
    late = await send(site, "POST", f"/invites/{invite.id}/accept", guest)
    assert (late.status, late.reason) == (409, "gigs.invite_moved")


async def test_an_invite_is_taken_back(studio: Studio, site: Site) -> None:
    owner, guest = await studio.person(), await studio.person()
    project = await studio.project(owner)
    for take_back in ("/invites/{}", "/projects/invite?inviteId={}", "/user/developers/apply?inviteId={}"):
        invite = await studio.invited(project, owner, guest)
        assert (await send(site, "DELETE", take_back.format(invite.id), guest)).reason == "gigs.invite_not_found"
        for _ in range(2):
            assert (await send(site, "DELETE", take_back.format(invite.id), owner)).data == {"id": str(invite.id), "deleted": True}
    assert len(await studio.told("invite_withdrawn")) == 3
    assert (await send(site, "GET", "/user/developers/applications/my/count", owner)).data == {"count": 0}
    answered = await studio.invited(project, owner, guest)
    await send(site, "POST", f"/invites/{answered.id}/decline", guest)
    assert (await send(site, "DELETE", f"/invites/{answered.id}", owner)).reason == "gigs.invite_moved"
