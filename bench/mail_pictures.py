"""Pictures of mails as a phone and a desk show them: `python -m bench.mail_pictures out/`, with Chromium in the path.

Renders a notice in each language, what a mean sender writes, and a digest, at 360 and 1,200 pixels, and says of each picture
whether something sticks out sideways. The pictures are for looking at; nobody keeps them.
"""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from skillhall.kernel import ids
from skillhall.kernel.config import Config
from skillhall.notifications.model.compose import digest_mail, notice_mail
from skillhall.notifications.model.notice import NoticeRow

BROWSERS: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
WIDTHS: Final = (360, 1200)
HEIGHT: Final = 1400
SECONDS: Final = 60
CONFIG: Final = Config(mode="sandbox", secret=ids.NIL.hex, community_name="Skillhall Leipzig", public_url="https://hall.example.org")
AT: Final = datetime(2026, 11, 21, 10, tzinfo=UTC)
MEASURE: Final = "<script>document.title=document.documentElement.scrollWidth</script>"
SAID: Final = {
    "en": (
        "Lesson confirmed: Cello for beginners",
        "Your lesson is on Saturday, 28 November 2026, at 10:00.\n\nPlease bring a bow.",
        "See",
    ),
    "de": (
        "Unterrichtsstunde bestätigt: Cello für Anfängerinnen und Anfänger",
        "Deine Stunde ist am Samstag, 28. November 2026, um 10:00 Uhr.\n\nBitte bring deinen eigenen Bogen mit.",
        "Unterrichtsstunde ansehen",
    ),
    "hi": ("पाठ की पुष्टि हुई: शुरुआती लोगों के लिए सेलो", "आपका पाठ शनिवार, 28 नवंबर 2026 को सुबह 10:00 बजे है।\n\nकीमत: ₹1,50,000", "पाठ देखें"),
    "mean": ("A" * 120, f"<b>bold?</b> {'https://example.org/' + 'x' * 200}\n\n" + "word " * 200, "Open <now>"),
}


def a_notice(key: str) -> NoticeRow:
    """Return a notice with these words."""
    title, text, action = SAID[key]
    return NoticeRow(
        id=ids.derived("notice", key), account_id=UUID(int=1), sequence=1, type="hall.announcement", category="announcements",
        subject_kind="batch", subject_id=UUID(int=2), title=title, text=text, action=action, path="sessions/1",
        language=key if len(key) == len("en") else "en", priority="normal", actor_id=None, why="audience", rule="", event_id=None, facts={},
        data={}, key=key, batch_id=None, state="sent", at=AT, created_at=AT, expires_at=AT + timedelta(days=30),
    )  # fmt: skip


def mails() -> dict[str, str]:
    """Return the mails by name, in HTML."""
    notices = {key: a_notice(key) for key in SAID}
    found = {key: notice_mail(CONFIG, notice, notice.id, "Mira Sommer").letter.html for key, notice in notices.items()}
    many = [(ids.derived("delivery", number), msgspec.structs.replace(notices["de"], sequence=number)) for number in range(27)]
    found["digest"] = digest_mail(CONFIG, many, UUID(int=3), "daily", "Mira Sommer", "de").letter.html
    return found


def shown(browser: str, page: Path, width: int, *more: str) -> str:
    """Let the browser show a page; return what it prints."""
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},{HEIGHT}", *more]
    done = subprocess.run([*command, page.as_uri()], capture_output=True, text=True, timeout=SECONDS, check=True)
    return done.stdout


def main() -> None:
    """Write the pictures; exit code 1 when a mail is wider than its screen."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"No browser: install one of {', '.join(BROWSERS)}.")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "data/mail-pictures").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    is_wrong = False
    for name, html in mails().items():
        page, measured = folder / f"{name}.html", folder / f"{name}.measured.html"
        page.write_text(html, encoding="utf-8")
        measured.write_text(html.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
        for width in WIDTHS:
            shown(browser, page, width, f"--screenshot={folder / f'{name}-{width}.png'}")
            title = re.search(r"<title>(\d+)</title>", shown(browser, measured, width, "--dump-dom"))
            wide = int(title[1]) if title else 0
            is_wrong |= not 0 < wide <= width
            sys.stdout.write(f"{name} at {width}: {'fits' if 0 < wide <= width else f'{wide} pixels wide'}\n")
        measured.unlink()
    sys.stdout.write(f"{folder}\n")
    sys.exit(1 if is_wrong else 0)


if __name__ == "__main__":
    main()
