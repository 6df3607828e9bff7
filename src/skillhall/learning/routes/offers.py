"""HTTP of offers."""

from uuid import UUID

from skillhall.identity.api import AccountNotActive
from skillhall.kernel.http import Answer, Call, Deleted, delete, get, patch, post, put
from skillhall.kernel.shapes import Page
from skillhall.learning.commands import change_offer as changing
from skillhall.learning.commands import create_offer as creating
from skillhall.learning.commands import delete_offer as deleting
from skillhall.learning.commands.change_offer import ChangeOffer
from skillhall.learning.commands.create_offer import CreateOffer
from skillhall.learning.model.refusals import CurrencyNotAccepted, NotYourOffer, OfferMoved, OfferNotFound, SkillUnknown
from skillhall.learning.queries import offer_search as searching
from skillhall.learning.queries import offers as queries
from skillhall.learning.queries.offer_search import OfferSearch
from skillhall.learning.queries.offers import SkillSlotsQuery, SlotsQuery
from skillhall.learning.queries.views import FoundOffer, OfferSlotsView, OfferView, SkillSlotsView

OFFER = {
    "skillId": "018f0000-0000-7000-8000-000000000001",
    "title": "Guitar for beginners",
    "description": "First chords, first song.",
    "durationMinutes": 60,
    "price": {"amount": 30, "currency": "CREDIT"},
}
CHANGE_REFUSES = (OfferNotFound, NotYourOffer, OfferMoved, CurrencyNotAccepted, SkillUnknown)


@post("/offers", created="/offers/{id}", refuses=(CurrencyNotAccepted, SkillUnknown, AccountNotActive), example=OFFER, etag=True)
async def create_offer(call: Call, data: CreateOffer) -> Answer[OfferView]:
    """Put a lesson on sale.

    With `instantBooking` learners book free slots at once; without it the host answers each request. Prices are in credits, or in the
    community's currency, which learners pay first.
    """
    return await call.run(creating.create_offer, data)


@get("/offers", public=True)
async def list_offers(call: Call, query: OfferSearch) -> Page[FoundOffer]:
    """Find lessons on sale: by text, skill, host, price, length, and by when the host is free ("on Tuesday, at most 20 credits").

    The text is looked for in titles, skills and hosts. When free time is asked for, a page looks at up to 300 of the offers that match
    otherwise, so it may hold fewer than `limit`, even none, while `hasNext` is true: `nextCursor` goes on behind them. The sorts
    `soonest` (first free slot) and `relevance` order the newest 300 that match.
    """
    return await searching.search(call.read, query, call.by.account_id)


@get("/offers/search", public=True, alias_of="listOffers")
async def search_offers(call: Call, query: OfferSearch) -> Page[FoundOffer]:
    """Find lessons on sale; the same as `/offers`."""
    return await searching.search(call.read, query, call.by.account_id)


@get("/offers/slots", public=True)
async def list_slots_of_skill(call: Call, query: SkillSlotsQuery) -> SkillSlotsView:
    """Find everybody's free slots for a skill: the cheapest offer of each host, up to 35 days."""
    return await queries.skill_slots(call.read, query, call.by.account_id)


@get("/offers/{offer_id:uuid}", public=True, refuses=(OfferNotFound,), etag=True)
async def read_offer(call: Call, offer_id: UUID) -> OfferView:
    """Read one offer."""
    return await queries.offer_view(call.read, offer_id, call.by.account_id)


@patch("/offers/{offer_id:uuid}", refuses=CHANGE_REFUSES, example={"title": "Guitar, from the first chord"}, etag=True)
async def change_offer(call: Call, offer_id: UUID, data: ChangeOffer) -> Answer[OfferView]:
    """Change an offer; what is absent stays, and so does what is booked already. With If-Match a lost update is refused."""
    return await call.run(changing.change_offer, offer_id, data, call.match.check)


@put("/offers/{offer_id:uuid}", refuses=CHANGE_REFUSES, example={"price": {"amount": 35, "currency": "CREDIT"}}, etag=True)
async def replace_offer(call: Call, offer_id: UUID, data: ChangeOffer) -> Answer[OfferView]:
    """Change an offer; the same as PATCH."""
    return await call.run(changing.change_offer, offer_id, data, call.match.check)


@delete("/offers/{offer_id:uuid}", refuses=(OfferNotFound, NotYourOffer))
async def delete_offer(call: Call, offer_id: UUID) -> Deleted:
    """Take an offer off sale for good; what is booked stays booked."""
    return Deleted(id=await call.act(deleting.delete_offer, offer_id))


@get("/offers/{offer_id:uuid}/slots", public=True, refuses=(OfferNotFound,))
async def list_slots(call: Call, offer_id: UUID, query: SlotsQuery) -> OfferSlotsView:
    """List the free slots of an offer, up to 35 days."""
    return await queries.offer_slots(call.read, offer_id, query, call.by.account_id)
