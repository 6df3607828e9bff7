"""Bids and applications: placed, seen by whom, chosen, withdrawn, and what is refused."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from skillhall.kernel import ids
from tests.gigs.builders import Studio
from tests.gigs.test_projects import send
from tests.kernel.serving import Site
from tests.notifications.reading import told
from tests.profiles.builders import BLOCK, SUSPEND


async def test_a_bid_is_placed_and_seen_by_both_sides_alone(studio: Studio, site: Site) -> None:
    owner, worker, rival = await studio.person(), await studio.person(name="Wim Worker"), await studio.person()
    project = await studio.project(owner)
    made = await send(site, "POST", f"/projects/{project.id}/bids", worker, {"amount": 150, "deliveryTime": 10, "proposal": " Quiet. "})
    assert made.status == 201, made.body
    bid = made.data
    assert (bid["amount"], bid["deliveryDays"], bid["proposal"]) == ({"amount": 150, "currency": "CREDIT"}, 10, "Quiet.")
    assert (bid["status"], bid["legacyStatus"], bid["isApplication"], bid["worker"]["displayName"]) == (
        "pending",
        "applied",
        False,
        "Wim Worker",
    )
    assert made.headers["Location"].endswith(f"/bids/{bid['id']}")
    assert bid["project"] == {"id": str(project.id), "title": project.title, "status": "open", "clientId": str(owner.account_id)}
    applied = await send(site, "POST", "/projects/apply", rival, {"projectId": str(project.id), "message": "I would like to."})
    assert (applied.data["isApplication"], applied.data["amount"], applied.data["proposal"]) == (True, None, "I would like to.")
    for path in (f"/projects/{project.id}/bids", f"/bids/project/{project.id}", f"/projects/{project.id}/applicants"):
        for by, expected in ((owner, {bid["id"], applied.data["id"]}), (worker, {bid["id"]}), (rival, {applied.data["id"]})):
            assert {one["id"] for one in (await send(site, "GET", path, by)).data} == expected
        assert (await send(site, "GET", path, await studio.person())).data == []
        assert (await send(site, "GET", path)).status == 401
    assert (await send(site, "GET", f"/bids/{bid['id']}", owner)).data == bid
    assert (await send(site, "GET", f"/bids/{bid['id']}", rival)).reason == "gigs.bid_not_found"
    sorted_ids = [one["id"] for one in (await send(site, "GET", f"/projects/{project.id}/bids?sort=amount", owner)).data]
    assert sorted_ids == [applied.data["id"], bid["id"]]
    assert (await send(site, "GET", f"/projects/{project.id}/bids?status=accepted,shortlisted", owner)).data == []
    assert (await send(site, "GET", f"/projects/{project.id}/bids?status=nonsense", owner)).status == 400
    assert (await send(site, "GET", f"/projects/{project.id}", owner)).data["bidsCount"] == 2
    assert [(fact["bidId"], fact["amount"]) for fact in await studio.told("bid_submitted")] == [
        (bid["id"], 150), (applied.data["id"], None),
    ]  # fmt: skip
    assert await studio.mails(owner) == ["New bid", "New bid"]


async def test_prices_follow_the_project(studio: Studio, site: Site) -> None:
    owner = await studio.person()
    fixed, hourly = await studio.project(owner, currency="EUR"), await studio.project(owner, budget=None, pricing="hourly", currency="EUR")
    for project, body, expected in (
        (fixed, {"amount": 99.5}, (9950, None)),
        (fixed, {"amount": {"amount": 1250, "currency": "EUR"}, "currency": "EUR"}, (1250, None)),
        (hourly, {"amount": "40"}, (None, 4000)),
        (hourly, {"hourlyRate": 45}, (None, 4500)),
    ):
        made = await send(site, "POST", "/bids", await studio.person(), {**body, "projectId": str(project.id)})
        assert made.status == 201, made.body
        assert tuple(price and price["amount"] for price in (made.data["amount"], made.data["hourlyRate"])) == expected
    for project, body, reason in (
        (fixed, {"amount": {"amount": 1, "currency": "CREDIT"}}, "gigs.other_currency"),
        (fixed, {"amount": 1, "currency": "USD"}, "gigs.other_currency"),
        (fixed, {"amount": 0}, "http.invalid"),
        (fixed, {"amount": "0.001"}, "http.invalid"),
        (fixed, {"hourlyRate": 5}, "http.invalid"),
        (hourly, {"hourlyRate": 5, "amount": 5}, "http.invalid"),
    ):
        assert (await send(site, "POST", f"/projects/{project.id}/bids", await studio.person(), body)).reason == reason, body


async def test_who_may_not_bid(studio: Studio, site: Site) -> None:
    owner, worker, blocked, suspended = [await studio.person() for _ in range(4)]
    project, private = await studio.project(owner), await studio.project(owner, visibility="invited")
    path = f"/projects/{project.id}/bids"
    await studio.hall.pool.execute(BLOCK, blocked.account_id, owner.account_id)
    await studio.hall.pool.execute(SUSPEND, suspended.account_id)
    assert (await send(site, "POST", path, owner, {"amount": 5})).reason == "gigs.own_project"
    assert (await send(site, "POST", path, blocked, {"amount": 5})).reason == "gigs.project_not_found"
    assert (await send(site, "POST", f"/projects/{private.id}/bids", worker, {"amount": 5})).reason == "gigs.project_not_found"
    refused = await send(site, "POST", path, suspended, {"amount": 5})
    assert refused.status in {400, 422}, refused.body  # no visible profile to bid behind
    assert (await send(site, "POST", path, worker, {"amount": 5})).status == 201
    assert (await send(site, "POST", path, worker, {"amount": 6})).reason == "gigs.bid_placed"
    await send(site, "POST", f"/projects/{project.id}/pause", owner)
    late = await send(site, "POST", path, await studio.person(), {"amount": 5})
    assert (late.status, late.reason) == (409, "gigs.project_moved")


async def test_the_owner_chooses(studio: Studio, site: Site) -> None:
    owner, worker, other = await studio.person(), await studio.person(), await studio.person()
    project = await studio.project(owner)
    bid = await studio.bidding(worker, project)
    path = f"/bids/{bid.id}"
    for verb, status in (
        ("shortlist", "shortlisted"), ("shortlist", "shortlisted"), ("interview", "interviewing"), ("shortlist", "shortlisted"),
        ("interview", "interviewing"), ("reject", "rejected"), ("reject", "rejected"),
    ):  # fmt: skip
        answered = await send(site, "POST", f"{path}/{verb}", owner)
        assert answered.data["status"] == status, answered.body
    assert (await send(site, "POST", f"{path}/shortlist", owner)).reason == "gigs.bid_moved"
    assert (await send(site, "POST", f"{path}/shortlist", worker)).reason == "gigs.not_your_project"
    assert (await send(site, "POST", f"{path}/shortlist", other)).reason == "gigs.bid_not_found"
    assert (await send(site, "POST", f"/bids/{ids.NIL}/shortlist", other)).reason == "gigs.bid_not_found"
    assert (await send(site, "POST", f"/projects/{project.id}/bids", worker, {"amount": 5})).reason == "gigs.bid_placed"
    assert await studio.mails(worker) == ["Bid not taken"]  # what is so no more is not sent
    chosen = Counter(await told(studio.hall, worker))
    assert chosen == {"gigs.bid_shortlisted": 2, "gigs.bid_interviewing": 2, "gigs.bid_rejected": 1}
    second = await studio.bidding(other, project)
    await send(site, "PUT", f"/projects/{project.id}/status", owner, {"status": "cancelled"})
    assert (await send(site, "POST", f"/bids/{second.id}/shortlist", owner)).reason == "gigs.project_moved"


async def test_a_status_instead_of_a_verb(studio: Studio, site: Site) -> None:
    owner, worker = await studio.person(wallet=200), await studio.person()
    project = await studio.project(owner)
    bid = await studio.bidding(worker, project, None)
    named = {"projectId": str(project.id), "userId": str(worker.account_id)}
    path = "/projects/applicants/status"
    assert (await send(site, "PUT", path, owner, {**named, "status": "Shortlisted"})).data["status"] == "shortlisted"
    assert (await send(site, "PUT", path, owner, {"bidId": str(bid.id), "status": "interview"})).data["status"] == "interviewing"
    assert (await send(site, "PUT", path, owner, {**named, "status": "withdrawn"})).reason == "gigs.bid_status_not_settable"
    assert (await send(site, "PUT", path, owner, {"status": "rejected"})).status == 400
    assert (await send(site, "PUT", path, owner, {**named, "userId": str(ids.NIL), "status": "rejected"})).reason == "gigs.bid_not_found"
    assert (await send(site, "PUT", path, worker, {**named, "status": "rejected"})).reason == "gigs.not_your_project"
    assert (await send(site, "PUT", path, owner, {**named, "status": "accepted"})).status == 422
    accepted = await send(site, "PUT", path, owner, {**named, "status": "accepted", "amount": 120})
    assert accepted.data["status"] == "accepted", accepted.body
    assert len((await send(site, "GET", "/agreements", owner)).data) == 1
    await studio.hall.verify()


async def test_a_bidder_withdraws_and_bids_again(studio: Studio, site: Site) -> None:
    owner, worker = await studio.person(), await studio.person()
    project = await studio.project(owner)
    bid = await studio.bidding(worker, project, proposal="First.")
    assert (await send(site, "POST", f"/bids/{bid.id}/withdraw", owner)).reason == "gigs.not_your_bid"
    for _ in range(2):
        assert (await send(site, "POST", f"/bids/{bid.id}/withdraw", worker)).data["status"] == "withdrawn"
    assert len(await studio.told("bid_withdrawn")) == 1
    again = await send(site, "POST", f"/projects/{project.id}/bids", worker, {"amount": 99, "proposal": "Second."})
    assert (again.data["id"], again.data["status"], again.data["proposal"]) == (str(bid.id), "pending", "Second.")
    assert (await send(site, "DELETE", f"/projects/apply?projectId={project.id}", worker)).data["status"] == "withdrawn"
    assert (await send(site, "DELETE", f"/projects/apply?projectId={project.id}", owner)).reason == "gigs.bid_not_found"
    await send(site, "POST", "/projects/apply", worker, {"projectId": str(project.id), "coverLetter": "Third."})
    await send(site, "POST", f"/bids/{bid.id}/interview", owner)
    assert (await send(site, "POST", f"/bids/{bid.id}/withdraw", worker)).reason == "gigs.bid_moved"


async def test_a_bid_lapses_after_thirty_days_and_may_be_placed_again(studio: Studio, site: Site) -> None:
    owner, worker = await studio.person(), await studio.person()
    project = await studio.project(owner)
    bid = await studio.bidding(worker, project)
    await studio.hall.advance(timedelta(days=30, minutes=1))
    assert (await send(site, "GET", f"/bids/{bid.id}", worker)).data["status"] == "expired"
    assert (await send(site, "GET", f"/projects/{project.id}", owner)).data["bidsCount"] == 0
    assert (await send(site, "POST", f"/projects/{project.id}/bids", worker, {"amount": 7})).data["status"] == "pending"


async def test_own_bids_are_listed_and_counted(studio: Studio, site: Site) -> None:
    owner, worker = await studio.person(), await studio.person()
    first, second, third = [await studio.project(owner) for _ in range(3)]
    bids = [await studio.bidding(worker, project) for project in (first, second, third)]
    await send(site, "POST", f"/bids/{bids[1].id}/shortlist", owner)
    await send(site, "POST", f"/bids/{bids[2].id}/withdraw", worker)
    for path in ("/bids", "/projects/applications/my"):
        assert [one["id"] for one in (await send(site, "GET", path, worker)).data] == [str(bid.id) for bid in bids[::-1]]
        assert [one["id"] for one in (await send(site, "GET", f"{path}?status=applied", worker)).data] == [str(bids[0].id)]
    assert (await send(site, "GET", "/projects/applications/my/ids", worker)).data == {"projectIds": [str(second.id), str(first.id)]}
    assert (await send(site, "GET", "/projects/applications/my/count", worker)).data == {
        "count": 2, "pending": 1, "shortlisted": 1, "interviewing": 0, "accepted": 0, "rejected": 0,
    }  # fmt: skip
    applied = (await send(site, "GET", "/projects/developer/applied-projects", worker)).data
    assert [one["id"] for one in applied] == [str(second.id), str(first.id)]


@pytest.mark.parametrize(("body", "field"), [({"proposal": "x" * 10_001}, "proposal"), ({"deliveryDays": 0}, "deliveryDays")])
async def test_what_no_bid_says(studio: Studio, site: Site, body: dict[str, Any], field: str) -> None:
    project = await studio.project(await studio.person())
    refused = await send(site, "POST", f"/projects/{project.id}/bids", await studio.person(), body)
    assert [error["field"] for error in refused.json["error"]["details"]] == [field]


async def test_a_status_runs_the_verbs_of_the_agreement(studio: Studio, site: Site) -> None:
    owner, worker = await studio.person(wallet=200), await studio.person()
    project = await studio.project(owner)
    await studio.bidding(worker, project, 150)
    booked = await send(
        site, "POST", "/bookings", owner, {"projectId": str(project.id), "workerId": str(worker.account_id), "agreedAmount": 150}
    )
    assert booked.status == 201, booked.body
    booking = f"/bookings/{booked.data['booking']['id']}"
    for verb in ("confirm", "start"):
        assert (await send(site, "POST", f"{booking}/{verb}", worker, {})).status == 200
    path = f"/projects/{project.id}/status"
    assert (await send(site, "PUT", path, owner, {"status": "delivered"})).reason == "gigs.worker_only"
    assert (await send(site, "PUT", path, worker, {"status": "delivered", "reason": "All three minutes."})).data["status"] == "delivered"
    assert (await send(site, "PUT", path, worker, {"status": "delivered"})).data["status"] == "delivered"
    assert (await send(site, "PUT", path, worker, {"status": "completed"})).reason == "gigs.client_only"
    assert (await send(site, "PUT", path, owner, {"status": "in_progress", "reason": "Softer."})).data["status"] == "in_progress"
    assert (await send(site, "PUT", path, worker, {"status": "delivered"})).data["status"] == "delivered"
    assert (await send(site, "PUT", path, owner, {"status": "done"})).data["status"] == "completed"
    assert await studio.earned(worker) == 135
    await studio.hall.verify()
