"""Setting what belongs to a kind."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.kernel.http.envelope import etag_of
from skillhall.kernel.http.problem import PreconditionFailed
from skillhall.kernel.refusals import Invalid
from skillhall.profiles.commands.change import change_profile
from skillhall.profiles.commands.set_metadata import remove_metadata_key, set_metadata, set_metadata_key
from skillhall.profiles.model.metadata import MetadataNotFound, ProfileMetadata, SetMetadataKey
from skillhall.profiles.model.profile import ChangeProfile
from skillhall.profiles.model.refusals import NotYourProfile
from skillhall.profiles.queries.own import metadata_key
from tests.profiles.builders import ANY, a_person, another, in_turn, profiles_of

LINK = {"title": "A concert", "url": "https://example.org/c"}


async def kept(tx: Tx, by: Actor, profile_id: UUID, match: Match = ANY, **keys: Any) -> dict[str, Any]:
    view = await set_metadata(in_turn(tx), by, profile_id, msgspec.convert(keys, ProfileMetadata), match)
    return msgspec.to_builtins(view.metadata)


async def test_keys_come_and_go(tx: Tx) -> None:
    mira = await a_person(tx)
    profile = await another(tx, mira)
    assert await kept(tx, mira, profile.id, headline="Cellist", expertise=["Bowing"]) == {"headline": "Cellist", "expertise": ["Bowing"]}
    assert await kept(tx, mira, profile.id, headline=None, languages=["de"]) == {"expertise": ["Bowing"], "languages": ["de"]}
    one = await set_metadata_key(in_turn(tx), mira, profile.id, "yearsOfExperience", SetMetadataKey(value=7), ANY)
    assert (one.key, one.value) == ("yearsOfExperience", 7)
    assert (await metadata_key(tx, profile.id, "yearsOfExperience", mira)) == one
    await remove_metadata_key(in_turn(tx), mira, profile.id, "languages")
    with pytest.raises(MetadataNotFound):
        await remove_metadata_key(in_turn(tx), mira, profile.id, "languages")
    for key in ("languages", "ticketSize", "nonsense"):
        with pytest.raises(MetadataNotFound):
            await metadata_key(tx, profile.id, key, mira)
    assert await kept(tx, mira, profile.id) == {"expertise": ["Bowing"], "yearsOfExperience": 7}


async def test_a_former_kinds_keys_come_back_with_it(tx: Tx) -> None:
    mira = await a_person(tx)
    profile = await another(tx, mira)
    await kept(tx, mira, profile.id, headline="Cellist", expertise=["Bowing"])
    changed = await change_profile(in_turn(tx), mira, profile.id, ChangeProfile(profile_type="investor"), ANY)
    assert msgspec.to_builtins(changed.metadata) == {}
    assert await kept(tx, mira, profile.id, sectors=["Music"]) == {"sectors": ["Music"]}
    back = await change_profile(in_turn(tx), mira, profile.id, ChangeProfile(profile_type="mentor"), ANY)
    assert msgspec.to_builtins(back.metadata) == {"headline": "Cellist", "expertise": ["Bowing"]}


async def test_a_portfolio_counts_as_availability_does(tx: Tx) -> None:
    mira = await a_person(tx, "Mira", "worker")
    assert mira.profile_id is not None
    assert (await profiles_of(tx, mira))[0].completion == 20
    await kept(tx, mira, mira.profile_id, portfolio=[LINK])
    assert (await profiles_of(tx, mira))[0].completion == 30


@pytest.mark.parametrize(
    ("key", "value", "fields"),
    [
        ("yearsOfExperience", "many", ["value"]),
        ("yearsOfExperience", None, ["value"]),
        ("hourlyRate", {"amount": -1, "currency": "EUR"}, ["value.amount"]),
        ("hourlyRate", {"amount": "1", "currency": "euro"}, ["value.amount", "value.currency"]),
        ("languages", ["de", "xx xx", 5], ["value.1", "value.2"]),
    ],
)
async def test_a_wrong_value_is_told_field_by_field(tx: Tx, key: str, value: object, fields: list[str]) -> None:
    mira = await a_person(tx)
    profile = await another(tx, mira)
    with pytest.raises(Invalid) as refused:
        await set_metadata_key(in_turn(tx), mira, profile.id, key, SetMetadataKey(value=value), ANY)
    assert [fault.field for fault in refused.value.errors] == fields
    assert await kept(tx, mira, profile.id) == {}


async def test_keys_of_other_kinds_versions_and_other_people(tx: Tx) -> None:
    mira, taro = await a_person(tx), await a_person(tx, "Taro")
    profile = await another(tx, mira)
    with pytest.raises(Invalid):
        await kept(tx, mira, profile.id, ticketSize=None, sectors=["Music"], headline="Cellist")
    with pytest.raises(MetadataNotFound):
        await set_metadata_key(in_turn(tx), mira, profile.id, "sectors", SetMetadataKey(value=["Music"]), ANY)
    with pytest.raises(NotYourProfile):
        await kept(tx, taro, profile.id, headline="Mine")
    with pytest.raises(NotYourProfile):
        await set_metadata_key(in_turn(tx), taro, profile.id, "headline", SetMetadataKey(value="Mine"), ANY)
    with pytest.raises(NotYourProfile):
        await remove_metadata_key(in_turn(tx), taro, profile.id, "headline")
    seen = etag_of(profile.version)
    assert await kept(tx, mira, profile.id, Match(seen), headline="One") == {"headline": "One"}
    with pytest.raises(PreconditionFailed):
        await kept(tx, mira, profile.id, Match(seen), headline="Two")
    with pytest.raises(PreconditionFailed):
        await set_metadata_key(in_turn(tx), mira, profile.id, "headline", SetMetadataKey(value="Two"), Match(seen))
    assert await kept(tx, mira, profile.id) == {"headline": "One"}
