"""The declaration of notifications on one screen."""

from skillhall.identity.api import PersonalData
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.live import Backlog, Room
from skillhall.kernel.module import Fills, Job, Module, Schedule, Sweep
from skillhall.messaging.api import Reading
from skillhall.notifications import jobs
from skillhall.notifications.commands.expire import expire, forget_more, forget_old
from skillhall.notifications.commands.personal_data import NoticeData
from skillhall.notifications.commands.schedule import release
from skillhall.notifications.commands.send import fan_out, start_batch, withdraw
from skillhall.notifications.model.batch import FanOut, Withdraw
from skillhall.notifications.queries import deliveries, proofs
from skillhall.notifications.reactions import (
    billing,
    connections,
    disputes,
    gigs,
    identity,
    learning,
    ledger,
    messaging,
    payments,
    profiles,
    reviews,
    skills,
)
from skillhall.notifications.routes import inbox, links, preferences, push, send, statistics
from skillhall.notifications.sockets import AccountRoom, MissedNotices
from skillhall.notifications.store import timing
from skillhall.notifications.tasks import ForgetOld

HEARD = (identity, profiles, ledger, skills, connections, messaging, payments, billing, learning, gigs, disputes, reviews)

MODULE = Module(
    name="notifications",
    storey=9,
    endpoints=endpoints_of(inbox, preferences, push, links, send, statistics),
    reactions=(*jobs.REACTIONS, *(reaction for context in HEARD for reaction in context.REACTIONS)),
    jobs=(*jobs.JOBS, Job(task=FanOut, run=fan_out), Job(task=Withdraw, run=withdraw), Job(task=ForgetOld, run=forget_more)),
    sweeps=(
        Sweep(name="notifications.release", due=timing.DUE_NOTICES, next_due=timing.NEXT_NOTICE, run=release),
        Sweep(name="notifications.expire", due=timing.EXPIRING, next_due=timing.NEXT_EXPIRY, run=expire),
        Sweep(name="notifications.start_batch", due=timing.DUE_BATCHES, next_due=timing.NEXT_BATCH, run=start_batch),
    ),
    schedules=(*jobs.SCHEDULES, Schedule(name="notifications.forget_old", every_seconds=3600, run=forget_old)),
    ports=(
        Fills(port=Reading, by=messaging.SeenMessages()),
        Fills(port=PersonalData, by=NoticeData()),
        Fills(port=Room, by=AccountRoom()),
        Fills(port=Backlog, by=MissedNotices()),
    ),
    checks=(*proofs.CHECKS, *deliveries.CHECKS),
    gauges=proofs.GAUGES,
    parties=jobs.PARTIES,
)
