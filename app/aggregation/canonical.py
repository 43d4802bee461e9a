"""One way to write a document or an answer: keys sorted, no spaces, UTF-8, integers only; and its digest."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from operator import attrgetter

import msgspec

from app.aggregation.model import Answer, LineAnswer, Lot, Order, OrdersDocument, Producer

_ID = attrgetter("id")


def canonical(value: object) -> bytes:
    """The canonical JSON of a value made of models, mappings and sequences."""
    return msgspec.json.encode(value, order="sorted")


def normal_document(document: OrdersDocument) -> OrdersDocument:
    """The same document with every list sorted; the orders keep their order, the first is served first."""
    return msgspec.structs.replace(
        document,
        lots=tuple(sorted(_normal_lots(document.lots), key=_ID)),
        orders=tuple(map(_normal_order, document.orders)),
        producers=tuple(sorted(document.producers, key=_ID)),
    )


def digest_of_document(document: object) -> str:
    """SHA-256 of the canonical JSON, as lower-case hex. The document must be in its normal form."""
    return sha256(msgspec.json.encode(document)).hexdigest()  # models declare their fields in sorted order


def digest_of(order: Order, lots: Sequence[Lot], producers: Sequence[Producer]) -> str:
    """The digest of the interchange document that asks the same."""
    document = OrdersDocument(orders=(order,), lots=tuple(lots), producers=tuple(producers))
    return digest_of_document(normal_document(document))


def digest_of_repair(
    asked: str, kept: Mapping[tuple[str, str, str], int], closed: Mapping[str, Collection[str]]
) -> str:
    """The digest of a repair: what was asked (its digest), what is kept and who gets no more."""
    stands = [[*key, quantity] for key, quantity in sorted(kept.items()) if quantity]
    return sha256(
        canonical(
            {
                "asked": asked,
                "closed": {line: sorted(set(who)) for line, who in closed.items()},
                "kept": stands,
            }
        )
    ).hexdigest()


def printed(answers: Mapping[str, Answer]) -> dict[str, object]:
    """The interchange form of the answers of one document, by order id."""
    lines = {
        f"{order}/{line}": _printed_line(one) for order, a in answers.items() for line, one in a.lines.items()
    }
    first = next(iter(answers.values()))
    return {"input_digest": first.input_digest, "lines": lines, "rule": first.rule}


def _printed_line(answer: LineAnswer) -> dict[str, object]:
    return {
        "by_lot": answer.by_lot,
        "by_producer": answer.by_producer,
        "explanations": answer.explanations,
        "fair_optimal": answer.fair_optimal,
        "fill": answer.fill,
        "fill_optimal": answer.fill_optimal,
        "reasons": answer.reasons,
        "shortfall": answer.shortfall,
        "tier": answer.tier,
    }


def _normal_lots(lots: Sequence[Lot]) -> Sequence[Lot]:
    """The lots with their seals sorted; few combinations of seals stand on many lots."""
    normal = {seals: _sorted(seals) for seals in {lot.seals for lot in lots}}
    if all(seals == in_order for seals, in_order in normal.items()):
        return lots
    return [msgspec.structs.replace(lot, seals=normal[lot.seals]) for lot in lots]


def _normal_order(order: Order) -> Order:
    lines = [
        msgspec.structs.replace(line, seals=_sorted(line.seals), territories=_sorted(line.territories))
        for line in order.lines
    ]
    return msgspec.structs.replace(
        order,
        lines=tuple(sorted(lines, key=lambda line: line.id)),
        changes=tuple(sorted(order.changes, key=msgspec.json.encode)),
    )


def _sorted(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
