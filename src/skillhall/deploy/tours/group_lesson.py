"""A group of five with a waiting list: leaving, promotion, an offered place, a move, a no-show, who is paid, and a group called off."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from skillhall.deploy.tours import scenes
from skillhall.deploy.tours.scenes import FEE, GRANT, owned
from skillhall.deploy.tours.stage import JSON, Operator, Person, Stage, in_words, moment

PRICE, SEATS = 6, 5
AHEAD_HOURS = 30  # more than the 24 within which leaving costs and places are offered instead of filled
NAMES = ("Ada", "Ben", "Cleo", "Dara", "Emil")
WAITING_NAMES = ("Finn", "Gia", "Ivo")


class Cast(Struct, frozen=True, kw_only=True):
    """Who plays. `finn`, the first to wait, has his credits set aside elsewhere; `gia` and `ivo` wait behind him."""

    stage: Stage
    operator: Operator
    host: Person
    seated: tuple[Person, ...]
    finn: Person
    gia: Person
    ivo: Person

    @property
    def everybody(self) -> tuple[Person, ...]:
        """The host, who sits and who waits."""
        return (self.host, *self.seated, self.finn, self.gia, self.ivo)


async def play(stage: Stage) -> None:
    """Play the whole story."""
    operator = await stage.operator()
    seated, waiting = tuple(map(stage.person, NAMES)), tuple(map(stage.person, WAITING_NAMES))
    finn, gia, ivo = waiting
    cast = Cast(stage=stage, operator=operator, host=stage.person("Hana"), seated=seated, finn=finn, gia=gia, ivo=ivo)
    ada, ben, cleo, dara, emil = seated
    stage.act(f"{len(cast.everybody)} people sign in by code")
    await scenes.sign_in(stage, cast.everybody)
    before = await scenes.balances(cast.everybody)
    group, other = await _opened(cast)
    await _seats_taken(cast, group, other)
    await _waiting(cast, group)
    await _materials(cast, group)
    await _promoted(cast, group, leaver=ada)
    group = await _moved(cast, group)
    await _offered(cast, group, leaver=cleo)
    await _given(cast, group, present=(ben, dara, gia, ivo), absent=emil)
    await _paid(cast, group, satisfied=ben)
    await _called_off(cast, other, learners=(ada, cleo))
    await scenes.close_books(operator, before, await scenes.balances(cast.everybody), SEATS * FEE)


async def _opened(cast: Cast) -> tuple[JSON, JSON]:
    """Open the group of the story and, six days after it, another that will be called off."""
    stage, host = cast.stage, cast.host
    stage.act(f"{host.name} opens two groups")
    await scenes.open_hours(host)
    offer = await scenes.offer(host, "{skill} together", PRICE, cast.seated[0])
    start = moment(await scenes.first_free(cast.seated[0], cast.operator, offer, hours=AHEAD_HOURS))
    groups: list[JSON] = []
    for starts_at in (start, start + timedelta(days=6)):
        body = {"kind": "group", "offerId": offer["id"], "startsAt": starts_at.isoformat(), "seats": SEATS}
        groups.append(await host.ask("POST", "/api/v1/sessions", body, expect=201, key=True))
        stage.step(f"{host.name} opens a group of {SEATS} for {in_words(starts_at)}")
        stage.fact("its status", groups[-1]["status"], "scheduled")
    found = await cast.ivo.ask("GET", f"/api/v1/sessions/open?hostId={host.id}")
    stage.step(f"{cast.ivo.name} looks for groups of {host.name} that one can join")
    stage.fact("free seats in those found", [card["capacity"] - card["taken"] for card in found], [SEATS, SEATS])
    return groups[0], groups[1]


async def _seats_taken(cast: Cast, group: JSON, other: JSON) -> None:
    stage, finn = cast.stage, cast.finn
    stage.act("Five take the five seats; their credits are held")
    for number, person in enumerate(cast.seated, 1):
        taken = await _take_seat(person, group)
        stage.step(f"{person.name} takes a seat")
        stage.fact("the seat and its credits", _told(taken["mySeat"]), "confirmed, held")
        stage.fact("seats taken", taken["taken"], number)
        await _has(person, available=GRANT - PRICE, held=PRICE)
    await _take_seat(finn, other)
    stage.step(f"{finn.name} takes a seat in the other group")
    await _has(finn, available=GRANT - PRICE, held=PRICE)


async def _waiting(cast: Cast, group: JSON) -> None:
    stage, finn = cast.stage, cast.finn
    stage.act("The group is full; three wait")
    refused = await _take_seat(finn, group, expect=409)
    stage.step(f"{finn.name} asks for a seat")
    stage.fact("the answer", refused["reason"], "learning.session_full")
    for place, (person, held) in enumerate(((finn, PRICE), (cast.gia, 0), (cast.ivo, 0)), 1):
        queued = await person.ask("POST", f"{_path(group)}/seats", {"waitingList": True}, expect=201, key=True)
        stage.step(f"{person.name} joins the waiting list")
        stage.fact("the place in it", queued["mySeat"]["position"], place)
        await _has(person, available=GRANT - held, held=held)


async def _materials(cast: Cast, group: JSON) -> None:
    stage, host, path, (ben, gia) = cast.stage, cast.host, f"{_path(group)}/materials", (cast.seated[1], cast.gia)
    stage.act(f"{host.name} hands out what to read before")
    link = {"title": "Before we meet", "url": "https://example.org/before-we-meet"}
    await host.ask("POST", path, link, expect=201)
    stage.step(f"{host.name} adds a link")
    (read,) = await ben.ask("GET", path)
    stage.step(f"{ben.name}, who has a seat, reads the materials")
    stage.fact("what is there", f"{read['title']}, {read['url']}", f"{link['title']}, {link['url']}")
    refused = await gia.ask("GET", path, expect=403)
    stage.step(f"{gia.name}, who only waits, asks for them")
    stage.fact("the answer", refused["reason"], "learning.seat_needed")


async def _promoted(cast: Cast, group: JSON, *, leaver: Person) -> None:
    stage, finn, gia = cast.stage, cast.finn, cast.gia
    stage.act(f"{leaver.name} leaves more than 24 hours before; the next who can pay moves up")
    left = await leaver.ask("DELETE", f"{_path(group)}/seats/me")
    stage.step(f"{leaver.name} leaves")
    stage.fact(f"{leaver.name}'s seat", _told(left["mySeat"]), "cancelled, refunded")
    await _has(leaver, available=GRANT, held=0)
    await _until(gia, group, "confirmed")
    stage.step(f"the hall tries {finn.name}, who cannot pay, and promotes {gia.name}")
    stage.fact(f"a mail to {gia.name} says", await gia.mailed("(A seat came free)"), "A seat came free")
    stage.fact("the seat and its credits", _told(await _seat(gia, group)), "confirmed, held")
    await _has(gia, available=GRANT - PRICE, held=PRICE)
    stage.fact(f"{finn.name}'s place in the list, kept", (await _seat(finn, group))["position"], 1)
    await _has(finn, available=GRANT - PRICE, held=PRICE)


async def _moved(cast: Cast, group: JSON) -> JSON:
    stage, host, starts_at = cast.stage, cast.host, moment(group["startsAt"]) + timedelta(days=1)
    stage.act(f"{host.name} moves the group by a day")
    body = {"startsAt": starts_at.isoformat(), "reason": "The room is taken that day."}
    moved: JSON = await host.ask("POST", f"{_path(group)}/reschedule", body)
    stage.step(f"{host.name} moves it to {in_words(starts_at)}; nobody has to agree, and whoever cannot come may leave for nothing")
    stage.fact("its start", in_words(moment(moved["startsAt"])), in_words(starts_at))
    stage.fact("seats taken, as before", moved["taken"], SEATS)
    return moved


async def _offered(cast: Cast, group: JSON, *, leaver: Person) -> None:
    stage, finn, ivo = cast.stage, cast.finn, cast.ivo
    stage.act(f"{leaver.name} leaves late and has all back, because the group was moved; so late the place is offered, not filled")
    await cast.operator.clock_to(moment(group["startsAt"]) - timedelta(hours=12))
    left = await leaver.ask("DELETE", f"{_path(group)}/seats/me")
    stage.step(f"{leaver.name} leaves less than twelve hours before the start")
    stage.fact(f"{leaver.name}'s seat", _told(left["mySeat"]), "cancelled, refunded")
    await _has(leaver, available=GRANT, held=0)
    offered = await _until(finn, group, "offered")
    stage.step(f"the first who waits, {finn.name}, is offered the place until {in_words(moment(offered['offeredUntil']))}")
    refused = await _take_seat(finn, group, expect=422)
    stage.step(f"{finn.name} wants it and cannot pay")
    stage.fact("the answer", refused["reason"], "ledger.insufficient")
    await cast.operator.clock_to(moment(offered["offeredUntil"]))
    await _until(ivo, group, "offered")
    stage.step(f"{finn.name} has let it pass; it is offered to {ivo.name}")
    taken = await _take_seat(ivo, group)
    stage.step(f"{ivo.name} takes it")
    stage.fact("the seat and its credits", _told(taken["mySeat"]), "confirmed, held")
    await _has(ivo, available=GRANT - PRICE, held=PRICE)


async def _given(cast: Cast, group: JSON, *, present: Sequence[Person], absent: Person) -> None:
    stage, host, path = cast.stage, cast.host, _path(group)
    stage.act(f"The group meets; {absent.name} does not come")
    await cast.operator.clock_to(moment(group["startsAt"]) - timedelta(minutes=3))
    for person in (host, *present):
        await person.ask("POST", f"{path}/join")
    stage.step(f"{host.name} and {len(present)} learners enter the room, and {host.name} starts")
    started = await host.ask("POST", f"{path}/start")
    stage.fact("the status of the group", started["status"], "in_progress")
    await _recording(cast, group, present[0])
    await cast.operator.clock_to(moment(group["endsAt"]))
    ended = await host.ask("POST", f"{path}/end")
    stage.step(f"{host.name} ends it")
    stage.fact("its status", ended["status"], "completed")
    statuses = {seat["accountId"]: seat["status"] for seat in ended["seats"]}
    stage.fact("the seats of those who came", [statuses[person.id] for person in present], ["attended"] * len(present))
    stage.fact(f"{absent.name}'s seat", statuses[absent.id], "no_show")


async def _paid(cast: Cast, group: JSON, *, satisfied: Person) -> None:
    stage, host, net = cast.stage, cast.host, PRICE - FEE
    stage.act("Who is paid, and when")
    had = owned(await host.credits())
    await satisfied.ask("POST", f"{_path(group)}/confirm")
    stage.step(f"{satisfied.name} confirms that all was well")
    stage.fact(f"{host.name} gets the {PRICE} of this one seat less the fee of {FEE}", owned(await host.credits()) - had, net)
    await cast.operator.clock_to(moment(group["endsAt"]) + timedelta(hours=48))
    stage.step("48 hours after the planned end nobody else has said anything")
    seats = (await host.ask("GET", _path(group)))["seats"]
    paid = [seat for seat in seats if seat["settlement"] == "settled"]
    stage.fact("seats settled, the one of the no-show too", len(paid), SEATS)
    stage.fact(f"{host.name} has got from all of them", owned(await host.credits()) - had, SEATS * net)


async def _called_off(cast: Cast, group: JSON, *, learners: Sequence[Person]) -> None:
    stage, host = cast.stage, cast.host
    stage.act(f"{host.name} calls the other group off")
    for person in learners:
        await _take_seat(person, group)
    everybody = (cast.finn, *learners)
    stage.step(f"{', '.join(person.name for person in everybody)} have seats in it")
    for person in everybody:
        await _has(person, available=GRANT - PRICE, held=PRICE)
    gone = await host.ask("POST", f"{_path(group)}/cancel", {"reason": "I am ill."})
    stage.step(f"{host.name} cancels")
    stage.fact("its status", gone["status"], "cancelled")
    stage.fact("where the credits of its seats are", [seat["settlement"] for seat in gone["seats"]], ["refunded"] * len(everybody))
    for person in everybody:
        await _has(person, available=GRANT, held=0)


async def _has(person: Person, *, available: int, held: int) -> None:
    found, expected = await person.credits(), {"available": available, "held": held}
    person.stage.fact(f"{person.name}'s credits", *(f"{of['available']} available, {of['held']} held" for of in (found, expected)))


async def _take_seat(person: Person, group: JSON, *, expect: int = 201) -> JSON:
    return await person.ask("POST", f"{_path(group)}/seats", {}, expect=expect, key=True)


async def _seat(person: Person, group: JSON) -> JSON:
    return (await person.ask("GET", _path(group)))["mySeat"]


def _told(seat: JSON) -> str:
    return f"{seat['status']}, {seat['settlement']}"


async def _until(person: Person, group: JSON, status: str) -> JSON:
    """Wait until the hall has brought somebody's seat there by itself."""

    async def look() -> JSON | None:
        seat = await _seat(person, group)
        return seat if seat["status"] == status else None

    return await person.stage.soon(f"{person.name}'s seat to be {status}", look)


async def _recording(cast: Cast, group: JSON, willing: Person) -> None:
    stage, host, path = cast.stage, cast.host, _path(group)
    for person in (host, willing):
        await person.ask("PUT", f"{path}/recording-consent", {"consent": True})
    stage.step(f"{host.name} and {willing.name} agree to be recorded; the others have not been asked")
    tape = {"title": "The whole hour", "url": "https://example.org/the-whole-hour"}
    refused = await host.ask("POST", f"{path}/recordings", tape, expect=422, key=True)
    stage.fact("the answer to a recording", refused["reason"], "learning.recording_not_consented")


def _path(group: JSON) -> str:
    return f"/api/v1/sessions/{group['id']}"
