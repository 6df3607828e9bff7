"""The first lessons: one held and paid, one cancelled late, one never confirmed, one refused for time and one for credits."""

from datetime import timedelta

from msgspec import Struct

from skillhall.deploy.tours import scenes
from skillhall.deploy.tours.scenes import FEE, GRANT, owned
from skillhall.deploy.tours.stage import JSON, Operator, Person, Stage, moment

PRICE, SMALL_PRICE = 5, 3
AHEAD_HOURS = 20


class Cast(Struct, frozen=True, kw_only=True):
    """Who plays, on which stage."""

    stage: Stage
    operator: Operator
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
    await scenes.sign_in(stage, people)
    before = await scenes.balances(people)
    stage.act(f"{cast.host.name} offers lessons")
    await scenes.open_hours(cast.host)
    offer, small = [await scenes.offer(cast.host, "{skill} for beginners", price, cast.learner) for price in (PRICE, SMALL_PRICE)]
    await _held_and_paid(cast, offer)
    await _cancelled_late(cast, offer)
    await _never_confirmed(cast, small)
    await _too_few(cast, offer)
    await scenes.close_books(cast.operator, before, await scenes.balances(people), 3 * FEE)


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
    stage.fact(f"{host.name} gets {PRICE} less the fee of {FEE}", owned(await host.credits()) - owned(had), PRICE - FEE)
    stage.fact(f"{learner.name}'s credits held", (await learner.credits())["held"], 0)


async def _cancelled_late(cast: Cast, offer: JSON) -> None:
    stage, host, learner = cast.stage, cast.host, cast.learner
    stage.act("A second lesson is cancelled less than 24 hours before it")
    session = await _booked(cast, offer, PRICE)
    await _accepted(cast, session)
    await cast.operator.clock_to(moment(session["startsAt"]) - timedelta(hours=3))
    had, earned, half = await learner.credits(), await host.credits(), PRICE // 2
    gone = await learner.ask("POST", f"/api/v1/sessions/{session['id']}/cancel", {"reason": "I am ill."})
    stage.step(f"{learner.name} cancels three hours before")
    stage.fact("the session", gone["status"], "cancelled")
    stage.fact("the seat", gone["seats"][0]["settlement"], "split")
    back = (await learner.credits())["available"] - had["available"]
    stage.fact(f"{learner.name} gets back {PRICE} less half of it, rounded down", back, PRICE - half)
    stage.fact(f"{host.name} gets {half} less the fee of {FEE}", owned(await host.credits()) - owned(earned), half - FEE)


async def _never_confirmed(cast: Cast, offer: JSON) -> None:
    stage, host, learner = cast.stage, cast.host, cast.learner
    stage.act("A third lesson is given and never confirmed; a fourth is refused, because the hour is taken")
    session = await _booked(cast, offer, SMALL_PRICE)
    await _accepted(cast, session)
    await _busy(cast, offer, session)
    await _given(cast, session)
    had = await host.credits()
    await cast.operator.clock_to(moment(session["endsAt"]) + timedelta(hours=48))
    stage.step("48 hours after the planned end nobody has said anything")
    found = await learner.ask("GET", f"/api/v1/sessions/{session['id']}")
    stage.fact("the seat", found["seats"][0]["settlement"], "settled")
    stage.fact(f"{host.name} gets {SMALL_PRICE} less the fee of {FEE}", owned(await host.credits()) - owned(had), SMALL_PRICE - FEE)


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
    start = await scenes.first_free(learner, cast.operator, offer, hours=AHEAD_HOURS)
    refused = await _book(learner, offer, start, expect=422)
    stage.step(f"{learner.name} has {had['available']} credits and asks for a lesson of {PRICE}")
    stage.fact("the answer", refused["reason"], "ledger.insufficient")
    stage.fact(f"{learner.name}'s credits, untouched", (await learner.credits())["available"], had["available"])


async def _booked(cast: Cast, offer: JSON, price: int) -> JSON:
    stage, learner = cast.stage, cast.learner
    start, had = await scenes.first_free(learner, cast.operator, offer, hours=AHEAD_HOURS), await learner.credits()
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
    await cast.operator.clock_to(moment(session["startsAt"]) - timedelta(minutes=3))
    for person in (host, cast.learner):
        joined = await person.ask("POST", f"{path}/join")
        stage.step(f"{person.name} enters the room {joined['room']['joinUrl'].split('#')[0][:48]}…")
    stage.fact("the learner's seat", joined["session"]["seats"][0]["status"], "joined")
    started = await host.ask("POST", f"{path}/start")
    stage.step(f"{host.name} starts the lesson")
    stage.fact("its status", started["status"], "in_progress")
    await cast.operator.clock_to(moment(session["endsAt"]))
    ended = await host.ask("POST", f"{path}/end")
    stage.step(f"{host.name} ends the lesson")
    stage.fact("its status", ended["status"], "completed")
    stage.fact("the credits of the seat, until all agree or 48 hours pass", ended["seats"][0]["settlement"], "held")


async def _book(person: Person, offer: JSON, starts_at: str, *, expect: int) -> JSON:
    return await person.ask("POST", "/api/v1/sessions", {"offerId": offer["id"], "startsAt": starts_at}, expect=expect, key=True)
