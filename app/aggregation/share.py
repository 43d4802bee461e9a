"""How a large order is shared among many small producers, rule `minka-1`. Pure: no database, clock or randomness.

`share` plans an order, `repair` fills the hole after answers. Same inputs, same bytes; the order of lots,
producers and lines changes nothing.
"""

from collections.abc import Collection, Mapping, Sequence

from app.aggregation.canonical import digest_of, digest_of_repair
from app.aggregation.changes import grant_fixed
from app.aggregation.explain import answer_line
from app.aggregation.lines import share_lines
from app.aggregation.model import Answer, Lot, Order, Producer
from app.aggregation.ties import tie_order
from app.aggregation.work import Entrant, LineWork, changes_on, enter

Kept = Mapping[tuple[str, str, str], int]  # (line, producer, lot) -> base units


def share(
    order: Order, lots: Sequence[Lot], producers: Sequence[Producer], *, digest: str | None = None
) -> Answer:
    """The fair plan of an order: per line what every producer gives, from which lots, and why.

    A producer that only lots name has all defaults. `digest` stands for the inputs where they are part of a
    larger document. No eligible supply is an empty plan.
    Raises RefusedChangeError where a fixed share cannot be given, ValueError where an id stands twice.
    """
    known = with_defaults(lots, producers)
    entrants = entrants_of(order, known)
    works = enter(order, lots, entrants)
    grant_fixed(order, works)
    return _settled(order, works, entrants, digest or digest_of(order, lots, known))


def repair(
    order: Order,
    lots: Sequence[Lot],
    producers: Sequence[Producer],
    *,
    kept: Kept,
    closed: Mapping[str, Collection[str]],
    digest: str | None = None,
) -> Answer:
    """The plan after answers: everybody keeps `kept`, only the hole is shared anew.

    `kept`: what stands, (line, producer, lot) -> base units; name every kept lot among `lots`, whose
    `available` is what is free *beyond* what is kept. `closed`: line -> producers who get no more there
    (they declined, confirmed less or let it expire); producers with a fixed share are closed anyway.
    Nobody's kept share is lowered; who has one needs no minimum for more; lots continue where they stood.
    Raises ValueError where an id stands twice or a kept lot is not among the lots.
    """
    known = with_defaults(lots, producers)
    entrants = entrants_of(order, known)
    works = enter(order, lots, entrants)
    for work in works:
        _keep(order, work, kept, closed.get(work.line.id, ()))
    digest = digest or digest_of_repair(digest_of(order, lots, known), kept, closed)
    return _settled(order, works, entrants, digest)


def with_defaults(lots: Sequence[Lot], producers: Sequence[Producer]) -> list[Producer]:
    """All producers by id, those that only lots name included. Raises ValueError where an id stands twice."""
    named = {producer.id: producer for producer in producers}
    if len(named) < len(producers) or len({lot.id for lot in lots}) < len(lots):
        raise ValueError("an id stands twice among the lots or the producers")
    for name in {lot.producer for lot in lots} - named.keys():
        named[name] = Producer(id=name)
    return [named[name] for name in sorted(named)]


def entrants_of(order: Order, producers: Sequence[Producer]) -> dict[str, Entrant]:
    """Every producer, in the order's tie order."""
    return {producer.id: Entrant(producer, digest) for producer, digest in tie_order(order.id, producers)}


def _keep(order: Order, work: LineWork, kept: Kept, closed: Collection[str]) -> None:
    """Grants what is kept on a line and lowers the vessels' caps and minimums accordingly."""
    for (line, producer, lot), quantity in sorted(kept.items()):
        if line == work.line.id and quantity:
            if lot not in work.lots or work.lots[lot].producer != producer:
                raise ValueError(f"kept lot {lot} of {producer} is not among the lots of line {line}")
            work.granted.setdefault(producer, {})[lot] = quantity
    work.held = {producer: work.granted_to(producer) for producer in work.granted}
    work.closed = dict.fromkeys(changes_on(order, work.line.id, "fix"), "fixed") | dict.fromkeys(
        closed, "answered"
    )
    for vessel in work.vessels:
        has = work.held.get(vessel.producer, 0)
        if has:
            vessel.minimum = 0
            vessel.cap = None if vessel.cap is None else max(0, vessel.cap - has)
            vessel.weigh()


def _settled(order: Order, works: list[LineWork], entrants: dict[str, Entrant], digest: str) -> Answer:
    totals = share_lines(works)
    lines = {work.line.id: answer_line(order, work, totals, entrants, digest) for work in works}
    return Answer(input_digest=digest, lines=lines)
