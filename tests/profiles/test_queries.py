"""The directory, one profile, cards."""

from typing import Any

import msgspec
import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import Invalid
from skillhall.profiles.api import cards, note, primary_cards
from skillhall.profiles.commands.delete import delete_profile
from skillhall.profiles.model.refusals import ProfileNotFound
from skillhall.profiles.queries.directory import DirectoryQuery, directory
from skillhall.profiles.queries.proofs import CHECKS
from skillhall.profiles.queries.shown import profile_view, profiles_of
from tests.profiles.builders import BLOCK, SUSPEND, a_person, another, in_turn

UNSET_PRIMARY = sql("UPDATE profiles.profile SET is_primary = false WHERE id = $1")
VISIBLE = sql("SELECT is_visible FROM profiles.public_profile WHERE id = $1")


async def found(tx: Tx, by: Actor, **filters: Any) -> list[str]:
    page = await directory(tx, msgspec.convert(filters, DirectoryQuery), by)
    return [view.display_name for view in page.items]


async def test_the_directory_shows_what_is_visible_to_the_caller(tx: Tx) -> None:
    mira, taro, uma, vik = [await a_person(tx, name) for name in ("Mira", "Taro", "Uma", "Vik")]
    gone = await another(tx, mira, display_name="Gone")
    await delete_profile(in_turn(tx), mira, gone.id)
    await tx.run(SUSPEND, uma.account_id)
    await tx.run(BLOCK, vik.account_id, taro.account_id)
    assert {"Mira", "Taro"} <= set(await found(tx, taro, limit=100))
    assert not {"Uma", "Vik", "Gone"} & set(await found(tx, taro, limit=100))
    assert "Taro" not in await found(tx, vik, limit=100)
    assert "Vik" in await found(tx, mira, limit=100)


async def test_filters_and_search(tx: Tx) -> None:
    mira = await a_person(tx, "Miräbelle Sommer")
    await another(tx, mira, display_name="Cello with Zazie", username="zazie.cello", bio="Chamber music in Leipzig", location="Leipzig")
    assert await found(tx, mira, search="mirab") == ["Miräbelle Sommer"]
    assert await found(tx, mira, search="MIRÄBELLE som") == ["Miräbelle Sommer"]
    assert await found(tx, mira, search="mirabele") == ["Miräbelle Sommer"]
    assert await found(tx, mira, search="zazie.c") == ["Cello with Zazie"]
    assert await found(tx, mira, search="chamber leip") == ["Cello with Zazie"]
    assert await found(tx, mira, search="zazie", profileType="mentor") == ["Cello with Zazie"]
    assert await found(tx, mira, search="zazie", profileType="investor") == []
    assert await found(tx, mira, search="zazie' | ! & ( ) :* \\ % _") in ([], ["Cello with Zazie"])
    assert await found(tx, mira, search="(((") == []
    with pytest.raises(Invalid):
        await found(tx, mira, search="   ")


async def test_pages_by_number_and_cursor_are_the_same(tx: Tx) -> None:
    mira = await a_person(tx, "Quill")
    for number in range(4):
        await another(tx, mira, display_name=f"Quill {number}")
    for sort in ("displayName", "-displayName", "-createdAt", "jobsDone"):
        numbered = [name for page in (1, 2, 3) for name in await found(tx, mira, search="quill", limit=2, page=page, sort=sort)]
        query = DirectoryQuery(search="quill", limit=2, sort=sort, cursor="")
        walked: list[str] = []
        while True:
            page = await directory(tx, query, mira)
            walked += [view.display_name for view in page.items]
            if page.next_cursor is None:
                break
            query = msgspec.structs.replace(query, cursor=page.next_cursor)
        assert numbered == walked
        assert len(set(walked)) == 5


async def test_one_profile(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    second = await another(tx, mira, phone="+49 341 1234567")
    assert (await profile_view(tx, second.id, mira)) == second
    assert (await profile_view(tx, second.id, taro)).phone is None
    await tx.run(BLOCK, taro.account_id, mira.account_id)
    for one, other in ((mira, taro), (taro, mira)):
        assert one.profile_id is not None
        with pytest.raises(ProfileNotFound):
            await profile_view(tx, one.profile_id, other)
    with pytest.raises(ProfileNotFound):
        await profile_view(tx, ids.new(), mira)


async def test_those_of_an_account(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    second = await another(tx, mira)
    page = await profiles_of(tx, mira.account_id, taro)
    assert [(view.id, view.is_primary) for view in page.items] == [(mira.profile_id, True), (second.id, False)]
    await tx.run(SUSPEND, mira.account_id)
    assert (await profiles_of(tx, mira.account_id, taro)).items == []
    assert len((await profiles_of(tx, mira.account_id, mira)).items) == 2
    assert (await profiles_of(tx, ids.new(), taro)).items == []


async def test_cards(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    second = await another(tx, mira, username="mira", avatar_url="https://example.org/m.png")
    await note(in_turn(tx), mira.account_id, rating=4.5)
    card = (await cards(tx, [second.id, ids.new()]))[second.id]
    assert (card.display_name, card.username, card.avatar_url, card.rating) == ("Mira the mentor", "mira", "https://example.org/m.png", 4.5)
    primary = await primary_cards(tx, [mira.account_id, taro.account_id, ids.new()])
    assert {account_id: card.id for account_id, card in primary.items()} == {p.account_id: p.profile_id for p in (mira, taro)}


async def test_the_public_view_follows_the_account(tx: Tx) -> None:
    mira = await a_person(tx)
    assert await tx.value(VISIBLE, mira.profile_id) is True
    await tx.run(SUSPEND, mira.account_id)
    assert await tx.value(VISIBLE, mira.profile_id) is False


async def test_the_proof_finds_an_account_without_a_primary(tx: Tx) -> None:
    mira = await a_person(tx)
    check = CHECKS[0]
    assert not await tx.rows(check.violations)
    await tx.run(UNSET_PRIMARY, mira.profile_id)
    assert [row["account_id"] for row in await tx.rows(check.violations)] == [mira.account_id]
