"""The answer of an interchange document: orders in sequence, a decline repaired, a basket shared out."""

from collections.abc import Iterator, Mapping

import msgspec

from app.aggregation.baskets import share_basket
from app.aggregation.canonical import canonical, digest_of_document, normal_document, printed
from app.aggregation.document import Limits, parse
from app.aggregation.lines import Pool, pool_of
from app.aggregation.lowering import lowered
from app.aggregation.model import (
    RULE,
    Answer,
    Basket,
    BasketDocument,
    Lot,
    Order,
    OrdersDocument,
    Producer,
    RefusedChangeError,
)
from app.aggregation.problems import DocumentError, Problem, pointer
from app.aggregation.share import Kept, repair, share


def answer_document(raw: bytes, limits: Limits | None = None) -> bytes:
    """The canonical answer of a document, byte for byte the same for the same document. Raises DocumentError."""
    return canonical(plan_document(parse(raw, limits)))


def plan_document(document: OrdersDocument | BasketDocument) -> dict[str, object]:
    """The answer of a parsed document, in the interchange form. Raises DocumentError for a change refused."""
    if isinstance(document, BasketDocument):
        return _basket(document)
    document = normal_document(document)
    digest = digest_of_document(document)
    first = _in_sequence(document, digest)
    if document.event is None:
        return printed(first)
    return {"after": printed(_after(document, first, digest)), "initial": printed(first)}


def _basket(document: BasketDocument) -> dict[str, object]:
    members = tuple(sorted(document.basket.members, key=lambda member: member.id))
    basket: Basket = msgspec.structs.replace(document.basket, members=members)
    packs, shares = share_basket(basket)
    digest = digest_of_document(BasketDocument(basket=basket))
    return {"input_digest": digest, "members": shares, "packs": packs, "rule": RULE}


def _in_sequence(document: OrdersDocument, digest: str) -> dict[str, Answer]:
    """Each order takes from what is left; what it allots counts as recent for the next."""
    drawn: dict[Pool, int] = {}
    earned: dict[str, int] = {}
    answers = {}
    for place, order in enumerate(document.orders):
        lots = _left(document.lots, drawn)
        try:
            answer = share(order, lots, _richer(document.producers, earned), digest=digest)
        except RefusedChangeError as refused:
            at = pointer("orders", place, "changes", order.changes.index(refused.change), "qty")
            raise DocumentError([Problem(at, refused.code, {"line": refused.line})]) from refused
        answers[order.id] = answer
        if place + 1 < len(document.orders):  # what the last one takes is asked for by nobody
            _book(order, answer, {lot.id: lot for lot in lots}, drawn, earned)
    return answers


def _after(document: OrdersDocument, first: Mapping[str, Answer], digest: str) -> dict[str, Answer]:
    """The answers once every producer of the event gives only so much on each line."""
    given = document.event.decline if document.event else {}
    lots = {lot.id: lot for lot in document.lots}
    standing = {order: _standing(answer, lots, given) for order, answer in first.items()}
    drawn: dict[Pool, int] = {}
    for kept in standing.values():
        for (_, _, lot), quantity in kept.items():
            _draw(drawn, lots[lot], quantity)
    earned: dict[str, int] = {}
    answers = {}
    for order in document.orders:
        kept = standing[order.id]
        answer = repair(
            order,
            _left(document.lots, drawn),
            _richer(document.producers, earned),
            kept=kept,
            closed={line.id: list(given) for line in order.lines},
            digest=digest,
        )
        answers[order.id] = answer
        for (_, _, lot), quantity in kept.items():
            _draw(drawn, lots[lot], -quantity)
        _book(order, answer, lots, drawn, earned)
    return answers


def _standing(answer: Answer, lots: Mapping[str, Lot], given: Mapping[str, int]) -> Kept:
    """What stands of a plan once some give less: (line, producer, lot) -> quantity."""
    kept = {}
    for line, one in answer.lines.items():
        shares: dict[str, dict[str, int]] = {}
        for lot, quantity in one.by_lot.items():
            shares.setdefault(lots[lot].producer, {})[lot] = quantity
        for producer, by_lot in shares.items():
            stands = lowered(by_lot, lots, given[producer]) if producer in given else by_lot
            kept.update({(line, producer, lot): quantity for lot, quantity in stands.items()})
    return kept


def _left(lots: tuple[Lot, ...], drawn: Mapping[Pool, int]) -> tuple[Lot, ...]:
    """The lots with what is left of them."""
    if not drawn:
        return lots
    return tuple(_less(lot, drawn.get(pool_of(lot), 0)) for lot in lots)


def _less(lot: Lot, drawn: int) -> Lot:
    return msgspec.structs.replace(lot, available=lot.available - drawn) if drawn else lot


def _richer(producers: tuple[Producer, ...], earned: Mapping[str, int]) -> tuple[Producer, ...]:
    """The producers with what earlier orders of the document gave them."""
    if not earned:
        return producers
    return tuple(msgspec.structs.replace(p, recent=p.recent + earned.get(p.id, 0)) for p in producers)


def _book(
    order: Order, answer: Answer, lots: Mapping[str, Lot], drawn: dict[Pool, int], earned: dict[str, int]
) -> None:
    reference = {line.id: line.reference_price for line in order.lines}
    for line, one in answer.lines.items():
        for lot, quantity in one.by_lot.items():
            _draw(drawn, lots[lot], quantity)
        for producer, quantity in one.by_producer.items():
            earned[producer] = earned.get(producer, 0) + quantity * reference[line]


def _draw(drawn: dict[Pool, int], lot: Lot, quantity: int) -> None:
    drawn[pool_of(lot)] = drawn.get(pool_of(lot), 0) + quantity


def lines_of(answer: Mapping[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """The lines of a printed answer, by name."""
    lines = answer["lines"]
    if isinstance(lines, dict):
        yield from sorted(lines.items())
