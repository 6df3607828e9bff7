"""What identity asks about an account's profiles."""

from uuid import UUID

from skillhall.identity.api import Account, Face
from skillhall.kernel.db.tx import Read, Tx
from skillhall.profiles.commands.open import open_first
from skillhall.profiles.model.refusals import ProfileNotFound
from skillhall.profiles.queries.shown import face_of
from skillhall.profiles.store import profiles as store


class ProfileFaces:
    """Fills identity's `Faces`."""

    async def open_first(self, tx: Tx, account: Account, origin: str) -> Face:
        """Open the primary profile of a new account."""
        return face_of(await open_first(tx, account, origin))

    async def faces(self, read: Read, account_id: UUID) -> list[Face]:
        """Return the account's live profiles, primary first."""
        return [face_of(profile) for profile in await store.live_profiles(read, account_id)]

    async def face(self, read: Read, account_id: UUID, profile_id: UUID) -> Face:
        """Return this profile of this account; refuse when it is not the account's or not live."""
        for face in await self.faces(read, account_id):
            if face.id == profile_id:
                return face
        raise ProfileNotFound(profile_id=profile_id)
