"""A notice leaves the hall by every channel, is opened, followed and ended by the links in it, and a mail comes back."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tests.journeys.cast import a_key
from tests.notifications.test_bounces import a_report
from tests.support import record
from tests.support.client import Client
from tests.support.push_service import Browser, PushService, push_service
from tests.support.server import ROOT, Served, eventually

HREF = r'(?:href|src)="http://[^/]+(/api/v1/notifications/{}/[^"]+)"'


@pytest.fixture
async def service() -> AsyncGenerator[PushService]:
    async with push_service() as found:
        yield found


async def subscribed(client: Client, service: PushService) -> Browser:
    """Let a browser take pushes."""
    browser = service.browser((await client.get("/notifications/push-key")).data["publicKey"])
    answer = (await client.post("/notifications/subscribe", browser.subscription, expect=200)).data
    assert answer["endpoint"] == browser.endpoint
    return browser


async def sent(served: Served, to: Client, **fields: Any) -> str:
    """Have the team send a notice; return its id once it is there."""
    body = {"title": "We move", "message": "The hall moves to the river.", "link": "news/1", "userIds": [to.account_id], **fields}
    await (await served.operator()).post("/notifications/send", body, key=a_key())
    await served.settled()
    return next(one["id"] for one in (await to.get("/notifications")).data if one["title"] == body["title"])


async def mail_of(served: Served, client: Client, subject: str) -> dict[str, Any]:
    """Return the newest mail with this subject."""
    await served.settled()
    return next(mail for mail in await client.mails() if mail["subject"] == subject)


def link(mail: dict[str, Any], use: str) -> str:
    """Return the path of a link in a mail."""
    found = re.search(HREF.format(use), mail["html"])
    assert found, mail["html"]
    return found[1].replace("&amp;", "&")


async def states(client: Client, notice_id: str) -> dict[str, str]:
    found = (await client.get(f"/notifications/{notice_id}/deliveries")).data
    return {one["channel"]: one["status"] for one in found}


async def test_a_notice_by_every_channel_and_what_its_reader_does_with_it(served: Served, service: PushService) -> None:
    ada = await served.person()
    browser = await subscribed(ada, service)
    await ada.patch(
        "/notifications/preferences", {"smsNumber": "+4915112345678", "types": {"hall.announcement": {"push": True, "sms": True}}}
    )
    notice_id = await sent(served, ada)
    await eventually(lambda: states(ada, notice_id), {"email": "sent", "push": "sent", "sms": "sent"})
    assert service.problems == []
    assert (browser.messages[0]["title"], browser.messages[0]["body"]) == ("We move", "The hall moves to the river.")
    mail = await mail_of(served, ada, "We move")
    nobody = served.stranger()
    pixel = await nobody.get(link(mail, "opened"))
    assert (pixel.headers["content-type"], pixel.body[:6]) == ("image/gif", b"GIF89a")
    assert (await states(ada, notice_id))["email"] == "opened"
    followed = await nobody.call("GET", link(mail, "clicked"), expect=303, allow_redirects=False)
    assert followed.headers["location"] == f"{served.base}/news/1"
    assert (await states(ada, notice_id))["email"] == "clicked"
    assert (await ada.get("/notifications/unread-count")).data["count"] >= 1
    for use in ("opened", "clicked", "unsubscribe"):
        broken = link(mail, use)[:-60] + "x" * 30
        assert (await nobody.call("GET", broken, expect=404)).reason == "notifications.link_not_valid"
        page = await nobody.call("GET", broken, expect=404, headers={"Accept": "text/html,*/*", "Accept-Language": "de-AT,en;q=0.5"})
        assert (page.headers["content-type"], b"Dieser Link gilt nicht mehr" in page.body) == ("text/html; charset=utf-8", True)


async def test_one_click_ends_a_kind_and_looking_does_not(served: Served, service: PushService) -> None:
    ada = await served.person()
    await sent(served, ada)
    mail = await mail_of(served, ada, "We move")
    nobody, path = served.stranger(), link(mail, "unsubscribe")
    page = await nobody.get(path)
    assert (page.headers["content-type"], b'<form method="post">' in page.body) == ("text/html; charset=utf-8", True)
    second = await sent(served, ada, title="Still here")
    assert await states(ada, second) == {"email": "sent"}
    async with nobody.session.post(nobody.base + path, data={"List-Unsubscribe": "One-Click"}) as answer:  # as RFC 8058 has it
        assert (answer.status, b"<form" in await answer.read()) == (200, False)
        record.note("answer", "POST", path, str(answer.status))
    assert await states(ada, await sent(served, ada, title="Not by mail")) == {}
    browser = await subscribed(ada, service)
    for removed in (1, 0):
        assert (await ada.post("/notifications/unsubscribe", {"endpoint": browser.endpoint}, expect=200)).data == {"removed": removed}
    bad = {**browser.subscription, "endpoint": "https://10.0.0.1/x"}
    refused = await ada.post("/notifications/subscribe", bad, expect=400)
    assert [detail["field"] for detail in refused.error["details"]] == ["endpoint"]


async def test_a_mail_that_came_back_is_noted_at_the_command_line(served: Served) -> None:
    ada = await served.person()
    notice_id = await sent(served, ada)
    mail = await mail_of(served, ada, "We move")
    key = mail["messageId"].strip("<>").split("@")[0]

    def bounce(raw: bytes) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "skillhall", "mail", "bounce"]
        return subprocess.run(command, cwd=ROOT, env=served.environment, input=raw, capture_output=True, timeout=60, check=False)

    noted = await asyncio.to_thread(bounce, a_report(key))
    assert (noted.returncode, noted.stdout.decode().strip()) == (0, f"{key}: hard 5.1.1, 1 notice.")
    assert await states(ada, notice_id) == {"email": "bounced"}
    after = await sent(served, ada, title="Not sent")
    assert await states(ada, after) == {"email": "suppressed"}
    await ada.sign_in()
    await served.settled()
    assert await states(ada, await sent(served, ada, title="Sent again")) == {"email": "sent"}
