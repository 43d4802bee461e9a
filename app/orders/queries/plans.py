"""Plans as the coordinating organisation and the buyer may read them."""

from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.inventory.queries import sees_stock
from app.kernel import wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Row
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.schema import table
from app.orders import rules, sentences, withheld
from app.orders.models import Plan
from app.orders.queries import orders
from app.orders.rules import OrderState, PlanState
from app.people.models import Organisation

PLAN, ORGANISATION = table(Plan), table(Organisation)

_WITHOUT_RECORDS = [column for column in PLAN.c if column.name not in {"document", "records"}]
_BEFORE, _AFTER = PLAN.alias("before"), PLAN.alias("after")
_ONE = (
    sa.select(
        *_WITHOUT_RECORDS,
        _AFTER.c.id.label("replaced_by_id"),
        _AFTER.c.number.label("after_number"),
        sa.case(
            (sa.and_(_BEFORE.c.state == PlanState.VOID, _BEFORE.c.released_at.is_not(None)), _BEFORE.c.number)
        ).label("voided_number"),
    )
    .select_from(
        PLAN.outerjoin(_BEFORE, _BEFORE.c.id == PLAN.c.replaces_id).outerjoin(
            _AFTER, sa.and_(_AFTER.c.order_id == PLAN.c.order_id, _AFTER.c.replaces_id == PLAN.c.id)
        )
    )
    .where(PLAN.c.id == given("id"))
)
_DOCUMENT = sa.select(PLAN.c.document, PLAN.c.records).where(PLAN.c.id == given("id"))
_LIST = (
    sa.select(PLAN.c.id, PLAN.c.number, PLAN.c.kind, PLAN.c.state, PLAN.c.made_at, PLAN.c.total_minor)
    .where(PLAN.c.order_id == given("order"))
    .order_by(PLAN.c.number.desc())
)
_NAMES = sa.select(ORGANISATION.c.id, ORGANISATION.c.name).where(
    ORGANISATION.c.id.in_(given("ids", expanding=True, type_=ORGANISATION.c.id.type))
)


async def raw(db: Database, plan_id: UUID) -> Row:
    """The plan's row without its document. Raises NotFoundError."""
    found = await db.one(_ONE, id=plan_id)
    if found is None:
        raise NotFoundError
    return found


async def plan(db: Database, caller: Caller, plan_id: UUID, lang: str) -> Row:
    """The plan as this caller may read it. Raises NotFoundError."""
    found = await raw(db, plan_id)
    order = await orders.row(db, caller, found["order_id"])
    view = View.of(caller, order, found)
    names = await names_of(db, found) if view is not View.TOTAL else {}
    return shown(found, order, names=names, lang=lang, view=view) | {"actions": actions(found, order, caller)}


async def of_order(db: Database, caller: Caller, order_id: UUID) -> list[Row]:
    """The order's plans, newest first. Raises NotFoundError."""
    order = await orders.row(db, caller, order_id)
    listed = await db.all(_LIST, order=order_id)
    for found in listed:
        found["total"] = wire.amount(found.pop("total_minor"), order["currency"])
    return listed


async def document(db: Database, caller: Caller, plan_id: UUID) -> Row:
    """What the rule was given and answered; for the coordinating organisation.

    Of groups that do not let the caller see their stock (any more), the shares and the reasons, no stock or price.
    Raises NotFoundError, ForbiddenError.
    """
    found = await raw(db, plan_id)
    order = await orders.row(db, caller, found["order_id"])
    whole = await db.one(_DOCUMENT, id=plan_id)
    if whole is None or not orders.coordinates(caller, order):
        raise ForbiddenError
    told = {one["producer"] for one in whole["records"]} | withheld.producers_of(whole["document"])
    hidden = {name for name in told if not sees_stock(caller, UUID(name))}
    return {
        "document": withheld.document(whole["document"], hidden),
        "records": [withheld.record(one) if one["producer"] in hidden else one for one in whole["records"]],
        "withheld": sorted(hidden),
    }


async def names_of(db: Database, found: Row) -> dict[str, str]:
    """Every organisation a plan speaks of: id -> name."""
    mentioned = {share["producer"] for share in found["shares"]} | {
        change["producer"] for change in found["changes"] if change.get("producer")
    }
    mentioned |= {name for _, name, _ in sentences.reasons_of(found["lines"])}
    if not mentioned:
        return {}
    return {
        str(row["id"]): row["name"] for row in await db.all(_NAMES, ids=[UUID(name) for name in mentioned])
    }


class View(Enum):
    """How much of a plan is read."""

    ALL = "all"  # by the coordinating organisation
    SHARES = "shares"  # by the buyer, of a plan that was released: names, points and quantities, no history
    TOTAL = "total"  # by the buyer before: fill and total

    @classmethod
    def of(cls, caller: Caller, order: Row, found: Row) -> "View":
        """What this caller reads of the plan."""
        if orders.coordinates(caller, order):
            return cls.ALL
        return cls.SHARES if found["released_at"] or found["state"] == PlanState.ACCEPTED else cls.TOTAL


