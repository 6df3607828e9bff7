"""The window of the mail catcher over HTTP."""

from uuid import UUID

import msgspec

from skillhall.deploy.hall import build_house
from skillhall.kernel.db.runner import Runner
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.outside import mail_catcher
from skillhall.kernel.outside.mail import Mailer
from tests.kernel.conftest import KernelHall
from tests.kernel.serving import serving

ENDPOINTS = endpoints_of(mail_catcher)


async def test_mails_are_listed_filtered_and_read(kernel: KernelHall) -> None:
    mailer = Mailer(kernel.config, kernel.pool)
    await mailer.send("ada@example.org", "Your <code>", "It is 123456 & <b>", key="1", html='<p onclick="x">"hi"</p>')
    await mailer.send("bob@example.org", "Welcome", "Hello", key="2")
    async with serving(kernel.runner, ENDPOINTS) as site:
        both = (await site.get("/dev/mail.json")).json
        assert [mail["to"] for mail in both] == ["bob@example.org", "ada@example.org"]
        (ada,) = (await site.get("/dev/mail.json?to=ada@example.org")).json
        assert (ada["subject"], ada["text"], ada["messageId"]) == ("Your <code>", "It is 123456 & <b>", "<1@localhost>")
        assert (await site.get("/dev/mail.json?limit=1")).json == both[:1]
        page = await site.get("/dev/mail")
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "Your &lt;code&gt;" in page.body.decode()
        assert f"/dev/mail/{ada['id']}" in page.body.decode()
        one = (await site.get(f"/dev/mail/{ada['id']}")).body.decode()
        assert "It is 123456 &amp; &lt;b&gt;" in one
        assert '<iframe sandbox srcdoc="&lt;p onclick=&quot;x&quot;&gt;' in one
        missing = await site.get(f"/dev/mail/{UUID(int=1)}")
        assert (missing.status, missing.reason) == (404, "mail.not_found")
        assert (await site.get("/dev/mail.json?limit=0")).status == 400


async def test_an_empty_catcher_says_so(kernel: KernelHall) -> None:
    async with serving(kernel.runner, ENDPOINTS) as site:
        assert "No mail" in (await site.get("/dev/mail")).body.decode()
        assert (await site.get("/dev/mail.json")).json == []


async def test_nobody_elsewhere_may_look_and_production_has_no_window(kernel: KernelHall) -> None:
    far = msgspec.structs.replace(kernel.config, trusted_proxies="127.0.0.1")
    async with serving(Runner(kernel.pool, build_house(far, ())), ENDPOINTS) as site:
        for path in ("/dev/mail", "/dev/mail.json", f"/dev/mail/{UUID(int=1)}"):
            answer = await site.get(path, headers={"X-Forwarded-For": "10.0.0.7"})
            assert (answer.status, answer.reason) == (404, "http.route_not_found")
    production = msgspec.structs.replace(kernel.config, mode="production")
    async with serving(Runner(kernel.pool, build_house(production, ())), ENDPOINTS) as site:
        assert (await site.get("/dev/mail.json")).status == 404
