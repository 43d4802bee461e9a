"""What the pages show of the rooms below, for somebody who holds a link: the link is what lets them read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.kernel import i18n, units
from app.kernel.db import Database, Row
from app.kernel.text import sentence
from app.orders import rules, sentences
from app.orders.queries import allocations, besides, orders
from app.orders.service.offers import zone_of
from app.products import queries as products
from app.site.offer import AGREED, OfferRow, OfferView


async def offer(db: Database, allocation_id: UUID, *, now: datetime, lang: str) -> OfferView:
    """One part of an order as its group reads it. Raises NotFoundError."""
    found = await allocations.raw(db, allocation_id)
    plan = await allocations.plan_of(db, found)
    share, line = allocations.share_of(found, plan)
    takes = await allocations.takes(db, allocation_id)
    facts = _facts(found, share or _NO_SHARE, line or _NO_LINE, takes, now=now, lang=lang)
    told = sentences.reasons(share, line, found, lang) if share and line else None
    policy = await orders.policy(db, found["coordinator_id"])
    product = await products.row(db, found["product_id"])
    name = str(found["product_name"])
    return OfferView(
        order_code=found["order_code"],
        coordinator=found["coordinator_name"],
        group=found["producer_name"],
        product=name if name[1:2].isupper() else name[:1].lower() + name[1:],
        share=facts["quantity"],
        price=facts["price"],
        money=facts["amount"],
        deadline=facts["until"],
        due=facts["due"],
        reason=_reason(facts | told, lang) if told else "",
        **await _besides(db, found, share or _NO_SHARE, lang),
        has_ended=found["order_state"] in rules.OVER,
        why_closed=_why_closed(found),
        unit=found["unit"],
        base_unit=found["base_unit"],
        country=found["coordinator_country"] or "",
        overrides=products.overrides(product),
        state=_state(found, now),
        can_answer=_can_answer(found, now),
        is_kept=found["late_base"] is not None,
        is_demo=found["is_demo"],
        rows=tuple(await _rows(db, found, plan, lang)) if policy["show_table"] else (),
    )


def _why_closed(found: Row) -> str | None:
    """Why the order ended, or why the part alone was withdrawn."""
    if found["order_state"] in rules.OVER:
        return found["close_reason"] and sentence(found["close_reason"])
    return found["reason"] if found["state"] == rules.AllocationState.WITHDRAWN else None


def _reason(facts: dict[str, Any], lang: str) -> str:
    return i18n.text(lang, "site", "offer_reason" if facts["is_plain"] else "offer_reason_other", **facts)


_NO_SHARE: dict[str, Any] = {"people": 1, "bound": "answered", "quantity_base": 0, "amount_minor": 0}
_NO_LINE: dict[str, Any] = {"wanted_base": 0, "people": 1, "groups": 1}


def _facts(
    found: Row, share: dict[str, Any], line: dict[str, Any], takes: list[Row], *, now: datetime, lang: str
) -> dict[str, Any]:
    """The phrases of the part: as it was offered, or what the group has agreed to."""
    now_theirs = {name: found[name] for name in ("quantity_base", "amount_minor")}
    shown = {**share, "takes": takes, **(now_theirs if found["state"] in rules.HELD else {})}
    return sentences.offer_facts(
        shown,
        line,
        found,
        order={**found, "code": found["order_code"]},
        until=found["answer_until"],
        zone=zone_of(found),
        now=now,
        lang=lang,
    )


async def _besides(db: Database, found: Row, share: dict[str, Any], lang: str) -> dict[str, Any]:
    """What the group had before a part that comes on top of it; of an ended part nothing is said."""
    if not share.get("kept_base") or found["state"] not in (*rules.LIVE, *rules.LATE):
        return {}
    had, agreed = await besides.before(db, found)
    return sentences.besides(had, agreed, found, lang)


def _state(found: Row, now: datetime) -> str:
    """The part's state; an offer past its deadline is late, whether or not the worker has seen to it."""
    if found["state"] == rules.AllocationState.OFFERED and now > found["answer_until"]:
        return rules.AllocationState.EXPIRED
    return str(found["state"])


def _can_answer(found: Row, now: datetime) -> bool:
    if found["order_state"] not in rules.RUNNING:
        return False
    return found["state"] not in AGREED or now <= found["answer_until"]


async def _rows(db: Database, found: Row, plan: Row, lang: str) -> list[OfferRow]:
    """Everybody's shares of the line; a reason only where it is another than this group's, told above the table."""
    told = allocations.why_of(found, plan, lang)
    rows = []
    for row in await allocations.table_of(db, found, lang):
        is_you = row["producer_id"] == found["producer_id"]
        share = units.display(row["quantity_base"], found["unit"], lang)
        reason = "" if is_you or row["why"] == told else row["why"]
        rows.append(OfferRow(row["producer"], row["people"], share, reason, is_you))
    return rows
