"""Scenes of being told: by four channels, in one mail, not at night, no more, and as one of many."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from skillhall.deploy.tours import wires
from skillhall.deploy.tours.stage import JSON, Operator, Person, TourError, in_words, moment
from skillhall.kernel.shapes import instant

TYPE = "hall.announcement"
ROOF = {"title": "The roof is being mended", "message": "The workshop is closed until Friday.", "link": "news/roof"}
NUMBER = "+447700900123"  # of those that belong to nobody
OK, SEE_OTHER = 200, 303
HOUR = timedelta(hours=1)


async def by_every_channel(operator: Operator, reader: Person) -> None:
    """Tell somebody by everything there is; it is read on one device and known on all."""
    stage = operator.stage
    stage.act(f"{operator.name} tells {reader.name} something, by four channels")
    choice = {"smsNumber": NUMBER, "types": {TYPE: {"push": True, "sms": True}}}
    await reader.ask("PATCH", "/api/v1/notifications/preferences", choice)
    stage.step(f"{reader.name} wants announcements everywhere, and has two devices, a page and a browser open")
    stage.fact("their channels", await _channels(reader), ["inApp", "email", "push", "sms"])
    async with (
        wires.socket(reader, "laptop") as laptop,
        wires.socket(reader, "phone") as phone,
        wires.stream(reader) as page,
        wires.browser(reader) as browser,
    ):
        had = await _unread(reader)
        notice = await _told(operator, reader, **ROOF)
        for live in (laptop, phone, page):
            stage.fact(f"live on {live.name}", (await live.until("notification:new", id=notice["id"]))["title"], ROOF["title"])
        for live in (laptop, phone):
            counted = await live.until("notification:unread-count", count=had + 1)
            stage.fact(f"unread, on {live.name}", counted["count"], had + 1)
        mail = await _mailed(operator, reader, ROOF)
        pushed = await browser.first(stage)
        stage.fact("the push, decrypted by the browser", [pushed["title"], pushed["body"]], [ROOF["title"], ROOF["message"]])
        stage.fact("pushes its service refused for a wrong signature or key", browser.refused, 0)
        stage.fact("how it left the hall", await _left(reader, notice), ["email sent", "push sent", "sms sent"])
        for live in (laptop, phone):
            live.forget()
        await reader.ask("PUT", f"/api/v1/notifications/{notice['id']}/read", {})
        stage.step(f"{reader.name} reads it")
        for live in (laptop, phone):
            stage.fact(f"unread, on {live.name}", (await live.until("notification:unread-count"))["count"], had)
    await _resumed(reader, notice, page.last)
    async with stage.session.get(stage.base + _link(mail, "clicked"), allow_redirects=False) as answer:
        stage.step(f"{reader.name} follows the link in the mail")
        stage.fact("where it leads", [answer.status, urlsplit(answer.headers["Location"]).path], [SEE_OTHER, f"/{ROOF['link']}"])
    stage.fact("what became of the mail", (await _deliveries(reader, notice))["email"]["status"], "clicked")
    why = await reader.ask("GET", f"/api/v1/notifications/{notice['id']}/why")
    stage.step(f"{reader.name} asks: why did I get this?")
    stage.fact("the answer", why["explanation"], "The team of this community sent it to you.")


async def in_one_mail(operator: Operator, reader: Person) -> None:
    """Tell somebody twice who wants one mail a day."""
    stage = operator.stage
    stage.act(f"{reader.name} wants one mail a day")
    now = await operator.now()
    at = f"{now.astimezone(await _zone(reader)) + HOUR:%H:%M}"
    await reader.ask("PATCH", "/api/v1/notifications/preferences", {"frequency": {"email": "daily"}, "digest": {"at": at}})
    stage.step(f"{reader.name} chooses {at}")
    titles = ["Tea in the garden", "New chairs"]
    notices = [await _told(operator, reader, title=title, message="Come and see.") for title in titles]
    stage.step("The hall has two pieces of news")
    stage.fact("their mails", await _left(reader, *notices), ["email waiting_digest"] * 2)
    stage.fact("in the inbox already", await _inbox(reader, titles), titles)
    stage.fact("mails that hold one of them", await _count(reader, *titles), 0)
    await operator.clock_to(moment((await _deliveries(reader, notices[0]))["email"]["dueAt"]))
    mail = await _mail(reader, r"2 pieces of news")
    stage.step(f"One mail comes: {mail['subject']}")
    stage.fact("what stands in it", sorted(re.findall(r"<h2[^>]*>([^<]+)</h2>", mail["html"])), sorted(titles))
    stage.fact("mails that hold one of them", await _count(reader, *titles), 1)
    stage.fact("their mails", await _left(reader, *notices), ["email sent"] * 2)


async def not_at_night(operator: Operator, reader: Person) -> None:
    """Tell somebody in quiet hours: what is urgent comes, the rest in the morning."""
    stage = operator.stage
    stage.act(f"It is night where {reader.name} is")
    now = await operator.now()
    local = now.astimezone(await _zone(reader))
    quiet = {"isEnabled": True, "from": f"{local - HOUR:%H:%M}", "until": f"{local + HOUR:%H:%M}"}
    await reader.ask("PATCH", "/api/v1/notifications/preferences", {"frequency": {"email": "immediate"}, "quietHours": quiet})
    stage.step(f"{reader.name} wants quiet from {quiet['from']} until {quiet['until']}")
    waiting, urgent = "The choir moves to Thursday", "Water pipe burst, stay away"
    notice = await _told(operator, reader, title=waiting, message="At the same hour.")
    await _told(operator, reader, title=urgent, message="The cellar is under water.", priority="urgent")
    stage.fact("what is urgent comes by mail at once", (await _mail(reader, urgent))["subject"], urgent)
    mail = (await _deliveries(reader, notice))["email"]
    morning = (now + HOUR).replace(second=0, microsecond=0)
    stage.fact("the other mail, and until when", [mail["status"], in_words(moment(mail["dueAt"]))], ["pending", in_words(morning)])
    stage.fact("both in the inbox", await _inbox(reader, [waiting, urgent]), [waiting, urgent])
    await operator.settled()
    stage.fact("mails of the other, at night", await _count(reader, waiting), 0)
    await operator.clock_to(morning)
    stage.fact("the mail of the morning", (await _mail(reader, waiting))["subject"], waiting)
    await reader.ask("PUT", "/api/v1/settings/quiet-hours", {"isEnabled": False})


async def no_more(operator: Operator, reader: Person) -> None:
    """Let somebody unsubscribe by the link of a mail, signed in nowhere."""
    stage = operator.stage
    stage.act(f"{reader.name} wants no more mails of this kind")
    path = _link(await _mail(reader, "The choir moves"), "unsubscribe")
    async with stage.session.get(stage.base + path) as answer:
        stage.step("A scanner of mails follows the link of the last one")
        stage.fact("the buttons of its page", re.findall(r"<button>([^<]+)<", await answer.text()), ["Unsubscribe"])
    stage.fact("the channels of announcements, after that", await _channels(reader), ["inApp", "email"])
    async with stage.session.post(stage.base + path, data={"List-Unsubscribe": "One-Click"}) as answer:
        stage.step("The mail program sends the one click (RFC 8058), without signing in")
        stage.fact("the answer", answer.status, OK)
    stage.fact("the channels of announcements, after that", await _channels(reader), ["inApp"])
    notice = await _told(operator, reader, title="The choir sings", message="Come and hear.")
    stage.fact("mails planned of the next one", len(await _deliveries(reader, notice)), 0)
    stage.fact("in the inbox all the same", await _inbox(reader, [notice["title"]]), [notice["title"]])


async def to_an_audience(operator: Operator, people: Sequence[Person], since: datetime, *, german: Person) -> None:
    """Tell everybody who has come since then; one of them in German."""
    stage = operator.stage
    stage.act("An announcement to an audience")
    await german.ask("PATCH", "/api/v1/users/me", {"locale": "de"})
    audience = {"accountIds": [person.id for person in people], "registeredAfter": instant(since)}
    counted = await operator.ask("POST", "/api/v1/notifications/audience", audience)
    stage.step(f"{operator.name} counts those of {', '.join(person.name for person in people)} who have come since {in_words(since)}")
    stage.fact("members", counted["members"], len(people))
    english, words = "Closed on Monday", {"de": {"title": "Montag geschlossen", "message": "Wir streichen."}}
    body = {"title": english, "message": "We paint.", "translations": words, "audience": audience}
    batch = await operator.ask("POST", "/api/v1/notifications/bulk", body, expect=202)

    async def done() -> JSON | None:
        found = await operator.ask("GET", f"/api/v1/notifications/batches/{batch['id']}")
        return found if found["status"] == "done" else None

    stage.step(f"{operator.name} announces that Monday is closed, in two languages")
    stage.fact("members told", (await stage.soon("the batch to be done", done))["sent"], len(people))
    for person in people:
        expected = words["de"]["title"] if person is german else english
        stage.fact(f"in {person.name}'s inbox", (await _newest(person))["title"], expected)
    why = await german.ask("GET", f"/api/v1/notifications/{(await _newest(german))['id']}/why")
    stage.fact(f"why, as {german.name} reads it", [why["why"], why["batchId"] == batch["id"]], ["audience", True])


async def _mailed(operator: Operator, reader: Person, said: dict[str, str]) -> JSON:
    """Wait for the mail of a notice, and read both its parts."""
    stage, mail = operator.stage, await _mail(reader, said["title"])
    heading = re.search(r"<h1[^>]*>([^<]+)</h1>", mail["html"])
    stage.step(f"A mail comes, in HTML ({len(mail['html'])} characters) and in plain text")
    stage.fact("the heading of its HTML", unescape(heading[1]) if heading else "none", said["title"])
    stage.fact("a line of its text", [line for line in mail["text"].splitlines() if line == said["message"]], [said["message"]])
    return mail


async def _resumed(reader: Person, notice: JSON, last: int) -> None:
    """Open a stream that goes on before the last event of another."""
    stage = reader.stage
    async with wires.stream(reader, after=last - 1) as page:
        missed = await page.until("notification:new", id=notice["id"])
        stage.step(f"{reader.name}'s page was cut off, and goes on after event {last - 1}")
        stage.fact("what it had missed", [page.last, missed["title"]], [last, notice["title"]])


async def _told(operator: Operator, reader: Person, **said: str) -> JSON:
    return await operator.ask("POST", "/api/v1/notifications", {**said, "userId": reader.id}, expect=201)


async def _deliveries(reader: Person, notice: JSON) -> dict[str, JSON]:
    return {one["channel"]: one for one in await reader.ask("GET", f"/api/v1/notifications/{notice['id']}/deliveries")}


async def _left(reader: Person, *notices: JSON) -> list[str]:
    """Return by which channels these go and how far they have come, when none is on its way any more."""

    async def look() -> list[str] | None:
        found = [one for notice in notices for one in (await _deliveries(reader, notice)).values()]
        return None if any(one["status"] == "pending" for one in found) else [f"{one['channel']} {one['status']}" for one in found]

    return await reader.stage.soon(f"what {reader.name} is told to leave the hall", look)


async def _mails(reader: Person) -> list[JSON]:
    async with reader.stage.session.get(f"{reader.stage.base}/dev/mail.json", params={"to": reader.email}) as answer:
        return await answer.json()


async def _mail(reader: Person, subject: str) -> JSON:
    """Wait for a mail with this in its subject."""

    async def look() -> JSON | None:
        return next((mail for mail in await _mails(reader) if subject in mail["subject"]), None)

    return await reader.stage.soon(f"a mail to {reader.name}: {subject}", look)


async def _count(reader: Person, *words: str) -> int:
    """Count the mails in which any of these words stand."""
    return sum(any(word in f"{mail['subject']}\n{mail['text']}" for word in words) for mail in await _mails(reader))


async def _inbox(reader: Person, titles: Sequence[str]) -> list[str]:
    """Return those of the titles that the inbox shows, in their order."""
    shown = {one["title"] for one in await reader.ask("GET", f"/api/v1/notifications?type={TYPE}&limit=100")}
    return [title for title in titles if title in shown]


async def _newest(reader: Person) -> JSON:
    return (await reader.ask("GET", f"/api/v1/notifications?type={TYPE}"))[0]


async def _unread(reader: Person) -> int:
    return (await reader.ask("GET", "/api/v1/notifications/unread-count"))["count"]


async def _channels(reader: Person) -> list[str]:
    chosen = (await reader.ask("GET", "/api/v1/notifications/preferences"))["types"][TYPE]
    return [name for name, is_on in chosen.items() if is_on]


async def _zone(reader: Person) -> ZoneInfo:
    return ZoneInfo((await reader.ask("GET", "/api/v1/settings/quiet-hours"))["timezone"])


def _link(mail: JSON, use: str) -> str:
    """Return the path of a link in a mail's HTML."""
    found = re.search(rf'href="https?://[^/]+(/api/v1/notifications/{use}/[^"]+)"', mail["html"])
    if found is None:
        raise TourError(f"The mail {mail['subject']!r} has no link to {use}.")
    return unescape(found[1])
