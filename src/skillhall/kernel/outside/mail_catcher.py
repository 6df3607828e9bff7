"""The mail catcher's window, sandbox mode and loopback only: `/dev/mail` for people, `/dev/mail.json?to=` for scripts."""

from html import escape
from ipaddress import ip_address
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from skillhall.kernel.db.statement import sql
from skillhall.kernel.db.tx import Row
from skillhall.kernel.http.call import Call
from skillhall.kernel.http.endpoint import get
from skillhall.kernel.http.envelope import Raw
from skillhall.kernel.http.problem import RouteNotFound
from skillhall.kernel.refusals import NotFound
from skillhall.kernel.shapes import instant

LATEST = sql("""
SELECT id, rcpt, subject, text, html, message_id, recorded_at FROM kernel.mail
WHERE $1::text IS NULL OR rcpt = $1 ORDER BY recorded_at DESC, id DESC LIMIT $2
""")
ONE = sql("SELECT id, rcpt, subject, text, html, message_id, recorded_at FROM kernel.mail WHERE id = $1")

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"
STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.4rem;border-bottom:1px solid #ccc}pre{white-space:pre-wrap;background:#f4f4f4;padding:1rem}"
    "iframe{width:100%;height:30rem;border:1px solid #ccc}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}"
    "pre{background:#222}a{color:#8bf}iframe{background:#fff}}"
)
CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"


class MailNotFound(NotFound):
    """No such caught mail."""

    code = "mail.not_found"
    message = "There is no such mail in the catcher."


class CaughtQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose mails, and how many of the latest."""

    to: str | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


@get("/dev/mail", prefix=False, public=True, sandbox=True, media=HTML)
async def list_caught_mails(call: Call, query: CaughtQuery) -> Raw:
    """Show the latest caught mails as a page."""
    _only_here(call)
    rows = await call.read.rows(LATEST, query.to, query.limit)
    lines = "".join(
        f"<tr><td>{instant(row['recorded_at'])}<td>{escape(row['rcpt'])}<td><a href='/dev/mail/{row['id']}'>{escape(row['subject'])}</a>"
        for row in rows
    )
    table = f"<table><tr><th>When<th>To<th>Subject{lines}</table>" if rows else "<p>No mail has been caught yet.</p>"
    return _page("Mail catcher", table)


@get("/dev/mail.json", prefix=False, public=True, sandbox=True, media=JSON)
async def list_caught_mails_as_json(call: Call, query: CaughtQuery) -> Raw:
    """Give the latest caught mails, newest first, as a plain JSON list: id, to, subject, text, html, messageId, recordedAt."""
    _only_here(call)
    return Raw(msgspec.json.encode([_plain(row) for row in await call.read.rows(LATEST, query.to, query.limit)]), JSON)


@get("/dev/mail/{mail_id:uuid}", prefix=False, public=True, sandbox=True, media=HTML, refuses=(MailNotFound,))
async def read_caught_mail(call: Call, mail_id: UUID) -> Raw:
    """Show one caught mail; its HTML part is framed without scripts and without our origin."""
    _only_here(call)
    row = await call.read.row(ONE, mail_id)
    if row is None:
        raise MailNotFound(mail_id=str(mail_id))
    frame = f'<iframe sandbox srcdoc="{escape(row["html"])}"></iframe>' if row["html"] else ""
    head = f"<p>To {escape(row['rcpt'])} · {instant(row['recorded_at'])} · <a href='/dev/mail'>all mails</a></p>"
    return _page(row["subject"], f"{head}<pre>{escape(row['text'])}</pre>{frame}")


def _only_here(call: Call) -> None:
    """Mails hold codes: nobody on another machine may read them, sandbox or not."""
    try:
        is_here = ip_address(call.address).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise RouteNotFound


def _page(title: str, body: str) -> Raw:
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title><style>{STYLE}</style>"
    return Raw(f"{head}<h1>{escape(title)}</h1>{body}".encode(), HTML, csp=CSP)


def _plain(row: Row) -> dict[str, object]:
    return {
        "id": row["id"],
        "to": row["rcpt"],
        "subject": row["subject"],
        "text": row["text"],
        "html": row["html"],
        "messageId": row["message_id"],
        "recordedAt": instant(row["recorded_at"]),
    }
