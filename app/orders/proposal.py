"""From rows to the rule's words and back: what an order, its supply and its producers are to `aggregation`. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from app.aggregation.model import (
    MEASURE_MOST,
    QUANTITY_MOST,
    Answer,
    Change,
    Explanation,
    Line,
    Lot,
    Producer,
)
from app.aggregation.model import Order as Wanted
from app.aggregation.relaxations import relaxations
from app.aggregation.share import share
from app.kernel.db import Row
from app.orders.rules import amount
from app.places.countries import subdivisions_of

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the rule is given; and the groups that count as fewer people than they are (`counted`)."""

    order: Wanted
    lots: tuple[Lot, ...]
    producers: tuple[Producer, ...]
    counted: frozenset[str] = frozenset()

    def document(self) -> dict[str, Any]:
        """The interchange document: whoever has it can compute the plan again."""
        parts = {"orders": [self.order], "lots": self.lots, "producers": self.producers}
        found: dict[str, Any] = msgspec.to_builtins(parts)
        return found


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def weight(active: int, verified: int, cap: int) -> int:
    """How many people a group counts as: those a network verified and at most five others, within 1..cap."""
    return max(1, min(cap, verified + min(5, active - verified)))


def inputs(
    order: Row,
    lines: Sequence[Row],
    supply: Sequence[Row],
    groups: Sequence[Row],
    *,
    changes: Sequence[Mapping[str, Any]],
    references: Mapping[str, int],
    weight_cap: int,
) -> Inputs:
    """The rule's inputs.

    `references`: product id -> median floor price in minor units per price unit (several lines need one measure);
    groups carry `recent` in that measure. `changes` as kept on a plan, without extensions.
    """
    wanted = Wanted(
        id=str(order["id"]),
        currency=order["currency"],
        max_share_qty=order["max_share_base"],
        lines=tuple(_line(line, references) for line in lines),
        changes=tuple(_change(change) for change in changes if change["act"] != "extend"),
    )
    producers = tuple(_producer(group, weight_cap) for group in groups)
    pairs = zip(producers, groups, strict=True)
    return Inputs(
        order=wanted,
        lots=tuple(sorted(_lots(supply, lines), key=lambda lot: lot.id)),
        producers=producers,
        counted=frozenset(one.id for one, group in pairs if one.members != group["active"]),
    )