def shown(found: Row, order: Row, *, names: dict[str, str], lang: str, view: View) -> Row:
    """The wire form of a plan, without the actions."""
    currency = order["currency"]
    lines = {line["line"]: line for line in found["lines"]}
    shares = None
    if view is not View.TOTAL:
        shares = [_share(share, lines[share["line"]], names, currency) for share in found["shares"]]
    if view is View.ALL:
        for share, kept in zip(shares or (), found["shares"], strict=True):
            line = lines[kept["line"]]
            share |= {
                "people": kept["people"],
                "bound": kept["bound"],
                "why": sentences.why(kept, line, line, lang),
            }
    return {
        **{key: found[key] for key in _AS_IT_IS},
        "is_newest": order["plan_id"] == found["id"],
        "notice": _notice(found, currency, lang),
        "lines": [_line(line, found, currency, lang, view) for line in found["lines"]],
        "total": wire.amount(found["total_minor"], currency),
        "shares": shares,
        "left_out": _left_out(found, names, lang) if view is View.ALL else None,
        "changes": [_change(change, lines, names) for change in found["changes"]]
        if view is View.ALL
        else None,
    }


def _notice(found: Row, currency: str, lang: str) -> str | None:
    """What a newer plan did to this one, or this one to a plan that could be accepted; why nobody gives anything."""
    state = PlanState(found["state"])
    if state is PlanState.VOID and found["replaced_by_id"]:
        return sentences.plain("plan_replaced", lang, number=found["after_number"])
    if not found["shares"] and {code for _, _, code in sentences.reasons_of(found["lines"])} == {"currency"}:
        return sentences.plain("plan_other_currency", lang, currency=currency)
    if state in (PlanState.DRAFTED, PlanState.RELEASED) and found["voided_number"]:
        return sentences.plain(f"plan_replaces_{state}", lang, number=found["voided_number"])
    return None


def _left_out(found: Row, names: dict[str, str], lang: str) -> list[Row]:
    reasons = {
        change["producer"]: change["reason"] for change in found["changes"] if change["act"] == "leave_out"
    }
    return [
        {
            "producer": {"id": name, "name": names.get(name, "")},
            "line": line,
            "code": code,
            "why": sentences.left_out(code, reasons.get(name, ""), lang),
        }
        for line, name, code in sentences.reasons_of(found["lines"])
        if name in names
    ]


_AS_IT_IS = (
    "id", "order_id", "number", "kind", "state", "replaces_id", "replaced_by_id", "rule", "input_digest", "made_at",
    "released_at", "answer_until", "version",
)  # fmt: skip


def actions(found: Row, order: Row, caller: Caller) -> list[str]:
    """What this caller may do to the plan now."""
    if order["plan_id"] != found["id"] or order["state"] not in rules.OPEN_TO_PLANS:
        return []
    coordinates, buys = orders.coordinates(caller, order), orders.buys(caller, order)
    doable = []
    if coordinates and found["state"] == PlanState.DRAFTED:
        doable.append("release")
    if found["state"] == PlanState.RELEASED and order["state"] == OrderState.PROPOSED:
        doable += ["accept"] * buys + ["replace"] * (buys or coordinates)
    return doable


def _line(line: Row, found: Row, currency: str, lang: str, view: View) -> Row:
    def quantity(base: int) -> dict[str, str]:
        return wire.quantity(base, line["unit"], line["price_unit_base"])

    return {
        "line": line["line"],
        "product": {"id": line["product_id"], "code": line["product_code"], "name": line["product_name"]},
        "wanted": quantity(line["wanted_base"]),
        "fill": quantity(line["fill_base"]),
        "missing": quantity(line["missing_base"]),
        "amount": wire.amount(line["amount_minor"], currency),
        "groups": None if view is View.TOTAL else line["groups"],
        "level": sentences.level(line, line, lang) if view is View.ALL else None,
        "tier": line["tier"],
        "fill_optimal": line["fill_optimal"],
        "fair_optimal": line["fair_optimal"],
        "relaxations": [
            {
                "condition": each["condition"],
                "adds": quantity(each["adds_base"]),
                "text": sentences.relaxation(
                    each, line, lang, currency=currency, today=found["made_at"].date()
                ),
            }
            for each in line["relaxations"]
        ],
    }


def _share(share: dict[str, Any], product: Row, names: dict[str, str], currency: str) -> Row:
    return {
        "producer": {"id": share["producer"], "name": names.get(share["producer"], "")},
        "line": share["line"],
        "people": None,
        "quantity": wire.quantity(share["quantity_base"], product["unit"], product["price_unit_base"]),
        "amount": wire.amount(share["amount_minor"], currency),
        "points": share["points"],
        "bound": None,
        "why": None,
    }


def _change(change: dict[str, Any], lines: dict[int, Row], names: dict[str, str]) -> Row:
    producer, base = change.get("producer"), change.get("quantity_base")
    product = lines[change["line"] or min(lines)]
    return {
        "act": change["act"],
        "producer": {"id": producer, "name": names.get(producer, "")} if producer else None,
        "line": change.get("line"),
        "quantity": wire.quantity(base, product["unit"], product["price_unit_base"])
        if base is not None
        else None,
        "until": change.get("until"),
        "reason": change["reason"],
    }
