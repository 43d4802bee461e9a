"""One product, a page of products with what is offered of each, a search: by hand."""

import hashlib
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from app.kernel import pages, search
from bench.floor.statements import Postgres, Sqlite

_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.decode
CATALOGUE = "catalogue:None:None:False"  # the scope of its cursors: no words, any category, all products
_JSON = ((b"content-type", b"application/json"), (b"cache-control", b"private, no-cache"))


class Answer(NamedTuple):
    """What goes out, with the headers that are not every answer's."""

    status: int
    body: bytes
    etag: bytes
    headers: tuple[tuple[bytes, bytes], ...] = _JSON


async def product(db: Postgres | Sqlite, identifier: UUID) -> Answer:
    """One product with its parts."""
    found = (await db.fetch(db.product, id=db.spelt(identifier)))[0]
    (key, code, category, name, quality, base, unit, factor, step, _, demo, version, *parts) = found
    variants, packs, measures = map(_decode, parts)
    row = {
        "id": db.uuid(key),
        "code": code,
        "category": category,
        "name": name,
        "quality": quality,
        "base_unit": base,
        "is_demo": bool(demo),
        "version": version,
        "variants": variants,
        "packs": [
            {"code": p["code"], "name": p["name"], "quantity": quantity(p["quantity_base"], unit, factor)}
            for p in packs
        ],
        "local_units": [
            {"code": m["code"], "quantity": quantity(m["factor_base"], unit, factor)} for m in measures
        ],
        "price_unit": {"value": "1", "unit": unit},
        "step": quantity(step, unit, factor),
    }
    return Answer(200, _encode(row), b'"%d-es"' % version)


async def found_by_words(db: Postgres | Sqlite, key: bytes, query: dict[str, str]) -> Answer:
    """Products by two words."""
    words = query["q"]
    found = await db.fetch(db.search, **search.parameters(words), limit=51)
    items = [
        {
            "id": db.uuid(identifier),
            "code": code,
            "category": category,
            "name": name,
            "is_demo": bool(demo),
            "price_unit": {"value": "1", "unit": unit},
        }
        for identifier, code, category, name, _, unit, demo in found[:50]
    ]
    return _page(db, key, f"products:{words}:None", items, found)


async def catalogue(db: Postgres | Sqlite, key: bytes, query: dict[str, str]) -> Answer:
    """The 50 products after a cursor, with what is offered of each."""
    name, after = pages.read_cursor(key, CATALOGUE, query["cursor"])
    today = datetime.now(UTC).date()  # noqa: TID251 - as the application's clock
    found = await db.fetch(
        db.page, after_name=name, after_id=db.spelt(UUID(after)), today=db.spelt(today), limit=51
    )
    items = [
        {
            "id": db.uuid(identifier),
            "code": code,
            "category": category,
            "name": name,
            "is_demo": bool(demo),
            "offers": [_offer(offer, unit, factor) for offer in _decode(offers)],
        }
        for identifier, code, category, name, _, unit, factor, demo, offers in found[:50]
    ]
    return _page(db, key, CATALOGUE, items, found)


def listing(content: Any) -> Answer:
    """A whole list, its ETag by the digest of its bytes."""
    body = _encode(content)
    return Answer(200, body, b'"%s-es"' % hashlib.blake2b(body, digest_size=9).hexdigest().encode())


def quantity(base: int, unit: str, factor: int) -> dict[str, str]:
    """The bench has whole kilograms, and a smallest step of a gram."""
    whole, rest = divmod(base, factor)
    return {"value": f"{whole}.{rest:03d}" if rest else str(whole), "unit": unit}


def price(minor: int, currency: str, unit: str) -> dict[str, Any]:
    """The bench has one currency, with two decimals."""
    amount = f"{minor // 100}.{minor % 100:02d}"
    return {"amount": amount, "currency": currency, "per": {"value": "1", "unit": unit}}


def _offer(offer: dict[str, Any], unit: str, factor: int) -> dict[str, Any]:
    return {
        "currency": offer["currency"],
        "producers": offer["producers"],
        "now": quantity(offer["now"], unit, factor),
        "coming": quantity(offer["coming"], unit, factor),
        "per_week": quantity(offer["per_week"], unit, factor),
        "lowest": price(offer["lowest"], offer["currency"], unit),
        "highest": price(offer["highest"], offer["currency"], unit),
    }


def _page(db: Postgres | Sqlite, key: bytes, scope: str, items: list[Any], found: Any) -> Answer:
    cursor = None
    if len(found) > 50:
        cursor = pages.write_cursor(key, scope, [found[49][4], db.uuid(found[49][0])])
    return listing({"items": items, "next_cursor": cursor})
