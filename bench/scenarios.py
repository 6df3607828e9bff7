"""What is measured: for each scenario the requests it sends."""

import json
import secrets
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from bench import talk, till
from bench.crowd import CITIES, CRAFTS, FIRST, GROUP, LAST, MATERIALS
from bench.market import BID, PROJECT, waiting
from bench.server import SANDBOX, settings
from bench.world import ACCOUNT, ACTIVE, CODE, OFFER, OWED, PRICE, World, id_of
from skillhall.kernel.config import read_config
from skillhall.kernel.db.runner import Runner
from skillhall.payments.outside.sandbox import Sandbox, Told
from skillhall.payments.ports import PaymentFacts

READS = 240
"""How many different requests a reading scenario repeats."""
BERLIN = ZoneInfo("Europe/Berlin")


class Request(Struct, frozen=True):
    """One HTTP request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    sign: Callable[[bytes], Mapping[str, str]] | None = None

    def sent_headers(self) -> Mapping[str, str]:
        """Return its headers; a signature is made now, for it does not last."""
        return self.headers if self.sign is None else {**self.headers, **self.sign(self.body)}

    def wire(self) -> bytes:
        """Return it as it is sent."""
        head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "localhost", **self.sent_headers()}.items())
        length = f"Content-Length: {len(self.body)}\r\n" if self.method != "GET" else ""
        return f"{self.method} /api/v1{self.path} HTTP/1.1\r\n{head}{length}\r\n".encode() + self.body


Requests = list[tuple[Request, ...]]
"""What is counted as one is a tuple: signing in takes two requests."""


class Scenario(Struct, frozen=True, kw_only=True):
    """One line of the table. What writes uses each of its inputs once; `rate` is how many a second to keep ready.

    A heavy one has no more than `inputs`, sent over few `connections`. `searches`: it needs the crowd; `hires`: the market; `talks`: the
    conversations.
    """

    key: str
    title: str
    make: Callable[[World, int], Requests]
    rate: int = 0
    mode: str = "voucher"
    inputs: int | None = None
    connections: int = 32
    searches: bool = False
    hires: bool = False
    talks: bool = False

    @property
    def writes(self) -> bool:
        """Whether its inputs can be used only once."""
        return self.rate > 0 or self.inputs is not None

    def count(self, seconds: float) -> int:
        """Return how many inputs a run of so many seconds wants."""
        return self.inputs or (max(200, int(self.rate * seconds)) if self.writes else READS)


def _get(path: str, token: str | None = None) -> tuple[Request, ...]:
    return (Request("GET", path, {"Authorization": f"Bearer {token}"} if token else {}),)


def _post(path: str, body: object, token: str | None = None, address: str | None = None) -> Request:
    headers = {"Content-Type": "application/json"}
    if token:
        headers |= {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(8)}
    if address:
        headers["X-Forwarded-For"] = address
    return Request("POST", path, headers, json.dumps(body).encode())


def list_page(world: World, count: int) -> Requests:
    """Return the first pages, with the total, of people who have a hundred sessions each."""
    return [_get("/sessions?limit=20", world.token(world.learner(number % world.listed))) for number in range(count)]


def list_cursor(world: World, count: int) -> Requests:
    """Return the same by cursor: nothing is counted."""
    return [_get("/sessions?limit=20&cursor=", world.token(world.learner(number % world.listed))) for number in range(count)]


def list_all(world: World, count: int) -> Requests:
    """Return what staff sees: the newest of everybody's sessions."""
    token = world.token(0, "support")
    return [_get("/sessions?limit=20&cursor=", token) for _ in range(count)]


def slots(world: World, count: int) -> Requests:
    """Return the free time of 30 hosts of a skill in the four weeks to come."""
    since, until = (f"{world.today + timedelta(days=days):%Y-%m-%d}" for days in (1, 29))
    skills = [world.skills[number % len(world.skills)] for number in range(count)]
    return [_get(f"/offers/slots?skillId={skill}&from={since}&to={until}&limit=30") for skill in skills]


