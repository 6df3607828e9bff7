"""Giving a profile an uploaded avatar or cover, and taking it away."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from skillhall.kernel import files
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read, Tx
from skillhall.kernel.http import Deleted
from skillhall.kernel.shapes import Subject
from skillhall.profiles.commands.change import written
from skillhall.profiles.model.pictures import Picture, Use
from skillhall.profiles.model.profile import Profile
from skillhall.profiles.model.verification import SUBJECT as VERIFICATION
from skillhall.profiles.model.views import ProfileView
from skillhall.profiles.queries.shown import own_profile
from skillhall.profiles.store import pictures as store
from skillhall.profiles.store import profiles


async def begin_picture(tx: Tx, by: Actor, picture: Picture) -> None:
    """Note the files of a picture before their contents are put; a sweep removes what is never placed."""
    await own_profile(tx, await profiles.live_profiles(tx, by.account_id), picture.profile_id)
    for size, file_id in zip(picture.sizes, picture.file_ids, strict=True):
        await files.begin(tx, file_id, "avatar", f"{picture.use}-{size}.webp")


async def place_picture(tx: Tx, by: Actor, picture: Picture, bodies: Sequence[bytes]) -> ProfileView:
    """Show the picture, whose contents are put, instead of the one before, which goes."""
    profile = await own_profile(tx, await profiles.lock_profiles(tx, by.account_id), picture.profile_id)
    for file_id, body in zip(picture.file_ids, bodies, strict=True):
        await files.finish(tx, file_id, "image/webp", len(body))
    after = await written(tx, profile, _showing(profile, picture.use, picture.address))
    await store.insert_picture(tx, picture)
    return ProfileView.of(after, "owner")


async def remove_picture(tx: Tx, by: Actor, profile_id: UUID, use: Use) -> Deleted:
    """Show no picture; removing it again changes nothing."""
    profile = await own_profile(tx, await profiles.lock_profiles(tx, by.account_id), profile_id)
    await written(tx, profile, _showing(profile, use, None))
    return Deleted(id=profile.id)


def _showing(profile: Profile, use: Use, address: str | None) -> Profile:
    return msgspec.structs.replace(profile, **{"avatar_url" if use == "avatar" else "cover_image_url": address})


class ProfileFiles:
    """Fills the kernel's `FileAccess`: who may read the documents of verification requests. Pictures are read by their own address."""

    async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:  # noqa: ARG002 - the port's shape
        """Those who may read accounts may read what an account shows of itself to be verified."""
        return subject.kind == VERIFICATION and actor.may("account.read")
