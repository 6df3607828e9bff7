"""Changing a profile."""

from uuid import UUID

import msgspec
import pytest

from skillhall.identity.api import AccountNotActive
from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from skillhall.kernel.http.problem import PreconditionFailed
from skillhall.kernel.refusals import Invalid
from skillhall.profiles.commands.change import change_profile
from skillhall.profiles.events import ProfileChanged
from skillhall.profiles.model.profile import ChangeProfile
from skillhall.profiles.model.refusals import NotYourProfile, ProfileNotFound, UsernameReserved, UsernameTaken
from skillhall.profiles.model.views import ProfileView
from skillhall.profiles.queries.shown import username_view
from tests.profiles.builders import ANY, SUSPEND, a_person, another, in_turn, people, profiles_of
from tests.support.hall import TestHall


async def changed(tx: Tx, by: Actor, profile_id: UUID | None, match: Match = ANY, **fields: object) -> ProfileView:
    assert profile_id is not None
    return await change_profile(in_turn(tx), by, profile_id, msgspec.convert(fields, ChangeProfile), match)


async def test_absent_stays_and_null_empties(tx: Tx) -> None:
    mira = await a_person(tx)
    view = await changed(tx, mira, mira.profile_id, bio="I teach.", location="Leipzig", displayName=" Mira ", profileType="mentor")
    assert (view.bio, view.location, view.display_name, view.profile_type, view.completion_percentage) == (
        "I teach.",
        "Leipzig",
        "Mira",
        "mentor",
        45,
    )
    view = await changed(tx, mira, mira.profile_id, location=None)
    assert (view.bio, view.location, view.completion_percentage) == ("I teach.", None, 35)
    (stored,) = await profiles_of(tx, mira)
    assert ProfileView.of(stored, "owner") == view


async def test_nothing_new_changes_nothing(tx: Tx) -> None:
    mira = await a_person(tx)
    before = await changed(tx, mira, mira.profile_id, bio="I teach.")
    tx.events.clear()
    assert await changed(tx, mira, mira.profile_id, bio="I teach.") == before
    assert not [event for event in tx.events if isinstance(event, ProfileChanged)]


async def test_a_lost_update_is_refused(tx: Tx) -> None:
    mira = await a_person(tx)
    first = await changed(tx, mira, mira.profile_id, bio="One")
    await changed(tx, mira, mira.profile_id, Match(etag_of(first.version)), bio="Two")
    with pytest.raises(PreconditionFailed):
        await changed(tx, mira, mira.profile_id, Match(etag_of(first.version)), bio="Three")
    assert (await profiles_of(tx, mira))[0].bio == "Two"


async def test_usernames_are_freed_and_kept(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    await changed(tx, mira, mira.profile_id, username="mira")
    assert (await changed(tx, mira, mira.profile_id, username="Mira")).username == "Mira"
    with pytest.raises(UsernameTaken):
        await changed(tx, taro, taro.profile_id, username="mira")
    assert (await profiles_of(tx, taro))[0].username is None
    await changed(tx, mira, mira.profile_id, username=None)
    assert (await changed(tx, taro, taro.profile_id, username="mira")).username == "mira"


@pytest.mark.parametrize("username", ["admin", "Skillhall", "sup.port", "M-O-D-E-R-A-T-O-R"])
async def test_reserved_usernames(tx: Tx, username: str) -> None:
    mira = await a_person(tx)
    with pytest.raises(UsernameReserved):
        await changed(tx, mira, mira.profile_id, username=username)
    with pytest.raises(UsernameReserved):
        await another(tx, mira, username=username)
    assert (await profiles_of(tx, mira))[0].username is None


async def test_whether_a_username_can_be_had(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    await changed(tx, mira, mira.profile_id, username="mira")
    for by, username, reason in ((taro, "MIRA", "taken"), (taro, "root", "reserved"), (taro, "mira2", None), (mira, "Mira", None)):
        view = await username_view(tx, username, by)
        assert (view.username, view.is_available, view.reason) == (username, reason is None, reason)


async def test_sixteen_change_to_one_username_and_one_gets_it(hall: TestHall) -> None:
    everybody = await people(hall, 16)
    spelled = [ChangeProfile(username=name) for name in ("mira", "MIRA", "Mira", "mIRA")]
    answers = await hall.race(
        *(lambda by=by, sent=spelled[n % 4]: hall.run(change_profile, by, by.profile_id, sent, ANY) for n, by in enumerate(everybody))
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ProfileView", *["UsernameTaken"] * 15]
    assert await hall.pool.fetchval("SELECT count(*) FROM profiles.profile WHERE lower(username) = 'mira'") == 1


async def test_the_address_of_an_uploaded_picture_cannot_be_written(tx: Tx) -> None:
    mira = await a_person(tx)
    foreign = f"/api/v1/profiles/pictures/{ids.new()}"
    for send in (
        lambda: changed(tx, mira, mira.profile_id, avatarUrl=foreign, coverImageUrl=foreign),
        lambda: another(tx, mira, avatar_url=foreign, cover_image_url=foreign),
    ):
        with pytest.raises(Invalid) as refused:
            await send()
        assert [fault.field for fault in refused.value.errors] == ["avatarUrl", "coverImageUrl"]
    assert (await profiles_of(tx, mira))[0].avatar_url is None


async def test_somebody_elses_and_unknown_ones(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    with pytest.raises(NotYourProfile):
        await changed(tx, taro, mira.profile_id, bio="Mine now")
    with pytest.raises(ProfileNotFound):
        await changed(tx, taro, ids.new(), bio="Mine now")
    assert (await profiles_of(tx, mira))[0].bio is None


async def test_a_suspended_account_changes_nothing(tx: Tx) -> None:
    mira = await a_person(tx)
    await another(tx, mira)
    await tx.run(SUSPEND, mira.account_id)
    with pytest.raises(AccountNotActive):
        await changed(tx, mira, mira.profile_id, bio="Still here")
    assert (await profiles_of(tx, mira))[0].bio is None
