"""What one field alone cannot tell: ids that stand twice, names that nobody has, things that contradict."""

from collections.abc import Iterator, Sequence

from app.aggregation.model import (
    BasketDocument,
    Change,
    Line,
    Lot,
    Member,
    Order,
    OrdersDocument,
    Producer,
)
from app.aggregation.problems import Problem, pointer


def problems_in_orders(document: OrdersDocument) -> Iterator[Problem]:
    """Everything in a well-formed document of orders that keeps it from being answered."""
    yield from _twice(document.orders, "orders")
    yield from _twice(document.lots, "lots")
    yield from _twice(document.producers, "producers")
    yield from _same_line_names(document)
    yield from _buckets(document.lots)
    producers = {p.id for p in document.producers} | {lot.producer for lot in document.lots}
    for place, order in enumerate(document.orders):
        yield from _twice(order.lines, "orders", place, "lines")
        yield from _changes(order, place, producers)
        yield from _currencies(order, place, document.lots)
    for name in document.event.decline if document.event else ():
        if name not in producers:
            yield Problem(pointer("event", "decline", name), "unknown_producer")


def problems_in_basket(document: BasketDocument) -> Iterator[Problem]:
    """Everything in a well-formed basket that keeps it from being answered."""
    yield from _twice(document.basket.members, "basket", "members")


def _twice(named: Sequence[Lot | Producer | Order | Line | Member], *at: str | int) -> Iterator[Problem]:
    if len({one.id for one in named}) == len(named):
        return
    seen: set[str] = set()
    for place, one in enumerate(named):
        if one.id in seen:
            yield Problem(pointer(*at, place, "id"), "duplicate_id")
        seen.add(one.id)


def _same_line_names(document: OrdersDocument) -> Iterator[Problem]:
    """The answer names a line "order/line": two lines must not come out under one name."""
    seen: dict[str, str] = {}
    for place, order in enumerate(document.orders):
        for number, line in enumerate(order.lines):
            name = f"{order.id}/{line.id}"
            if seen.setdefault(name, order.id) != order.id:
                yield Problem(pointer("orders", place, "lines", number, "id"), "duplicate_id")


def _buckets(lots: Sequence[Lot]) -> Iterator[Problem]:
    first: dict[str, Lot] = {}
    products: set[tuple[str, str]] = set()
    for place, lot in enumerate(lots):
        if lot.bucket is None:
            continue
        other = first.setdefault(lot.bucket, lot)
        if (other.available, other.producer) != (lot.available, lot.producer) or (
            lot.bucket,
            lot.product,
        ) in products:
            yield Problem(pointer("lots", place, "bucket"), "bucket_mismatch")
        products.add((lot.bucket, lot.product))


def _changes(order: Order, place: int, producers: set[str]) -> Iterator[Problem]:
    lines = {line.id for line in order.lines}
    for number, change in enumerate(order.changes):
        at = ("orders", place, "changes", number)
        if change.producer not in producers:
            yield Problem(pointer(*at, "producer"), "unknown_producer")
        if change.line is not None and change.line not in lines:
            yield Problem(pointer(*at, "line"), "unknown_line")
        if change.act == "leave_out" and change.qty is not None:
            yield Problem(pointer(*at, "qty"), "qty_not_allowed")
        if change.act != "leave_out" and change.qty is None:
            yield Problem(pointer(*at, "qty"), "qty_required")
        if any(_contradict(change, other) for other in order.changes[:number]):
            yield Problem(pointer(*at), "conflicting_changes")


def _contradict(one: Change, other: Change) -> bool:
    """Two decisions on the same share: fixed twice, or fixed and left out."""
    if one.producer != other.producer or not (
        one.line is None or other.line is None or one.line == other.line
    ):
        return False
    return {one.act, other.act} in ({"fix"}, {"fix", "leave_out"})


def _currencies(order: Order, place: int, lots: Sequence[Lot]) -> Iterator[Problem]:
    """Currencies are never mixed in one order: where it names none, its lots must have one."""
    if order.currency is None:
        products = {line.product for line in order.lines}
        if len({lot.currency for lot in lots if lot.product in products}) > 1:
            yield Problem(pointer("orders", place, "currency"), "mixed_currencies")
