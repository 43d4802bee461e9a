"""Plans as the coordinating organisation and the buyer may read them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Row
from app.kernel.errors import NotFoundError
from app.kernel.schema import table
from app.orders import rules, sentences
from app.orders.models import Plan
from app.orders.queries import orders
from app.orders.rules import OrderState, PlanState
from app.people.models import Organisation

PLAN, ORGANISATION = table(Plan), table(Organisation)

_WITHOUT_RECORDS = [column for column in PLAN.c if column.name not in {"document", "records"}]
_ONE = sa.select(*_WITHOUT_RECORDS).where(PLAN.c.id == given("id"))
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
    lines = {line["number"]: line for line in await orders.lines(db, found["order_id"])}
    whole = orders.coordinates(caller, order) or found["state"] in (PlanState.RELEASED, PlanState.ACCEPTED)
    names = await names_of(db, found) if whole else {}
    return shown(found, order, lines, names=names, caller=caller, lang=lang, whole=whole)


async def of_order(db: Database, caller: Caller, order_id: UUID) -> list[Row]:
    """The order's plans, newest first. Raises NotFoundError."""
    order = await orders.row(db, caller, order_id)
    return [
        {**found, "total": wire.amount(found.pop("total_minor"), order["currency"])}
        for found in await db.all(_LIST, order=order_id)
    ]


async def document(db: Database, caller: Caller, plan_id: UUID) -> Row:
    """What the rule was given and answered; for the coordinating organisation. Raises NotFoundError."""
    found = await raw(db, plan_id)
    order = await orders.row(db, caller, found["order_id"])
    whole = await db.one(_DOCUMENT, id=plan_id)
    if whole is None or not orders.coordinates(caller, order):
        raise NotFoundError
    return whole


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


def shown(
    found: Row,
    order: Row,
    lines: dict[int, Row],
    *,
    names: dict[str, str],
    caller: Caller,
    lang: str,
    whole: bool,
) -> Row:
    """The wire form of a plan; without `whole` only its fill and total."""
    currency = order["currency"]
    plan_lines = {line["line"]: line for line in found["lines"]}
    return {
        **{key: found[key] for key in _AS_IT_IS},
        "is_newest": order["plan_id"] == found["id"],
        "lines": [_line(line, lines[line["line"]], currency, lang) for line in found["lines"]],
        "total": wire.amount(found["total_minor"], currency),
        "shares": [
            _share(
                share,
                plan_lines[share["line"]],
                lines[share["line"]],
                names=names,
                currency=currency,
                lang=lang,
            )
            for share in found["shares"]
        ]
        if whole
        else None,
        "left_out": [
            {
                "producer": {"id": name, "name": names.get(name, "")},
                "line": line,
                "code": code,
                "why": sentences.left_out(code, lang),
            }
            for line, name, code in sentences.reasons_of(found["lines"])
            if name in names
        ]
        if whole
        else None,
        "changes": [_change(change, lines, names) for change in found["changes"]] if whole else None,
        "actions": actions(found, order, caller),
    }


_AS_IT_IS = (
    "id", "order_id", "number", "kind", "state", "replaces_id", "rule", "input_digest", "made_at", "released_at",
    "answer_until", "version",
)  # fmt: skip


def actions(found: Row, order: Row, caller: Caller) -> list[str]:
    """What this caller may do to the plan now."""
    if order["plan_id"] != found["id"] or order["state"] not in rules.OPEN_TO_PLANS:
        return []
    doable = []
    if orders.coordinates(caller, order) and found["state"] == PlanState.DRAFTED:
        doable.append("release")
    if (
        orders.buys(caller, order)
        and found["state"] == PlanState.RELEASED
        and order["state"] == OrderState.PROPOSED
    ):
        doable.append("accept")
    return doable


def _line(line: dict[str, Any], product: Row, currency: str, lang: str) -> Row:
    def quantity(base: int) -> dict[str, str]:
        return wire.quantity(base, product["unit"], product["price_unit_base"])

    return {
        "line": line["line"],
        "wanted": quantity(line["wanted_base"]),
        "fill": quantity(line["fill_base"]),
        "missing": quantity(line["missing_base"]),
        "amount": wire.amount(line["amount_minor"], currency),
        "groups": line["groups"],
        "level": sentences.level(line, product, lang),
        "tier": line["tier"],
        "fill_optimal": line["fill_optimal"],
        "fair_optimal": line["fair_optimal"],
        "relaxations": [
            {"condition": each["condition"], "adds": quantity(each["adds_base"])}
            for each in line["relaxations"]
        ],
    }


def _share(
    share: dict[str, Any],
    line: dict[str, Any],
    product: Row,
    *,
    names: dict[str, str],
    currency: str,
    lang: str,
) -> Row:
    return {
        "producer": {"id": share["producer"], "name": names.get(share["producer"], "")},
        "line": share["line"],
        "people": share["people"],
        "quantity": wire.quantity(share["quantity_base"], product["unit"], product["price_unit_base"]),
        "amount": wire.amount(share["amount_minor"], currency),
        "bound": share["bound"],
        "why": sentences.why(share, line, product, lang),
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
