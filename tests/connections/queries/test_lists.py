"""Lists of connections, mutual ones, suggestions, followers, and how people stand to each other."""

import msgspec
import pytest

from skillhall.connections.commands.reject import reject_connection
from skillhall.connections.model.connection import SuggestionView
from skillhall.connections.queries.connections import ConnectionQuery, connections_page, mutual_page
from skillhall.connections.queries.follows import follows_page
from skillhall.connections.queries.parties import acting, reached_account
from skillhall.connections.queries.relations import standing
from skillhall.connections.queries.suggestions import SuggestionQuery, suggestions
from skillhall.identity.api import AccountNotFound
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.refusals import Invalid
from skillhall.kernel.shapes import ListQuery
from skillhall.profiles.api import ProfileNotFound, Relations, note
from skillhall.profiles.commands.set_privacy import set_privacy
from skillhall.profiles.model.privacy import ChangePrivacy
from tests.connections.builders import ask, connect, follow, people, profile_of
from tests.profiles.builders import BLOCK, SUSPEND, another, in_turn


async def names(tx: Tx, by: Actor, **query: object) -> list[str]:
    """Return the names in somebody's list of connections."""
    return [view.profile.display_name for view in (await connections_page(tx, ConnectionQuery(**query), by)).items]  # type: ignore[arg-type]


async def suggested(tx: Tx, by: Actor, limit: int = 20) -> list[SuggestionView]:
    return (await suggestions(tx, SuggestionQuery(limit=limit), by)).items


async def test_ones_connections_by_state_and_direction(tx: Tx) -> None:
    ada, ben, cleo, dora, emil = await people(tx, "Ada", "Ben", "Cleo", "Dora", "Emil")
    await connect(tx, ada, ben)
    await connect(tx, cleo, ada)
    await ask(tx, ada, dora)
    refused = await ask(tx, emil, ada)
    await reject_connection(in_turn(tx), ada, refused.id)
    assert await names(tx, ada) == ["Cleo", "Ben"]
    assert await names(tx, ada, sort="displayName") == ["Ben", "Cleo"]
    assert await names(tx, ada, status="PENDING") == ["Dora"]
    assert await names(tx, ada, status="pending", direction="incoming") == []
    assert await names(tx, dora, status="pending", direction="incoming") == ["Ada"]
    assert await names(tx, ada, status="declined") == ["Emil"]
    assert await names(tx, ada, search="cle") == ["Cleo"]
    page = await connections_page(tx, ConnectionQuery(limit=1), ada)
    assert (page.total, page.has_next) == (2, True)
    assert await names(tx, ada, limit=1, cursor=page.next_cursor) == ["Ben"]
    await tx.run(BLOCK, ben.account_id, ada.account_id)
    await tx.run(SUSPEND, cleo.account_id)
    assert await names(tx, ada) == []
    with pytest.raises(Invalid):
        await names(tx, ada, status="unknown")


async def test_lists_belong_to_the_face_one_wears(tx: Tx) -> None:
    ada, ben, cleo = await people(tx, "Ada", "Ben", "Cleo")
    mentor = msgspec.structs.replace(ada, profile_id=(await another(tx, ada)).id)
    await connect(tx, ada, ben)
    await connect(tx, mentor, cleo)
    assert (await names(tx, ada), await names(tx, mentor)) == (["Ben"], ["Cleo"])
    assert await names(tx, msgspec.structs.replace(ada, profile_id=None)) == ["Ben"]
    with pytest.raises(ProfileNotFound):
        await names(tx, msgspec.structs.replace(ada, profile_id=ids.new()))


async def test_what_two_share(tx: Tx) -> None:
    ada, ben, cleo, dora = await people(tx, "Ada", "Ben", "Cleo", "Dora")
    await connect(tx, ada, cleo, dora)
    await connect(tx, ben, cleo, dora)
    shared = await mutual_page(tx, profile_of(ben), ListQuery(sort="displayName"), ada)
    assert [view.profile.display_name for view in shared.items] == ["Cleo", "Dora"]
    await ask(tx, ben, ada)
    (request,) = (await connections_page(tx, ConnectionQuery(status="pending"), ada)).items
    assert (request.profile.display_name, request.mutual_count) == ("Ben", 2)
    await tx.run(SUSPEND, dora.account_id)
    assert (await mutual_page(tx, profile_of(ben), ListQuery(), ada)).total == 1
    assert (await standing(tx, profile_of(ben), ada)).mutual_count == 1
    with pytest.raises(ProfileNotFound):
        await mutual_page(tx, profile_of(dora), ListQuery(), ada)


