"""What ends connections from outside: a block, a deleted profile, an erased account."""

from datetime import timedelta

import msgspec

from skillhall.connections.commands.personal_data import ConnectionData
from skillhall.connections.queries.connections import ConnectionQuery, connections_page
from skillhall.identity.commands.block import block
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.commands.delete import delete_profile
from tests.connections.builders import ask, connect, follow, heard, people, put_aside, states, tally
from tests.profiles.builders import another, in_turn
from tests.support.hall import TestHall


async def test_a_block_ends_everything_between_two(hall: TestHall) -> None:
    ada, ben, cleo = await hall.work(people, "Ada", "Ben", "Cleo")
    await hall.work(connect, ada, ben, cleo)
    await hall.work(follow, ada, ben, cleo)
    await hall.work(follow, ben, ada)
    await hall.run(block, ada, ben.account_id)
    page = await connections_page(await hall.read(), ConnectionQuery(), ada)
    assert [view.profile.display_name for view in page.items] == ["Cleo"]
    await hall.drain()
    read = await hall.read()
    assert (await states(read), await tally(read, ada), await tally(read, ben)) == (["accepted"], (1, 0, 1), (0, 0, 0))
    assert (await heard(hall))[-3:] == ["removed", "unfollowed", "unfollowed"]
    await hall.verify()


async def test_a_deleted_profile_leaves_nothing(hall: TestHall) -> None:
    ada, *others = await hall.work(people, "Ada", *"BCDEFG")
    mentor = msgspec.structs.replace(ada, profile_id=(await hall.work(another, ada)).id)
    await hall.work(connect, mentor, *others[:4])
    await hall.work(ask, others[5], mentor)
    await hall.work(follow, mentor, *others)
    await hall.work(put_aside, mentor, others[0])
    await hall.work(put_aside, others[0], mentor)
    await hall.work(connect, ada, others[0])
    await hall.run(delete_profile, ada, mentor.profile_id)
    await hall.drain()
    read = await hall.read()
    assert (await states(read), await tally(read, others[0]), await tally(read, others[4])) == (["accepted"], (1, 0, 0), (0, 0, 0))
    await hall.verify()


async def test_everything_is_handed_out_and_erased_in_batches(tx: Tx) -> None:
    ada, *others = await people(tx, "Ada", *"BCDE")
    await connect(tx, ada, *others)
    await follow(tx, ada, *others)
    await follow(tx, others[0], ada)
    await put_aside(tx, ada, others[0], note="Ask.")
    await put_aside(tx, others[0], ada)
    tx.now += timedelta(days=1)
    data = msgspec.to_builtins(await ConnectionData().export(tx, ada.account_id))
    assert {name: len(rows) for name, rows in data.items()} == {"connections": 4, "following": 4, "followers": 1, "bookmarks": 1}
    assert (data["connections"][0]["other_name"], data["bookmarks"][0]["note"]) == ("B", "Ask.")
    done = [await ConnectionData().erase(in_turn(tx), ada.account_id, "Former member 1", 2) for _ in range(4)]
    assert done == [False, False, True, True]
    assert (await states(tx), await tally(tx, ada), await tally(tx, others[0])) == ([], (0, 0, 0), (0, 0, 0))
    left = msgspec.to_builtins(await ConnectionData().export(tx, ada.account_id))
    assert {name: len(rows) for name, rows in left.items()} == {"connections": 0, "following": 0, "followers": 0, "bookmarks": 0}
