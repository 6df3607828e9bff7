"""What the hosts of the demo community have on sale, and the hours in which a month of lessons finds place."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from skillhall.deploy.demo_people import Member, Skill
from skillhall.deploy.demo_profiles import happens
from skillhall.kernel.ids import derived
from skillhall.learning.api import Offer

PAST_DAYS, AHEAD_DAYS = 23, 8
PAST_SHARE = 0.86
MONEY_SHARE = 0.08
SLOT = timedelta(minutes=120)
TITLES = {30: "{skill}: a quick question", 60: "{skill} for beginners", 90: "{skill}: a longer session", 45: "{skill} in practice"}


class Slot(Struct, frozen=True):
    """Two hours of a host in which one lesson fits."""

    starts_at: datetime
    host: Member
    offer: Offer


def offers(random: Random, host: Member, *, has_credits: bool, currency: str | None) -> Iterator[Offer]:
    """Return one or two offers for each skill the host teaches, priced in credits or, where it is taken, in a currency."""
    for skill in host.teaches:
        for minutes in random.sample(sorted(TITLES), random.randint(1, 2)):
            offer = _offer(random, host, skill, minutes, has_credits=has_credits)
            yield _for_money(offer, currency, 1 if not has_credits else MONEY_SHARE) if currency else offer


def _for_money(offer: Offer, currency: str, share: float) -> Offer:
    random = Random(str(offer.id))  # noqa: S311 - the same offers at every load
    if random.random() > share:
        return offer
    return replace(offer, asset=currency, price=offer.duration_minutes * random.randint(25, 60) * 100 // 60)


def _offer(random: Random, host: Member, skill: Skill, minutes: int, *, has_credits: bool) -> Offer:
    price = max(1, minutes * random.randint(3, 8) // 60) if has_credits and happens(random, 0.95) else 0
    return Offer(
        id=derived("demo", "offer", host.id, skill.id, minutes),
        host_id=host.id,
        profile_id=host.profile_id,
        skill_id=skill.id,
        title=TITLES[minutes].format(skill=skill.name),
        description=f"{minutes} minutes of {skill.name} at your own pace, alone or in a group.",
        duration_minutes=minutes,
        buffer_before_minutes=5,
        buffer_after_minutes=5,
        price=price,
        is_instant=happens(random, 0.35),
        notice_minutes=60,
        days_ahead=60,
        version=1,
    )


def slots(random: Random, host: Member, on_sale: list[Offer], now: datetime) -> Iterator[Slot]:
    """Return every slot of the host's hours in the month around `now`, each for one of the offers."""
    zone = ZoneInfo(host.account.timezone)
    first = (now - timedelta(days=PAST_DAYS)).astimezone(zone).date()
    for ahead in range(PAST_DAYS + AHEAD_DAYS):
        day = first + timedelta(days=ahead)
        for opens, closes in host.hours.week[day.weekday()]:
            for minute in range(opens + 15, closes - 105 + 1, 120):
                local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
                yield Slot(local.astimezone(now.tzinfo), host, random.choice(on_sale))


def chosen(every: list[Slot], count: int, now: datetime, random: Random) -> list[Slot]:
    """Return so many slots in order of time: the past evenly, the days ahead thinning out."""
    past = [slot for slot in every if slot.starts_at <= now]
    ahead = [slot for slot in every if slot.starts_at > now]
    wanted = min(len(ahead), count - min(len(past), round(count * PAST_SHARE)))
    near = sorted(ahead, key=lambda slot: (slot.starts_at - now) * random.random())[:wanted]
    return sorted([*random.sample(past, count - wanted), *near], key=lambda slot: (slot.starts_at, slot.offer.id))
