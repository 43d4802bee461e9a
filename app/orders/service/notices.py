"""What must be said to people when something ends or moves: the words, ready to send."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.kernel import i18n, money, said
from app.kernel.db import Row
from app.kernel.text import sentence
from app.messages.models import MessageKind
from app.messages.service import Draft
from app.orders import sentences
from app.orders.rules import Channel
from app.orders.service.offers import HOLDER, LINK_VERSION, zone_of

PLAN_SUBJECT = "plan"
_HELPS_FOR = timedelta(days=3)


def goodbye(part: Row, order: Row, reason: str, now: datetime) -> Draft:
    """That its part no longer counts."""
    facts = {"order": order["code"], "reason": sentence(reason), "product": part["product_name"]}
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
        "reason": sentence(reason),
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
    facts = {"order": order["code"], "reason": sentence(reason)}
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


def ran_out(order: Row, phone: str | None, reason: str, now: datetime) -> Draft:
    """To the buyer: that the order ended because its time was over."""
    draft, facts = to_buyer(order, phone, reason, now), {"order": order["code"], "reason": sentence(reason)}
    text, short = (sentences.plain(key, "es", **facts) for key in ("ran_out", "ran_out_short"))
    return replace(draft, text=text, short=short)


def plan_ready(order: Row, plan: Row, phone: str | None, until: datetime, now: datetime) -> Draft:
    """To the buyer: that its plan can be read and accepted."""
    is_full = not any(line["missing_base"] for line in plan["lines"])
    facts = {
        "order": order["code"],
        "fill": sentences.plain("plan_is_full" if is_full else "plan_is_short", "es"),
        "total": money.display(plan["total_minor"], order["currency"], "es"),
        "until": said.moment(until, "es", zone=zone_of(order), now=now),
    }
    return Draft(
        to=order["buyer_id"],
        by=order["coordinator_id"],
        kind=MessageKind.PLAN_READY,
        subject=(PLAN_SUBJECT, plan["id"]),
        topic_id=order["id"],
        phone=phone,
        text=sentences.plain("plan_ready", "es", **facts),
        short=sentences.plain("plan_ready_short", "es", **facts),
        act_by=until,
    )


def noted(
    part: Row,
    order: Row,
    answer: str,
    *,
    quantity_base: int,
    spoke: str,
    channel: Channel,
    can_correct: bool,
    now: datetime,
) -> Draft:
    """To a group: what was noted as its `answer` (yes, no, late), who said so and how; with its link while that helps."""
    key, until = f"noted_{answer}", part["answer_until"]
    facts = {
        "order": order["code"],
        "product": part["product_name"],
        "quantity": sentences.quantity(quantity_base, part, "es"),
        "spoke": spoke,
        "how": i18n.texts("es")["labels"]["answer_channel"][channel],
    }
    otherwise = sentences.plain(
        "correct_it" if can_correct else "tell_them",
        "es",
        network=order["coordinator_name"],
        until=said.moment(until, "es", zone=zone_of(order), now=now),
        link="{link}",
    )
    return Draft(
        to=part["producer_id"],
        by=order["coordinator_id"],
        kind=MessageKind.NOTED,
        subject=(HOLDER, part["id"]),
        topic_id=order["id"],
        phone=part["producer_phone"],
        text=sentences.plain(key, "es", otherwise=otherwise, **facts),
        short=sentences.plain(f"{key}_short", "es", **facts),
        link_version=LINK_VERSION if can_correct else None,
        act_by=until if can_correct else now + _HELPS_FOR,
    )
