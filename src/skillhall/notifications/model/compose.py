"""What a notice, or a digest of them, looks like by mail, as a push and as a text message. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from skillhall.kernel.config import Config
from skillhall.notifications.model.delivery import link_token
from skillhall.notifications.model.digest import Period
from skillhall.notifications.model.letter import Frame, Item, NoticeLetter, letter
from skillhall.notifications.model.notice import NoticeRow
from skillhall.notifications.model.types import TYPES
from skillhall.notifications.words import has_phrase, phrase

MOST_IN_DIGEST: Final = 25
PUSH_BYTES: Final = 3000
"""A push service takes 4096 bytes, encrypted."""
TEXT_LENGTH: Final = 300
PREVIEW_LENGTH: Final = 300
INBOX: Final = "notifications"
SETTINGS: Final = "settings/notifications"
ONE_CLICK: Final = "List-Unsubscribe=One-Click"
LONGEST_TTL: Final = 28 * 86_400
URGENCY: Final = {"low": "low", "normal": "normal", "high": "high", "urgent": "high"}


class Mailed(Struct, frozen=True, kw_only=True):
    """A letter with the headers it needs."""

    letter: NoticeLetter
    headers: Mapping[str, str]


class Pushed(Struct, frozen=True, kw_only=True):
    """A push: its payload, and what the push service is told. `topic`: a later one of the same topic replaces it while it waits."""

    payload: bytes
    topic: str
    urgency: str
    ttl: int


def api_link(config: Config, path: str) -> str:
    """Return the address of one of our own operations."""
    return f"{config.base_url}/api/v1/notifications/{path}"


def is_tracked(notice: NoticeRow) -> bool:
    """Return whether it is counted if a mail is opened: never what concerns security, for pictures and detours look like phishing."""
    kind = TYPES.get(notice.type)
    return kind is not None and not kind.is_security


def notice_mail(config: Config, notice: NoticeRow, delivery_id: UUID, name: str) -> Mailed:
    """Return one notice as a mail."""
    may_stop = is_tracked(notice)
    stop = _stop_link(config, notice.account_id, notice.type) if may_stop else ""
    frame = _frame(config, notice.language, name, _reason(notice), stop, delivery_id if may_stop else None)
    return Mailed(letter=letter(notice.title, [_item(config, notice, delivery_id)], frame), headers=_headers(stop))


def digest_mail(
    config: Config, notices: Sequence[tuple[UUID, NoticeRow]], digest_id: UUID, period: Period, name: str, language: str
) -> Mailed:
    """Return notices, by the ids of their deliveries, as one mail; the newest stand in it and the rest is counted."""
    account_id = notices[0][1].account_id
    stop = _stop_link(config, account_id, digest_id.hex)
    frame = _frame(config, language, name, "", stop, digest_id)
    left = len(notices) - MOST_IN_DIGEST
    frame = msgspec.structs.replace(
        frame,
        intro=phrase(f"digest-intro-{period}", language),
        more=phrase("digest-more", language, count=left) if left > 0 else "",
    )
    newest = sorted(notices, key=lambda pair: (pair[1].at, pair[1].sequence or 0), reverse=True)[:MOST_IN_DIGEST]
    subject = phrase("digest-subject", language, count=len(notices), community=config.community_name)
    return Mailed(letter=letter(subject, [_item(config, notice, key) for key, notice in newest], frame), headers=_headers(stop))


def notice_push(config: Config, notice: NoticeRow, delivery_id: UUID, now: datetime) -> Pushed:
    """Return one notice as a push; a browser shows one of a `tag`."""
    link = _clicked(config, delivery_id) if notice.path and is_tracked(notice) else f"{config.base_url}/{notice.path}"
    body = {"id": notice.id, "type": notice.type, "title": notice.title, "body": "", "url": link, "tag": str(notice.id)}
    left = int((notice.expires_at - now).total_seconds())
    return Pushed(
        payload=_fitted(body, notice.text), topic=notice.id.hex, urgency=URGENCY[notice.priority], ttl=max(60, min(LONGEST_TTL, left))
    )


def digest_push(config: Config, count: int, digest_id: UUID, language: str) -> Pushed:
    """Return several notices as one push."""
    title = phrase("digest-subject", language, count=count, community=config.community_name)
    text = phrase("digest-push-text", language, count=count)
    body = {"id": digest_id, "type": "digest", "title": title, "body": "", "url": f"{config.base_url}/{INBOX}", "tag": str(digest_id)}
    return Pushed(payload=_fitted(body, text), topic=digest_id.hex, urgency="low", ttl=86_400)


def notice_text(config: Config, notice: NoticeRow) -> str:
    """Return one notice as a text message: who writes, what it is, where to read on."""
    link = f" {config.base_url}/{notice.path}" if notice.path else ""
    room = TEXT_LENGTH - len(link)
    text = f"{config.community_name}: {notice.title}"
    return (text if len(text) <= room else text[: room - 1] + "…") + link


def kind_named(code: str, language: str) -> str:
    """Return what a person is told a type is, on the page that turns it off."""
    kind = TYPES.get(code)
    return f"{phrase(f'category-{kind.category}', language)} ({code})" if kind else phrase("category-announcements", language)


def _item(config: Config, notice: NoticeRow, delivery_id: UUID) -> Item:
    if not notice.path:
        return Item(title=notice.title, text=notice.text)
    address = f"{config.base_url}/{notice.path}"
    link = _clicked(config, delivery_id) if is_tracked(notice) else address
    label = notice.action or phrase("mail-open", notice.language, community=config.community_name)
    return Item(title=notice.title, text=notice.text, label=label, link=link, address=address)


def _frame(config: Config, language: str, name: str, reason: str, stop: str, pixel: UUID | None) -> Frame:
    return Frame(
        language=language,
        community=config.community_name,
        greeting=phrase("mail-hello", language, name=name) if name else phrase("mail-hello-nobody", language),
        why=phrase("mail-why", language, reason=reason) if reason else phrase("mail-sent-by", language, community=config.community_name),
        preferences=phrase("mail-preferences", language),
        preferences_link=f"{config.base_url}/{SETTINGS}",
        unsubscribe=phrase("mail-unsubscribe", language),
        unsubscribe_link=stop,
        pixel=api_link(config, f"opened/{link_token(config.secret, 'opened', pixel)}") if pixel else "",
    )


def _reason(notice: NoticeRow) -> str:
    name = f"why-{notice.why}" if notice.why and has_phrase(f"why-{notice.why}") else "why-other"
    return phrase(name, notice.language)


def _clicked(config: Config, delivery_id: UUID) -> str:
    return api_link(config, f"clicked/{link_token(config.secret, 'clicked', delivery_id)}")


def _stop_link(config: Config, account_id: UUID, scope: str) -> str:
    return api_link(config, f"unsubscribe/{link_token(config.secret, 'unsubscribe', account_id, scope)}")


def _headers(stop: str) -> dict[str, str]:
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": ONE_CLICK} if stop else {}


def _fitted(body: Mapping[str, object], text: str) -> bytes:
    """Return the payload with as much of the text as fits."""
    length = PREVIEW_LENGTH
    short = " ".join(text.split())
    while True:
        cut = short if len(short) <= length else short[: length - 1] + "…"
        payload = msgspec.json.encode({**body, "body": cut})
        if len(payload) <= PUSH_BYTES or not length:
            return payload
        length //= 2