async def test_whom_to_connect_with(tx: Tx) -> None:
    ada, ben, cleo, dora, emil, fay, gus = await people(tx, "Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gus")
    await connect(tx, ada, ben, cleo)
    await connect(tx, dora, ben, cleo)
    await connect(tx, emil, cleo)
    await follow(tx, fay, ada)
    await follow(tx, ada, gus)
    found = await suggested(tx, ada, 4)
    assert [(one.profile.display_name, one.reason, one.mutual_count) for one in found] == [
        ("Dora", "mutual_connections", 2), ("Emil", "mutual_connections", 1), ("Gus", "you_follow", 0), ("Fay", "follows_you", 0),
    ]  # fmt: skip
    await ask(tx, dora, ada)
    refused = await ask(tx, ada, emil)
    await reject_connection(in_turn(tx), emil, refused.id)
    await tx.run(BLOCK, fay.account_id, ada.account_id)
    await tx.run(SUSPEND, gus.account_id)
    await people(tx, "Nova")
    assert await suggested(tx, ada) == []


async def test_a_newcomer_meets_those_with_the_same_skills_and_the_well_known(tx: Tx) -> None:
    ada, ben, cleo, dora, emil, fay, nova = await people(tx, "Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Nova")
    await connect(tx, ada, ben)
    await follow(tx, dora, ben)
    for who, skills in ((cleo, ["Cello"]), (emil, ["CELLO", "Viola"]), (fay, ["Cello"]), (nova, ["cello", "viola"])):
        await note(in_turn(tx), who.account_id, skills=skills)
    unlisted = ChangePrivacy(is_listed=False)
    await set_privacy(in_turn(tx), fay, profile_of(fay), unlisted, Match(None))
    seen = [(one.profile.display_name, one.reason, one.shared_skills) for one in await suggested(tx, nova)]
    assert seen == [
        ("Emil", "shared_skills", ["CELLO", "Viola"]), ("Cleo", "shared_skills", ["Cello"]), ("Ben", "well_known", []),
        ("Ada", "well_known", []),
    ]  # fmt: skip
    await set_privacy(in_turn(tx), ada, profile_of(ada), unlisted, Match(None))
    await tx.run(BLOCK, emil.account_id, nova.account_id)
    await ask(tx, nova, ben)
    await tx.run(SUSPEND, cleo.account_id)
    assert await suggested(tx, nova) == []


async def test_how_one_stands_to_a_profile(tx: Tx) -> None:
    ada, ben = await people(tx, "Ada", "Ben")
    nothing = await standing(tx, profile_of(ben), ada)
    assert (nothing.status, nothing.direction, nothing.connection_id, nothing.is_own) == ("none", None, None, False)
    asked = await ask(tx, ada, ben)
    await follow(tx, ben, ada)
    mine, theirs = await standing(tx, profile_of(ben), ada), await standing(tx, profile_of(ada), ben)
    assert (mine.status, mine.direction, mine.connection_id, mine.follows_you, mine.following) == ("pending", "outgoing", asked.id, True, 1)
    assert (theirs.direction, theirs.is_following, theirs.followers) == ("incoming", True, 1)
    await reject_connection(in_turn(tx), ben, asked.id)
    assert (await standing(tx, profile_of(ben), ada)).ask_again_at is not None
    assert (await standing(tx, profile_of(ada), ben)).ask_again_at is None
    assert (await standing(tx, profile_of(ada), ada)).is_own
    await tx.run(SUSPEND, ben.account_id)
    with pytest.raises(ProfileNotFound):
        await standing(tx, profile_of(ben), ada)


async def test_followers_and_followed(tx: Tx) -> None:
    ada, ben, cleo, dora = await people(tx, "Ada", "Ben", "Cleo", "Dora")
    await follow(tx, ben, ada)
    await follow(tx, cleo, ada)
    await follow(tx, dora, ada, ben)
    me = await acting(tx, ada)
    page = await follows_page(tx, me, ListQuery(limit=2), ada, which="followers")
    assert ([view.profile.display_name for view in page.items], page.total) == (["Dora", "Cleo"], 3)
    of_dora = await reached_account(tx, dora.account_id, ben)
    followed = await follows_page(tx, of_dora, ListQuery(sort="displayName"), ben, which="following")
    assert [(view.profile.display_name, view.is_following) for view in followed.items] == [("Ada", True), ("Ben", False)]
    assert (await follows_page(tx, me, ListQuery(search="cle"), ada, which="followers")).total == 1
    await tx.run(BLOCK, cleo.account_id, ada.account_id)
    await tx.run(SUSPEND, dora.account_id)
    assert (await follows_page(tx, me, ListQuery(), ada, which="followers")).total == 1
    with pytest.raises(AccountNotFound):
        await reached_account(tx, dora.account_id, ada)


async def test_the_port_knows_who_is_connected(tx: Tx) -> None:
    ada, ben, cleo = await people(tx, "Ada", "Ben", "Cleo")
    await connect(tx, ada, ben)
    await ask(tx, ada, cleo)
    others = [profile_of(ben), profile_of(cleo)]
    assert await tx.port(Relations).connected(tx, profile_of(ada), others) == {ben.profile_id}
    assert await tx.port(Relations).connected(tx, profile_of(ben), [profile_of(ada)]) == {ada.profile_id}
