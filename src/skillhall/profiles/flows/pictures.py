"""Uploading an avatar or a cover: cut into its sizes and put before it is shown, so that what is shown is there."""

from typing import IO
from uuid import UUID

from skillhall.kernel import files, ids
from skillhall.kernel.file_routes import FileTooLarge
from skillhall.kernel.files import FORMATS, WrongKind
from skillhall.kernel.http import Answer, Call
from skillhall.kernel.outside.pictures import framed
from skillhall.kernel.outside.storage import Storage, recognized
from skillhall.profiles.commands.pictures import begin_picture, place_picture
from skillhall.profiles.model.pictures import FRAMES, LARGEST, Picture, Use
from skillhall.profiles.model.views import ProfileView


async def show_upload(call: Call, profile_id: UUID, use: Use, content: IO[bytes], size: int) -> Answer[ProfileView]:
    """Give the caller's profile this picture; of one that moves, its first frame."""
    if size > LARGEST:
        raise FileTooLarge(limit=LARGEST, purpose=use)
    media = recognized(content)
    if media not in FORMATS:
        raise WrongKind(purpose=use)
    pictures = await framed(content, media, FRAMES[use])
    picture = Picture(
        id=ids.new(),
        profile_id=profile_id,
        use=use,
        sizes=[made.width for made in pictures],
        file_ids=[ids.new() for _ in pictures],
    )
    await call.act(begin_picture, picture)
    storage = call.read.port(Storage)
    for file_id, made in zip(picture.file_ids, pictures, strict=True):
        await storage.put(str(file_id), made.body, "image/webp")
    return await call.run(place_picture, picture, [made.body for made in pictures])


async def show_file(call: Call, profile_id: UUID, use: Use, file_id: UUID) -> Answer[ProfileView]:
    """Give the caller's profile a picture made of a file uploaded before; the file itself stays unused."""
    content, size = await files.content(call.read, call.by, file_id, LARGEST)
    return await show_upload(call, profile_id, use, content, size)
