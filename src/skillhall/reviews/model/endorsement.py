"""Vouching for a skill of somebody one has learned or worked with."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Endorsement(Struct, frozen=True, kw_only=True):
    """One person vouches for one skill of another. The newest name of a merged skill counts."""

    id: UUID
    author_id: UUID
    author_profile_id: UUID
    about_id: UUID
    skill_id: UUID
    message: str
    created_at: datetime
