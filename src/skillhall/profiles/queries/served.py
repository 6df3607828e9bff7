"""The bytes of uploaded pictures."""

from uuid import UUID

from skillhall.kernel.db.tx import Read
from skillhall.kernel.files import LINK_SECONDS
from skillhall.kernel.http import Raw, Redirect
from skillhall.kernel.outside.storage import Storage
from skillhall.profiles.model.refusals import PictureNotFound
from skillhall.profiles.store.pictures import find_shown


async def picture(read: Read, picture_id: UUID, size: int | None) -> Raw | Redirect:
    """Return the smallest of a picture's sizes that is at least so wide, else the widest. A picture never changes: it may be kept."""
    found = await find_shown(read, picture_id)
    if found is None:
        raise PictureNotFound
    wide_enough = [number for number, width in enumerate(found.sizes) if size is not None and width >= size]
    file_id = str(found.file_ids[wide_enough[-1] if wide_enough else 0])
    storage = read.port(Storage)
    if storage.is_remote:
        return Redirect(await storage.signed("GET", file_id, LINK_SECONDS))
    try:
        body = await storage.read(file_id)
    except FileNotFoundError as error:
        raise PictureNotFound from error
    headers = {"cache-control": "public, max-age=31536000, immutable", "content-disposition": "inline"}
    return Raw(body, "image/webp", headers, csp="default-src 'none'; sandbox")
