"""From an accepted bid to money in the right hands: agreements, milestones, bookings, hours, protected payments."""

from datetime import timedelta
from typing import Any

from tests.journeys.cast import balance, fund
from tests.journeys.test_materials import SONGS, upload
from tests.support.client import Client
from tests.support.server import Served, moment

HANDOVER = {"notes": "The first draft, as agreed.", "url": "https://example.org/draft"}
WHY = {"reason": "The second page is missing."}


def credit(amount: int) -> dict[str, Any]:
    """Return so many credits."""
    return {"amount": amount, "currency": "CREDIT"}


async def a_pair(served: Served, *, wallet: int = 490) -> tuple[Client, Client]:
    """Return a client with so many credits besides the first ten, and a worker."""
    client, worker = await served.person(), await served.person()
    await fund(served, client, wallet)
    return client, worker


async def a_bid(client: Client, worker: Client, *, body: dict[str, Any] | None = None, **project: Any) -> dict[str, Any]:
    """Return a bid on a new project."""
    posted = {"title": "A cello part for a film", "description": "Three minutes, quiet.", **project}
    project_id = (await client.post("/projects", posted, expect=201)).data["id"]
    found = await worker.post(f"/projects/{project_id}/bids", body or {"amount": credit(100), "proposal": "Gladly."}, expect=201)
    return found.data


async def accepted(client: Client, bid: dict[str, Any], **body: Any) -> dict[str, Any]:
    """Return the agreement of an accepted bid."""
    return (await client.post(f"/bids/{bid['id']}/accept", body, expect=200)).data


async def signed(client: Client, worker: Client, made: dict[str, Any]) -> dict[str, Any]:
    """Have both sign what stands now."""
    now = (await client.get(f"/agreements/{made['id']}")).data
    for who in (client, worker):
        now = (await who.post(f"/agreements/{made['id']}/sign", {"version": now["version"]}, expect=200)).data
    assert now["status"] == "active"
    return now


