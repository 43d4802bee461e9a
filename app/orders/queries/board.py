"""How a running order stands, group by group; and what waits for whom."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import wire
from app.kernel.caller import Caller
from app.kernel.db import Database, Row
from app.kernel.errors import ForbiddenError
from app.kernel.schema import table
from app.messages import queries as messages
from app.messages.models import Message, MessageKind
from app.orders import rules, sentences
from app.orders.queries import allocations, orders
from app.orders.queries.orders import ALLOCATION, LINE, ORDER, PLAN, PRODUCT
from app.orders.rules import AllocationState, OrderState, PlanState

MESSAGE = table(Message)
_IDS = given("mine", expanding=True, type_=ORDER.c.buyer_id.type)
_TO_COORDINATE = (
    sa.select(
        ORDER.c.id, ORDER.c.code, ORDER.c.state, ORDER.c.valid_until, ORDER.c.cutoff_at, ORDER.c.has_hole,
        ORDER.c.created_at, PLAN.c.state.label("plan_state"),
    )
    .select_from(ORDER.outerjoin(PLAN, PLAN.c.id == ORDER.c.plan_id))
    .where(
        ORDER.c.coordinator_id.in_(_IDS),
        ORDER.c.state.in_((*rules.OPEN_TO_PLANS, OrderState.AWAITING_PRODUCERS)),
    )
    .order_by(ORDER.c.id)
    .limit(100)
)  # fmt: skip
_TO_TELL = (
    sa.select(
        MESSAGE.c.topic_id, sa.func.count().label("untold"), sa.func.min(MESSAGE.c.act_by).label("until")
    )
    .where(
        MESSAGE.c.sender_organisation_id.in_(_IDS),
        MESSAGE.c.sent_at.is_(None),
        MESSAGE.c.cancelled_at.is_(None),
        MESSAGE.c.answered_at.is_(None),
    )
    .group_by(MESSAGE.c.topic_id)
)
_TO_BUY = (
    sa.select(ORDER.c.id, ORDER.c.code, ORDER.c.state, ORDER.c.valid_until, ORDER.c.created_at)
    .where(ORDER.c.buyer_id.in_(_IDS), ORDER.c.state.in_((OrderState.DRAFT, OrderState.PROPOSED)))
    .order_by(ORDER.c.id)
    .limit(100)
)
_TO_ANSWER = (
    sa.select(
        ALLOCATION.c.id, ALLOCATION.c.quantity_base, ALLOCATION.c.answer_until, ORDER.c.id.label("order_id"),
        ORDER.c.code, PRODUCT.c.name.label("product_name"), PRODUCT.c.unit,
    )
    .select_from(
        ALLOCATION.join(ORDER, ORDER.c.id == ALLOCATION.c.order_id)
        .join(LINE, LINE.c.id == ALLOCATION.c.line_id)
        .join(PRODUCT, PRODUCT.c.id == LINE.c.product_id)
    )
    .where(ALLOCATION.c.producer_id.in_(_IDS), ALLOCATION.c.state == AllocationState.OFFERED)
    .order_by(ALLOCATION.c.answer_until, ALLOCATION.c.id)
    .limit(100)
)  # fmt: skip
_WAITING_MESSAGES = (
    sa.select(MESSAGE.c.id, MESSAGE.c.subject_id, MESSAGE.c.text, MESSAGE.c.phone)
    .where(
        MESSAGE.c.topic_id == given("order"),
        MESSAGE.c.kind.in_((MessageKind.OFFER, MessageKind.CHANGED_OFFER)),
        MESSAGE.c.cancelled_at.is_(None),
    )
    .order_by(MESSAGE.c.id)
)


async def board(db: Database, reader: messages.Reader, order_id: UUID) -> Row:
    """Per group: told, seen, answered, missing; for the coordinating organisation.

    Raises NotFoundError, ForbiddenError.
    """
    order = await orders.row(db, reader.caller, order_id)
    if not orders.coordinates(reader.caller, order):
        raise ForbiddenError
    lines = await orders.lines(db, order_id)
    parts = await allocations.of_order(db, order_id)
    heard = await messages.board(db, [part["id"] for part in parts])
    last = {row["subject_id"]: row["id"] for row in await db.all(_WAITING_MESSAGES, order=order_id)}
    rows = [_row(part, order, heard.get(part["id"], messages.Told()), last.get(part["id"])) for part in parts]
    for row in rows:
        if row["message_id"] and row["missing"]:
            row["wa_link"] = (await messages.message(db, reader, row["message_id"]))["wa_link"]
    return {
        "order_id": order_id,
        "order_code": order["code"],
        "state": order["state"],
        "lines": [orders.line_shown(line, order["currency"]) for line in lines],
        "rows": rows,
        "counts": dict(sorted(Counter(str(row["state"]) for row in rows).items())),
    }


def _row(part: Row, order: Row, heard: messages.Told, message_id: UUID | None) -> Row:
    answered = part["state"] != AllocationState.OFFERED
    return {
        "allocation_id": part["id"],
        "producer": {"id": part["producer_id"], "name": part["producer_name"]},
        "line": part["number"],
        "quantity": allocations.quantity_of(part, part["quantity_base"]),
        "amount": wire.amount(part["amount_minor"], order["currency"]),
        "state": part["state"],
        "told": heard.told_at is not None,
        "seen": heard.seen_at is not None,
        "answered": answered,
        "missing": not answered,
        "message_id": message_id,
        "wa_link": None,
        "answer_until": part["answer_until"],
    }


async def todo(db: Database, caller: Caller, lang: str, now: datetime) -> list[Row]:
    """What waits for this caller, most urgent first: answers, groups to tell, plans to review or accept, drafts."""
    found = [
        *await _to_answer(db, caller, lang),
        *await _to_coordinate(db, caller, lang),
        *await _to_buy(db, caller, lang),
    ]
    far = datetime.max.replace(tzinfo=now.tzinfo)
    found.sort(key=lambda item: (item["urgency"], item["until"] or far, str(item["order_id"])))
    return found


async def _to_answer(db: Database, caller: Caller, lang: str) -> list[Row]:
    mine = _with(caller, "answer") & caller.own
    if not mine:
        return []
    return [
        _item(
            "answer",
            1,
            row,
            until=row["answer_until"],
            href=f"/v1/allocations/{row['id']}",
            title=sentences.plain(
                "todo_answer",
                lang,
                quantity=sentences.quantity(row["quantity_base"], row, lang),
                product=row["product_name"],
            ),
            allocation=row["id"],
        )
        for row in await db.all(_TO_ANSWER, mine=sorted(mine))
    ]


async def _to_coordinate(db: Database, caller: Caller, lang: str) -> list[Row]:
    mine = sorted(_with(caller, "coordinate"))
    if not mine:
        return []
    untold = {row["topic_id"]: row for row in await db.all(_TO_TELL, mine=mine)}
    found = []
    for row in await db.all(_TO_COORDINATE, mine=mine):
        said = {"order": row["code"]}
        if row["id"] in untold:
            tell = untold[row["id"]]
            title = sentences.plain("todo_tell", lang, count=tell["untold"], **said)
            found.append(
                _item("tell", 1, row, until=tell["until"], href=f"/v1/orders/{row['id']}/board", title=title)
            )
        if row["has_hole"]:
            title = sentences.plain("todo_repair", lang, **said)
            found.append(
                _item(
                    "repair",
                    2,
                    row,
                    until=row["cutoff_at"],
                    href=f"/v1/orders/{row['id']}/board",
                    title=title,
                )
            )
        if row["state"] in rules.OPEN_TO_PLANS and row["plan_state"] != PlanState.RELEASED:
            title = sentences.plain("todo_review", lang, **said)
            found.append(
                _item(
                    "review",
                    2,
                    row,
                    until=row["valid_until"],
                    href=f"/v1/orders/{row['id']}/plans",
                    title=title,
                )
            )
    return found


async def _to_buy(db: Database, caller: Caller, lang: str) -> list[Row]:
    mine = sorted(_with(caller, "buy"))
    found = []
    for row in await db.all(_TO_BUY, mine=mine) if mine else ():
        kind = "accept" if row["state"] == OrderState.PROPOSED else "draft"
        title = sentences.plain(f"todo_{kind}", lang, order=row["code"])
        found.append(
            _item(
                kind,
                2 if kind == "accept" else 3,
                row,
                until=row["valid_until"],
                href=f"/v1/orders/{row['id']}",
                title=title,
            )
        )
    return found


def _with(caller: Caller, capability: str) -> frozenset[UUID]:
    return frozenset(organisation for organisation, acts in caller.acts.items() if capability in acts)


def _item(
    kind: str,
    urgency: int,
    row: Row,
    *,
    until: datetime | None,
    href: str,
    title: str,
    allocation: Any = None,
) -> Row:
    return {
        "kind": kind,
        "urgency": urgency,
        "until": until,
        "title": title,
        "order_id": row.get("order_id", row["id"]),
        "order_code": row["code"],
        "allocation_id": allocation,
        "href": href,
    }
