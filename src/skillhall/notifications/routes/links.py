"""The links in mails: they work without signing in, by a token that only this hall can have made.

Mail programs and scanners fetch what they find: a GET never turns anything off, and to open or to follow is not to read.
"""

from base64 import b64decode
from html import escape
from typing import Final

from skillhall.kernel.http import Call, Key, Raw, Redirect, get, post
from skillhall.notifications.commands import track
from skillhall.notifications.commands import unsubscribe as commands
from skillhall.notifications.model.delivery import LinkNotValid
from skillhall.notifications.words import language_of, phrase

HTML: Final = "text/html; charset=utf-8"
GIF: Final = "image/gif"
PIXEL: Final = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
GONE: Final = 404
NOT_KEPT: Final = {"Cache-Control": "no-store"}
STYLE: Final = (
    "body{font:17px/1.6 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.25rem;color:#101828}"
    "button{font:inherit;font-weight:600;padding:.7rem 1.4rem;border:0;border-radius:6px;background:#175cd3;color:#fff}"
    "@media(prefers-color-scheme:dark){body{background:#14171c;color:#f2f4f7}}"
)


@get("/notifications/unsubscribe/{token:str}", public=True, limit="none", media=HTML, refuses=(LinkNotValid,))
async def ask_to_unsubscribe(call: Call, token: str) -> Raw:
    """Show the page behind a mail's link to turn its kind off; nothing changes until its button is pressed."""
    try:
        stop = await commands.stop_of(call.read, token)
    except LinkNotValid as error:
        return _gone(call, error)
    button = f'<form method="post"><button>{escape(phrase("unsubscribe-button", stop.locale))}</button></form>'
    return _page(stop.locale, "unsubscribe-title", phrase("unsubscribe-text", stop.locale, kind=stop.names), button)


@post("/notifications/unsubscribe/{token:str}", public=True, limit="none", key=Key.NEVER, media=HTML, refuses=(LinkNotValid,))
async def unsubscribe_by_link(call: Call, token: str, data: bytes) -> Raw:  # noqa: ARG001 - RFC 8058 sends a body, the link says it all
    """Turn the mails of one kind off: the button of the page, and a mail program's one click (RFC 8058)."""
    stop = await call.act(commands.unsubscribe, token)
    return _page(stop.locale, "unsubscribe-done-title", phrase("unsubscribe-done-text", stop.locale), "")


@get("/notifications/opened/{token:str}", public=True, limit="none", media=GIF, refuses=(LinkNotValid,))
async def note_mail_opened(call: Call, token: str) -> Raw:
    """Return the picture of one pixel that says that a mail was opened."""
    try:
        await call.act(track.note_opened, token)
    except LinkNotValid as error:
        return _gone(call, error)
    return Raw(PIXEL, GIF, NOT_KEPT)


@get("/notifications/clicked/{token:str}", public=True, limit="none", refuses=(LinkNotValid,))
async def follow_mail_link(call: Call, token: str) -> Redirect | Raw:
    """Lead on to what a notice is about, and count that somebody wanted to see it."""
    try:
        return Redirect(await call.act(track.note_clicked, token))
    except LinkNotValid as error:
        return _gone(call, error)


def _gone(call: Call, error: LinkNotValid) -> Raw:
    """Answer people with a page; programs are refused as everywhere."""
    if "text/html" not in (call.header("accept") or ""):
        raise error
    locale = (call.header("accept-language") or "").partition(",")[0].partition(";")[0].strip()
    return _page(locale, "link-gone-title", phrase("link-gone-text", locale), "", status=GONE)


def _page(locale: str, title: str, text: str, more: str, status: int = 200) -> Raw:
    name = phrase(title, locale)
    body = f"<h1>{escape(name)}</h1><p>{escape(text)}</p>{more}"
    head = f'<!doctype html><html lang="{language_of(locale)}"><meta charset="utf-8">'
    view = '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
    page = f"{head}{view}<title>{escape(name)}</title><style>{STYLE}</style>{body}"
    return Raw(page.encode(), HTML, NOT_KEPT, status, CSP)
