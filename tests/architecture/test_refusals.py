"""Refusals: one code each, named for their context, with a sentence whose facts they carry; and the few that keep what was written."""

import re

from skillhall.deploy.modules import ALL
from skillhall.kernel.refusals import all_refusals

KEEPING = {"identity.wrong_code", "identity.wrong_password", "identity.token_reused"}
HOUSE = [refusal for refusal in all_refusals() if refusal.__module__.startswith("skillhall.")]


def test_codes_are_unique() -> None:
    codes = [refusal.code for refusal in HOUSE]
    assert sorted(set(codes)) == sorted(codes)


def test_codes_name_their_context() -> None:
    contexts = {module.name for module in ALL}
    odd = [refusal.code for refusal in HOUSE if not re.fullmatch(r"[a-z]+\.[a-z_]+", refusal.code)]
    foreign = [
        refusal.code
        for refusal in HOUSE
        if (context := refusal.__module__.split(".")[1]) in contexts - {"kernel"} and refusal.code.split(".")[0] != context
    ]
    assert (odd, foreign) == ([], [])


def test_every_refusal_has_a_sentence() -> None:
    assert [refusal.code for refusal in HOUSE if not refusal.message.endswith(".") or not refusal.__doc__] == []


def test_the_refusals_that_keep_are_these() -> None:
    assert {refusal.code for refusal in HOUSE if refusal.keeps} == KEEPING
