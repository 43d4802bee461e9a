"""Acceptance of a planned one-line order, by hand: three reads, then one transaction of twelve statements."""

import hashlib
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from app.kernel import said
from app.kernel.ids import uuid7
from app.orders import rules, sentences
from bench.floor.reads import Answer, price, quantity
from bench.floor.statements import Postgres, Sqlite

_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.decode
_ZONE = "America/Lima"
_PLAIN = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")  # what an SMS has no room for
# The wording is the application's, whatever it is today: its sentences with their places left open.
_OPEN = {
    name: f"{{{name}}}"
    for name in (
        "order", "network", "buyer", "product", "wanted", "people", "groups", "level", "own_people", "quantity", "price",
        "amount", "due", "until",
    )
}  # fmt: skip
_TEXT, _SHORT = (
    sentences.offer(_OPEN | {"is_plain": False, "why": sentences.plain("bound_level_value", "es")}, "es"),
    sentences.offer_short(_OPEN, "es"),
)


class Asked(NamedTuple):
    """What came in."""

    path: str
    body: bytes
    key: str


async def accept(db: Postgres | Sqlite, asked: Asked, caller: str, request_id: str) -> Answer:
    """Hold the stock of the named plan and write everything that an acceptance writes."""
    now = datetime.now(UTC)  # noqa: TID251 - as the application's clock
    order_id, plan_id = UUID(asked.path[11:47]), UUID(_decode(asked.body)["plan_id"])
    ready = await _prepare(db, order_id, plan_id, now)
    acting = _Acting(db, caller, request_id, now, db.spelt(now), db.spelt(ready.until))
    order_key, version = db.spelt(order_id), ready.order["version"]
    async with db.transaction() as tx:
        accepted = await tx.run(
            db.accept, order=order_key, expected=version, now=acting.at, until=acting.until
        )
        assert accepted == 1
        await tx.run(db.accept_plan, plan=db.spelt(plan_id))
        message = await _offer(db, tx, ready, acting)
        await _record(tx, acting, "message.posted", ("topic", order_key), messages=[message])
        await _record(tx, acting, "order.accepted", ("order", order_key), plan=str(plan_id))
        body, etag = _encode(_shown(db, ready, now)), f'"{version + 1}-es"'
        await tx.run(
            db.keep,
            principal=caller,
            route=f"POST {asked.path}",
            key=asked.key,
            body_digest=hashlib.sha256(asked.body).digest(),
            status=201,
            headers=etag,
            body=body,
            made_at=acting.at,
        )
    return Answer(201, body, etag.encode())


class _Ready(NamedTuple):
    order: Any
    line: Any
    plan_line: dict[str, Any]
    share: dict[str, Any]
    phone: str | None
    until: datetime


class _Acting(NamedTuple):
    db: Postgres | Sqlite
    caller: str
    request_id: str
    now: datetime
    at: Any
    until: Any


async def _prepare(db: Postgres | Sqlite, order_id: UUID, plan_id: UUID, now: datetime) -> _Ready:
    order = (await db.fetch(db.order, order=db.spelt(order_id), plan=db.spelt(plan_id)))[0]
    valid_until = db.instant(order["valid_until"])
    assert order["state"] == "proposed"
    assert order["plan_state"] == "released"
    assert order["buyer_verified_at"] is not None
    assert order["waiting"] < 50
    assert valid_until is not None
    assert valid_until >= now
    line = (await db.fetch(db.lines, order=db.spelt(order_id)))[0]
    until = rules.deadline(now, _ZONE, hours=order["answer_hours"], due_on=db.day(line["due_on"]))
    share = _decode(order["plan_shares"])[0]
    contacts = await db.fetch(db.contacts, ids=db.spelt(UUID(share["producer"])))
    return _Ready(order, line, _decode(order["plan_lines"])[0], share, contacts[0]["phone"], until)


async def _offer(db: Postgres | Sqlite, tx: Any, ready: _Ready, acting: _Acting) -> UUID:
    order, share, take = ready.order, ready.share, ready.share["takes"][0]
    lot, allocation, quantity_base = db.spelt(UUID(take["lot_id"])), db.spelt(uuid7()), take["quantity_base"]
    held = await tx.run(
        db.hold, lot=lot, price=take["price_minor"], expected=take["version"], quantity=quantity_base
    )
    assert held == 1
    await tx.many(
        db.reserve,
        [
            {
                "id": db.spelt(uuid7()),
                "lot_id": lot,
                "capacity_id": None,
                "week_on": None,
                "holder_kind": "allocation",
                "holder_id": allocation,
                "quantity_base": quantity_base,
                "state": "live",
                "expires_at": None,
                "created_at": acting.at,
            }
        ],
    )
    await tx.many(
        db.allocate,
        [
            {
                "id": allocation,
                "order_id": order["id"],
                "line_id": ready.line["id"],
                "producer_id": db.spelt(UUID(share["producer"])),
                "plan_id": order["plan_id"],
                "state": "offered",
                "offered_base": share["quantity_base"],
                "quantity_base": share["quantity_base"],
                "amount_minor": share["amount_minor"],
                "answer_until": acting.until,
                "created_at": acting.at,
                "version": 1,
            }
        ],
    )
    await tx.many(
        db.take,
        [
            {
                "allocation_id": allocation,
                "source": take["source"],
                "position": 0,
                "lot_id": lot,
                "week_on": None,
                "quantity_base": quantity_base,
                "price_minor": take["price_minor"],
                "seals": _encode(take["seals"]).decode(),
            }
        ],
    )
    return await _say(db, tx, ready, acting, allocation)