def reference_prices(lines: Sequence[Row], medians: Mapping[str, int]) -> dict[str, int]:
    """Product id -> reference price in one measure for all: minor units x (common price unit / the product's own).

    With one product everything is 1: quantities are compared as they are.
    """
    products = {str(line["product_id"]): line["price_unit_base"] for line in lines}
    if len(products) < 2:
        return dict.fromkeys(products, 1)
    common = math.lcm(*products.values())
    return {
        product: min(max(1, medians.get(product, 1)) * (common // unit), QUANTITY_MOST)
        for product, unit in products.items()
    }


def product_key(product_id: object, variant: str | None) -> str:
    """What the rule calls a product: an open line takes any variant, the others only theirs."""
    return f"{product_id}:{variant}" if variant else str(product_id)


def source_of(lot_id: str) -> str:
    """The inventory's source behind the rule's lot: a lot, or a week of a capacity."""
    return lot_id.partition("#")[0]


def _line(line: Row, references: Mapping[str, int]) -> Line:
    return Line(
        id=str(line["number"]),
        product=product_key(line["product_id"], line["variant"]),
        qty=line["quantity_base"],
        over_tolerance=line["over_base"],
        under_tolerance=line["under_base"],
        max_unit_price=line["max_price_minor"],
        min_grade=line["min_grade"],
        due_day=day_number(line["due_on"]),
        min_shelf_days=line["min_shelf_days"],
        seals=tuple(sorted(line["seals"])),
        territories=tuple(sorted({code for region in line["regions"] for code in _regions(region)})),
        price_unit=line["price_unit_base"],
        reference_price=references.get(str(line["product_id"]), 1),
    )


def _regions(code: str) -> list[str]:
    return [code] if "-" in code else [code, *(found.code for found in subdivisions_of(code))]


def _change(change: Mapping[str, Any]) -> Change:
    return Change(
        act=change["act"],
        producer=str(change["producer"]),
        line=str(change["line"]) if change["line"] else None,
        qty=change["quantity_base"],
        reason=change["reason"],
    )


def _lots(supply: Sequence[Row], lines: Sequence[Row]) -> Iterable[Lot]:
    asked = {(str(line["product_id"]), line["variant"]) for line in lines}
    for row in supply:
        if row["price_minor"] > QUANTITY_MOST:
            continue  # no price that the rule reckons with
        keys = [
            product_key(product, variant)
            for product, variant in sorted(asked, key=str)
            if product == str(row["product_id"]) and variant in (None, row["variant"])
        ]
        for key in keys:
            shared = len(keys) > 1
            yield Lot(
                id=f"{row['source']}#{key}" if shared else row["source"],
                producer=str(row["producer_id"]),
                product=key,
                available=row["free_base"],
                pack=row["pack_base"],
                unit_price=row["price_minor"],
                currency=row["currency"],
                ready_day=row["ready_day"],
                expiry_day=row["expiry_day"],
                seals=tuple(sorted(row["seals"])),
                grade=row["grade"],
                point=str(row["point_id"]) if row["point_id"] else None,
                bucket=row["bucket"] or (row["source"] if shared else None),
            )


def _producer(group: Row, weight_cap: int) -> Producer:
    return Producer(
        id=str(group["producer_id"]),
        members=weight(group["active"], group["verified"], weight_cap),
        recent=min(group["recent"], MEASURE_MOST),
        min_qty=group["min_base"],
        last_served_day=group["last_served_day"],
        territory=group["region"] or group["country"],
        women_led=group["women_led"],
    )


def shares_of(
    found: Inputs, answer: Answer, kept: Mapping[tuple[str, str, str], int], supply: Mapping[str, Row]
) -> list[dict[str, Any]]:
    """What each producer is newly asked for: per line and producer the takes, FEFO, without what it keeps already.

    `supply` are the rows of the inventory by source: what is taken is held on their terms.
    """
    lots = {lot.id: lot for lot in found.lots}
    shares: list[dict[str, Any]] = []
    for line in sorted(found.order.lines, key=lambda each: int(each.id)):
        one = answer.lines[line.id]
        by_producer: dict[str, list[tuple[Lot, int]]] = {}
        for lot_id, quantity in one.by_lot.items():
            lot = lots[lot_id]
            if fresh := quantity - kept.get((line.id, lot.producer, lot_id), 0):
                by_producer.setdefault(lot.producer, []).append((lot, fresh))
        records = {record.producer: record for record in one.explanations}
        for producer, taken in sorted(by_producer.items()):
            taken.sort(key=_fefo)
            takes = [_take(lot, fresh, supply[source_of(lot.id)]) for lot, fresh in taken]
            shares.append(_share(found, line, records[producer], takes))
    return shares


def _fefo(taken: tuple[Lot, int]) -> tuple[float, int, str]:
    lot, _ = taken
    return (math.inf if lot.expiry_day is None else lot.expiry_day, lot.unit_price, lot.id)


def _share(found: Inputs, line: Line, record: Explanation, takes: list[dict[str, Any]]) -> dict[str, Any]:
    producer, fresh = record.producer, sum(take["quantity_base"] for take in takes)
    reasons = {(change.producer, change.line): change.reason for change in found.order.changes}
    return {
        "line": int(line.id),
        "producer": producer,
        "people": record.weight,
        "is_counted": producer in found.counted,
        "bound": record.bound,
        "recent": record.recent,
        "reason": reasons.get((producer, line.id)) or reasons.get((producer, None)),
        "quantity_base": fresh,
        "kept_base": record.allotted - fresh,
        "amount_minor": amount([(t["quantity_base"], t["price_minor"]) for t in takes], line.price_unit),
        "points": sorted({take.pop("point") for take in takes} - {None}),
        "takes": takes,
    }


def _take(lot: Lot, quantity: int, row: Row) -> dict[str, Any]:
    return {
        "source": row["source"],
        "lot_id": str(row["lot_id"]),
        "week_on": row["week_on"].isoformat() if row["week_on"] else None,
        "quantity_base": quantity,
        "price_minor": lot.unit_price,
        "expiry_day": lot.expiry_day,
        "version": row["version"],
        "seals": list(lot.seals),
        "point": lot.point,
    }


def lines_of(
    found: Inputs, answer: Answer, shares: Sequence[Mapping[str, Any]], kept_minor: Mapping[int, int]
) -> list[dict[str, Any]]:
    """Per line: how it is filled, for how much (with what stands already, `kept_minor`), at which level."""
    weights = {producer.id: producer.members for producer in found.producers}
    relaxed = _relaxations(found, answer)
    lines = []
    for line in sorted(found.order.lines, key=lambda each: int(each.id)):
        one = answer.lines[line.id]
        own = [share for share in shares if share["line"] == int(line.id)]
        giving = [name for name, quantity in one.by_producer.items() if quantity]
        lines.append(
            {
                "line": int(line.id),
                "wanted_base": line.qty,
                "fill_base": one.fill,
                "missing_base": one.shortfall,
                "amount_minor": kept_minor.get(int(line.id), 0) + sum(share["amount_minor"] for share in own),
                "level": one.level,
                "in_measure": line.reference_price != 1,
                "relaxations": relaxed.get(line.id, []),
                "tier": one.tier,
                "fill_optimal": one.fill_optimal,
                "fair_optimal": one.fair_optimal,
                "groups": len(giving),
                "people": sum(weights.get(name, 1) for name in giving),
                "is_counted": not found.counted.isdisjoint(giving),
                "reasons": dict(one.reasons),
            }
        )
    return lines


def records_of(answer: Answer) -> list[dict[str, Any]]:
    """The explanation records, as they are kept for ever."""
    found: list[dict[str, Any]] = msgspec.to_builtins(
        [record for _, one in sorted(answer.lines.items()) for record in one.explanations]
    )
    return found


def plan(found: Inputs) -> Answer:
    """Run the rule. Raises RefusedChangeError."""
    return share(found.order, found.lots, found.producers)


def _relaxations(found: Inputs, answer: Answer) -> dict[str, list[dict[str, Any]]]:
    """By line: which condition to relax, how far, and how much that alone would add, most first."""
    by_line: dict[str, list[dict[str, Any]]] = {}
    for one in relaxations(found.order, found.lots, found.producers, answer):
        by_line.setdefault(one.line, []).append({"condition": one.code, "adds_base": one.adds, "to": one.to})
    return by_line
