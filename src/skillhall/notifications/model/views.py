"""What readers see of their notices."""

from collections.abc import Mapping
from html import escape
from typing import Any
from uuid import UUID

from skillhall.kernel.shapes import Instant, View, instant, maybe_instant
from skillhall.profiles.api import PersonCard


class Content(View, frozen=True, kw_only=True):
    """The body, plain and as HTML that holds nothing but paragraphs."""

    text: str
    html: str


class ActionView(View, frozen=True, kw_only=True):
    """What a reader may do next: `link` is a path of this hall."""

    code: str
    label: str
    link: str


class About(View, frozen=True, kw_only=True):
    """What a notice is about."""

    type: str
    id: UUID


class NoticeView(View, frozen=True, kw_only=True):
    """One notification. `sequence` counts those of an account; `actor` is null when nobody, or nobody to be seen, did it."""

    id: UUID
    sequence: int | None
    type: str
    category: str
    title: str
    message: str
    content: Content
    link: str | None
    priority: str
    status: str
    is_read: bool
    read_at: Instant | None
    subject: About
    actor: PersonCard | None
    actions: list[ActionView]
    attachments: list[str]
    data: dict[str, object]
    created_at: Instant
    expires_at: Instant


class CountView(View, frozen=True, kw_only=True):
    """How many notifications are unread."""

    count: int


class UpdatedView(View, frozen=True, kw_only=True):
    """How many notifications were changed."""

    updated: int


class ClearedView(View, frozen=True, kw_only=True):
    """That, and how many, notifications were deleted."""

    deleted: bool = True
    count: int


def notice_view(row: Mapping[str, Any]) -> NoticeView:
    """Return what a reader sees of a row with the columns of the inbox."""
    link = f"/{row['path']}" if row["path"] else None
    actions = [ActionView(code="open", label=row["action"], link=link)] if row["action"] and link else []
    return NoticeView(
        id=row["id"],
        sequence=row["sequence"],
        type=row["type"],
        category=row["category"],
        title=row["title"],
        message=row["text"],
        content=Content(text=row["text"], html=paragraphs(row["text"])),
        link=link,
        priority=row["priority"],
        status=row["state"],
        is_read=row["read_at"] is not None,
        read_at=maybe_instant(row["read_at"]),
        subject=About(type=row["subject_kind"], id=row["subject_id"]),
        actor=_actor(row),
        actions=actions,
        attachments=[],
        data=row["data"],
        created_at=instant(row["at"]),
        expires_at=instant(row["expires_at"]),
    )


def paragraphs(text: str) -> str:
    """Return plain text as HTML paragraphs; nothing in it is markup."""
    return "".join(f"<p>{escape(part.strip()).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n") if part.strip())


def _actor(row: Mapping[str, Any]) -> PersonCard | None:
    if row["actor_profile_id"] is None:
        return None
    return PersonCard(
        id=row["actor_profile_id"],
        display_name=row["actor_name"],
        username=row["actor_username"],
        avatar_url=row["actor_avatar_url"],
        rating=row["actor_rating"],
    )
