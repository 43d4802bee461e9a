"""Passwords by Argon2id (19 MiB, two passes, one lane: OWASP), a few at a time and never on the event loop."""

import asyncio
from collections.abc import Sequence
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_AT_ONCE = 2  # with the library's own parameters 40 sign-ins at once took 2.3 GB
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$ViXRw5IRZMRAxpl1pdvWLw$nrCgbYCZBjsVa9GcLP8cniWeNYHwH8vca1+gIWmxges"


async def hashed(caches: dict[str, Any], password: str) -> str:
    """How a password is kept."""
    async with _turn(caches):
        return await asyncio.to_thread(_HASHER.hash, password)


async def first_match(caches: dict[str, Any], hashes: Sequence[str], password: str, *, of: int) -> int | None:
    """The place of the first hash that the password opens, or None.

    Exactly `of` hashes are tried, some of them nobody's: the time says nothing about who has an account.
    """
    tried = [*hashes[:of], *[_NOBODYS] * (of - len(hashes))]
    async with _turn(caches):
        opened = await asyncio.to_thread(lambda: [_opens(kept, password) for kept in tried])
    return next((place for place, opens in enumerate(opened[: len(hashes)]) if opens), None)


def _opens(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except VerificationError:
        return False


def _turn(caches: dict[str, Any]) -> asyncio.Semaphore:
    turn: asyncio.Semaphore = caches.setdefault("password_turns", asyncio.Semaphore(_AT_ONCE))
    return turn
