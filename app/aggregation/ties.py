"""Who comes first among equals: served longest ago, then a public lottery anybody can recompute."""

from collections.abc import Iterable
from hashlib import sha256

from app.aggregation.model import Producer


def tie_digest(subject: str, claimant: str) -> str:
    """The lottery number of a producer in an order, or of a member in a basket: lower-case hex of SHA-256."""
    return sha256(f"{subject}|{claimant}".encode()).hexdigest()


def tie_order(order: str, producers: Iterable[Producer]) -> list[tuple[Producer, str]]:
    """The producers in tie order, each with its lottery number. The same on every line of the order."""
    keyed = [(_since(p), tie_digest(order, p.id), p.id, p) for p in producers]
    keyed.sort(key=lambda entry: entry[:3])  # text compares by code point, which is its order as UTF-8
    return [(producer, digest) for _, digest, _, producer in keyed]


def _since(producer: Producer) -> tuple[int, int]:
    day = producer.last_served_day
    return (0, 0) if day is None else (1, day)