def search_skills(world: World, count: int) -> Requests:  # noqa: ARG001 - the crowd is the same in every world
    """Return searches by two words, the second one half typed; a thousand skills fit each, none wholly."""
    pairs = ((MATERIALS[number % 20], CRAFTS[number // 20 % 10][:4]) for number in range(count))
    return [_get(f"/skills/search?search={material}%20{craft}&limit=20") for material, craft in pairs]


def search_profiles(world: World, count: int) -> Requests:
    """Return searches for a first name and the beginning of a family name; some fifty profiles fit each."""
    token = world.token(world.learner(0))
    names = ((FIRST[number * 7 % 20], LAST[0][number % 20] + LAST[1][number // 20 % 10]) for number in range(count))
    return [_get(f"/profiles/search?search={first}%20{last}&limit=20", token) for first, last in names]


def filter_profiles(world: World, count: int) -> Requests:
    """Return who of a city is verified and has two stars or more in a skill that a thousand have; 28 profiles fit each."""
    token = world.token(world.learner(0))
    wanted = ((MATERIALS[number % 20], CRAFTS[number // 20 % 10], CITIES[number % 10]) for number in range(count))
    asked = "profileType=professional&isVerified=true&minRating=2&limit=20"
    return [_get(f"/profiles?skill={material}%20{craft}&location={city}&{asked}", token) for material, craft, city in wanted]


def search_offers(world: World, count: int) -> Requests:
    """Return who is free on a weekday from some hour on, for no more than the usual price."""
    token = world.token(world.learner(0))
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    asked = f"maxPrice={PRICE}&timezone=Europe/Berlin&limit=20"
    return [
        _get(f"/offers?freeOn={days[number % 5]}&freeFrom=1{6 + number // 5 % 3}:{number // 15 % 4}0&{asked}", token)
        for number in range(count)
    ]


def list_projects(world: World, count: int) -> Requests:
    """Return the newest open projects that a member may see, with the total."""
    return [_get("/projects/public?limit=20", world.token(world.learner(number % ACTIVE))) for number in range(count)]


def filter_projects(world: World, count: int) -> Requests:
    """Return open projects of a category, at a price, to be done from anywhere."""
    token = world.token(world.learner(0))
    found = ("programming", "infrastructure", "music", "languages", "visual-arts", "writing")
    asked = "status=open&currency=CREDIT&isRemote=true&limit=20"
    return [
        _get(f"/projects?category={found[number % len(found)]}&minBudget={100 + number % 40}&maxBudget={400 + number % 7}&{asked}", token)
        for number in range(count)
    ]


def projects_of_skill(world: World, count: int) -> Requests:
    """Return open projects that ask for a skill."""
    token = world.token(world.learner(0))
    return [_get(f"/projects?skill={world.skills[number % len(world.skills)]}&status=open&limit=20", token) for number in range(count)]


def search_projects(world: World, count: int) -> Requests:
    """Return open projects by two words, the second one half typed; a thousand fit each."""
    token = world.token(world.learner(0))
    pairs = ((MATERIALS[number % 20], CRAFTS[number // 20 % 10][:4]) for number in range(count))
    return [_get(f"/projects/public?search={material}%20{craft}&limit=20", token) for material, craft in pairs]


def list_bids(world: World, count: int) -> Requests:
    """Return the first 20 of a hundred bids, with the total, as the owner sees them."""
    numbers = [500 * (number % (world.projects // 500)) + 5 for number in range(count)]
    return [_get(f"/projects/{id_of(PROJECT, number)}/bids?limit=20", world.token(world.client(number))) for number in numbers]


def accept(world: World, count: int) -> Requests:
    """Return owners accepting the first of five bids."""
    numbers = range(0, min(count * 10, world.projects), 10)
    return [(_post(f"/bids/{id_of(BID, number * 100)}/accept", {}, world.token(world.client(number))),) for number in numbers]


def release(world: World, count: int) -> Requests:
    """Return owners paying for what was agreed."""
    payments = range(min(count, world.hired))
    return [(_post(f"/escrow/{waiting(number)}/release", {}, world.token(world.learner(number % ACTIVE))),) for number in payments]


def cancel_group(world: World, count: int) -> Requests:
    """Return hosts calling off groups of 200; the seats are refunded, each with its hold."""
    return [
        (_post(f"/sessions/{id_of(GROUP, number)}/cancel", {"reason": "Ill."}, world.token(number)),)
        for number in range(min(count, world.groups))
    ]


def book(world: World, count: int) -> Requests:
    """Return bookings that are free: each host and each learner once an evening."""
    tokens = [world.token(world.learner(number)) for number in range(ACTIVE)]
    evenings = list(islice(_evenings(world.today), -(-count // ACTIVE)))
    return [
        (
            _post(
                "/sessions",
                {"offerId": str(id_of(OFFER, number % ACTIVE)), "startsAt": evenings[number // ACTIVE].isoformat()},
                tokens[number % ACTIVE],
            ),
        )
        for number in range(count)
    ]


def settle(world: World, count: int) -> Requests:
    """Return confirmations of lessons that were held."""
    tokens = [world.token(world.learner(number)) for number in range(ACTIVE)]
    return [(_post(f"/sessions/{id_of(OWED, number)}/confirm", {}, tokens[number % ACTIVE]),) for number in range(min(count, world.owed))]


def gift(world: World, count: int) -> Requests:
    """Return gifts around a circle of members."""
    tokens = [world.token(world.learner(number)) for number in range(ACTIVE)]
    receivers = [str(id_of(ACCOUNT, world.learner((number + 500) % ACTIVE))) for number in range(ACTIVE)]
    amount = {"amount": 1, "currency": "CREDIT"}
    return [
        (_post("/wallet/gifts", {"toAccountId": receivers[number % ACTIVE], "amount": amount}, tokens[number % ACTIVE]),)
        for number in range(count)
    ]


def tell_paid(world: World, count: int) -> Requests:
    """Return what the bank tells of payments that were captured: signed webhooks, each about another payment."""
    bank = Sandbox(read_config(settings("", world.secret, SANDBOX)), cast("Runner", None))

    def told(number: int) -> tuple[Request, ...]:
        facts = PaymentFacts(
            ref=till.ref_of(number), state="succeeded", payment_id=id_of(till.PAYMENT, number), captured=till.PAID, asset=till.ASSET,
            fee=till.FEE,
        )  # fmt: skip
        event = Told(id=f"sbx_ev_{number}", kind="payment.succeeded", at=world.today, facts=msgspec.to_builtins(facts))
        headers = {"Content-Type": "application/json"}
        return (
            Request("POST", "/payments/webhook", headers, msgspec.json.encode(event), lambda body: bank.signed(body, datetime.now(UTC))),
        )

    return [told(number) for number in range(min(count, world.due))]


def buy(world: World, count: int) -> Requests:
    """Return purchases of a package with a stored card, around a circle of members: the answer says that it is paid."""
    tokens, package = [world.token(world.learner(number)) for number in range(ACTIVE)], str(id_of(till.PACKAGE, 0))
    return [
        (_post("/billing/purchase", {"packageId": package, "paymentMethodId": till.card_of(number)}, tokens[number % ACTIVE]),)
        for number in range(count)
    ]


def sign_in(world: World, count: int) -> Requests:
    """Return pairs: ask for a code, and use the code that lies ready. Each person has an address of their own."""
    found: Requests = []
    for number in range(min(count, world.codes)):
        email, address = f"person{number}@bench.example", f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        asks = _post("/auth/send-otp", {"email": email}, address=address)
        found.append((asks, _post("/auth/verify-otp", {"email": email, "code": CODE}, address=address)))
    return found


def message(world: World, count: int) -> Requests:
    """Return messages, each in another conversation of two as long as there are some."""
    tokens = [world.token(world.learner(number)) for number in range(ACTIVE)]
    text = "Saturday at ten is fine. I bring the frame and two sorts of linen; could you look for the old shuttle?"
    found: Requests = []
    for number in range(count):
        conversation = number % world.directs
        writer = talk.pair(world, conversation)[number // world.directs % 2]
        body = {"content": text, "clientId": f"sent-{number}"}
        found.append((_post(f"/conversations/{id_of(talk.DIRECT, conversation)}/messages", body, tokens[writer - world.learner(0)]),))
    return found


def unread(world: World, count: int) -> Requests:
    """Return how much each of them was told and has not read."""
    return [_get("/notifications/unread-count", world.token(world.learner(number % ACTIVE))) for number in range(count)]


def unread_messages(world: World, count: int) -> Requests:
    """Return how many messages each of them has not read, over all conversations."""
    return [_get("/conversations/unread-count", world.token(world.learner(number % ACTIVE))) for number in range(count)]


def announcement(world: World) -> Request:
    """Return what staff sends to the whole audience; by no other channel than the inbox."""
    body = {
        "title": "The hall is closed on Monday",
        "message": "We paint the walls and oil the floor. Lessons online take place as planned; all others were moved by their hosts.",
        "audience": {"timezones": [talk.FAR]},
        "channels": ["in_app"],
    }
    return _post("/notifications/bulk", body, world.token(1, "admin"))


def _evenings(today: datetime) -> Generator[datetime]:
    day = today.date() + timedelta(days=8)
    while True:
        if day.weekday() < 5:
            yield datetime.combine(day, time(17), BERLIN)
        day += timedelta(days=1)


ALL: tuple[Scenario, ...] = (
    Scenario(key="list", title="list: 20 own sessions, total", make=list_page),
    Scenario(key="cursor", title="list: the same by cursor", make=list_cursor),
    Scenario(key="all", title="list: 20 of everybody's (staff)", make=list_all),
    Scenario(key="slots", title="slots: 30 hosts, four weeks", make=slots),
    Scenario(key="skills", title="search 200,000 skills", make=search_skills, searches=True),
    Scenario(key="profiles", title="search 200,000 profiles", make=search_profiles, searches=True),
    Scenario(key="directory", title="filter 200,000 profiles", make=filter_profiles, searches=True),
    Scenario(key="offers", title="offers free on a day", make=search_offers),
    Scenario(key="projects", title="projects: 20 newest open, total", make=list_projects, hires=True),
    Scenario(key="project-filter", title="projects: category, price, place", make=filter_projects, hires=True),
    Scenario(key="project-skill", title="projects: that ask for a skill", make=projects_of_skill, hires=True),
    Scenario(key="project-search", title="projects: two words", make=search_projects, hires=True),
    Scenario(key="bids", title="bids: 20 of a project's 100, total", make=list_bids, hires=True),
    Scenario(key="accept", title="accept one of five bids", make=accept, rate=150, hires=True),
    Scenario(key="release", title="release an escrow", make=release, rate=200, hires=True),
    Scenario(key="book", title="book a lesson", make=book, rate=250),
    Scenario(key="settle", title="settle (confirm)", make=settle, rate=300),
    Scenario(key="group", title="call off a group of 200", make=cancel_group, inputs=80, connections=4),
    Scenario(key="webhook", title="webhook of a captured payment", make=tell_paid, rate=200, mode=SANDBOX),
    Scenario(key="purchase", title="buy credits with a card", make=buy, rate=80, mode=SANDBOX),
    Scenario(key="message", title="send a message", make=message, rate=500, talks=True),
    Scenario(key="unread", title="unread notices, counted", make=unread, talks=True),
    Scenario(key="unread-talk", title="unread messages, counted", make=unread_messages, talks=True),
    Scenario(key="sign-in", title="sign in by code (2 requests)", make=sign_in, rate=250),
    Scenario(key="gift", title="gift (mode points)", make=gift, rate=400, mode="points"),
)
