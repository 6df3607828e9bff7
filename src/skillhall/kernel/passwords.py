"""Passwords: argon2id (19 MiB, 2 passes), bcrypt hashes of migrated people accepted and upgraded, common ones recognized.

Hashing takes some 30 ms of one core, so it runs in a few threads of its own that no other work waits for.
"""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import Final

from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

MIN_LENGTH: Final = 8
MAX_LENGTH: Final = 1024
_BCRYPT_BYTES: Final = 72  # bcrypt never looked at more; the library now raises where older ones cut
_ARGON2: Final = Argon2Hasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_BCRYPT: Final = BcryptHasher()
_THREADS: Final = ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1), thread_name_prefix="passwords")
_RUNS: Final = ("0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyzabcdefg", "qwertyuiopasdfghjklzxcvbnm")


async def hash_password(text: str) -> str:
    """Return the argon2id hash to store."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _ARGON2.hash, text.encode())


async def verify_password(text: str, stored: str | None) -> tuple[bool, str | None]:
    """Return whether `text` is the password, and the hash to store instead when the stored one is of an older kind.

    `None` (no such account, or one without a password) costs as much as a real check and is never right, so that the time
    of an answer does not say who has an account.
    """
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, text.encode(), stored)


def is_common(text: str) -> bool:
    """Return whether guessers try this first: a listed one, a run of keys, or one short piece repeated. Case does not matter."""
    folded = text.casefold()
    is_repeated = any(2 * size <= len(folded) and (folded[:size] * len(folded)).startswith(folded) for size in (1, 2, 3, 4))
    return is_repeated or folded in _listed() or any(folded in run or folded in run[::-1] for run in _RUNS)


def _verify(password: bytes, stored: str | None) -> tuple[bool, str | None]:
    if stored is not None and _BCRYPT.identify(stored):
        is_right = _BCRYPT.verify(password[:_BCRYPT_BYTES], stored)
        return is_right, _ARGON2.hash(password) if is_right else None
    if stored is None or not _ARGON2.identify(stored):
        _ARGON2.verify(password, _nobody())
        return False, None
    is_right = _ARGON2.verify(password, stored)
    return is_right, _ARGON2.hash(password) if is_right and _ARGON2.check_needs_rehash(stored) else None


@cache
def _nobody() -> str:
    """A hash that no password is checked against for real."""
    return _ARGON2.hash(os.urandom(16))


@cache
def _listed() -> frozenset[str]:
    return frozenset(files("skillhall.kernel").joinpath("common_passwords.txt").read_text(encoding="utf-8").split())
