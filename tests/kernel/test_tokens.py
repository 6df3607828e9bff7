"""Tokens: random, derived, signed."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from skillhall.kernel import tokens

SECRET = "a secret of the test, long enough"


def claims(**more: object) -> dict[str, object]:
    now = datetime.now(UTC)
    return {"sub": "one", "iat": now, "exp": now + timedelta(minutes=15), **more}


def test_fresh_tokens_are_256_bits_and_differ() -> None:
    made = {tokens.fresh() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(token) for token in made} == {43}


def test_codes_are_six_digits_and_may_begin_with_zero() -> None:
    made = [tokens.six_digits() for _ in range(2000)]
    assert all(len(code) == 6 and code.isdigit() for code in made)
    assert any(code.startswith("0") for code in made)
    assert len(set(made)) > 1900


def test_what_is_derived_depends_on_secret_and_text() -> None:
    made = tokens.derive(SECRET, "file:1")
    assert made == tokens.derive(SECRET, "file:1")
    assert made not in {tokens.derive(SECRET, "file:2"), tokens.derive("other", "file:1")}
    assert tokens.is_derived(SECRET, "file:1", made)
    assert not tokens.is_derived(SECRET, "file:1", made[:-1])
    assert not tokens.is_derived(SECRET, "file:1", "é")


def test_an_access_token_comes_back() -> None:
    read = tokens.read_access(SECRET, tokens.sign_access(SECRET, claims(rev=3, roles=["user"])))
    assert (read["sub"], read["rev"], read["roles"], read["type"]) == ("one", 3, ["user"], "access")


def test_an_old_one_is_expired() -> None:
    old = tokens.sign_access(SECRET, claims(exp=datetime.now(UTC) - timedelta(seconds=1)))
    with pytest.raises(tokens.TokenExpired):
        tokens.read_access(SECRET, old)


def test_what_is_not_ours_is_invalid() -> None:
    good = tokens.sign_access(SECRET, claims())
    key = tokens._mac(SECRET, "access token")
    endless = {name: value for name, value in claims().items() if name != "exp"}
    for bad in (
        "",
        "a.b.c",
        good[:-2],
        tokens.sign_access("another secret", claims()),
        jwt.encode({**claims(), "type": "access"}, "", algorithm="none"),
        jwt.encode({**claims(), "type": "refresh"}, key, algorithm="HS256"),
        jwt.encode({**endless, "type": "access"}, key, algorithm="HS256"),
    ):
        with pytest.raises(tokens.TokenInvalid):
            tokens.read_access(SECRET, bad)
