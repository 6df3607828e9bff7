"""Identity, declared."""

from importlib import import_module

from skillhall.identity import events
from skillhall.identity.commands.close_account import erase_account
from skillhall.identity.commands.suspend import end_suspension
from skillhall.identity.flows.outside_sign_in import Providers
from skillhall.identity.gate import LoginGate, Memory
from skillhall.identity.jobs import collect_export, forget_stale, mail_code
from skillhall.identity.model.account import IdentityRules, rules_of
from skillhall.identity.ports import PersonalData, SignInProvider
from skillhall.identity.queries.own import OwnData
from skillhall.identity.routes import auth, own, staff
from skillhall.identity.store import accounts, checks
from skillhall.identity.tasks import CollectExport, MailCode
from skillhall.kernel.config import Config
from skillhall.kernel.http import Gate, endpoints_of
from skillhall.kernel.module import Check, Fills, Gauge, Job, Module, OutsideJob, Schedule, Sweep


def identity_rules(config: Config) -> IdentityRules:
    """Return the rules as the operator set them."""
    return rules_of(config.access_minutes, config.refresh_days)


def door_memory(_config: Config) -> Memory:
    """Return what a process that has just started remembers of callers: nothing."""
    return Memory()


def sign_in_providers(config: Config) -> Providers:
    """Return the configured parties; their libraries are loaded only then."""
    configured = (("google", "Google", config.google_client_id), ("github", "GitHub", config.github_client_id))
    found: dict[str, SignInProvider] = {
        name: getattr(import_module(f"skillhall.identity.outside.{name}"), adapter)(config)
        for name, adapter, client_id in configured
        if client_id
    }
    return Providers(found)


MODULE = Module(
    name="identity",
    storey=1,
    endpoints=endpoints_of(auth, own, staff),
    jobs=(OutsideJob(task=MailCode, run=mail_code), Job(task=CollectExport, run=collect_export)),
    sweeps=(
        Sweep(name="identity.end_suspensions", due=accounts.DUE_SUSPENSIONS, next_due=accounts.NEXT_SUSPENSION, run=end_suspension),
        Sweep(name="identity.erase_accounts", due=accounts.DUE_ERASURES, next_due=accounts.NEXT_ERASURE, run=erase_account),
    ),
    schedules=(Schedule(name="identity.forget_stale", every_seconds=3600, run=forget_stale),),
    ports=(Fills(port=Gate, by=LoginGate()), Fills(port=PersonalData, by=OwnData())),
    checks=(
        Check(name="identity.suspended_accounts_have_no_login", violations=checks.LOGINS_OF_THE_SUSPENDED),
        Check(name="identity.erased_accounts_keep_nothing", violations=checks.LEFT_OF_THE_ERASED),
        Check(name="identity.codes_are_used_once", violations=checks.CODES_USED_PAST_THEIR_TRIES),
    ),
    gauges=(
        Gauge(name="skillhall_accounts", help="Accounts by state.", value=checks.ACCOUNTS_BY_STATE),
        Gauge(name="skillhall_logins", help="Devices that are signed in.", value=checks.LIVE_LOGINS),
    ),
    settings=(identity_rules, sign_in_providers, door_memory),
    events=(
        events.AccountRegistered,
        events.AddressVerified,
        events.AccountSuspended,
        events.AccountRestored,
        events.AccountBanned,
        events.AccountClosing,
        events.AccountReturned,
        events.AccountErased,
        events.AccountChanged,
        events.RolesChanged,
        events.PasswordChanged,
        events.LoginStarted,
        events.LoginRevoked,
        events.AccountBlocked,
        events.AccountUnblocked,
    ),
)
