"""How a running order stands, group by group: told, seen, answered, missing."""

from collections import Counter
from uuid import UUID

from app.kernel import wire
from app.kernel.db import Database, Row
from app.kernel.errors import ForbiddenError
from app.messages import queries as messages
from app.messages.models import QUESTIONS
from app.orders.queries import allocations, orders
from app.orders.rules import AllocationState

_MOST_MESSAGES = 10_000


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
    asked = await _questions(db, reader, order) if parts else {}
    rows = [_row(part, heard.get(part["id"], messages.Told()), asked.get(part["id"])) for part in parts]
    return {
        "order_id": order_id,
        "order_code": order["code"],
        "state": order["state"],
        "lines": [orders.line_shown(line, order["currency"]) for line in lines],
        "rows": rows,
        "counts": dict(sorted(Counter(str(row["state"]) for row in rows).items())),
    }


async def _questions(db: Database, reader: messages.Reader, order: Row) -> dict[UUID, Row]:
    """The newest live question about each part, as the coordinating organisation sends it."""
    found = await messages.page(
        db,
        reader,
        box="outbox",
        organisation_id=order["coordinator_id"],
        limit=_MOST_MESSAGES,
        after=None,
        topic_id=order["id"],
    )
    asked = [message for message in found if message["kind"] in QUESTIONS and not message["cancelled_at"]]
    asked.sort(key=lambda message: (message["created_at"], message["id"]))
    return {message["subject"]["id"]: message for message in asked}


def _row(part: Row, heard: messages.Told, question: Row | None) -> Row:
    is_missing = part["state"] == AllocationState.OFFERED
    late = part["late_base"]
    return {
        "allocation_id": part["id"],
        "producer": {"id": part["producer_id"], "name": part["producer_name"]},
        "line": part["number"],
        "quantity": allocations.quantity_of(part, part["quantity_base"]),
        "amount": wire.amount(part["amount_minor"], part["currency"]),
        "state": part["state"],
        "told": heard.told_at is not None or part["state"] == AllocationState.EXPIRED,
        "seen": heard.seen_at is not None,
        "answered": part["answered_at"] is not None,
        "missing": is_missing,
        "late": allocations.quantity_of(part, late) if late is not None else None,
        "message_id": question["id"] if question else None,
        "wa_link": question["wa_link"] if question and is_missing else None,
        "answer_until": part["answer_until"],
    }
