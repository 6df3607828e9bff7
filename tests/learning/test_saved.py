"""Offers that people have put aside."""

from skillhall.connections.api import Savable
from skillhall.learning.commands.delete_offer import delete_offer
from skillhall.learning.queries.saved import SavableOffers
from tests.learning.builders import People
from tests.profiles.builders import BLOCK


async def test_an_offer_has_a_card_while_it_is_on_sale(people: People) -> None:
    host, learner, stranger = await people.host(), await people.person(), await people.person()
    offer = await people.offer(host)
    read = await people.hall.read()
    assert [owner.kind for owner in read.ports(Savable)].count("offer") == 1
    card = (await SavableOffers().cards(read, learner, [offer.id]))[offer.id]
    assert (card.title, card.subtitle, card.path) == ("Guitar for beginners", "Hana Host", f"/offers/{offer.id}")
    await people.hall.pool.execute(BLOCK, host.account_id, stranger.account_id)
    assert await SavableOffers().cards(read, stranger, [offer.id]) == {}
    await people.hall.run(delete_offer, host, offer.id)
    assert await SavableOffers().cards(read, learner, [offer.id]) == {}
