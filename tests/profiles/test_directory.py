"""Filters of the directory; people and workers."""

from typing import Any

import msgspec
import pytest

from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.api import hide, note
from skillhall.profiles.commands.open import open_profile
from skillhall.profiles.commands.set_metadata import set_metadata
from skillhall.profiles.commands.set_privacy import set_privacy
from skillhall.profiles.model.metadata import ProfileMetadata
from skillhall.profiles.model.privacy import ChangePrivacy
from skillhall.profiles.model.refusals import PersonNotFound, WorkerNotFound
from skillhall.profiles.queries.directory import (
    DirectoryQuery,
    PeopleQuery,
    WorkerQuery,
    directory,
    people,
    person_view,
    worker_view,
    workers,
)
from tests.profiles.builders import ANY, BLOCK, SUSPEND, a_person, a_profile, another, in_turn

VERIFY = sql("UPDATE profiles.profile SET is_verified = true WHERE id = $1")


async def profiles(tx: Tx, by: Actor, **filters: Any) -> list[str]:
    return [view.display_name for view in (await directory(tx, msgspec.convert(filters, DirectoryQuery), by)).items]


async def persons(tx: Tx, by: Actor, **filters: Any) -> list[str]:
    return [view.display_name for view in (await people(tx, msgspec.convert(filters, PeopleQuery), by)).items]


async def hired(tx: Tx, by: Actor, **filters: Any) -> list[str]:
    return [view.display_name for view in (await workers(tx, msgspec.convert(filters, WorkerQuery), by)).items]


async def a_worker(tx: Tx, name: str, amount: int | None = None, currency: str = "EUR") -> Actor:
    worker = await a_person(tx, name, "worker")
    assert worker.profile_id is not None
    rate = {} if amount is None else {"hourlyRate": {"amount": amount, "currency": currency}}
    metadata = msgspec.convert({"headline": f"{name} at work", "languages": ["de"], **rate}, ProfileMetadata)
    await set_metadata(in_turn(tx), worker, worker.profile_id, metadata, ANY)
    return worker


async def test_each_filter_alone_and_all_together(tx: Tx) -> None:
    mira, taro = await a_person(tx, "Quill Mira"), await a_person(tx, "Quill Taro")
    await note(in_turn(tx), mira.account_id, rating=4.5, skills=["Cello", 'Viola "da Gamba"', "Bow, hair {all}"], has_availability=True)
    await note(in_turn(tx), taro.account_id, rating=3.0, skills=["Violoncello"])
    face = await another(tx, mira, display_name="Quill Mentor", location="Bad Düben, Germany")
    await tx.run(VERIFY, face.id)
    assert await profiles(tx, taro, search="quill", skill="CELLO", sort="createdAt") == ["Quill Mira", "Quill Mentor"]
    assert await profiles(tx, taro, search="quill", skill='viola "DA gamba"', limit=1, sort="createdAt") == ["Quill Mira"]
    assert await profiles(tx, taro, search="quill", skill="bow, hair {all}", isVerified=True) == ["Quill Mentor"]
    assert await profiles(tx, taro, search="quill", location="duben ger") == ["Quill Mentor"]
    assert await profiles(tx, taro, search="quill", location="düb") == ["Quill Mentor"]
    assert await profiles(tx, taro, search="quill", location="Berlin") == []
    assert await profiles(tx, taro, search="quill", isVerified=False, sort="displayName") == ["Quill Mira", "Quill Taro"]
    assert await profiles(tx, taro, search="quill", hasAvailability=False) == ["Quill Taro"]
    assert await profiles(tx, taro, search="quill", minRating=4, sort="-displayName") == ["Quill Mira", "Quill Mentor"]
    everything = {"skill": "cello", "location": "Düben", "isVerified": True, "hasAvailability": True, "minRating": 4.5}
    assert await profiles(tx, taro, search="quill", profileType="mentor", **everything) == ["Quill Mentor"]
    assert await profiles(tx, taro, search="quill", profileType="investor", **everything) == []
    assert (await profiles(tx, taro, search="quill", sort="-rating"))[-1] == "Quill Taro"


