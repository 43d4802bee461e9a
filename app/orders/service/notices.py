"""What must be said to people when something ends or moves: the words, ready to send."""

from datetime import datetime, timedelta

from app.kernel import said
from app.kernel.db import Row
from app.messages.models import MessageKind
from app.messages.service import Draft
from app.orders import sentences
from app.orders.service.offers import HOLDER, LINK_VERSION, zone_of

_HELPS_FOR = timedelta(days=3)


def goodbye(part: Row, order: Row, reason: str, now: datetime) -> Draft:
    """That its part no longer counts."""
    facts = {"order": order["code"], "reason": reason.rstrip(".") + ".", "product": part["product_name"]}
    return Draft(
        to=part["producer_id"],
        by=order["coordinator_id"],
        kind=MessageKind.WITHDRAWN,
        subject=(HOLDER, part["id"]),
        topic_id=order["id"],
        phone=part["producer_phone"],
        text=sentences.plain("changed", "es", **facts),
        short=sentences.plain("changed_short", "es", **facts),
        act_by=now + _HELPS_FOR,
    )


def more_time(part: Row, order: Row, until: datetime, reason: str, now: datetime) -> Draft:
    """That there is more time, with the same link."""
    facts = {
        "order": order["code"],
        "quantity": sentences.quantity(part["quantity_base"], part, "es"),
        "product": part["product_name"],
        "reason": reason.rstrip(".") + ".",
        "until": said.moment(until, "es", zone=zone_of(order), now=now),
        "link": "{link}",
    }
    return Draft(
        to=part["producer_id"],
        by=order["coordinator_id"],
        kind=MessageKind.REMINDER,
        subject=(HOLDER, part["id"]),
        topic_id=order["id"],
        phone=part["producer_phone"],
        text=sentences.plain("more_time", "es", **facts),
        short=sentences.plain("more_time_short", "es", **facts),
        link_version=LINK_VERSION,
        act_by=until,
    )


def to_buyer(order: Row, phone: str | None, reason: str, now: datetime) -> Draft:
    """That the coordinating organisation ended the order."""
    facts = {"order": order["code"], "reason": reason.rstrip(".") + "."}
    return Draft(
        to=order["buyer_id"],
        by=order["coordinator_id"],
        kind=MessageKind.CANCELLED,
        subject=("order", order["id"]),
        topic_id=order["id"],
        phone=phone,
        text=sentences.plain("cancelled", "es", **facts),
        short=sentences.plain("cancelled_short", "es", **facts),
        act_by=now + _HELPS_FOR,
    )
