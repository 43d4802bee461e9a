"""The coordinating organisation's decisions about a plan: leave out, fix, cap, extend; each with its reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import said, wire
from app.kernel.clock import local_date
from app.kernel.db import Database, Row
from app.kernel.errors import Fault, InvalidError
from app.orders import rules
from app.orders.queries import supply
from app.orders.queries.orders import PLAN
from app.orders.rules import PlanState
from app.orders.schemas.plans import ChangeIn, PlanCreate
from app.orders.service.offers import zone_of

Change = dict[str, Any]

_STANDING = sa.select(PLAN.c.state, PLAN.c.changes, PLAN.c.answer_until).where(PLAN.c.id == given("plan"))


class Decisions(NamedTuple):
    """The changes that go into a plan, and the later deadline that one of them gives."""

    changes: list[Change]
    answer_until: datetime | None


async def decided(db: Database, order: Row, lines: list[Row], asked: PlanCreate, now: datetime) -> Decisions:
    """What is asked for, and what stands of the newest plan where nothing else is said. Raises InvalidError."""
    changes, until = await _standing(db, order)
    if asked.changes is not None:
        await _check_producers(db, order, asked.changes)
        extensions = [change for change in changes if change["act"] == "extend"]
        changes = extensions + [
            _change(change, lines, f"#/changes/{at}") for at, change in enumerate(asked.changes)
        ]
    if asked.answer_until or asked.answer_in_days:
        until = _later(asked, order, lines, now)
        changes = [change for change in changes if change["act"] != "extend"] + [_extension(asked, until)]
    return Decisions(changes, until)


def is_decision(asked: PlanCreate) -> bool:
    """Whether something is asked for that only the coordinating organisation decides."""
    return asked.changes is not None or bool(asked.answer_until or asked.answer_in_days)


async def _standing(db: Database, order: Row) -> Decisions:
    """The decisions of the newest plan. Of one that is void, because the order was edited, only who is left out."""
    newest = await db.one(_STANDING, plan=order["plan_id"]) if order["plan_id"] else None
    if newest is None:
        return Decisions([], None)
    if newest["state"] == PlanState.VOID:
        return Decisions([change for change in newest["changes"] if _is_of_any_order(change)], None)
    return Decisions(newest["changes"], newest["answer_until"])


async def _check_producers(db: Database, order: Row, changes: Sequence[ChangeIn]) -> None:
    groups = await supply.groups(db, order["coordinator_id"]) if changes else []
    known = {group["producer_id"] for group in groups}
    faults = [
        Fault(f"#/changes/{at}/producer", "not_in_network")
        for at, change in enumerate(changes)
        if change.producer not in known
    ]
    if faults:
        raise InvalidError(*faults)


def _is_of_any_order(change: Mapping[str, Any]) -> bool:
    return change["act"] == "leave_out" and change["line"] is None


def _change(change: ChangeIn, lines: list[Row], at: str) -> Change:
    by_number = {line["number"]: line for line in lines}
    if change.line is not None and change.line not in by_number:
        raise InvalidError(Fault(f"{at}/line", "unknown_line"))
    quantity = None
    if change.act != "leave_out":
        if change.quantity is None:
            raise InvalidError(Fault(f"{at}/quantity", "missing"))
        if change.line is None and len(lines) > 1:
            raise InvalidError(Fault(f"{at}/line", "line_needed"))
        line = by_number[change.line or lines[0]["number"]]
        quantity = wire.read_quantity(change.quantity, f"{at}/quantity", base=line["base_unit"])
    return {
        "act": change.act,
        "producer": str(change.producer),
        "line": change.line,
        "quantity_base": quantity,
        "reason": change.reason,
    }


def _later(asked: PlanCreate, order: Row, lines: list[Row], now: datetime) -> datetime:
    if not asked.reason:
        raise InvalidError(Fault("#/reason", "reason_needed"))
    until = asked.answer_until or now + timedelta(days=asked.answer_in_days or 0)
    zone, soonest = zone_of(order), now + timedelta(hours=rules.ANSWER_HOURS)
    if until < soonest:
        after = partial(said.moment, soonest, zone=zone, now=now)
        raise InvalidError(Fault("#/answer_until", "too_early", after=after))
    evening = rules.evening(until, zone)
    if local_date(evening, zone) >= min(line["due_on"] for line in lines):
        raise InvalidError(Fault("#/answer_until", "after_delivery"))
    return evening


def _extension(asked: PlanCreate, until: datetime) -> Change:
    return {
        "act": "extend",
        "producer": None,
        "line": None,
        "quantity_base": None,
        "until": until.isoformat(),
        "reason": asked.reason,
    }
