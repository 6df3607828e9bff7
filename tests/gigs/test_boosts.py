"""Boosts stand before others while they run; and what a plan lets one post and bid on."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from skillhall.billing.events import BoostPaid, BoostRestored, BoostRevoked
from skillhall.gigs.commands.boost import BoostableProjects, BoostProject, open_boost
from skillhall.gigs.commands.create_project import create_project
from skillhall.gigs.commands.decide_bid import withdraw_bid
from skillhall.gigs.commands.place_bid import PlaceBid, place_bid
from skillhall.gigs.commands.publish_project import publish_project, unpublish_project
from skillhall.gigs.model.refusals import NotYourProject, ProjectMoved, ProjectNotFound
from skillhall.gigs.queries.analytics import PeriodQuery, project_analytics
from skillhall.gigs.queries.projects import ProjectQuery, ProjectView, open_projects, project_view
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.events import Event
from tests.gigs.builders import Studio, posting
from tests.learning.builders import DAY, HOUR, outcome
from tests.notifications.reading import told

FREE = """
INSERT INTO billing.plan (id, code, name, description, prices, limits, is_free, trial_days, position, created_at, updated_at)
VALUES (gen_random_uuid(), 'free', 'Free', '', '{}', $1, true, 0, 1, now(), now())
"""


async def tell(studio: Studio, event: Event) -> None:
    """Say what billing says, and let gigs hear of it."""

    async def say(tx: Tx) -> None:
        tx.publish(event)

    await studio.hall.work(say)
    await studio.hall.drain()


def paid(project: ProjectView, kind: str, days: int = 30, purchase_id: UUID | None = None) -> BoostPaid:
    """Return the news that a boost was paid for."""
    return BoostPaid(purchase_id=purchase_id or ids.new(), account_id=project.client_id, project_id=project.id, kind=kind, days=days)


async def listed(studio: Studio, by: Actor, **query: object) -> list[UUID]:
    """Return the open projects in the order of the list, walked two by two."""
    found: list[UUID] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = msgspec.convert({"limit": 2, "cursor": cursor, **query}, ProjectQuery)
        page = await open_projects(await studio.hall.read(), by, asked)
        found += [one.id for one in page.items]
        cursor = page.next_cursor
    return found


async def test_boosted_projects_stand_before_others(studio: Studio) -> None:
    owner = await studio.person()
    old, middle, new = [await studio.project(owner, title=f"Project {number}") for number in range(3)]
    assert await listed(studio, owner) == [new.id, middle.id, old.id]
    first = paid(old, "standard")
    for event in (first, first, paid(middle, "featured", 10), paid(old, "standard", 5)):
        await tell(studio, event)
    assert await listed(studio, owner) == [middle.id, old.id, new.id]
    assert await listed(studio, owner, sort="-createdAt") == [new.id, middle.id, old.id]
    shown = await project_view(await studio.hall.read(), old.id, owner)
    assert (shown.boost, shown.boosted_until is not None) == ("standard", True)
    runs = await studio.hall.pool.fetch(
        "SELECT ends_at - created_at AS runs FROM gigs.boost WHERE project_id = $1 ORDER BY starts_at", old.id
    )
    assert [round(row["runs"] / DAY) for row in runs] == [30, 35]
    bidder = await studio.person()
    await studio.bidding(bidder, old)
    told = await project_analytics(await studio.hall.read(), owner, old.id, PeriodQuery())
    assert [(one.kind, one.views, one.bids) for one in told.boosts] == [("standard", 0, 1)]
    await studio.hall.advance(10 * DAY + HOUR)
    assert await listed(studio, owner) == [old.id, new.id, middle.id]
    assert (await project_view(await studio.hall.read(), middle.id, owner)).boost is None
    gone = BoostRevoked(purchase_id=first.purchase_id, account_id=owner.account_id, project_id=old.id, kind="standard", days=30)
    for _ in range(2):
        await tell(studio, gone)
    shown = await project_view(await studio.hall.read(), old.id, owner)
    assert shown.boost == "standard"
    await studio.hall.advance(5 * DAY + HOUR)
    assert (await project_view(await studio.hall.read(), old.id, owner)).boosted_until is None
    assert await listed(studio, owner) == [new.id, middle.id, old.id]
    await studio.hall.verify()


async def test_what_was_left_of_a_boost_runs_after_the_others_when_its_price_is_back(studio: Studio) -> None:
    owner = await studio.person()
    project = await studio.project(owner)
    first, second = paid(project, "standard", 10), paid(project, "standard", 5)
    for event in (first, second):
        await tell(studio, event)
    facts = {"purchase_id": first.purchase_id, "account_id": owner.account_id, "project_id": project.id, "kind": "standard", "days": 10}
    await studio.hall.advance(4 * DAY)
    for event in (BoostRevoked(**facts), BoostRestored(**facts), BoostRestored(**facts)):
        await tell(studio, event)
        await studio.hall.advance(2 * DAY)
    rows = await studio.hall.pool.fetch("SELECT starts_at, ends_at FROM gigs.boost WHERE project_id = $1 ORDER BY starts_at", project.id)
    assert [round((row["ends_at"] - row["starts_at"]) / DAY) for row in rows] == [5, 6]
    assert rows[0]["ends_at"] == rows[1]["starts_at"]
    assert "billing.boost_restored" in await told(studio.hall, owner)
    await studio.hall.advance(4 * DAY)  # the second has run its five, then the first five of the six that were left
    assert (await project_view(await studio.hall.read(), project.id, owner)).boost == "standard"
    await studio.hall.advance(2 * DAY)
    assert (await project_view(await studio.hall.read(), project.id, owner)).boost is None


async def test_only_an_own_project_that_takes_bids_is_boosted(studio: Studio) -> None:
    owner, other = await studio.person(), await studio.person()
    open_one, draft = await studio.project(owner), await studio.project(owner, status="draft")
    hidden = await studio.project(owner, visibility="invited")

    async def asked(who: Actor, project: ProjectView) -> str:
        return await studio.hall.work(BoostableProjects().title, who.account_id, project.id)

    assert await asked(owner, open_one) == open_one.title
    for who, project, refusal in (
        (other, open_one, NotYourProject), (other, hidden, ProjectNotFound), (owner, draft, ProjectMoved),
    ):  # fmt: skip
        with pytest.raises(refusal):
            await asked(who, project)
    opened = await studio.hall.run(open_boost, owner, open_one.id, BoostProject(kind="premium"))
    assert await studio.hall.run(open_boost, owner, open_one.id, BoostProject(kind="premium")) == opened


async def test_a_plan_limits_what_is_posted_and_bid_on(studio: Studio) -> None:
    hall, owner = studio.hall, await studio.person()
    await hall.pool.execute(FREE, {"projects": 2, "applications": 1})
    first = await studio.project(owner, status="draft")
    second = await studio.project(owner)
    for _ in range(2):
        await hall.run(publish_project, owner, first.id)
        await hall.run(unpublish_project, owner, first.id)
    await hall.run(publish_project, owner, first.id)
    await studio.project(owner, status="draft")
    answers = await hall.race(*(outcome(hall.run, create_project, owner, posting()) for _ in range(4)))
    assert set(answers) == {"billing.limit_reached"}
    bidder = await studio.person()
    bid = await studio.bidding(bidder, first)
    await hall.run(withdraw_bid, bidder, bid.id)
    assert (await studio.bidding(bidder, first)).id == bid.id
    answers = await hall.race(*(outcome(hall.run, place_bid, bidder, second.id, PlaceBid()) for _ in range(4)))
    assert set(answers) == {"billing.limit_reached"}
    await studio.invited(second, owner, bidder)
    await hall.advance(timedelta(days=31))
    await studio.project(owner)
    await hall.verify()
