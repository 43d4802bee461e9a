"""Plain factories with boring defaults, for tests of the rule."""

from typing import Any

from app.aggregation.model import Answer, Line, Lot, Order, Producer
from app.aggregation.share import share


def a_lot(
    lot: str, *, producer: str | None = None, product: str = "quinua", available: int = 100, **more: Any
) -> Lot:
    """A lot of the producer its id begins with: "A1" is A's."""
    return Lot(
        id=lot,
        producer=producer or lot[0],
        product=product,
        available=available,
        unit_price=more.pop("price", 800),
        **more,
    )


def an_order(*lines: Line, order: str = "o", **more: Any) -> Order:
    return Order(id=order, lines=lines, **more)


def a_line(qty: int = 90, *, line: str = "1", product: str = "quinua", **more: Any) -> Line:
    return Line(id=line, product=product, qty=qty, **more)


def shared(qty: int, lots: list[Lot], producers: list[Producer] | None = None, **of_the_line: Any) -> Answer:
    return share(an_order(a_line(qty, **of_the_line)), lots, producers or [])


def shares(answer: Answer, line: str = "1") -> dict[str, int]:
    return answer.lines[line].by_producer
