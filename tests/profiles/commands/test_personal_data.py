"""Export and erasure."""

import msgspec

from skillhall.kernel.db.tx import Tx
from skillhall.profiles.api import primary_cards
from skillhall.profiles.commands.delete import delete_profile
from skillhall.profiles.commands.personal_data import ProfileData
from tests.profiles.builders import a_person, another, in_turn, profiles_of


async def test_export_holds_everything_and_tombstones(tx: Tx) -> None:
    mira = await a_person(tx)
    second = await another(tx, mira, phone="+49 341 1234567")
    third = await another(tx, mira)
    await delete_profile(in_turn(tx), mira, third.id)
    data = msgspec.to_builtins(await ProfileData().export(tx, mira.account_id))
    assert [entry["id"] for entry in data["profiles"]][:2] == [str(mira.profile_id), str(second.id)]
    assert [entry["phone"] for entry in data["profiles"]] == [None, "+49 341 1234567", None]


async def test_erasure_leaves_the_pseudonym_alone_and_may_come_again(tx: Tx) -> None:
    mira = await a_person(tx)
    await another(tx, mira, username="mira", bio="I teach.", phone="+49 341 1234567", website="https://example.org")
    for _ in range(2):
        assert await ProfileData().erase(tx, mira.account_id, "Former member 1", 500)
    for profile in await profiles_of(tx, mira):
        texts = (profile.username, profile.bio, profile.phone, profile.website, profile.avatar_url, profile.location, profile.skills)
        assert (profile.display_name, texts) == ("Former member 1", (None, None, None, None, None, None, []))
    assert (await primary_cards(tx, [mira.account_id]))[mira.account_id].display_name == "Former member 1"
