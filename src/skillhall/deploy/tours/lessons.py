"""The first lessons: one held and paid, one cancelled late, one never confirmed, one refused for time and one for credits."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from skillhall.deploy.tours.stage import Person, Stage

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALL_WEEK = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in DAYS]
PRICE, SMALL_PRICE, GRANT, FEE = 5, 3, 10, 1
KINDS = ("available", "held", "earnings")
JSON = dict[str, Any]


class Cast(Struct, frozen=True, kw_only=True):
    """Who plays, on which stage."""

    stage: Stage
    operator: Person
    host: Person
    learner: Person
    other: Person


async def play(stage: Stage) -> None:
    """Play the whole story."""
    cast = Cast(
        stage=stage, operator=await stage.operator(), host=stage.person("Hana"), learner=stage.person("Leo"), other=stage.person("Otto")
    )
    people = (cast.host, cast.learner, cast.other)
    stage.act("Three people sign in by code")
    for person in people:
        await person.sign_in_by_code()
        stage.step(f"{person.name} signs in as {person.email} with the code from the mail")
        stage.fact("credits granted once, at the first sign-in", (await person.credits())["available"], GRANT)
    before = {person.name: await person.credits() for person in people}
    offer, small = await _offers(cast)
    await _held_and_paid(cast, offer)
    await _cancelled_late(cast, offer)
    await _never_confirmed(cast, small)
    await _too_few(cast, offer)
    await _books(cast, before, {person.name: await person.credits() for person in people})


async def _offers(cast: Cast) -> tuple[JSON, JSON]:
    stage, host = cast.stage, cast.host
    stage.act(f"{host.name} offers lessons")
    hours = await host.ask("PUT", "/api/v1/users/me/availability", {"timezone": "Europe/Berlin", "weeklyHours": ALL_WEEK})
    stage.step(f"{host.name} has time around the clock in Europe/Berlin")
    stage.fact("weekly windows stored", len(hours["weeklyHours"]), len(DAYS))
    skill = (await host.ask("GET", "/api/v1/skills/search?search=python&limit=1"))[0]
    body = {"skillId": skill["id"], "title": f"{skill['name']} for beginners", "durationMinutes": 60}
    offers: list[JSON] = []
    for price in (PRICE, SMALL_PRICE):
        made = await host.ask("POST", "/api/v1/offers", {**body, "price": {"amount": price, "currency": "CREDIT"}}, expect=201)
        offers.append(await cast.learner.ask("GET", f"/api/v1/offers/{made['id']}"))
        stage.step(f"{host.name} offers {made['title']!r}, 60 minutes")
        stage.fact(f"its price, as {cast.learner.name} sees it", offers[-1]["price"]["amount"], price)
    return offers[0], offers[1]


async def _held_and_paid(cast: Cast, offer: JSON) -> None:
    stage, host, learner = cast.stage, cast.host, cast.learner
    stage.act("A lesson is booked, held, given and paid")
    session = await _booked(cast, offer, PRICE)
    await _accepted(cast, session)
    await _given(cast, session)
    had = await host.credits()
    settled = await learner.ask("POST", f"/api/v1/sessions/{session['id']}/confirm")
    stage.step(f"{learner.name} confirms that all was well")
    stage.fact("the seat", settled["seats"][0]["settlement"], "settled")
    stage.fact(f"{host.name} gets {PRICE} less the fee of {FEE}", _owned(await host.credits()) - _owned(had), PRICE - FEE)
    stage.fact(f"{learner.name}'s credits held", (await learner.credits())["held"], 0)


async def _cancelled_late(cast: Cast, offer: JSON) -> None:
    stage, host, learner = cast.stage, cast.host, cast.learner
    stage.act("A second lesson is cancelled less than 24 hours before it")
    session = await _booked(cast, offer, PRICE)
    await _accepted(cast, session)
    await _clock_to(cast, moment(session["startsAt"]) - timedelta(hours=3))
    had, earned, half = await learner.credits(), await host.credits(), PRICE // 2
    gone = await learner.ask("POST", f"/api/v1/sessions/{session['id']}/cancel", {"reason": "I am ill."})
    stage.step(f"{learner.name} cancels three hours before")
    stage.fact("the session", gone["status"], "cancelled")
    stage.fact("the seat", gone["seats"][0]["settlement"], "split")
    back = (await learner.credits())["available"] - had["available"]
    stage.fact(f"{learner.name} gets {PRICE} back less half of it, rounded down: {half}", back, PRICE - half)
    stage.fact(f"{host.name} gets {half} less the fee of {FEE}", _owned(await host.credits()) - _owned(earned), half - FEE)


async def _never_confirmed(cast: Cast, offer: JSON) -> None:
    stage, host, learner = cast.stage, cast.host, cast.learner
    stage.act("A third lesson is given and never confirmed; a fourth is refused, because the hour is taken")
    session = await _booked(cast, offer, SMALL_PRICE)
    await _accepted(cast, session)
    await _busy(cast, offer, session)
    await _given(cast, session)
    had = await host.credits()
    await _clock_to(cast, moment(session["endsAt"]) + timedelta(hours=48, minutes=1))
    stage.step("48 hours after the planned end have passed, and nobody has said anything")
    found = await learner.ask("GET", f"/api/v1/sessions/{session['id']}")
    stage.fact("the seat", found["seats"][0]["settlement"], "settled")
    stage.fact(f"{host.name} gets {SMALL_PRICE} less the fee of {FEE}", _owned(await host.credits()) - _owned(had), SMALL_PRICE - FEE)


async def _busy(cast: Cast, offer: JSON, session: JSON) -> None:
    stage, other = cast.stage, cast.other
    refused = await _book(other, offer, session["startsAt"], expect=409)
    stage.step(f"{other.name} asks for the same hour")
    stage.fact("the answer", refused["reason"], "calendar.busy")
    stage.fact(f"{other.name}'s credits, untouched", (await other.credits())["available"], GRANT)


async def _too_few(cast: Cast, offer: JSON) -> None:
    stage, learner = cast.stage, cast.learner
    stage.act("A fifth is refused, because the credits do not suffice")
    had = await learner.credits()
    refused = await _book(learner, offer, await _first_free(cast, offer), expect=422)
    stage.step(f"{learner.name} has {had['available']} credits and asks for a lesson of {PRICE}")
    stage.fact("the answer", refused["reason"], "ledger.insufficient")
    stage.fact(f"{learner.name}'s credits, untouched", (await learner.credits()) == had, expected=True)


async def _books(cast: Cast, before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]) -> None:
    stage = cast.stage
    stage.act("The books")
    report = await cast.operator.ask("GET", "/api/v1/ledger/verification")
    stage.step(f"{report['checks']} checks run over everything stored")
    stage.fact("rows that break one", sum(finding["violations"] for finding in report["findings"]), 0)
    fees = sum(_owned(before[name]) - _owned(after[name]) for name in before)
    stage.fact("credits the three have less than before: the fees of three lessons", fees, 3 * FEE)
    rows: list[list[object]] = [[name, *(f"{before[name][kind]} → {after[name][kind]}" for kind in KINDS)] for name in before]
    stage.table("Balances before and after", ["person", *KINDS], rows)


async def _booked(cast: Cast, offer: JSON, price: int) -> JSON:
    stage, learner = cast.stage, cast.learner
    start, had = await _first_free(cast, offer), await learner.credits()
    session: JSON = await _book(learner, offer, start, expect=201)
    stage.step(f"{learner.name} books it")
    stage.fact("its status", session["status"], "requested")
    has = await learner.credits()
    stage.fact(f"{learner.name}'s credits, available", has["available"], had["available"] - price)
    stage.fact(f"{learner.name}'s credits, held", has["held"], had["held"] + price)
    return session


async def _accepted(cast: Cast, session: JSON) -> None:
    accepted = await cast.host.ask("POST", f"/api/v1/sessions/{session['id']}/accept")
    cast.stage.step(f"{cast.host.name} accepts")
    cast.stage.fact("its status", accepted["status"], "scheduled")


async def _given(cast: Cast, session: JSON) -> None:
    stage, host, path = cast.stage, cast.host, f"/api/v1/sessions/{session['id']}"
    await _clock_to(cast, moment(session["startsAt"]) - timedelta(minutes=2))
    for person in (host, cast.learner):
        joined = await person.ask("POST", f"{path}/join")
        stage.step(f"{person.name} enters the room {joined['room']['joinUrl'].split('#')[0][:48]}…")
    stage.fact("the learner's seat", joined["session"]["seats"][0]["status"], "joined")
    started = await host.ask("POST", f"{path}/start")
    stage.step(f"{host.name} starts the lesson")
    stage.fact("its status", started["status"], "in_progress")
    await _clock_to(cast, moment(session["endsAt"]))
    ended = await host.ask("POST", f"{path}/end")
    stage.step(f"{host.name} ends the lesson")
    stage.fact("its status", ended["status"], "completed")
    stage.fact("the credits of the seat", ended["seats"][0]["settlement"], "held")


async def _first_free(cast: Cast, offer: JSON) -> str:
    """Return the first free time that is at least 20 hours ahead."""
    now = await _clock_to(cast, None)
    days = f"from={now:%Y-%m-%d}&to={now + timedelta(days=3):%Y-%m-%d}&timezone=UTC"
    free = (await cast.learner.ask("GET", f"/api/v1/offers/{offer['id']}/slots?{days}"))["slots"]
    chosen = next(slot["startsAt"] for slot in free if moment(slot["startsAt"]) >= now + timedelta(hours=20))
    cast.stage.step(f"{cast.learner.name} sees {len(free)} free times and chooses {chosen}")
    return str(chosen)


async def _book(person: Person, offer: JSON, starts_at: str, *, expect: int) -> JSON:
    return await person.ask("POST", "/api/v1/sessions", {"offerId": offer["id"], "startsAt": starts_at}, expect=expect, key=True)


async def _clock_to(cast: Cast, target: datetime | None) -> datetime:
    """Move business time on to `target` (by a minute when there is none) and return the time it is."""
    now = moment((await cast.operator.ask("POST", "/sandbox/clock", {"minutes": 1}))["now"])
    missing = int((target - now).total_seconds() // 60) if target else 0
    if missing > 0:
        now = moment((await cast.operator.ask("POST", "/sandbox/clock", {"minutes": missing}))["now"])
        cast.stage.step(f"the business clock moves to {now:%A %H:%M} UTC")
    return now


def _owned(balances: dict[str, int]) -> int:
    """Return everything a person has."""
    return sum(balances[kind] for kind in KINDS)


def moment(text: str) -> datetime:
    """Return an instant of the wire."""
    return datetime.fromisoformat(text).astimezone(UTC)
