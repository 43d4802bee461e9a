"""What waits for whom in orders: answers, groups to tell, plans to make, release or accept, holes, drafts."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from app.kernel import said
from app.kernel.caller import Caller
from app.kernel.db import Database, Row
from app.kernel.schema import table
from app.messages.models import Message, MessageKind
from app.orders import rules, sentences
from app.orders.queries.orders import ALLOCATION, LINE, ORDER, PLAN, PRODUCT
from app.orders.rules import AllocationState, OrderState, PlanState

MESSAGE = table(Message)
_MOST = 100
_IDS = given("mine", expanding=True, type_=ORDER.c.buyer_id.type)
_WITH_PLAN = ORDER.outerjoin(PLAN, PLAN.c.id == ORDER.c.plan_id)
_ORDER = (
    ORDER.c.id, ORDER.c.code, ORDER.c.state, ORDER.c.valid_until, ORDER.c.cutoff_at, ORDER.c.has_hole,
    PLAN.c.state.label("plan_state"),
)  # fmt: skip
_TO_COORDINATE = (
    sa.select(*_ORDER)
    .select_from(_WITH_PLAN)
    .where(
        ORDER.c.coordinator_id.in_(_IDS),
        sa.or_(
            sa.and_(
                ORDER.c.state.in_(rules.OPEN_TO_PLANS),
                sa.func.coalesce(PLAN.c.state, PlanState.VOID) != PlanState.RELEASED,
            ),
            sa.and_(ORDER.c.state == OrderState.AWAITING_PRODUCERS, ORDER.c.has_hole.is_(True)),
        ),
    )
    .order_by(ORDER.c.id)
    .limit(_MOST)
)
_TO_BUYER = MESSAGE.c.organisation_id == ORDER.c.buyer_id
_TO_TELL = (
    sa.select(
        ORDER.c.id,
        ORDER.c.code,
        _TO_BUYER.label("to_buyer"),
        sa.func.count(MESSAGE.c.organisation_id.distinct()).label("untold"),
        sa.func.min(MESSAGE.c.act_by).label("until"),
    )
    .select_from(MESSAGE.join(ORDER, ORDER.c.id == MESSAGE.c.topic_id))
    .where(
        MESSAGE.c.sender_organisation_id.in_(_IDS),
        MESSAGE.c.sent_at.is_(None),
        MESSAGE.c.cancelled_at.is_(None),
        MESSAGE.c.answered_at.is_(None),
        sa.or_(MESSAGE.c.kind != MessageKind.PLAN_READY, ORDER.c.state == OrderState.PROPOSED),
    )
    .group_by(ORDER.c.id, ORDER.c.code, _TO_BUYER)
    .order_by(ORDER.c.id, _TO_BUYER)
    .limit(_MOST)
)
_TO_BUY = (
    sa.select(*_ORDER)
    .select_from(_WITH_PLAN)
    .where(
        ORDER.c.buyer_id.in_(_IDS),
        sa.or_(
            ORDER.c.state == OrderState.DRAFT,
            sa.and_(ORDER.c.state == OrderState.PROPOSED, PLAN.c.state == PlanState.RELEASED),
        ),
    )
    .order_by(ORDER.c.id)
    .limit(_MOST)
)
_TO_ANSWER = (
    sa.select(
        ALLOCATION.c.id.label("allocation_id"), ALLOCATION.c.quantity_base, ALLOCATION.c.answer_until,
        ORDER.c.id, ORDER.c.code, PRODUCT.c.name.label("product_name"), PRODUCT.c.unit,
    )
    .select_from(
        ALLOCATION.join(ORDER, ORDER.c.id == ALLOCATION.c.order_id)
        .join(LINE, LINE.c.id == ALLOCATION.c.line_id)
        .join(PRODUCT, PRODUCT.c.id == LINE.c.product_id)
    )
    .where(ALLOCATION.c.producer_id.in_(_IDS), ALLOCATION.c.state == AllocationState.OFFERED)
    .order_by(ALLOCATION.c.answer_until, ALLOCATION.c.id)
    .limit(_MOST)
)  # fmt: skip


async def todo(db: Database, caller: Caller, lang: str) -> list[Row]:
    """What waits for this caller, in no order, at most 100 of each kind."""
    return [
        *await _to_answer(db, caller, lang),
        *await _to_tell(db, caller, lang),
        *await _to_coordinate(db, caller, lang),
        *await _to_buy(db, caller, lang),
    ]


async def _to_answer(db: Database, caller: Caller, lang: str) -> list[Row]:
    """Only for a group's own people: who answers for others calls them from the board."""
    mine = [organisation for organisation in _with(caller, "answer") if organisation in caller.own]
    return [
        _item(
            "answer",
            row,
            lang,
            until=row["answer_until"],
            allocation=row["allocation_id"],
            quantity=sentences.quantity(row["quantity_base"], row, lang),
            product=row["product_name"],
        )
        for row in await _rows(db, _TO_ANSWER, mine)
    ]


async def _to_tell(db: Database, caller: Caller, lang: str) -> list[Row]:
    rows = await _rows(db, _TO_TELL, _with(caller, "coordinate"))
    return [
        _item("tell_buyer", row, lang, until=row["until"])
        if row["to_buyer"]
        else _item("tell", row, lang, until=row["until"], groups=said.groups(row["untold"], lang))
        for row in rows
    ]


async def _to_coordinate(db: Database, caller: Caller, lang: str) -> list[Row]:
    found = []
    for row in await _rows(db, _TO_COORDINATE, _with(caller, "coordinate")):
        if row["has_hole"]:
            found.append(_item("repair", row, lang, until=row["cutoff_at"]))
        else:
            kind = "review" if row["plan_state"] == PlanState.DRAFTED else "plan"
            found.append(_item(kind, row, lang, until=None))
    return found


async def _to_buy(db: Database, caller: Caller, lang: str) -> list[Row]:
    return [
        _item("draft" if row["state"] == OrderState.DRAFT else "accept", row, lang, until=row["valid_until"])
        for row in await _rows(db, _TO_BUY, _with(caller, "buy"))
    ]


def _with(caller: Caller, capability: str) -> list[UUID]:
    return sorted(organisation for organisation, acts in caller.acts.items() if capability in acts)


async def _rows(db: Database, statement: sa.Select[Any], mine: list[UUID]) -> list[Row]:
    return await db.all(statement, mine=mine) if mine else []


_URGENCY = {
    "answer": 1,
    "tell": 1,
    "tell_buyer": 1,
    "repair": 2,
    "plan": 2,
    "review": 2,
    "accept": 2,
    "draft": 3,
}
_PLACES = {
    "answer": "/v1/allocations/{allocation}",
    "tell": "/v1/orders/{order}/board",
    "tell_buyer": "/v1/messages?topic_id={order}&state=to_send",
    "repair": "/v1/orders/{order}/board",
    "plan": "/v1/orders/{order}/plans",
    "review": "/v1/orders/{order}/plans",
}


def _item(
    kind: str, row: Row, lang: str, *, until: datetime | None, allocation: UUID | None = None, **facts: Any
) -> Row:
    place = _PLACES.get(kind, "/v1/orders/{order}")
    return {
        "kind": kind,
        "urgency": _URGENCY[kind],
        "until": until,
        "title": sentences.plain(f"todo_{kind}", lang, order=row["code"], **facts),
        "order_id": row["id"],
        "order_code": row["code"],
        "allocation_id": allocation,
        "href": place.format(order=row["id"], allocation=allocation),
    }
