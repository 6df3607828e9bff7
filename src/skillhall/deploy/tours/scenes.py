"""Scenes that stories share: signing in, hours and offers of a host, free times, balances and the books."""

from collections.abc import Sequence
from datetime import timedelta

from skillhall.deploy.tours.stage import JSON, Operator, Person, Stage, in_words, moment

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALL_WEEK = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in DAYS]
KINDS = ("available", "held", "earnings")
GRANT, FEE = 10, 1
Balances = dict[str, dict[str, int]]


async def sign_in(stage: Stage, people: Sequence[Person]) -> None:
    """Sign everybody in by code; each is new and gets the grant."""
    for person in people:
        await person.sign_in_by_code()
        stage.step(f"{person.name} signs in as {person.email} with the code from the mail")
        stage.fact("credits granted once, at the first sign-in", (await person.credits())["available"], GRANT)


async def appoint(operator: Operator, person: Person, role: str) -> None:
    """Give somebody a staff role."""
    await operator.ask("POST", f"/api/v1/admin/users/{person.id}/roles", {"role": role, "reason": "Joins the team."})
    await person.refresh()
    operator.stage.step(f"{operator.name} makes {person.name} {role}")


async def give_credits(operator: Operator, person: Person, amount: int) -> None:
    """Put credits into somebody's wallet, as if they had been bought."""
    body = {"amount": {"amount": amount, "currency": "CREDIT"}, "reason": "A gift of the house.", "account": "wallet"}
    await operator.ask("POST", f"/api/v1/admin/users/{person.id}/adjust-credits", body, key=True)
    operator.stage.step(f"{operator.name} gives {person.name} {amount} credits")
    operator.stage.fact(f"{person.name}'s credits", (await person.credits())["available"], GRANT + amount)


async def open_hours(host: Person) -> None:
    """Give the host time around the clock."""
    hours = await host.ask("PUT", "/api/v1/users/me/availability", {"timezone": "Europe/Berlin", "weeklyHours": ALL_WEEK})
    host.stage.step(f"{host.name} sets weekly hours: around the clock, in Europe/Berlin")
    host.stage.fact("days of the week with time", len(hours["weeklyHours"]), len(DAYS))


async def offer(host: Person, title: str, price: int, seen_by: Person) -> JSON:
    """Put an hour on sale, and read it as somebody else does; `{skill}` in the title is the name of what is taught."""
    skill = (await host.ask("GET", "/api/v1/skills/search?search=python&limit=1"))[0]
    body = {
        "skillId": skill["id"],
        "title": title.format(skill=skill["name"]),
        "durationMinutes": 60,
        "price": {"amount": price, "currency": "CREDIT"},
    }
    made = await host.ask("POST", "/api/v1/offers", body, expect=201)
    seen: JSON = await seen_by.ask("GET", f"/api/v1/offers/{made['id']}")
    host.stage.step(f"{host.name} offers {made['title']!r}, 60 minutes")
    host.stage.fact(f"its price, as {seen_by.name} sees it", seen["price"]["amount"], price)
    return seen


async def first_free(person: Person, operator: Operator, offered: JSON, *, hours: int) -> str:
    """Return the first free time of an offer that is at least so many hours ahead."""
    earliest = await operator.now() + timedelta(hours=hours)
    days = f"from={earliest:%Y-%m-%d}&to={earliest + timedelta(days=2):%Y-%m-%d}&timezone=UTC"
    free = (await person.ask("GET", f"/api/v1/offers/{offered['id']}/slots?{days}"))["slots"]
    chosen = str(next(slot["startsAt"] for slot in free if moment(slot["startsAt"]) >= earliest))
    person.stage.step(f"{person.name} sees {len(free)} free times and chooses {in_words(moment(chosen))}")
    return chosen


async def balances(people: Sequence[Person]) -> Balances:
    """Return everybody's credits by name."""
    return {person.name: await person.credits() for person in people}


def owned(balance: dict[str, int]) -> int:
    """Return everything a person has."""
    return sum(balance[kind] for kind in KINDS)


async def prove(operator: Operator) -> None:
    """Prove the books."""
    report = await operator.ask("GET", "/api/v1/ledger/verification")
    operator.stage.step(f"{report['checks']} checks run over everything stored")
    operator.stage.fact("rows that break one", sum(finding["violations"] for finding in report["findings"]), 0)


def compare(stage: Stage, title: str, before: Balances, after: Balances) -> None:
    """Print what everybody had and has."""
    none = dict.fromkeys(KINDS, 0)
    rows: list[list[object]] = []
    for name in before:
        had, has = {**none, **before[name]}, {**none, **after[name]}
        rows.append([name, *(f"{had[kind]} → {has[kind]}" for kind in KINDS)])
    stage.table(title, ["person", *KINDS], rows)


async def close_books(operator: Operator, before: Balances, after: Balances, fees: int) -> None:
    """Prove the books, and that what all have less than before is the fees and nothing else."""
    stage = operator.stage
    stage.act("The books")
    await prove(operator)
    missing = sum(owned(before[name]) - owned(after[name]) for name in before)
    stage.fact(f"credits that all {len(before)} together have less than before, which are the fees", missing, fees)
    compare(stage, "Balances before and after", before, after)