async def test_people_are_accounts_behind_their_primary_profile(tx: Tx) -> None:
    mira, taro = await a_person(tx, "Quill Mira", "host", "learner"), await a_person(tx, "Quill Taro")
    await another(tx, mira, display_name="Quill Mentor")
    assert await persons(tx, taro, search="quill", sort="displayName") == ["Quill Mira", "Quill Taro"]
    assert await persons(tx, taro, search="quill", ability="host") == ["Quill Mira"]
    assert await persons(tx, taro, search="quill", ability="worker") == []
    person = await person_view(tx, mira.account_id, taro)
    assert (person.id, person.profile_id, person.abilities) == (mira.account_id, mira.profile_id, ["learner", "host"])
    assert "email" not in msgspec.json.encode(person).decode().lower()
    await tx.run(BLOCK, mira.account_id, taro.account_id)
    for one, other in ((mira, taro), (taro, mira)):
        assert len(await persons(tx, one, search="quill")) == 1
        with pytest.raises(PersonNotFound):
            await person_view(tx, other.account_id, one)


async def test_workers_and_their_rates(tx: Tx) -> None:
    anna, bert, carl, dora = (
        await a_worker(tx, "Quill Anna", 4000),
        await a_worker(tx, "Quill Bert", 6000),
        await a_worker(tx, "Quill Carl", 20, "CREDIT"),
        await a_worker(tx, "Quill Dora"),
    )
    taro = await a_person(tx, "Quill Taro")
    names = ["Quill Anna", "Quill Bert", "Quill Carl", "Quill Dora"]
    assert await hired(tx, taro, search="quill", sort="displayName") == names
    assert await hired(tx, taro, search="quill", maxRate=5000, currency="EUR") == ["Quill Anna"]
    assert await hired(tx, taro, search="quill", maxRate=5000) == ["Quill Carl"]
    assert await hired(tx, taro, search="quill", currency="EUR", sort="-displayName") == ["Quill Bert", "Quill Anna"]
    view = await worker_view(tx, anna.account_id, taro)
    assert (view.headline, view.hourly_rate, view.languages, view.portfolio) == (
        "Quill Anna at work",
        msgspec.convert({"amount": 4000, "currency": "EUR"}, type(view.hourly_rate)),
        ["de"],
        [],
    )
    assert anna.profile_id is not None
    await set_privacy(in_turn(tx), anna, anna.profile_id, ChangePrivacy(metadata="connections"), ANY)
    assert await hired(tx, taro, search="quill", maxRate=5000, currency="EUR") == []
    assert (await worker_view(tx, anna.account_id, taro)).hourly_rate is None
    assert (await worker_view(tx, anna.account_id, anna)).hourly_rate is not None
    await tx.run(BLOCK, bert.account_id, taro.account_id)
    await tx.run(SUSPEND, carl.account_id)
    assert await hired(tx, taro, search="quill", sort="displayName") == ["Quill Anna", "Quill Dora"]
    for gone in (bert, carl, taro):
        with pytest.raises(WorkerNotFound):
            await worker_view(tx, gone.account_id, taro)
    assert dora.profile_id is not None
    await hide(in_turn(tx), dora.profile_id, Actor.of("moderation", "spam"), "spam")
    assert await hired(tx, taro, search="dora") == []


async def test_a_worker_is_shown_once_behind_the_professional_profile(tx: Tx) -> None:
    taro = await a_person(tx, "Taro")
    mira = await a_person(tx, "Quill Mira", "worker")
    await another(tx, mira, display_name="Quill Mentor")
    second = await open_profile(in_turn(tx), mira, a_profile(profile_type="professional", display_name="Quill Luthier"))
    assert await hired(tx, taro, search="quill") == ["Quill Mira"]
    await tx.run(sql("UPDATE profiles.profile SET kind = 'innovator' WHERE id = $1"), mira.profile_id)
    assert await hired(tx, taro, search="quill") == ["Quill Luthier"]
    assert (await worker_view(tx, mira.account_id, taro)).profile_id == second.id
    await tx.run(sql("UPDATE profiles.profile SET kind = 'organization' WHERE id = $1"), second.id)
    assert await hired(tx, taro, search="quill") == ["Quill Mira"]
    assert (await worker_view(tx, mira.account_id, taro)).profile_id == mira.profile_id


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (DirectoryQuery, {"minRating": 0}), (DirectoryQuery, {"skill": ""}), (DirectoryQuery, {"location": "..."}),
        (DirectoryQuery, {"maxRate": 5}), (PeopleQuery, {"ability": "staff"}), (WorkerQuery, {"maxRate": -1}),
        (WorkerQuery, {"currency": "euro"}), (WorkerQuery, {"maxRate": 2**60}),
    ],
)  # fmt: skip
def test_filters_that_are_none(kind: Any, wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, kind, strict=False)
