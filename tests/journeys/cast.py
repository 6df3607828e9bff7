"""Who plays in lessons: a host with open hours and an offer, a learner with credits, and what they do again and again."""

from datetime import datetime, timedelta
from typing import Any

from skillhall.kernel import ids
from tests.support.client import Client
from tests.support.server import Served, moment

ALL_DAY = [
    {"weekday": day, "start": "00:00", "end": "24:00"}
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
]
PRICE = 5


def a_key() -> str:
    """Return an Idempotency-Key never used before."""
    return str(ids.new())


async def a_skill(client: Client, text: str = "cello") -> str:
    """Return the id of the skill that a search finds first."""
    return (await client.get(f"/skills/search?search={text}&limit=1")).data[0]["id"]


async def a_host(served: Served, *, price: int = PRICE, **changes: Any) -> tuple[Client, dict[str, Any]]:
    """Return a member who is free at all hours, and their offer."""
    host = await served.person()
    await host.put("/users/me/availability", {"timezone": "UTC", "weeklyHours": ALL_DAY})
    return host, await an_offer(host, price=price, **changes)


async def an_offer(host: Client, *, price: int = PRICE, **changes: Any) -> dict[str, Any]:
    """Put a lesson on sale."""
    body = {
        "skillId": await a_skill(host), "title": "Cello for beginners", "durationMinutes": 60,
        "price": {"amount": price, "currency": "CREDIT"}, "bufferBeforeMinutes": 0, "bufferAfterMinutes": 0, **changes,
    }  # fmt: skip
    return (await host.post("/offers", body, expect=201)).data


async def slots(client: Client, offer: dict[str, Any], since: datetime, days: int = 3) -> list[str]:
    """Return the free starts of an offer from `since` on."""
    period = f"from={since:%Y-%m-%dT%H:%M:%SZ}&to={since + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
    return [slot["startsAt"] for slot in (await client.get(f"/offers/{offer['id']}/slots?{period}")).data["slots"]]


async def a_slot(served: Served, client: Client, offer: dict[str, Any], *, hours: float = 30) -> str:
    """Return the first free start at least so many hours ahead."""
    return (await slots(client, offer, await served.now() + timedelta(hours=hours)))[0]


async def book(client: Client, offer: dict[str, Any], starts_at: str, **options: Any) -> dict[str, Any]:
    """Book a lesson."""
    return (await client.post("/sessions", {"offerId": offer["id"], "startsAt": starts_at}, **{"expect": 201, **options})).data


async def booked(served: Served, learner: Client, host: Client, offer: dict[str, Any], *, hours: float = 30) -> dict[str, Any]:
    """Book the next free time; the host accepts."""
    session = await book(learner, offer, await a_slot(served, learner, offer, hours=hours))
    if session["status"] == "requested":
        session = await act(host, session, "accept")
    assert session["status"] == "scheduled"
    return session


async def act(client: Client, session: dict[str, Any], verb: str, body: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Run one verb on a session; return the session as it is then."""
    return (await client.post(f"/sessions/{session['id']}/{verb}", body, **{"expect": 200, **options})).data


async def meet(served: Served, host: Client, learner: Client, session: dict[str, Any]) -> dict[str, Any]:
    """Wait until the room opens; both enter, the host starts."""
    await served.advance_to(session["opensAt"])
    for person in (learner, host):
        room = (await act(person, session, "join"))["room"]
        assert room["joinUrl"].startswith("https://meet.jit.si/")
    started = await act(host, session, "start")
    assert started["status"] == "in_progress"
    return started


async def held_lesson(served: Served, host: Client, learner: Client, offer: dict[str, Any]) -> dict[str, Any]:
    """Book, meet and end a lesson; nobody has confirmed it yet."""
    session = await booked(served, learner, host, offer)
    await meet(served, host, learner, session)
    ended = await act(host, session, "end")
    assert ended["status"] == "completed"
    return ended


async def balance(client: Client) -> dict[str, int]:
    """Return one's credits by kind."""
    found = (await client.get("/wallet")).data["balances"][0]
    assert found["available"]["currency"] == "CREDIT"
    return {kind: money["amount"] for kind, money in found.items()}


async def owned(client: Client) -> int:
    """Return all credits one has, held ones aside."""
    found = await balance(client)
    return found["available"] + found["earnings"]


async def fund(served: Served, client: Client, amount: int) -> None:
    """Have the operator add credits as if they had been bought."""
    body = {"amount": {"amount": amount, "currency": "CREDIT"}, "reason": "A gift of the house.", "account": "wallet"}
    await (await served.operator()).post(f"/admin/users/{client.account_id}/adjust-credits", body, expect=200, key=a_key())


async def seat(client: Client, session: dict[str, Any]) -> dict[str, Any]:
    """Return the only seat of a session."""
    (found,) = (await client.get(f"/sessions/{session['id']}")).data["seats"]
    return found


def later(instant: str, **span: float) -> str:
    """Return the instant moved by a span."""
    return (moment(instant) + timedelta(**span)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
