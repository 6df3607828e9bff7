"""Profiles that come in bulk."""

from datetime import UTC, datetime

from skillhall.identity.api import Newcomer
from skillhall.identity.api import adopt as adopt_accounts
from skillhall.kernel import ids
from skillhall.kernel.db.tx import Tx
from skillhall.profiles.api import Profile, adopt
from skillhall.profiles.queries.proofs import CHECKS
from skillhall.profiles.store.profiles import live_profiles
from tests.profiles.builders import in_turn

LONG_AGO = datetime(2024, 2, 29, 12, tzinfo=UTC)


async def test_they_are_written_as_they_are(tx: Tx) -> None:
    person = Newcomer(
        id=ids.new(), email=f"{ids.new().hex}@example.org", first_name="Mira", last_name="Sommer", display_name="Mira Sommer",
        timezone="Europe/Berlin", created_at=LONG_AGO, abilities=["host"],
    )  # fmt: skip
    profile = Profile(
        id=ids.new(), account_id=person.id, kind="professional", is_primary=True, display_name="Mira Sommer", username="mira.adopted",
        bio="I teach.", rating=4.5, skills=["Cello"], jobs_done=7, has_availability=True, origin="import", created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )  # fmt: skip
    await adopt_accounts(in_turn(tx), [person])
    await adopt(in_turn(tx), [profile])
    assert await live_profiles(tx, person.id) == [profile]
    for check in CHECKS:
        assert not await tx.rows(check.violations)
