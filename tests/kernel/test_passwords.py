"""Passwords over the real hashing libraries."""

import bcrypt
import pytest

from skillhall.kernel import passwords


async def test_a_hash_is_argon2id_with_our_cost_and_checks() -> None:
    stored = await passwords.hash_password("correct horse")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.verify_password("correct horse", stored) == (True, None)
    assert await passwords.verify_password("correct horsf", stored) == (False, None)


async def test_two_hashes_of_one_password_differ() -> None:
    assert await passwords.hash_password("correct horse") != await passwords.hash_password("correct horse")


async def test_a_bcrypt_hash_is_accepted_and_upgraded() -> None:
    stored = bcrypt.hashpw(b"old password", bcrypt.gensalt(4)).decode()
    is_right, better = await passwords.verify_password("old password", stored)
    assert is_right
    assert better is not None
    assert better.startswith("$argon2id$")
    assert await passwords.verify_password("old password", better) == (True, None)
    assert await passwords.verify_password("another one", stored) == (False, None)


async def test_a_bcrypt_password_above_72_bytes_is_checked_as_old_libraries_did_and_upgraded_whole() -> None:
    long = "é" * 50  # 100 bytes
    stored = bcrypt.hashpw(long.encode()[:72], bcrypt.gensalt(4)).decode()
    is_right, better = await passwords.verify_password(long, stored)
    assert is_right
    assert better is not None
    assert await passwords.verify_password(long, better) == (True, None)
    assert await passwords.verify_password(long[:36], better) == (False, None)


async def test_an_argon2_hash_of_lower_cost_is_upgraded() -> None:
    weaker = passwords.Argon2Hasher(memory_cost=8192, time_cost=1, parallelism=1).hash("correct horse")
    is_right, better = await passwords.verify_password("correct horse", weaker)
    assert is_right
    assert better is not None
    assert "m=19456" in better


@pytest.mark.parametrize("stored", [None, "", "!", "$2b$12$short", "plain text", "$argon2id$nonsense"])
async def test_no_usable_hash_is_never_right(stored: str | None) -> None:
    assert await passwords.verify_password("", stored) == (False, None)
    assert await passwords.verify_password("anything", stored) == (False, None)


def test_an_unknown_account_costs_a_real_check(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = passwords.Argon2Hasher.verify

    def counted(self: passwords.Argon2Hasher, password: bytes, stored: str) -> bool:
        seen.append(stored)
        return real(self, password, stored)

    monkeypatch.setattr(passwords.Argon2Hasher, "verify", counted)
    assert passwords._verify(b"anything", None) == (False, None)
    assert len(seen) == 1
    assert "m=19456,t=2,p=1" in seen[0]


@pytest.mark.parametrize(
    "text",
    [
        "password",
        "PassWord1",
        "iloveyou",
        "qwertyuiop",
        "12345678",
        "87654321",
        "aaaaaaaa",
        "abababab",
        "abcdefgh",
        "poiuytrewq",
        "skillhall123",
    ],
)
def test_common_passwords_are_recognized(text: str) -> None:
    assert passwords.is_common(text)


@pytest.mark.parametrize("text", ["correct horse", "vZ8#kq!2", "lessons at dawn", "müde Katze 7"])
def test_others_are_not(text: str) -> None:
    assert not passwords.is_common(text)


def test_the_list_is_long_and_usable() -> None:
    listed = passwords._listed()
    assert len(listed) >= 1000
    assert all(len(word) >= passwords.MIN_LENGTH and word == word.casefold() for word in listed)
