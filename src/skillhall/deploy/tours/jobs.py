"""Scenes of hiring that stories share: a project, a bid, an agreement in milestones, work handed over."""

from msgspec import Struct

from skillhall.deploy.tours.stage import JSON, Person

HANDOVER = {"notes": "Here it is, as agreed.", "url": "https://example.org/here-it-is"}


class Job(Struct, frozen=True, kw_only=True):
    """What two people are agreed on: the ids of its agreement, its project, its milestones and their protected payments."""

    client: Person
    worker: Person
    agreement: str
    project: str
    milestones: list[str]
    payments: list[str]


async def posted(client: Person, title: str, *, currency: str = "CREDIT") -> JSON:
    """Have somebody post a project."""
    body = {"title": title, "description": "To hang outside, a metre wide.", "currency": currency}
    project: JSON = await client.ask("POST", "/api/v1/projects", body, expect=201)
    client.stage.step(f"{client.name} posts {title!r}")
    client.stage.fact("its status", project["status"], "open")
    return project


async def bid(worker: Person, project: JSON, amount: int, *, currency: str = "CREDIT") -> JSON:
    """Have somebody bid on it."""
    body = {"amount": {"amount": amount, "currency": currency}, "deliveryDays": 10, "proposal": "Gladly."}
    return await worker.ask("POST", f"/api/v1/projects/{project['id']}/bids", body, expect=201, key=True)


async def chosen(client: Person, worker: Person, bid: JSON, parts: dict[str, int], *, currency: str = "CREDIT") -> Job:
    """Accept a bid: so many credits, or cents, for each part."""
    plan = [{"title": title, "amount": {"amount": amount, "currency": currency}} for title, amount in parts.items()]
    made = await client.ask("POST", f"/api/v1/bids/{bid['id']}/accept", {"milestones": plan})
    client.stage.step(f"{client.name} accepts {worker.name}'s bid; the agreement has {len(parts)} milestone{'s'[: len(parts) - 1]}")
    client.stage.fact("its status", made["status"], "draft")
    milestones = made["milestones"]
    return Job(
        client=client,
        worker=worker,
        agreement=made["id"],
        project=made["projectId"],
        milestones=[one["id"] for one in milestones],
        payments=[one["escrow"]["id"] for one in milestones],
    )


async def signed(job: Job) -> None:
    """Have both sign the terms as they stand."""
    for person in (job.client, job.worker):
        signed = await person.ask("POST", f"/api/v1/agreements/{job.agreement}/sign", {"version": 1})
    job.client.stage.step(f"{job.client.name} and {job.worker.name} sign version 1 of the terms")
    job.client.stage.fact("the agreement", signed["status"], "active")


async def delivered(job: Job, place: int) -> None:
    """Have the work on a milestone done and handed over."""
    stage, worker = job.worker.stage, job.worker
    await worker.ask("POST", f"{milestone(job, place)}/start")
    delivered = await worker.ask("POST", f"{milestone(job, place)}/deliver", HANDOVER)
    stage.step(f"{worker.name} does the work and hands it over")
    stage.fact("its status", delivered["status"], "delivered")


def milestone(job: Job, place: int) -> str:
    """Return the path of a milestone."""
    return f"/api/v1/milestones/{job.milestones[place]}"
