"""One click ends the mails of one kind, without signing in; looking at the page does not."""

import pytest

from skillhall.kernel import ids
from skillhall.kernel.actor import STRANGER
from skillhall.kernel.db.tx import Tx
from skillhall.notifications.commands.unsubscribe import stop_of, unsubscribe
from skillhall.notifications.model.delivery import LinkNotValid, link_token
from skillhall.notifications.store.preferences import settings
from tests.notifications.sending import a_reader, deliveries, told
from tests.profiles.builders import in_turn


async def test_the_kind_is_off_by_mail_and_on_elsewhere(tx: Tx) -> None:
    ada = await a_reader(tx)
    token = link_token(tx.house.config.secret, "unsubscribe", ada.account_id, "hall.reminder")
    assert (await stop_of(tx, token)).types == ("hall.reminder",)
    assert (await settings(tx, ada.account_id)).choices == {}
    for _ in range(2):
        assert (await unsubscribe(in_turn(tx), STRANGER, token)).names.endswith("(hall.reminder)")
    assert (await settings(tx, ada.account_id)).choices == {("hall.reminder", "email"): False}
    await told(tx, ada)
    assert await deliveries(tx, ada) == {}
    await told(tx, ada, "hall.announcement")
    assert set(await deliveries(tx, ada)) == {"email"}


async def test_nothing_but_a_link_of_ours_ends_anything_and_security_never_ends(tx: Tx) -> None:
    ada = await a_reader(tx)
    secret = tx.house.config.secret
    bad = [
        "nonsense",
        link_token("another", "unsubscribe", ada.account_id, "hall.reminder"),
        link_token(secret, "opened", ada.account_id, "hall.reminder"),
        link_token(secret, "unsubscribe", ada.account_id, "hall.security_alert"),
        link_token(secret, "unsubscribe", ada.account_id, "no.such_type"),
        link_token(secret, "unsubscribe", ada.account_id, ids.new().hex),
        link_token(secret, "unsubscribe", ids.new(), "hall.reminder"),
    ]
    for token in bad:
        with pytest.raises(LinkNotValid):
            await unsubscribe(in_turn(tx), STRANGER, token)
    assert (await settings(tx, ada.account_id)).choices == {}
