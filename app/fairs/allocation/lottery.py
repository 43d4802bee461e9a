"""The draw («sorteo») that anybody can repeat: a number promised before the call closes, shown after."""

import hmac
from hashlib import sha256


def commit(seed: str) -> str:
    """What is published with the bases: SHA-256 of the seed's UTF-8 bytes, lower-case hex."""
    return sha256(seed.encode()).hexdigest()


def is_the_promised(seed: str, seed_sha256: str) -> bool:
    """Whether the seed that is shown is the one that was promised."""
    return hmac.compare_digest(commit(seed), seed_sha256.lower())


def draw(seed: str, group: str) -> str:
    """A group's lottery number: HMAC-SHA256 with the seed as key, lower-case hex; the lowest comes first."""
    return hmac.new(seed.encode(), group.encode(), sha256).hexdigest()
