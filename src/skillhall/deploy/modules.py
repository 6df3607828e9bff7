"""The kernel's own endpoints, jobs and housekeeping, declared like a context's."""

from skillhall.deploy import sandbox
from skillhall.deploy.contexts import MODULES
from skillhall.kernel import file_routes, health
from skillhall.kernel.db.idempotency import forget_old
from skillhall.kernel.files import DropContent, drop_content, sweep_files
from skillhall.kernel.http import endpoints_of
from skillhall.kernel.live import stream
from skillhall.kernel.live.client import live_settings
from skillhall.kernel.live.tickets import forget_tickets
from skillhall.kernel.module import Module, OutsideJob, Schedule
from skillhall.kernel.outside import mail_catcher
from skillhall.kernel.outside.limits import forget_rates
from skillhall.kernel.outside.mail import SendMail, send_mail
from skillhall.kernel.work.deliveries import bury_killers, forget_events

KERNEL = Module(
    name="kernel",
    storey=0,
    endpoints=endpoints_of(health, file_routes, mail_catcher, sandbox, stream),
    settings=(live_settings,),
    jobs=(OutsideJob(task=SendMail, run=send_mail), OutsideJob(task=DropContent, run=drop_content)),
    schedules=(
        Schedule(name="kernel.bury_killers", every_seconds=60, run=bury_killers),
        Schedule(name="kernel.forget_events", every_seconds=3600, run=forget_events),
        Schedule(name="kernel.forget_answers", every_seconds=3600, run=forget_old),
        Schedule(name="kernel.forget_rates", every_seconds=3600, run=forget_rates),
        Schedule(name="kernel.forget_tickets", every_seconds=3600, run=forget_tickets),
        Schedule(name="kernel.sweep_files", every_seconds=3600, run=sweep_files),
    ),
)

ALL: tuple[Module, ...] = (KERNEL, *MODULES)
