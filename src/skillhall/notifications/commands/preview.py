"""Looking at the words of a type, and trying them on oneself."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from skillhall.kernel import ids
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Tx
from skillhall.kernel.refusals import FieldError, Invalid
from skillhall.kernel.shapes import Subject
from skillhall.notifications.commands.notify import notify
from skillhall.notifications.model.facts import Fact
from skillhall.notifications.model.notice import Notice
from skillhall.notifications.model.preview import Preview, PreviewView, WordsView
from skillhall.notifications.model.types import CHANNELS, find_type
from skillhall.notifications.model.views import paragraphs
from skillhall.notifications.store.preferences import settings
from skillhall.notifications.words import LANGUAGES, language_of, render, variables


async def preview_type(tx: Tx, by: Actor, command: Preview) -> PreviewView:
    """Return the words of a type in every language, about these facts; send it to the caller alone when they ask for it."""
    kind = find_type(command.type)
    if kind is None:
        raise Invalid(
            FieldError("type", "body", "notifications.unknown_type", "There is no such type; GET /notifications/types lists them.")
        )
    chosen = await settings(tx, by.account_id)
    zone = _zone(command.timezone) or chosen.zone
    wanted = sorted(variables(kind.code))
    facts: dict[str, Fact] = {name: f"[{name}]" for name in wanted}
    facts |= {name: _fact(value) for name, value in command.facts.items() if name in facts}
    shown: dict[str, WordsView] = {}
    for language in LANGUAGES:
        locale = command.locale if command.locale and language_of(command.locale) == language else language
        words = render(kind.code, facts, locale, zone)
        shown[language] = WordsView(title=words.title, text=words.text, html=paragraphs(words.text), action=words.action)
    if command.is_sent_to_me:
        about = Subject("preview", by.account_id)
        await notify(tx, Notice(account_id=by.account_id, type=kind.code, about=about, facts=facts, why="recipient", key=str(ids.new())))
    channels = [channel for channel in CHANNELS if channel in {*kind.channels, "in_app"}]
    return PreviewView(
        type=kind.code, category=kind.category, channels=channels, facts=wanted, languages=shown, sent=command.is_sent_to_me
    )  # fmt: skip


def _fact(value: Fact) -> Fact:
    """Return an instant where a client has written one."""
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        return at if at.tzinfo else value
    return value


def _zone(name: str | None) -> str | None:
    try:
        return None if name is None else ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(FieldError("timezone", "body", "notifications.unknown_timezone", "Name an IANA time zone: Europe/Berlin.")) from error
