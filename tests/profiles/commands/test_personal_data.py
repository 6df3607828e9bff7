"""Export and erasure."""

import msgspec

from skillhall.kernel import ids
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.api import primary_cards
from skillhall.profiles.commands.delete import delete_profile
from skillhall.profiles.commands.personal_data import ProfileData
from skillhall.profiles.commands.pictures import begin_picture, place_picture
from skillhall.profiles.commands.set_metadata import set_metadata
from skillhall.profiles.commands.set_preferences import set_preferences
from skillhall.profiles.commands.set_privacy import set_privacy
from skillhall.profiles.commands.verify import ask_verification
from skillhall.profiles.model.metadata import ProfileMetadata
from skillhall.profiles.model.pictures import Picture
from skillhall.profiles.model.preferences import ChangePreferences
from skillhall.profiles.model.privacy import ChangePrivacy
from skillhall.profiles.model.verification import AskProfileVerification
from skillhall.profiles.queries.proofs import CHECKS
from tests.profiles.builders import ANY, a_file, a_person, another, in_turn, profiles_of

FILES = sql("SELECT count(*) FROM kernel.file WHERE account_id = $1")


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


async def test_what_hangs_on_profiles_is_handed_out_and_erased(tx: Tx) -> None:
    mira = await a_person(tx)
    second = await another(tx, mira, bio="I teach.")
    await set_metadata(in_turn(tx), mira, second.id, ProfileMetadata(headline="Cellist"), ANY)
    await set_privacy(in_turn(tx), mira, second.id, ChangePrivacy(bio="nobody", metadata="nobody"), ANY)
    await set_preferences(in_turn(tx), mira, ChangePreferences(theme="dark"), ANY)
    document = await a_file(tx, mira)
    picture = Picture(id=ids.new(), profile_id=second.id, use="avatar", sizes=[8], file_ids=[ids.new()])
    await begin_picture(in_turn(tx), mira, picture)
    await place_picture(in_turn(tx), mira, picture, [b"12345678"])
    await ask_verification(in_turn(tx), mira, second.id, AskProfileVerification(documents=[document], note="My passport."))
    data = msgspec.to_builtins(await ProfileData().export(tx, mira.account_id))
    told = next(entry for entry in data["profiles"] if entry["id"] == str(second.id))
    assert (told["bio"], told["metadata"], told["privacy"]) == (
        "I teach.",
        {"mentor": {"headline": "Cellist"}},
        {"bio": "nobody", "metadata": "nobody"},
    )
    assert [entry["note"] for entry in data["verifications"]] == ["My passport."]
    assert [entry["use"] for entry in data["pictures"]] == ["avatar"]
    assert data["preferences"]["theme"] == "dark"
    for _ in range(2):
        assert await ProfileData().erase(in_turn(tx), mira.account_id, "Former member 1", 500)
    left = msgspec.to_builtins(await ProfileData().export(tx, mira.account_id))
    assert (left["verifications"], left["pictures"], left["preferences"]) == ([], [], {})
    assert "Cellist" not in str(left)
    assert await tx.value(FILES, mira.account_id) == 0
    for check in CHECKS:
        assert not await tx.rows(check.violations)
