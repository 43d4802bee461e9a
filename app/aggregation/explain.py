"""The record behind every share: what each producer could give, what it was entitled to, what bound it."""

from dataclasses import dataclass

from app.aggregation.account import Account, Part
from app.aggregation.bounds import bound_of, drawn_by_lot
from app.aggregation.level import entitlement, lowest, written
from app.aggregation.model import RULE, Change, Explanation, LineAnswer, Order
from app.aggregation.vessels import REASONS, excluded
from app.aggregation.work import Entrant, LineWork


def answer_line(
    order: Order, work: LineWork, totals: dict[str, int], entrants: dict[str, Entrant], digest: str
) -> LineAnswer:
    """The answer of a settled line. `totals`: what each producer has over all lines, in the measure."""
    account = Account(work, totals)
    case = _Case(order.id, account, drawn_by_lot(work), _changes(order, work), digest)
    told = [
        _explanation(case, one, account.parts[name])
        for name, one in entrants.items()
        if name in account.parts
    ]
    records = tuple(sorted(told, key=lambda record: record.producer))
    fill = sum([record.allotted for record in records])
    return LineAnswer(
        by_lot=account.by_lot,
        by_producer={record.producer: record.allotted for record in records},
        explanations=records,
        fair_optimal=work.split.fair_optimal,
        fill=fill,
        fill_optimal=work.split.fill_optimal,
        level=account.level_written,
        reasons=_reasons(records),
        shortfall=max(0, work.line.qty - fill),
        tier=work.split.tier,
    )


@dataclass(slots=True)
class _Case:
    """What the records of one line have in common."""

    order: str
    account: Account
    lucky: set[str]
    changes: dict[str, tuple[Change, ...]]
    digest: str


def _explanation(case: _Case, entrant: Entrant, part: Part) -> Explanation:
    account, producer, vessel = case.account, entrant.producer, part.vessel
    name, work = producer.id, account.work
    entitled = entitlement(part.claim, account.level, work.line.reference_price)
    deviation = lowest(part.allotted * entitled[1] - entitled[0], entitled[1])
    return Explanation(
        allotted=part.allotted,
        amount=account.amount(part),
        bound=bound_of(work, name, part, entitled, is_lucky=name in case.lucky),
        cap=work.caps.get(name),
        changes=case.changes.get(name, ()),
        deviation=written(deviation),
        eligible_stock=(vessel.available if vessel else 0) + work.held.get(name, 0),
        entitlement=written(entitled),
        excluded=excluded(work.others[name], work.conditions) if name in work.others else (),
        fair_optimal=work.split.fair_optimal,
        fill_optimal=work.split.fill_optimal,
        input_digest=case.digest,
        level=account.level_written,
        line=work.line.id,
        minimum=producer.min_qty,
        order=case.order,
        other_lines=part.other_lines,
        packs=tuple(sorted(set(vessel.packs))) if vessel else (),
        producer=name,
        recent=producer.recent,
        rule=RULE,
        tie_digest=entrant.tie_digest,
        tier=work.split.tier,
        weight=producer.members,
    )


def _changes(order: Order, work: LineWork) -> dict[str, tuple[Change, ...]]:
    """The coordinator's decisions on this line, by producer, in the canonical order."""
    by_producer: dict[str, tuple[Change, ...]] = {}
    for change in order.changes:
        if change.line in (None, work.line.id):
            by_producer[change.producer] = (*by_producer.get(change.producer, ()), change)
    return by_producer


def _reasons(records: tuple[Explanation, ...]) -> dict[str, str]:
    """Why a lot was not eligible, and why a producer got nothing. A lot of the same name as a producer prevails."""
    reasons = {}
    for record in records:
        if not record.allotted:
            codes = [lot.reasons[0].code for lot in record.excluded]
            no_lot_fits = not record.packs and codes
            reasons[record.producer] = min(codes, key=REASONS.index) if no_lot_fits else record.bound
    for record in records:
        reasons.update({lot.lot: lot.reasons[0].code for lot in record.excluded})
    return reasons
