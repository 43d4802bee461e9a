"""Who comes first among equals: served longest ago, then a public lottery anybody can recompute."""

from collections.abc import Iterable
from hashlib import sha256

from app.aggregation.model import DAY_MOST, Producer

NEVER_SERVED = -DAY_MOST - 1  # comes before any day


def tie_digest(subject: str, claimant: str) -> str:
    """The lottery number of a producer in an order, or of a member in a basket: lower-case hex of SHA-256."""
    return sha256(f"{subject}|{claimant}".encode()).hexdigest()


def tie_order(order: str, producers: Iterable[Producer]) -> list[tuple[Producer, str]]:
    """The producers in tie order, each with its lottery number. The same on every line of the order."""
    keyed = [(_since(p), tie_digest(order, p.id), p.id, p) for p in producers]
    keyed.sort()  # ids differ; text compares by code point, which is its order as UTF-8
    return [(producer, digest) for _, digest, _, producer in keyed]


def _since(producer: Producer) -> int:
    return NEVER_SERVED if producer.last_served_day is None else producer.last_served_day