async def act(who: Client, kind: str, thing: str, verb: str, body: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Run one verb; return what it answers."""
    return (await who.post(f"/{kind}/{thing}/{verb}", body, **{"expect": 200, **options})).data


async def test_two_milestones_from_bid_to_payment(served: Served) -> None:
    client, worker = await a_pair(served)
    plan = [{"title": "Design", "amount": credit(40)}, {"title": "Build", "amount": credit(60)}]
    made = await accepted(client, await a_bid(client, worker), milestones=plan)
    path = f"/agreements/{made['id']}"
    read = await worker.get(path)
    assert (read.data["status"], read.data["version"], read.data["signBy"] is not None) == ("draft", 1, True)
    as_read = {"If-Match": read.headers["ETag"]}
    assert (await client.call("PUT", path, {"scope": "Two languages."}, expect=428)).reason == "http.match_required"
    changed = await worker.put(path, {"scope": "Two languages.", "revisions": 2}, headers=as_read)
    assert (changed.data["version"], changed.data["terms"]["scope"]) == (2, "Two languages.")
    late = await client.call("PUT", path, {"scope": "Three."}, headers=as_read, expect=412)
    assert late.reason == "http.changed_meanwhile"
    assert (await client.post(f"{path}/sign", {"version": 1}, expect=409)).reason == "gigs.other_version"
    first, second = [one["id"] for one in (await signed(client, worker, made))["milestones"]]
    assert (await act(client, "milestones", first, "fund"))["escrow"]["status"] == "held"
    assert (await balance(client))["held"] == 40
    assert (await act(worker, "milestones", first, "start"))["status"] == "in_progress"
    assert (await act(worker, "milestones", first, "deliver", HANDOVER))["status"] == "delivered"
    assert (await act(client, "milestones", first, "request-revision", WHY))["status"] == "revision"
    await act(worker, "milestones", first, "deliver", HANDOVER)
    assert (await act(client, "milestones", first, "approve"))["status"] == "released"
    earned = await balance(worker)
    assert (earned["earnings"], earned["granted"]) == (26, 20)  # ten of the client's credits were given, and stay so
    shown = (await client.get(f"/milestones/{first}")).data
    assert [one["answer"] for one in shown["deliveries"]] == ["revision", "approved"]
    listed = (await worker.get(f"/projects/{made['projectId']}/milestones")).data
    assert [one["status"] for one in listed] == ["released", "draft"]
    await act(client, "milestones", second, "fund")
    assert (await act(client, "milestones", second, "release"))["status"] == "released"
    assert (await client.get(path)).data["status"] == "completed"
    assert (await client.get(f"/projects/{made['projectId']}")).data["status"] == "completed"
    for who in (client, worker):
        assert [one["id"] for one in (await who.get("/agreements?status=completed")).data] == [made["id"]]
    for me in ("me", client.account_id):
        spent = (await client.get(f"/clients/{me}/spending")).data["currencies"][0]
        assert (spent["spent"]["amount"], spent["payments"], spent["workers"]) == (100, 2, 1)
    assert (await worker.call("GET", f"/clients/{client.account_id}/spending", expect=403)).reason == "gigs.client_only"


async def test_the_agreements_own_doors(served: Served) -> None:
    client, worker = await a_pair(served)
    made = await signed(client, worker, await accepted(client, await a_bid(client, worker)))
    milestone = made["milestones"][0]["id"]
    await act(client, "milestones", milestone, "fund")
    await act(worker, "milestones", milestone, "start")
    assert (await act(worker, "agreements", made["id"], "deliver", HANDOVER))["status"] == "pending_review"
    assert (await act(client, "agreements", made["id"], "request-revision", WHY))["status"] == "active"
    await act(worker, "agreements", made["id"], "deliver", HANDOVER)
    assert (await act(client, "agreements", made["id"], "complete"))["status"] == "completed"
    again = await accepted(client, await a_bid(client, worker))
    ended = await act(worker, "agreements", again["id"], "cancel", {"reason": "I have fallen ill."})
    assert (ended["status"], ended["closedReason"]) == ("cancelled", "I have fallen ill.")
    assert (await client.get(f"/projects/{again['projectId']}")).data["status"] == "open"


async def test_what_is_delivered_is_paid_by_itself(served: Served) -> None:
    client, worker = await a_pair(served)
    made = await signed(client, worker, await accepted(client, await a_bid(client, worker)))
    milestone = made["milestones"][0]["id"]
    await act(client, "milestones", milestone, "fund")
    await act(worker, "milestones", milestone, "start")
    file_id = await upload(worker, SONGS)
    given = await act(worker, "milestones", milestone, "deliver", {**HANDOVER, "fileIds": [file_id]})
    assert [one["fileId"] for one in given["deliveries"][0]["files"]] == [file_id]
    assert (await client.get(f"/files/{file_id}")).data["contentType"] == "application/pdf"
    assert (await (await served.person()).call("GET", f"/files/{file_id}", expect=404)).reason == "files.not_found"
    await served.advance_to(moment(given["escrow"]["releaseAt"]) + timedelta(minutes=1))
    assert (await worker.get(f"/milestones/{milestone}")).data["status"] == "released"
    unsigned = await accepted(client, await a_bid(client, worker))
    await served.advance_to(moment(unsigned["signBy"]) + timedelta(minutes=1))
    assert (await client.get(f"/agreements/{unsigned['id']}")).data["closedAs"] == "unsigned"


async def test_a_worker_is_booked(served: Served) -> None:
    client, worker = await a_pair(served, wallet=50)
    bid = await a_bid(client, worker)
    start = (await served.now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    times = {"startsAt": start.isoformat(), "endsAt": (start + timedelta(hours=2)).isoformat()}
    body = {"projectId": bid["projectId"], "workerId": worker.account_id, "agreedAmount": 100, **times}
    differs = await client.post("/api/bookings", {**body, "agreedAmount": 90}, expect=422)
    assert differs.reason == "gigs.amount_differs_from_bid"
    made = (await client.post("/api/bookings", body, expect=201)).data
    assert (made["booking"]["status"], made["escrow"]["status"], made["payment"]) == ("pending", "pending_funding", None)
    again = (await client.post("/bookings", body, expect=201)).data
    assert again["id"] == made["id"]
    await fund(served, client, 100)
    booking = made["id"]
    assert (await act(client, "bookings", booking, "fund"))["escrow"]["status"] == "held"
    moved = await client.put(f"/bookings/{booking}", {"notes": "The side door is open."})
    assert moved.data["notes"] == "The side door is open."
    assert (await act(worker, "bookings", booking, "confirm"))["status"] == "confirmed"
    other = (await client.post("/bookings", {**body, "projectId": (await a_bid(client, worker))["projectId"]}, expect=409)).reason
    assert other == "calendar.busy"
    assert (await act(worker, "bookings", booking, "start"))["status"] == "in_progress"
    assert (await act(worker, "bookings", booking, "deliver", HANDOVER))["deliveredAt"]
    assert (await act(client, "bookings", booking, "request-revision", WHY))["deliveredAt"] is None
    await act(worker, "bookings", booking, "deliver", HANDOVER)
    assert (await act(client, "bookings", booking, "complete"))["status"] == "completed"
    assert (await worker.get(f"/bookings/{booking}")).data["escrow"]["paidToWorker"] == credit(90)
    assert [one["status"] for one in (await worker.get("/bookings?role=worker")).data] == ["completed"]
    free = {key: body[key] for key in ("workerId", "agreedAmount")}
    second = (await client.post("/bookings", {**free, "projectId": (await a_bid(client, worker))["projectId"]}, expect=201)).data
    assert (await act(client, "bookings", second["id"], "cancel", {"reason": "No film."}))["status"] == "cancelled"


async def test_hours_are_told_and_paid(served: Served) -> None:
    client, worker = await a_pair(served, wallet=1)
    bid = await a_bid(client, worker, pricing="hourly", body={"hourlyRate": credit(60), "proposal": "By the hour."})
    made = await accepted(client, bid, weeklyMinutes=60)
    await signed(client, worker, made)
    await served.settled()
    week = (await client.get(f"/agreements/{made['id']}")).data["weeks"][0]
    assert week["status"] == "pending_funding"
    await fund(served, client, 500)
    assert (await act(client, "weeks", week["id"], "fund"))["status"] == "open"
    assert (await act(worker, "weeks", week["id"], "submit", {"minutes": 60}))["status"] == "submitted"
    assert (await act(client, "weeks", week["id"], "object", {"reason": "It was half an hour."}))["status"] == "objected"
    await act(worker, "weeks", week["id"], "submit", {"minutes": 30})
    paid = await act(client, "weeks", week["id"], "release")
    assert (paid["status"], paid["escrow"]["paidToWorker"], paid["escrow"]["returned"]) == ("released", credit(27), credit(30))
    assert (await worker.get(f"/weeks/{week['id']}")).data["minutes"] == 30
    assert (await act(client, "agreements", made["id"], "complete"))["status"] == "completed"


async def test_protected_payments_and_those_who_watch_them(served: Served) -> None:
    client, worker = await a_pair(served)
    support, admin = await served.staff("support"), await served.staff("admin")
    plan = [{"title": "One", "amount": 30}, {"title": "Two", "amount": 30}, {"title": "Three", "amount": 40}]
    made = await signed(client, worker, await accepted(client, await a_bid(client, worker), milestones=plan))
    first, second, third = [(one["id"], one["escrow"]["id"]) for one in made["milestones"]]
    for milestone, _ in (first, second, third):
        await act(client, "milestones", milestone, "fund")
    hold = first[1]
    assert (await client.post(f"/api/escrow/{hold}/release", {"amount": 10}, expect=422)).reason == "gigs.no_amount_taken"
    assert (await client.post(f"/escrow/{hold}/freeze", WHY, expect=403)).reason == "http.permission_missing"
    assert (await act(support, "escrow", hold, "freeze", WHY))["status"] == "frozen"
    assert (await client.post(f"/escrow/{hold}/release", expect=409)).reason == "gigs.escrow_moved"
    assert (await act(support, "escrow", hold, "unfreeze", WHY))["status"] == "held"
    assert (await act(client, "escrow", hold, "release"))["status"] == "released"
    assert (await act(admin, "escrow", second[1], "refund", WHY))["status"] == "refunded"
    assert (await act(admin, "escrow", third[1], "release", WHY))["status"] == "released"
    for who in (client, worker):
        assert {one["status"] for one in (await who.get("/escrow")).data} == {"released", "refunded"}
        assert (await who.get(f"/escrow/{hold}")).data["remaining"] == credit(0)
    assert (await (await served.person()).call("GET", f"/escrow/{hold}", expect=404)).reason == "gigs.escrow_not_found"


async def test_a_card_stands_behind_a_payment_in_the_sandbox(served: Served) -> None:
    client, worker = await a_pair(served)
    posted = {"currency": "EUR", "body": {"amount": {"amount": 5000, "currency": "EUR"}, "proposal": "Gladly."}}
    made = await signed(client, worker, await accepted(client, await a_bid(client, worker, **posted)))
    milestone, hold = made["milestones"][0]["id"], made["milestones"][0]["escrow"]["id"]
    assert (await client.post(f"/milestones/{milestone}/fund", expect=422)).reason == "ledger.not_in_mode"
    assert served.cli("fund", hold) == f"{hold} is held.\n"
    assert (await client.get(f"/escrow/{hold}")).data["fundedFrom"] == "provider:sandbox"
    await act(client, "escrow", hold, "release")
    assert (await worker.get("/wallet")).data["balances"][1]["earnings"] == {"amount": 4500, "currency": "EUR"}