async def _say(db: Postgres | Sqlite, tx: Any, ready: _Ready, acting: _Acting, allocation: Any) -> UUID:
    order, share = ready.order, ready.share
    identifier = uuid7()
    text, short = _words(db, ready, acting.now)
    await tx.many(
        db.say,
        [
            {
                "id": db.spelt(identifier),
                "organisation_id": db.spelt(UUID(share["producer"])),
                "user_id": None,
                "phone": ready.phone,
                "sender_organisation_id": order["coordinator_id"],
                "subject_kind": "allocation",
                "subject_id": allocation,
                "topic_id": order["id"],
                "kind": "offer",
                "text": text,
                "short": short,
                "link_version": 1,
                "facts": _encode({"line": share["line"], "quantity_base": share["quantity_base"]}).decode(),
                "lang": "es",
                "act_by": acting.until,
                "created_at": acting.at,
            }
        ],
    )
    return identifier


def _words(db: Postgres | Sqlite, ready: _Ready, now: datetime) -> tuple[str, str]:
    """The offer's two texts; the bench has whole kilograms, one group, one price."""
    order, line, share, plan_line = ready.order, ready.line, ready.share, ready.plan_line
    kilos = f"{share['quantity_base'] // 1_000} kg"
    minor, each = share["amount_minor"], share["takes"][0]["price_minor"]
    facts = {
        "order": order["code"],
        "network": order["coordinator_name"],
        "buyer": order["buyer_name"],
        "product": line["product_name"],
        "wanted": f"{plan_line['wanted_base'] // 1_000} kg",
        "people": f"{plan_line['people']} personas",
        "groups": f"{plan_line['groups']} grupo",
        "level": kilos,
        "own_people": f"{share['people']} personas",
        "quantity": kilos,
        "price": f"S/ {each // 100}.{each % 100:02d} el kilo",
        "amount": f"S/ {minor // 100}.{minor % 100:02d}",
        "due": said.day(db.day(line["due_on"]), "es", today=now.date()),
        "until": said.moment(ready.until, "es", zone=_ZONE, now=now),
        "link": "{link}",
    }
    return _TEXT.format_map(facts), _SHORT.format_map(facts).translate(_PLAIN)


async def _record(tx: Any, acting: _Acting, kind: str, subject: tuple[str, Any], **facts: Any) -> None:
    db = acting.db
    common = {
        "id": db.spelt(uuid7()),
        "at": acting.at,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "facts": _encode(facts).decode(),
    }
    await tx.run(db.audit, **common, actor=acting.caller, request_id=acting.request_id, action=kind)
    await tx.run(db.event, **common, kind=kind, sequence=None)


def _shown(db: Postgres | Sqlite, ready: _Ready, now: datetime) -> dict[str, Any]:
    order, line, offered = ready.order, ready.line, ready.share["quantity_base"]
    unit, factor = line["unit"], line["price_unit_base"]
    highest, under = line["max_price_minor"], line["under_base"]
    return {
        "id": db.uuid(order["id"]),
        "code": order["code"],
        "state": "awaiting_producers",
        "buyer": {"id": db.uuid(order["buyer_id"]), "name": order["buyer_name"]},
        "coordinator": {"id": db.uuid(order["coordinator_id"]), "name": order["coordinator_name"]},
        "currency": order["currency"],
        "note": order["note"],
        "delivery": order["delivery"],
        "max_share": None,
        "lines": [
            {
                "id": db.uuid(line["id"]),
                "number": line["number"],
                "product": {
                    "id": db.uuid(line["product_id"]),
                    "code": line["product_code"],
                    "name": line["product_name"],
                },
                "variant": line["variant"],
                "quantity": quantity(line["quantity_base"], unit, factor),
                "over_tolerance": quantity(line["over_base"], unit, factor),
                "under_tolerance": quantity(under, unit, factor) if under is not None else None,
                "max_price": price(highest, order["currency"], unit) if highest is not None else None,
                "min_grade": line["min_grade"],
                "due_on": db.day(line["due_on"]),
                "min_shelf_days": line["min_shelf_days"],
                "seals": _decode(line["seals"]),
                "regions": _decode(line["regions"]),
                "offered": quantity(offered, unit, factor),
                "agreed": quantity(0, unit, factor),
                "missing": quantity(max(0, line["quantity_base"] - offered), unit, factor),
            }
        ],
        "plan_id": db.uuid(order["plan_id"]),
        "accepted_at": now,
        "valid_until": db.instant(order["valid_until"]),
        "cutoff_at": ready.until,
        "close_reason": order["close_reason"],
        "created_at": db.instant(order["created_at"]),
        "actions": ["board", "cancel", "repair"],
        "is_demo": bool(order["is_demo"]),
        "version": order["version"] + 1,
    }
