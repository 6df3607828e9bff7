"""The frame of a notice by mail, in HTML and in text: readable from 360 pixels on, in the dark, and with pictures off. Pure.

Everything that people wrote is escaped; links are given by us. Mail programs know little CSS: tables, styles at the element, no script.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from msgspec import Struct

FONT: Final = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans Devanagari',Arial,sans-serif"
STYLE: Final = (
    ":root{color-scheme:light dark;supported-color-schemes:light dark}"
    "@media (max-width:480px){.card{padding:20px 18px!important}.outer{padding:0!important}}"
    "@media (prefers-color-scheme:dark){.outer{background:#14171c!important}.card{background:#1e232b!important}"
    ".strong{color:#f2f4f7!important}.plain{color:#d0d5dd!important}.faint,.faint a{color:#98a2b3!important}"
    ".line{border-color:#344054!important}}"
)
PREVIEW_LENGTH: Final = 140


class Item(Struct, frozen=True, kw_only=True):
    """One notice of a letter. `link` is where its label leads (counted), `address` the plain address for the text."""

    title: str
    text: str
    label: str = ""
    link: str = ""
    address: str = ""


class Frame(Struct, frozen=True, kw_only=True):
    """What stands around the notices; empty links are left out with their words."""

    language: str
    community: str
    greeting: str
    why: str
    preferences: str
    preferences_link: str
    unsubscribe: str = ""
    unsubscribe_link: str = ""
    pixel: str = ""
    intro: str = ""
    more: str = ""


class NoticeLetter(Struct, frozen=True, kw_only=True):
    """A message, ready to send."""

    subject: str
    text: str
    html: str


def letter(subject: str, items: Sequence[Item], frame: Frame) -> NoticeLetter:
    """Return the letter of one notice, or of many with an intro."""
    line = " ".join(subject.split())
    return NoticeLetter(subject=line, text=_text(items, frame), html=_html(line, items, frame))


def _text(items: Sequence[Item], frame: Frame) -> str:
    parts = [frame.greeting, frame.intro]
    for item in items:
        title = f"* {item.title}" if frame.intro else ""
        parts += [title, item.text, f"{item.label}: {item.address}" if item.address else ""]
    parts += [frame.more, f"-- \n{frame.community}\n{frame.why}", f"{frame.preferences}: {frame.preferences_link}"]
    parts.append(f"{frame.unsubscribe}: {frame.unsubscribe_link}" if frame.unsubscribe_link else "")
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def _html(subject: str, items: Sequence[Item], frame: Frame) -> str:
    many = bool(frame.intro)
    preview = escape((frame.intro or (items[0].text if items else ""))[:PREVIEW_LENGTH])
    intro = _paragraph(frame.intro) if many else ""
    body = "".join(_item(item, many=many) for item in items)
    pixel = f'<img src="{escape(frame.pixel)}" width="1" height="1" alt="" style="display:block;border:0">' if frame.pixel else ""
    return (
        f'<!doctype html><html lang="{escape(frame.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(subject)}</title><style>{STYLE}</style></head>"
        f'<body style="margin:0;padding:0;background:#f2f4f7;{FONT}">'
        f'<div style="display:none;max-height:0;overflow:hidden">{preview}</div>'
        '<table role="presentation" class="outer" width="100%" cellpadding="0" cellspacing="0" border="0" '
        'style="background:#f2f4f7;padding:24px 12px"><tr><td align="center">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px"><tr>'
        '<td class="card" align="left" style="background:#ffffff;border-radius:8px;padding:32px 36px;overflow-wrap:anywhere;'
        'word-break:break-word">'
        f'<p class="faint" style="margin:0 0 20px;font-size:14px;line-height:20px;font-weight:600;color:#667085">'
        f"{escape(frame.community)}</p>{_heading(subject)}{_paragraph(frame.greeting)}{intro}{body}{_paragraph(frame.more)}{_foot(frame)}"
        f"</td></tr></table>{pixel}</td></tr></table></body></html>"
    )


def _heading(text: str) -> str:
    style = "margin:0 0 20px;font-size:22px;line-height:30px;font-weight:700;color:#101828"
    return f'<h1 class="strong" style="{style}">{escape(text)}</h1>'


def _item(item: Item, *, many: bool) -> str:
    title = ""
    if many:
        style = "margin:0 0 6px;padding-top:20px;border-top:1px solid #e4e7ec;font-size:17px;line-height:25px;color:#101828"
        title = f'<h2 class="strong line" style="{style}">{escape(item.title)}</h2>'
    paragraphs = "".join(_paragraph(part) for part in item.text.split("\n\n"))
    if not item.link:
        return title + paragraphs
    if many:
        style = "font-size:16px;line-height:24px;color:#175cd3;font-weight:600"
        return f'{title}{paragraphs}<p style="margin:0 0 20px"><a href="{escape(item.link)}" style="{style}">{escape(item.label)}</a></p>'
    return (
        f'{paragraphs}<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px"><tr>'
        f'<td style="background:#175cd3;border-radius:6px"><a href="{escape(item.link)}" style="display:inline-block;padding:12px 22px;'
        f'font-size:16px;line-height:24px;font-weight:600;color:#ffffff;text-decoration:none">{escape(item.label)}</a></td></tr></table>'
    )


def _paragraph(text: str) -> str:
    if not text.strip():
        return ""
    lines = "<br>".join(escape(line) for line in text.strip().split("\n"))
    return f'<p class="plain" style="margin:0 0 16px;font-size:16px;line-height:26px;color:#344054">{lines}</p>'


def _foot(frame: Frame) -> str:
    links = [(frame.preferences, frame.preferences_link), (frame.unsubscribe, frame.unsubscribe_link)]
    shown = " · ".join(f'<a href="{escape(link)}" style="color:#667085">{escape(label)}</a>' for label, link in links if link)
    style = "margin:24px 0 0;padding-top:16px;border-top:1px solid #e4e7ec;font-size:13px;line-height:20px;color:#667085"
    return f'<p class="faint line" style="{style}">{escape(frame.why)}<br>{shown}</p>'
