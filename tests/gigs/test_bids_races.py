"""Sixteen at once: one bid a person, one answer an invite, nothing on a project that has just ended."""

from collections import Counter

from skillhall.gigs.commands.accept_bid import AcceptBid, accept_bid
from skillhall.gigs.commands.answer_invite import accept_invite, decline_invite
from skillhall.gigs.commands.cancel_project import cancel_project
from skillhall.gigs.commands.change_project import change_project
from skillhall.gigs.commands.decide_bid import withdraw_bid
from skillhall.gigs.commands.invite import SendInvite, send_invite
from skillhall.gigs.commands.place_bid import PlaceBid, place_bid
from skillhall.gigs.model.posting import ChangeProject
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from tests.gigs.builders import Studio
from tests.learning.builders import outcome

MANY = 16


async def test_one_person_bids_once(studio: Studio) -> None:
    hall, worker = studio.hall, await studio.person()
    project = await studio.project(await studio.person())
    calls = [outcome(hall.run, place_bid, worker, project.id, PlaceBid(proposal=f"Number {number}.")) for number in range(MANY)]
    assert Counter(await hall.race(*calls)) == {"ok": 1, "gigs.bid_placed": MANY - 1}
    assert len(await studio.told("bid_submitted")) == 1
    await hall.verify()


async def test_bids_and_the_end_of_a_project(studio: Studio) -> None:
    hall, owner = studio.hall, await studio.person()
    project = await studio.project(owner)
    workers = [await studio.person() for _ in range(MANY - 1)]
    calls = [outcome(hall.run, place_bid, worker, project.id, PlaceBid()) for worker in workers]
    answers = Counter(await hall.race(*calls, outcome(hall.run, cancel_project, owner, project.id)))
    assert set(answers) <= {"ok", "gigs.project_moved"}
    rejected = await hall.pool.fetchval("SELECT count(*) FROM gigs.bid WHERE state = 'rejected'")
    assert rejected == await hall.pool.fetchval("SELECT count(*) FROM gigs.bid") == answers["ok"] - 1
    await hall.verify()


async def test_an_invite_has_one_answer(studio: Studio) -> None:
    hall, owner, guest = studio.hall, await studio.person(wallet=500), await studio.person()
    project = await studio.project(owner)
    offer = await studio.invited(project, owner, guest, amount=100)
    calls = [outcome(hall.run, verb, guest, offer.id) for verb in (accept_invite, decline_invite) for _ in range(MANY // 2)]
    answers = await hall.race(*calls)
    state = await hall.pool.fetchval("SELECT state FROM gigs.invite")
    assert Counter(answers[: MANY // 2]) == ({"ok": MANY // 2} if state == "accepted" else {"gigs.invite_moved": MANY // 2})
    assert Counter(answers[MANY // 2 :]) == ({"ok": MANY // 2} if state == "declined" else {"gigs.invite_moved": MANY // 2})
    assert await hall.pool.fetchval("SELECT count(*) FROM gigs.agreement") == int(state == "accepted")
    await hall.verify()


async def test_offers_of_one_project_find_one_worker(studio: Studio) -> None:
    hall, owner = studio.hall, await studio.person(wallet=500)
    project = await studio.project(owner)
    guests = [await studio.person() for _ in range(MANY)]
    offers = [await studio.invited(project, owner, guest, amount=100) for guest in guests]
    calls = [outcome(hall.run, accept_invite, guest, offer.id) for guest, offer in zip(guests, offers, strict=True)]
    assert Counter(await hall.race(*calls)) == {"ok": 1, "gigs.project_moved": MANY - 1}
    assert await hall.pool.fetchval("SELECT count(*) FROM gigs.bid WHERE state = 'accepted'") == 1
    await hall.verify()


async def test_a_bid_is_accepted_or_withdrawn(studio: Studio) -> None:
    hall, owner, worker = studio.hall, await studio.person(wallet=500), await studio.person()
    bid = await studio.bidding(worker, await studio.project(owner))
    accepting = [outcome(hall.run, accept_bid, owner, bid.id, AcceptBid()) for _ in range(MANY // 2)]
    withdrawing = [outcome(hall.run, withdraw_bid, worker, bid.id) for _ in range(MANY // 2)]
    answers = await hall.race(*accepting, *withdrawing)
    state = await hall.pool.fetchval("SELECT state FROM gigs.bid")
    assert set(answers[: MANY // 2]) == ({"ok"} if state == "accepted" else {"gigs.bid_moved"})
    assert set(answers[MANY // 2 :]) == ({"ok"} if state == "withdrawn" else {"gigs.bid_moved"})
    await hall.verify()


async def test_one_person_is_invited_once(studio: Studio) -> None:
    hall, owner, guest = studio.hall, await studio.person(), await studio.person()
    project = await studio.project(owner)
    calls = [outcome(hall.run, send_invite, owner, project.id, SendInvite(user_id=guest.account_id)) for _ in range(MANY)]
    assert Counter(await hall.race(*calls)) == {"ok": 1, "gigs.already_invited": MANY - 1}


async def test_a_project_is_changed_from_what_was_read(studio: Studio) -> None:
    hall, owner = studio.hall, await studio.person()
    project = await studio.project(owner)
    read = Match(etag_of(project.version)).check
    calls = [
        outcome(hall.run, change_project, owner, project.id, ChangeProject(title=f"Title number {number}"), read) for number in range(MANY)
    ]
    assert Counter(await hall.race(*calls)) == {"ok": 1, "http.changed_meanwhile": MANY - 1}
