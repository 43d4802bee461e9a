"""The interchange document: bytes in, models out, or a DocumentError that names everything wrong with it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from app.aggregation.consistency import problems_in_basket, problems_in_orders
from app.aggregation.model import BasketDocument, Lot, OrdersDocument, Producer
from app.aggregation.problems import DocumentError, Problem, refuse_if_any
from app.aggregation.strict import problems_of, read

_BOM = "\ufeff".encode()
_PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_OBJECT = msgspec.json.Decoder(dict[str, Any])
_NONE = msgspec.Raw(b"[]")

T = TypeVar("T", Lot, Producer)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a document may hold."""

    lots: int
    lines: int
    orders: int
    pairs: int  # of a line and a lot of its product: what the time really grows with


PREVIEW = Limits(lots=10_000, lines=50, orders=20, pairs=50_000)


def parse(raw: bytes, limits: Limits | None = None) -> OrdersDocument | BasketDocument:
    """The document with its defaults filled in, every producer that a lot names included.

    Raises DocumentError: no UTF-8, no JSON, a field that is unknown, missing, of another type, out of its
    bounds or not served, a key or an id that stands twice, things that contradict each other.
    """
    raw = raw.removeprefix(_BOM)
    document = _read_fast(raw) or _read_strictly(raw)
    if isinstance(document, BasketDocument):
        refuse_if_any(problems_in_basket(document))
        return document
    if limits:
        refuse_if_any(_too_many(document, limits))
    refuse_if_any(problems_in_orders(document))
    named = {producer.id for producer in document.producers}
    unnamed = sorted({lot.producer for lot in document.lots} - named)
    more = tuple(Producer(id=name) for name in unnamed)
    return msgspec.structs.replace(document, producers=document.producers + more)


def _read_fast(raw: bytes) -> OrdersDocument | BasketDocument | None:
    """The document where it is plainly right; None where only a strict reading can tell."""
    if b"\\" in raw:
        return None  # an escape may hide a control character or a lone surrogate
    try:
        parts = _PARTS.decode(raw)
        reading = _Reading(keys=len(parts))
        many: dict[str, Any] = {}
        if "basket" not in parts:
            many = {"lots": reading.lots(parts), "producers": reading.producers(parts)}
        rest = {name: msgspec.json.decode(part) for name, part in parts.items()}
        document = msgspec.structs.replace(_convert(rest), **many)
    except (ValueError, RecursionError):
        return None
    keys = reading.keys + sum(map(_keys, rest.values()))
    return document if raw.count(b":") == keys else None  # a key that stands twice has a colon more


class _Reading:
    """Reads what a document has many of one by one, counting the keys, and keeps once what many have in common.

    A hundred thousand lots take a third of the memory like this, and all that reads them afterwards is quicker.
    """

    def __init__(self, keys: int) -> None:
        self.keys = keys
        self._kept: dict[Any, Any] = {}

    def lots(self, parts: dict[str, msgspec.Raw]) -> tuple[Lot, ...]:
        """Takes the lots out of the parts."""
        same = self._kept.setdefault
        return tuple(
            msgspec.structs.replace(
                lot,
                currency=same(lot.currency, lot.currency),
                pack=same(lot.pack, lot.pack),
                point=same(lot.point, lot.point),
                producer=same(lot.producer, lot.producer),
                product=same(lot.product, lot.product),
                seals=same(lot.seals, lot.seals),
            )
            for lot in self._each(Lot, parts.pop("lots", _NONE))
        )

    def producers(self, parts: dict[str, msgspec.Raw]) -> tuple[Producer, ...]:
        """Takes the producers out of the parts."""
        same = self._kept.setdefault
        return tuple(
            msgspec.structs.replace(
                one, id=same(one.id, one.id), territory=same(one.territory, one.territory)
            )
            for one in self._each(Producer, parts.pop("producers", _NONE))
        )

    def _each(self, kind: type[T], raw: msgspec.Raw) -> Iterator[T]:
        for one in _LIST.decode(raw):
            plain = _OBJECT.decode(one)
            self.keys += len(plain)
            yield msgspec.convert(plain, kind)


def _read_strictly(raw: bytes) -> OrdersDocument | BasketDocument:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise DocumentError([Problem("", "not_utf8", {"byte": error.start})]) from None
    plain = read(text)
    refuse_if_any(problems_of(plain, _model(plain)))
    return _convert(plain)


def _convert(plain: object) -> OrdersDocument | BasketDocument:
    document: OrdersDocument | BasketDocument = msgspec.convert(plain, _model(plain))
    return document


def _model(plain: object) -> type[OrdersDocument | BasketDocument]:
    return BasketDocument if isinstance(plain, dict) and "basket" in plain else OrdersDocument


def _keys(value: object) -> int:
    """How many keys all objects of a JSON value have."""
    if isinstance(value, dict):
        return len(value) + sum(_keys(one) for one in value.values() if isinstance(one, dict | list))
    if isinstance(value, list):
        return sum(map(_keys, value))
    return 0


def _too_many(document: OrdersDocument, limits: Limits) -> list[Problem]:
    lines = sum(len(order.lines) for order in document.orders)
    lots_of = Counter(lot.product for lot in document.lots)
    pairs = sum(lots_of[line.product] for order in document.orders for line in order.lines)
    counted = (
        ("/lots", "too_many", len(document.lots), limits.lots),
        ("/orders", "too_many", len(document.orders), limits.orders),
        ("/orders", "too_many_lines", lines, limits.lines),
        ("/orders", "too_many_pairs", pairs, limits.pairs),
    )
    return [Problem(where, code, {"max": most}) for where, code, count, most in counted if count > most]
