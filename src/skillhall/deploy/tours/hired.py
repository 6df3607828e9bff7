"""Projects with protected payment: a milestone approved, one divided after an appeal, silence that pays, a card, reviews."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from skillhall.deploy.tours import jobs, scenes
from skillhall.deploy.tours.jobs import Job
from skillhall.deploy.tours.scenes import GRANT, owned
from skillhall.deploy.tours.stage import JSON, Operator, Person, Stage, in_words, moment

BOUGHT = 190
PARTS = {"The design": 40, "The sign itself": 60}
SMALL, MONEY = 20, 333
PAYEE_SHARE = 6000  # basis points
FEE_SHARE = 1000
SPLIT = {"outcome": "partial_refund", "payeeBasisPoints": PAYEE_SHARE, "reason": "Most of it is as agreed, the frame is not."}


class Cast(Struct, frozen=True, kw_only=True):
    """Who plays: a client, two who work for her, and two of the staff, since nobody decides about an appeal against themselves."""

    stage: Stage
    operator: Operator
    judge: Person
    client: Person
    worker: Person
    rival: Person

    @property
    def people(self) -> tuple[Person, ...]:
        """Those who have something to win and to lose."""
        return (self.client, self.worker, self.rival)


async def play(stage: Stage) -> None:
    """Play the whole story."""
    operator = await stage.operator()
    client, worker, rival, judge = map(stage.person, ("Clara", "Wim", "Rita", "Judith"))
    cast = Cast(stage=stage, operator=operator, judge=judge, client=client, worker=worker, rival=rival)
    stage.act(f"{len(cast.people) + 1} people sign in by code")
    await scenes.sign_in(stage, (*cast.people, judge))
    await scenes.appoint(operator, judge, "admin")
    await scenes.give_credits(operator, client, BOUGHT)
    before = await scenes.balances(cast.people)
    job = await _agreed(cast)
    await _approved(cast, job)
    await _divided(cast, job)
    await _reviewed(cast, job)
    await _paid_by_silence(cast)
    await _paid_by_card(cast)
    fees = sum(map(_fee, (PARTS["The design"], _part(PARTS["The sign itself"]), SMALL)))
    await scenes.close_books(operator, before, await scenes.balances(cast.people), fees)


async def _agreed(cast: Cast) -> Job:
    stage, client, worker, rival = cast.stage, cast.client, cast.worker, cast.rival
    price = sum(PARTS.values())
    stage.act(f"{client.name} has something to be done, and chooses who does it")
    project = await jobs.posted(client, "A sign for our repair café")
    bid = await jobs.bid(worker, project, price)
    await jobs.bid(rival, project, price + 20)
    stage.step(f"{worker.name} bids {price} credits and {rival.name} {price + 20}")
    seen = [len(await person.ask("GET", f"/api/v1/projects/{project['id']}/bids")) for person in (client, rival)]
    stage.fact(f"bids that {client.name} sees, and that {rival.name} sees", seen, [2, 1])
    job = await jobs.chosen(client, worker, bid, PARTS)
    stage.fact(f"{rival.name}'s bid", (await rival.ask("GET", "/api/v1/bids"))[0]["status"], "rejected")
    refused = await client.ask("POST", f"{jobs.milestone(job, 0)}/fund", expect=409)
    stage.step(f"{client.name} would set money aside before both have signed")
    stage.fact("the answer", refused["reason"], "gigs.agreement_moved")
    await jobs.signed(job)
    for place, amount in enumerate(PARTS.values()):
        funded = await client.ask("POST", f"{jobs.milestone(job, place)}/fund")
        stage.step(f"{client.name} sets the {amount} credits of milestone {place + 1} aside")
        stage.fact("the protected payment", funded["escrow"]["status"], "held")
    found = await client.credits()
    stage.fact(f"{client.name}'s credits, held", found["held"], price)
    stage.fact(f"{client.name}'s credits, available", found["available"], GRANT + BOUGHT - price)
    return job


async def _approved(cast: Cast, job: Job) -> None:
    stage, client, worker, amount = cast.stage, cast.client, cast.worker, PARTS["The design"]
    stage.act("The first milestone is approved")
    await jobs.delivered(job, 0)
    had = owned(await worker.credits())
    done = await client.ask("POST", f"{jobs.milestone(job, 0)}/approve")
    stage.step(f"{client.name} approves it")
    stage.fact("its status", done["status"], "released")
    net = amount - _fee(amount)
    stage.fact(f"{worker.name} gets {amount} less the fee of {_fee(amount)}", owned(await worker.credits()) - had, net)


async def _divided(cast: Cast, job: Job) -> None:
    stage, client, worker, judge, operator = cast.stage, cast.client, cast.worker, cast.judge, cast.operator
    amount = PARTS["The sign itself"]
    gross = _part(amount)
    stage.act("The second milestone is disputed, divided 60/40, and an appeal refused")
    await jobs.delivered(job, 1)
    path = await _disputed(cast, job, 1)
    ruled = await _ruled(operator, path, SPLIT)
    stage.step(f"{operator.name} rules: 60 of 100 to {worker.name}, the rest back to {client.name}")
    stage.fact("the protected payment, until an appeal is possible no more", (await _payment(job, 1))["status"], "frozen")
    stage.fact("to the one and the other", [ruled["decision"][to]["amount"] for to in ("toPayee", "toPayer")], [gross, amount - gross])
    await worker.ask("POST", f"{path}/appeal", {"reason": "The frame was never agreed on."})
    stage.step(f"{worker.name} appeals")
    refused = await operator.ask("POST", f"{path}/resolve", SPLIT, expect=403, key=True)
    stage.step(f"{operator.name} would decide about the appeal too")
    stage.fact("the answer", refused["reason"], "disputes.same_person")
    had = [owned(await person.credits()) for person in (client, worker)]
    done = await _ruled(judge, path, {**SPLIT, "reason": "The appeal is refused: the frame is in the terms both have signed."})
    stage.step(f"{judge.name}, who has not ruled before, refuses the appeal; that is carried out at once")
    stage.fact("the dispute and the milestone", [done["status"], await _status(job, 1)], ["resolved", "split"])
    has = [owned(await person.credits()) for person in (client, worker)]
    net = gross - _fee(gross)
    stage.fact(f"{worker.name} gets {gross} less the fee of {_fee(gross)}", has[1] - had[1], net)
    stage.fact(f"{client.name} has less by what {worker.name} and the fee got", had[0] - has[0], gross)
    stage.fact(f"{client.name}'s credits, held", (await client.credits())["held"], 0)
    stage.fact("the agreement", (await client.ask("GET", f"/api/v1/agreements/{job.agreement}"))["status"], "completed")
    stage.fact("the project", (await client.ask("GET", f"/api/v1/projects/{job.project}"))["status"], "completed")


async def _reviewed(cast: Cast, job: Job) -> None:
    stage, client, worker, path = cast.stage, cast.client, cast.worker, f"/api/v1/projects/{job.project}/reviews"
    stage.act("Both review each other, and neither knows what the other says")
    await _review(client, job, 4)
    stage.fact("what others can read", len(await cast.rival.ask("GET", path)), 0)
    await _review(worker, job, 5)
    shown = sorted(one["rating"] for one in await cast.rival.ask("GET", path))
    stage.fact("the ratings others can read, now that both have written", shown, [4, 5])
    figures = [(await who.ask("GET", "/api/v1/reviews/stats/me"))["averageRating"] for who in (worker, client)]
    stage.fact(f"the averages of {worker.name} and {client.name}", figures, [4.0, 5.0])


async def _paid_by_silence(cast: Cast) -> None:
    stage, client, worker = cast.stage, cast.client, cast.rival
    stage.act(f"{client.name} does not answer: after 14 days {worker.name} is paid, after 7 more days reviewed")
    project = await jobs.posted(client, "A poster for the same café")
    bid = await jobs.bid(worker, project, SMALL)
    job = await jobs.chosen(client, worker, bid, {"The poster": SMALL})
    await jobs.signed(job)
    await client.ask("POST", f"{jobs.milestone(job, 0)}/fund")
    await jobs.delivered(job, 0)
    had, payment = owned(await worker.credits()), await _payment(job, 0)
    await cast.operator.clock_to(moment(payment["releaseAt"]))
    stage.step("14 days after it was delivered nobody has said anything")
    stage.fact("the milestone", await _status(job, 0), "released")
    net = SMALL - _fee(SMALL)
    stage.fact(f"{worker.name} gets {SMALL} less the fee of {_fee(SMALL)}", owned(await worker.credits()) - had, net)
    written = await _review(client, job, 5)
    after = moment(written["createdAt"]) + timedelta(days=7)
    stage.fact("it waits for the other side until", in_words(moment(written["publishesAt"])), in_words(after))
    await cast.operator.clock_to(moment(written["publishesAt"]))
    found = await cast.worker.ask("GET", f"/api/v1/reviews/{written['id']}")
    stage.fact("the review, though the other side has not written", found["status"], "published")


async def _paid_by_card(cast: Cast) -> None:
    stage, client, worker = cast.stage, cast.client, cast.worker
    gross = _part(MONEY)
    back = MONEY - gross
    stage.act("A payment in money is disputed and divided, and nobody appeals")
    project = await jobs.posted(client, "Two letters more on the sign", currency="EUR")
    bid = await jobs.bid(worker, project, MONEY, currency="EUR")
    job = await jobs.chosen(client, worker, bid, {"Two letters": MONEY}, currency="EUR")
    await jobs.signed(job)
    stage.fact("the protected payment, as long as no card has paid", (await _payment(job, 0))["status"], "pending_funding")
    said = await stage.command("fund", job.payments[0])
    stage.step(f"./skillhall fund stands in for a card: {said}")
    stage.fact("where the money comes from", (await _payment(job, 0))["fundedFrom"], "provider:sandbox")
    await jobs.delivered(job, 0)
    path = await _disputed(cast, job, 0)
    ruled = await _ruled(cast.operator, path, SPLIT)
    stage.step(f"{cast.operator.name} rules: 60 of 100 to {worker.name}; 3 days are left for an appeal")
    await cast.operator.clock_to(moment(ruled["nextStep"]["at"]))
    stage.fact("the dispute", (await client.ask("GET", path))["status"], "resolved")
    payment = await _payment(job, 0)
    stage.fact(
        f"of {MONEY} cents to {worker.name}, in fees and back to the card", _parts(payment), [gross - _fee(gross), _fee(gross), back]
    )
    stage.fact(f"{worker.name}'s earnings in euro cents", (await worker.balance("EUR"))["earnings"], gross - _fee(gross))


async def _disputed(cast: Cast, job: Job, place: int) -> str:
    """Have the client object and the worker answer; return the path of the dispute."""
    stage, client, worker = cast.stage, job.client, job.worker
    body = {"escrowId": job.payments[place], "reason": "The frame is missing.", "evidence": "It is in the terms."}
    opened = await client.ask("POST", "/api/v1/disputes", body, expect=201)
    path = f"/api/v1/disputes/{opened['id']}"
    stage.step(f"{client.name} opens a dispute about it")
    stage.fact("the dispute, the milestone and its payment", await _standing(client, path, job, place), ["open", "disputed", "frozen"])
    early = await cast.operator.ask("POST", f"{path}/resolve", SPLIT, expect=409, key=True)
    stage.step(f"{cast.operator.name} would rule before {worker.name} has been heard")
    stage.fact("the answer", early["reason"], "disputes.not_yet")
    await worker.ask("POST", f"{path}/evidence", {"text": "Nobody said anything of a frame."}, expect=201)
    stage.step(f"{worker.name} answers")
    stage.fact("the dispute", (await worker.ask("GET", path))["status"], "under_review")
    return path


async def _standing(person: Person, path: str, job: Job, place: int) -> list[str]:
    return [(await person.ask("GET", path))["status"], await _status(job, place), (await _payment(job, place))["status"]]


async def _ruled(by: Person, path: str, verdict: JSON) -> JSON:
    return await by.ask("POST", f"{path}/resolve", verdict, key=True)


async def _review(person: Person, job: Job, rating: int) -> JSON:
    body = {"projectId": job.project, "rating": rating, "comment": "A pleasure."}
    written: JSON = await person.ask("POST", "/api/v1/reviews", body, expect=201)
    person.stage.step(f"{person.name} gives {rating} of 5 stars")
    return written


async def _payment(job: Job, place: int) -> JSON:
    return await job.client.ask("GET", f"/api/v1/escrow/{job.payments[place]}")


async def _status(job: Job, place: int) -> str:
    return (await job.client.ask("GET", jobs.milestone(job, place)))["status"]


def _parts(payment: JSON) -> Sequence[int]:
    return [payment[part]["amount"] for part in ("paidToWorker", "fee", "returned")]


def _part(amount: int) -> int:
    return amount * PAYEE_SHARE // 10_000


def _fee(gross: int) -> int:
    return gross * FEE_SHARE // 10_000
