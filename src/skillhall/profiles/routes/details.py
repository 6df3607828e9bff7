"""HTTP of what hangs on a profile: metadata, privacy, pictures; and of a person's preferences."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive
from skillhall.kernel.file_routes import FileTooLarge
from skillhall.kernel.files import FileMissing, WrongKind
from skillhall.kernel.http import Answer, Call, Deleted, Key, Raw, Redirect, Upload, delete, get, post, put
from skillhall.kernel.outside.storage import FileUnreadable
from skillhall.profiles.commands import pictures, set_metadata, set_preferences, set_privacy
from skillhall.profiles.flows.pictures import show_file, show_upload
from skillhall.profiles.model.metadata import MetadataKeyView, MetadataNotFound, MetadataView, ProfileMetadata, SetMetadataKey
from skillhall.profiles.model.pictures import PictureQuery, UsePicture
from skillhall.profiles.model.preferences import ChangePreferences, PreferencesView
from skillhall.profiles.model.privacy import ChangePrivacy, PrivacyView
from skillhall.profiles.model.refusals import NotYourProfile, PictureNotFound, ProfileNotFound
from skillhall.profiles.model.views import ProfileView
from skillhall.profiles.queries import own, served
from skillhall.profiles.store.preferences import preferences

OWN = (ProfileNotFound, NotYourProfile)
EDITING = (*OWN, AccountNotActive)
UPLOADING = (*EDITING, FileTooLarge, WrongKind, FileUnreadable)
PRIVACY = {"profile": "everyone", "bio": "everyone", "location": "connections", "phone": "nobody"}
FILE = {"fileId": "019aa000-0000-7000-8000-000000000001"}


@get("/profiles/{profile_id:uuid}/metadata", etag=True, refuses=(ProfileNotFound,), me="profile_id")
async def read_profile_metadata(call: Call, profile_id: UUID) -> MetadataView:
    """Read what a profile says beyond the fields of all kinds."""
    return await own.metadata_of(call.read, profile_id, call.by)


@put("/profiles/{profile_id:uuid}/metadata", etag=True, refuses=EDITING, example={"languages": ["de", "en"]},
     me="profile_id")  # fmt: skip
async def update_profile_metadata(call: Call, profile_id: UUID, data: ProfileMetadata) -> Answer[MetadataView]:
    """Set keys of the profile's kind: absent ones stay, null removes. The keys of a former kind are kept, and come back with it.

    innovator: headline, idea, stage, lookingFor, industry, languages, portfolio. mentor: headline, expertise, yearsOfExperience,
    hourlyRate, languages, certifications. investor: headline, ticketSize, sectors, stages, languages. academic_student: headline,
    institution, degree, fieldOfStudy, graduationYear, languages, portfolio. academic_institution: officialName, institutionKind,
    accreditation, students, foundedOn, languages. organization: headline, officialName, industry, size, foundedOn, languages.
    professional: headline, hourlyRate, yearsOfExperience, languages, certifications, portfolio.
    """
    return await call.run(set_metadata.set_metadata, profile_id, data, call.match)


@get("/profiles/{profile_id:uuid}/metadata/{key:str}", etag=True, refuses=(ProfileNotFound, MetadataNotFound))
async def read_profile_metadata_key(call: Call, profile_id: UUID, key: str) -> MetadataKeyView:
    """Read one key."""
    return await own.metadata_key(call.read, profile_id, key, call.by)


@put("/profiles/{profile_id:uuid}/metadata/{key:str}", etag=True, refuses=(*EDITING, MetadataNotFound),
     example={"value": "Cellist and teacher"})  # fmt: skip
async def update_profile_metadata_key(call: Call, profile_id: UUID, key: str, data: SetMetadataKey) -> Answer[MetadataKeyView]:
    """Set one key."""
    return await call.run(set_metadata.set_metadata_key, profile_id, key, data, call.match)


@delete("/profiles/{profile_id:uuid}/metadata/{key:str}", refuses=(*EDITING, MetadataNotFound))
async def remove_profile_metadata_key(call: Call, profile_id: UUID, key: str) -> Answer[Deleted]:
    """Remove one key."""
    return await call.run(set_metadata.remove_metadata_key, profile_id, key)


@get("/profiles/{profile_id:uuid}/privacy", etag=True, refuses=OWN, me="profile_id")
async def read_profile_privacy(call: Call, profile_id: UUID) -> PrivacyView:
    """Read who sees the fields of your profile."""
    return await own.privacy_of(call.read, profile_id, call.by)


@put("/profiles/{profile_id:uuid}/privacy", etag=True, refuses=EDITING, example=PRIVACY, me="profile_id")
async def update_profile_privacy(call: Call, profile_id: UUID, data: ChangePrivacy) -> Answer[PrivacyView]:
    """Choose who sees the fields of your profile; absent ones stay."""
    return await call.run(set_privacy.set_privacy, profile_id, data, call.match)


@post(
    "/profiles/{profile_id:uuid}/avatar", upload=True, limit="profile_update", key=Key.NEVER, etag=True, refuses=UPLOADING, me="profile_id"
)
async def upload_profile_avatar(call: Call, profile_id: UUID, data: Upload) -> Answer[ProfileView]:
    """Upload your avatar: multipart with `file`, an image of at most 5 MB. It is kept as squares of 512, 256 and 64 pixels."""
    return await show_upload(call, profile_id, "avatar", data.file, data.size)


@put("/profiles/{profile_id:uuid}/avatar", etag=True, limit="profile_update", refuses=(*UPLOADING, FileMissing), example=FILE,
     me="profile_id")  # fmt: skip
async def use_profile_avatar(call: Call, profile_id: UUID, data: UsePicture) -> Answer[ProfileView]:
    """Make your avatar of a file that you have uploaded."""
    return await show_file(call, profile_id, "avatar", data.file_id)


@delete("/profiles/{profile_id:uuid}/avatar", refuses=EDITING, me="profile_id")
async def remove_profile_avatar(call: Call, profile_id: UUID) -> Answer[Deleted]:
    """Remove your avatar."""
    return await call.run(pictures.remove_picture, profile_id, "avatar")


@post(
    "/profiles/{profile_id:uuid}/cover", upload=True, limit="profile_update", key=Key.NEVER, etag=True, refuses=UPLOADING, me="profile_id"
)
async def upload_profile_cover(call: Call, profile_id: UUID, data: Upload) -> Answer[ProfileView]:
    """Upload your cover: multipart with `file`, an image of at most 5 MB. It is kept at most 1500 and 750 pixels wide."""
    return await show_upload(call, profile_id, "cover", data.file, data.size)


@put("/profiles/{profile_id:uuid}/cover", etag=True, limit="profile_update", refuses=(*UPLOADING, FileMissing), example=FILE,
     me="profile_id")  # fmt: skip
async def use_profile_cover(call: Call, profile_id: UUID, data: UsePicture) -> Answer[ProfileView]:
    """Make your cover of a file that you have uploaded."""
    return await show_file(call, profile_id, "cover", data.file_id)


@delete("/profiles/{profile_id:uuid}/cover", refuses=EDITING, me="profile_id")
async def remove_profile_cover(call: Call, profile_id: UUID) -> Answer[Deleted]:
    """Remove your cover."""
    return await call.run(pictures.remove_picture, profile_id, "cover")


@get("/profiles/pictures/{picture_id:uuid}", public=True, bare=True, media="image/webp", refuses=(PictureNotFound,))
async def read_picture(call: Call, picture_id: UUID, query: PictureQuery) -> Raw | Redirect:
    """Read an uploaded avatar or cover, at least as wide as `size` where there is such a one.

    A page of faces asks for many at once, and an image tag sends no token: whoever was told the address may read, and is not counted.
    """
    return await served.picture(await call.runner.read(), picture_id, query.size)


@get("/users/me/preferences", etag=True)
async def read_own_preferences(call: Call) -> PreferencesView:
    """Read how you like the screens. Language and time zone are in your account."""
    return await preferences(call.read, call.by.account_id)


@put("/users/me/preferences", etag=True, refuses=(AccountNotActive,), example={"theme": "dark", "weekStartsOn": "sunday"})
async def update_own_preferences(call: Call, data: ChangePreferences) -> Answer[PreferencesView]:
    """Choose how you like the screens: what is absent stays, lists are replaced."""
    return await call.run(set_preferences.set_preferences, data, call.match)
