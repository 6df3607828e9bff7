"""Who sees what, in every place that shows it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel.actor import STRANGER, Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from skillhall.kernel.http.problem import PreconditionFailed
from skillhall.profiles.api import Relations
from skillhall.profiles.commands.set_metadata import set_metadata
from skillhall.profiles.commands.set_privacy import set_privacy
from skillhall.profiles.events import ProfileChanged
from skillhall.profiles.model.metadata import ProfileMetadata
from skillhall.profiles.model.privacy import ChangePrivacy, PrivacyView
from skillhall.profiles.model.refusals import NotYourProfile, ProfileNotFound, UsernameNotFound
from skillhall.profiles.model.views import ProfileView
from skillhall.profiles.queries.directory import DirectoryQuery, PeopleQuery, directory, people, person_view
from skillhall.profiles.queries.own import metadata_of
from skillhall.profiles.queries.proofs import CHECKS
from skillhall.profiles.queries.shown import named_view, profile_view, profiles_of, public_view
from tests.profiles.builders import ANY, BLOCK, a_person, another, in_turn

COLUMNS = sql("SELECT bio, location, website, phone, metadata, withheld FROM profiles.profile WHERE id = $1")
FIELDS = {"bio": "Gambist by heart", "location": "Weimar", "website": "https://example.org", "phone": "+49 341 1234567"}


class Acquainted:
    """Everybody knows this profile."""

    def __init__(self, profile_id: UUID) -> None:
        self.profile_id = profile_id

    async def connected(self, read: Read, profile_id: UUID, others: Sequence[UUID]) -> frozenset[UUID]:
        return frozenset({self.profile_id}) & frozenset(others)


async def told(tx: Tx, by: Actor, profile_id: UUID, match: Match = ANY, **levels: Any) -> PrivacyView:
    return await set_privacy(in_turn(tx), by, profile_id, msgspec.convert(levels, ChangePrivacy), match)


async def a_full_profile(tx: Tx, by: Actor) -> ProfileView:
    made = await another(tx, by, display_name="Viola Gamba", username="viola.gamba", **FIELDS)
    await set_metadata(in_turn(tx), by, made.id, ProfileMetadata(headline="Bass player"), ANY)
    return made


async def found(tx: Tx, by: Actor, **filters: Any) -> list[ProfileView]:
    return (await directory(tx, msgspec.convert(filters, DirectoryQuery), by)).items


def guarded(view: ProfileView) -> dict[str, object]:
    wire = msgspec.to_builtins(view)
    return {field: wire[field] for field in (*FIELDS, "metadata")}


async def test_what_is_hidden_is_nowhere_and_nothing_finds_it(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    profile = await a_full_profile(tx, mira)
    for search in ("gambist", "weimar", "viola"):
        assert [view.id for view in await found(tx, taro, search=search)] == [profile.id]
    assert [view.id for view in await found(tx, taro, location="weim")] == [profile.id]
    for who in ("nobody", "connections"):
        await told(tx, mira, profile.id, bio=who, location=who, website=who, metadata=who)
        for filters in ({"search": "gambist"}, {"search": "weimar"}, {"location": "weimar"}):
            assert await found(tx, taro, **filters) == []
        (listed,) = await found(tx, taro, search="viola")
        one = await profile_view(tx, profile.id, taro)
        own = next(view for view in (await profiles_of(tx, mira.account_id, taro)).items if view.id == profile.id)
        named = await named_view(tx, "VIOLA.gamba", taro)
        for view in (listed, one, own, named):
            assert guarded(view) == {**dict.fromkeys(FIELDS), "metadata": {}}
        assert msgspec.to_builtins((await metadata_of(tx, profile.id, taro)).metadata) == {}
        assert guarded(await profile_view(tx, profile.id, mira)) == {**FIELDS, "metadata": {"headline": "Bass player"}}
        row = await tx.row(COLUMNS, profile.id)
        assert row is not None
        assert (row["bio"], row["location"], row["website"], row["phone"], row["metadata"]) == (None, None, None, None, {})
    await told(tx, mira, profile.id, bio="members", location="everyone", website="members", phone="members", metadata="members")
    assert guarded(await profile_view(tx, profile.id, taro)) == {**FIELDS, "metadata": {"headline": "Bass player"}}
    assert [view.id for view in await found(tx, taro, search="gambist", location="weimar")] == [profile.id]
    for check in CHECKS:
        assert not await tx.rows(check.violations)


async def test_connections_see_more_on_the_profile_and_not_in_lists(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    profile = await a_full_profile(tx, mira)
    await told(tx, mira, profile.id, bio="connections", phone="connections", website="nobody")
    assert guarded(await profile_view(tx, profile.id, taro))["phone"] is None
    tx.house.ports[Relations] = (Acquainted(profile.id),)
    try:
        seen = await profile_view(tx, profile.id, taro)
        assert (seen.bio, seen.phone, seen.website) == (FIELDS["bio"], FIELDS["phone"], None)
        (listed,) = await found(tx, taro, search="viola")
        assert (listed.bio, listed.phone) == (None, None)
        assert await found(tx, taro, search="gambist") == []
        with pytest.raises(ProfileNotFound):
            await public_view(tx, profile.id, STRANGER)
    finally:
        del tx.house.ports[Relations]


async def test_strangers_see_what_is_for_everyone_once_the_page_is_open(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    profile = await a_full_profile(tx, mira)
    await told(tx, mira, profile.id, bio="everyone")
    with pytest.raises(ProfileNotFound):
        await public_view(tx, profile.id, STRANGER)
    with pytest.raises(UsernameNotFound):
        await named_view(tx, "viola.gamba", STRANGER)
    await told(tx, mira, profile.id, profile="everyone")
    for view in (
        await public_view(tx, profile.id, STRANGER),
        await public_view(tx, profile.id, mira),
        await named_view(tx, "viola.gamba", STRANGER),
    ):
        assert guarded(view) == {**dict.fromkeys(FIELDS), "bio": FIELDS["bio"], "metadata": {}}
    await tx.run(BLOCK, mira.account_id, taro.account_id)
    with pytest.raises(ProfileNotFound):
        await public_view(tx, profile.id, taro)


async def test_who_is_not_listed_is_in_no_list(tx: Tx) -> None:
    mira, taro = await a_person(tx, "Unlisted Una"), await a_person(tx, "Taro")
    assert mira.profile_id is not None
    await told(tx, mira, mira.profile_id, isListed=False)
    assert await found(tx, taro, search="unlisted") == []
    assert (await people(tx, PeopleQuery(search="unlisted"), taro)).items == []
    assert (await profile_view(tx, mira.profile_id, taro)).id == mira.profile_id
    assert (await person_view(tx, mira.account_id, taro)).display_name == "Unlisted Una"
    await told(tx, mira, mira.profile_id, isListed=True)
    assert len(await found(tx, taro, search="unlisted")) == 1


async def test_versions_events_and_other_peoples_profiles(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    assert mira.profile_id is not None
    tx.events.clear()
    first = await told(tx, mira, mira.profile_id, bio="nobody")
    assert (first.bio, first.location, first.phone, first.profile, first.is_listed) == ("nobody", "members", "nobody", "members", True)
    assert await told(tx, mira, mira.profile_id, bio="nobody") == first
    assert len([event for event in tx.events if isinstance(event, ProfileChanged)]) == 1
    await told(tx, mira, mira.profile_id, Match(etag_of(first.version)), bio="members")
    with pytest.raises(PreconditionFailed):
        await told(tx, mira, mira.profile_id, Match(etag_of(first.version)), bio="everyone")
    with pytest.raises(NotYourProfile):
        await told(tx, taro, mira.profile_id, bio="everyone")


async def test_the_proof_finds_what_is_shown_though_hidden(tx: Tx) -> None:
    mira = await a_person(tx)
    profile = await a_full_profile(tx, mira)
    await told(tx, mira, profile.id, bio="nobody")
    await tx.run(sql("UPDATE profiles.profile SET bio = 'out' WHERE id = $1"), profile.id)
    rows = [row for check in CHECKS for row in await tx.rows(check.violations)]
    assert [row["profile_id"] for row in rows] == [profile.id]
