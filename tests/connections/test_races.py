"""Many callers at once, on real connections: one row per pair, one follow, one bookmark, and tallies that are counts."""

from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from skillhall.connections.commands.accept import accept_connection
from skillhall.connections.commands.follow import follow_profile
from skillhall.connections.commands.remove import remove_connection
from skillhall.connections.commands.request import request_connection
from skillhall.connections.commands.save import save
from skillhall.connections.commands.unfollow import unfollow_profile
from skillhall.connections.commands.withdraw import withdraw_connection
from skillhall.connections.model.bookmark import NewBookmark
from skillhall.connections.model.connection import AskToConnect
from skillhall.identity.commands.block import block
from skillhall.kernel.actor import Actor
from skillhall.kernel.refusals import Refusal
from tests.connections.builders import ask, connect, follow, heard, people, profile_of, states, tally
from tests.support.hall import TestHall

CALLERS = 16
Call = Callable[[], Awaitable[Any]]


async def outcome(call: Call) -> str:
    """Return "yes", or why not."""
    try:
        await call()
    except Refusal as refusal:
        return refusal.code
    return "yes"


async def raced(hall: TestHall, *calls: Call) -> Counter[str]:
    """Run all at once; return how many were let, and how many refused for which reason."""
    return Counter(await hall.race(*(partial(outcome, call) for call in calls)))


def asking(hall: TestHall, by: Actor, whom: Actor) -> Call:
    return partial(hall.run, request_connection, by, AskToConnect(profile_id=profile_of(whom)))


async def test_both_ask_at_once(hall: TestHall) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    found = await raced(hall, *(asking(hall, *sides) for sides in ((ada, ben), (ben, ada)) * (CALLERS // 2)))
    assert set(found) <= {"yes", "connections.already_connected"}
    assert found["yes"] >= 2
    read = await hall.read()
    assert (await states(read), await heard(hall)) == (["accepted"], ["requested", "accepted"])
    assert (await tally(read, ada), await tally(read, ben)) == ((1, 0, 0), (1, 0, 0))
    await hall.verify()


async def test_accepted_or_withdrawn_never_both(hall: TestHall) -> None:
    for _ in range(5):
        ada, ben = await hall.work(people, "Ada", "Ben")
        asked = await hall.work(ask, ada, ben)
        before = len(await heard(hall))
        found = await raced(
            hall,
            *(partial(hall.run, accept_connection, ben, asked.id) for _ in range(CALLERS // 2)),
            *(partial(hall.run, withdraw_connection, ada, asked.id) for _ in range(CALLERS // 2)),
        )
        (said,) = (await heard(hall))[before:]
        refused = "connections.wrong_state" if said == "accepted" else "connections.not_found"
        assert found == {"yes": CALLERS // 2, refused: CALLERS // 2}
        assert await tally(await hall.read(), ada) == ((1, 0, 0) if said == "accepted" else (0, 0, 0))
    await hall.verify()


async def test_removed_and_asked_for_again_at_once(hall: TestHall) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    connection = await hall.work(connect, ada, ben)
    removing = [partial(hall.run, remove_connection, who, connection.id) for who in (ada, ben) * 4]
    found = await raced(hall, *removing, *(asking(hall, ada, ben) for _ in range(CALLERS // 2)))
    assert set(found) <= {"yes", "connections.not_found", "connections.already_connected"}
    assert (await heard(hall)).count("removed") == 1
    assert await states(await hall.read()) in ([], ["pending"])
    await hall.verify()


async def test_following_twice_and_everybody_at_once(hall: TestHall) -> None:
    star, *fans = await hall.work(people, "Star", *(f"Fan {number}" for number in range(8)))
    calls = [partial(hall.run, follow_profile, fan, profile_of(star)) for fan in fans] * 2
    assert await raced(hall, *calls) == {"yes": CALLERS}
    assert (await tally(await hall.read(), star), Counter(await heard(hall))) == ((0, 8, 0), {"followed": 8})
    mixed = [partial(hall.run, verb, fan, profile_of(star)) for fan in fans for verb in (follow_profile, unfollow_profile)]
    assert await raced(hall, *mixed) == {"yes": CALLERS}
    await hall.verify()


async def test_saving_twice_at_once(hall: TestHall) -> None:
    ada, ben = await hall.work(people, "Ada", "Ben")
    command = NewBookmark(kind="profile", subject_id=profile_of(ben))
    views = await hall.race(*(partial(hall.run, save, ada, command) for _ in range(CALLERS)))
    assert len({view.id for view in views}) == 1


async def test_a_circle_of_people_asks_and_follows_each_other(hall: TestHall) -> None:
    circle = await hall.work(people, *(f"Person {number}" for number in range(8)))
    pairs = [*zip(circle, [*circle[1:], circle[0]], strict=True)]
    calls = [call for one, other in pairs for call in (asking(hall, one, other), asking(hall, other, one))]
    assert set(await raced(hall, *calls)) == {"yes"}
    ways = [way for one, other in pairs for way in ((one, profile_of(other)), (other, profile_of(one)))]
    follows = [partial(hall.run, follow_profile, *way) for way in ways]
    assert await raced(hall, *follows) == {"yes": CALLERS}
    read = await hall.read()
    assert {await tally(read, one) for one in circle} == {(2, 2, 2)}
    await hall.verify()


async def test_blocks_and_follows_at_once(hall: TestHall) -> None:
    star, *fans = await hall.work(people, "Star", *(f"Fan {number}" for number in range(8)))
    for fan in fans:
        await hall.work(follow, fan, star)
    blocking = [partial(hall.run, block, star, fan.account_id) for fan in fans]
    following = [partial(hall.run, follow_profile, star, profile_of(fan)) for fan in fans]
    found = await raced(hall, *blocking, *following)
    assert set(found) <= {"yes", "profiles.not_found"}
    await hall.drain()
    assert await tally(await hall.read(), star) == (0, 0, 0)
    await hall.verify()
