"""People and profiles for tests, made by the real commands."""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import aiohttp
from PIL import ExifTags, Image

from skillhall.identity.commands.open_account import Opening, open_account, prove_address
from skillhall.kernel import files, ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.http import Match
from skillhall.profiles.commands.open import open_profile
from skillhall.profiles.model.profile import OpenProfile, Profile
from skillhall.profiles.model.views import ProfileView
from skillhall.profiles.store import profiles as store
from tests.support.hall import TestHall

ANY = Match(None)
SECRET = b"taken at 51.34 N 12.37 E"
BLOCK = sql("INSERT INTO identity.block (account_id, blocked_id, blocked_at) VALUES ($1, $2, now())")
SUSPEND = sql("UPDATE identity.account SET state = 'suspended' WHERE id = $1")


def in_turn(tx: Tx) -> Tx:
    """Begin the next step of a test as if it were the next transaction: a moment later, nothing locked, nothing posted."""
    tx._rank = (0, 0)  # pyright: ignore[reportPrivateUsage]
    tx.has_posted = False
    tx.now += timedelta(milliseconds=1)
    return tx


async def a_person(tx: Tx, name: str = "Mira Sommer", *abilities: str) -> Actor:
    """Return a member as whom to act: an account with its first profile, address proven."""
    email = f"{ids.new().hex[-12:]}@example.org"
    opening = Opening(email=email, origin="code", display_name=name, abilities=abilities or ("learner",))
    account = await prove_address(tx, await open_account(in_turn(tx), opening))
    own = await store.live_profiles(tx, account.id)
    in_turn(tx)
    return Actor(account_id=account.id, profile_id=own[0].id, email=email, email_verified=True)


def a_profile(**fields: Any) -> OpenProfile:
    return OpenProfile(**{"profile_type": "mentor", "display_name": "Mira the mentor", **fields})


async def another(tx: Tx, by: Actor, **fields: Any) -> ProfileView:
    """Open a further profile."""
    return await open_profile(in_turn(tx), by, a_profile(**fields))


async def profiles_of(tx: Tx, by: Actor) -> list[Profile]:
    return await store.live_profiles(tx, by.account_id)


async def people(hall: TestHall, count: int) -> list[Actor]:
    return [await hall.work(a_person, f"Person {number}") for number in range(count)]


def primary_of(profiles: list[Profile]) -> UUID:
    """Return the one primary profile; there is exactly one."""
    (primary,) = [profile.id for profile in profiles if profile.is_primary]
    return primary


async def a_file(tx: Tx, by: Actor, purpose: str = "document") -> UUID:
    """Return an uploaded file of this person, as if its content lay in the storage; they act from now on."""
    tx.actor = by
    file_id = ids.new()
    await files.begin(tx, file_id, purpose, "a.pdf")
    await files.finish(tx, file_id, "application/pdf", 10)
    return file_id


def a_form(content: bytes, **fields: str) -> aiohttp.FormData:
    """Return an upload."""
    form = aiohttp.FormData(fields)
    form.add_field("file", io.BytesIO(content), filename="me.png")
    return form


def a_picture(width: int, height: int, kind: str = "PNG", mode: str = "RGB") -> bytes:
    """Return an image with a secret in it: the left third is green, the rest red."""
    image = Image.new(mode, (width, height), "red")
    image.paste("green", (0, 0, width // 3, height))
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = SECRET.decode()
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    assert SECRET in out.getvalue()
    return out.getvalue()
