"""What the pages of payments look like: one card in the middle, without scripts."""

from typing import Final

HTML: Final = "text/html; charset=utf-8"
CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;background:#eef1f6;color:#1c2430}"
    "main{background:#fff;border-radius:14px;box-shadow:0 8px 30px #1c243022;padding:2rem;width:min(24rem,calc(100vw - 5rem))}"
    "h1{font-size:1rem;font-weight:500;color:#5b6676;margin:0}.sum{font-size:2.2rem;font-weight:650;margin:.2rem 0 1.2rem}"
    "form{display:grid;gap:.6rem}button{font:inherit;padding:.7rem;border-radius:9px;border:1px solid #c6ceda;background:#fff}"
    "button:first-of-type{background:#1f5eff;border-color:#1f5eff;color:#fff;font-weight:600}"
    "button{cursor:pointer}button:focus-visible{outline:3px solid #1f5eff66}"
    "p{color:#5b6676}a{color:#1f5eff}small{color:#8590a0;display:block;margin-top:1.4rem}"
    "@media(prefers-color-scheme:dark){body{background:#10141b;color:#e8ecf2}main{background:#1a202a}h1,p{color:#a4aebd}"
    "button{background:#242c39;color:inherit;border-color:#3a4454}a{color:#8ab0ff}}"
)


def document(title: str, body: str, head: str = "") -> bytes:
    """Return a page; what is put into it is HTML already."""
    about = f"<meta charset=utf-8><meta name=viewport content='width=device-width'>{head}<title>{title}</title><style>{STYLE}</style>"
    return f"<!doctype html><html lang=en>{about}<main>{body}</main>".encode()
