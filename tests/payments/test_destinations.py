"""Where the money goes may change, but not behind its owner's back: they are told at once, and for some days nothing goes there."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from skillhall.notifications.model.types import type_of
from skillhall.payments.commands.payout_accounts import SetPayoutAccount, set_payout_account
from skillhall.payments.model.payout_refusals import DestinationTooNew
from skillhall.payments.queries.payout_accounts import account_view
from tests.notifications.reading import notices
from tests.payments.purse import Purse, open_purse
from tests.support.hall import TestHall

CHANGED = "payments.destination_changed"


@pytest.fixture
async def purse(hall: TestHall) -> AsyncGenerator[Purse]:
    async with open_purse(hall) as opened:
        yield opened
    await hall.verify()


async def test_a_new_destination_is_told_and_money_goes_there_three_days_later(purse: Purse):
    host = await purse.host(2700)
    assert (await account_view(await purse.hall.read(), host.account_id)).payable_from is None
    await purse.ask(host, 100)
    changes = SetPayoutAccount(destination="ba_other", schedule="daily"), SetPayoutAccount(destination="ba_other", label="Mine")
    first, again = [await purse.hall.run(set_payout_account, host, change) for change in changes]
    assert first.payable_from is not None
    assert (again.payable_from, again.verification) == (first.payable_from, "verified")
    with pytest.raises(DestinationTooNew):
        await purse.ask(host)
    (told,) = [row for row in await notices(purse.hall, host) if row["type"] == CHANGED]
    assert (type_of(CHANGED).is_security, told["category"]) == (True, "security")
    await purse.hall.advance(timedelta(days=2, hours=12))
    with pytest.raises(DestinationTooNew):
        await purse.ask(host)
    assert await sent(purse) == ["ba_ok"]  # what was asked for before goes where it was to go
    await purse.hall.advance(timedelta(hours=12))
    await purse.ask(host, 300)
    await purse.hall.advance(timedelta(days=1))
    assert await sent(purse) == ["ba_ok", "ba_other", "ba_other"]


async def sent(purse: Purse) -> list[str]:
    """Return where payouts went, in their order."""
    return [row["destination"] for row in await purse.hall.pool.fetch("SELECT destination FROM payments.payout ORDER BY id")]
