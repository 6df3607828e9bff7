"""Text messages through a gateway on TCP, and printed in the log where none is set."""

import pytest
import structlog

from skillhall.kernel.config import Config, ConfigError
from skillhall.kernel.db.tx import Tx
from skillhall.notifications.model.compose import TEXT_LENGTH, notice_text
from skillhall.notifications.outside.sms import SmsFailedError, Texts
from skillhall.notifications.store.notices import find_notices
from tests.notifications.sending import NUMBER, a_reader, begun, chosen, deliveries, sent, switch, told
from tests.support.hall import CONFIG
from tests.support.sms_gateway import sms_gateway


@pytest.mark.filterwarnings("ignore:.*imghdr:DeprecationWarning")  # apprise loads what loads it
async def test_a_gateway_gets_the_text_and_a_busy_one_is_told_apart() -> None:
    async with sms_gateway() as gateway:
        texts = Texts(Config(mode="sandbox", sms_url=gateway.url))
        await texts.send(NUMBER, "Skillhall: Grüße ✓")
        assert gateway.texts == [(NUMBER, "Skillhall: Grüße ✓")]
        gateway.failures = [500, 503]
        for _ in range(2):
            with pytest.raises(SmsFailedError):
                await texts.send(NUMBER, "again")
        assert (len(gateway.texts), gateway.calls) == (1, 3)
        with pytest.raises(SmsFailedError):
            await Texts(Config(sms_url=gateway.url.replace(gateway.token, "wrong"))).send(NUMBER, "T")
    with pytest.raises(SmsFailedError):
        await texts.send(NUMBER, "nobody there")
    await texts.close()


async def test_without_a_gateway_the_sandbox_prints_and_shows_no_number() -> None:
    with structlog.testing.capture_logs() as logs:
        await Texts(CONFIG).send(NUMBER, "Skillhall: hello")
    (line,) = logs
    assert (line["event"], line["to"], line["text"]) == ("sms_printed", "***********678", "Skillhall: hello")


def test_an_address_without_a_place_for_the_number_is_told_at_the_start() -> None:
    with pytest.raises(ConfigError):
        Texts(Config(sms_url="twilio://SID:TOKEN@+4915100000000"))


async def test_who_has_given_a_number_and_wants_it_is_written_to(tx: Tx) -> None:
    ada = await a_reader(tx, sms_number=NUMBER)
    await switch(tx, ada, "hall.reminder", "sms", is_on=True)
    await told(tx, ada, key="1")
    key = (await deliveries(tx, ada))["sms"]["id"]
    parcel = await sent(tx, key)
    assert (parcel.address, parcel.text) == (NUMBER, "Skillhall: Reminder: Bring your cello http://localhost:8000/sessions/1")
    await told(tx, ada, key="2", facts={"title": "T" * 190, "text": ""}, path="p" * 100)
    (notice,) = await find_notices(tx, [(await deliveries(tx, ada))["sms"]["notice_id"]])
    assert len(notice_text(CONFIG, notice)) <= TEXT_LENGTH
    await chosen(tx, ada)
    assert await begun(tx, (await deliveries(tx, ada))["sms"]["id"]) is None
    assert (await deliveries(tx, ada))["sms"]["state"] == "suppressed"
