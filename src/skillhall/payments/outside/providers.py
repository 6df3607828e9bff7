"""The parties of this process: those that are configured, and in sandbox mode our own bank. What is not configured is not loaded."""

import importlib
from typing import Final

from skillhall.kernel.config import Config
from skillhall.kernel.db.runner import Runner
from skillhall.payments.ports import Provider, Providers

ADAPTERS: Final = {"stripe": "stripe_secret_key", "razorpay": "razorpay_key_id", "paypal": "paypal_client_id"}
"""What is configured for each party, in the order of their preference."""


def make_providers(config: Config, runner: Runner) -> Providers:
    """Return the parties of this process, the default first: the one the operator named, else our bank in sandbox mode, else the first."""
    parties: list[Provider] = []
    if config.is_sandbox:
        parties.append(importlib.import_module("skillhall.payments.outside.sandbox").Sandbox(config, runner))
    for name, setting in ADAPTERS.items():
        if getattr(config, setting):
            parties.append(importlib.import_module(f"skillhall.payments.outside.{name}").make(config))
    return Providers(*sorted(parties, key=lambda party: party.name != config.payment_provider))
