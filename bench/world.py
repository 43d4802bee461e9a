"""The rows that the bench measures on, the same every time: who sells, what is sold. Pure."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import product as pairs
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import SQLModel

from app.inventory.models import Lot, Movement, MovementReason
from app.kernel import ids, search
from app.kernel.text import fold
from app.people.models import AccessToken, Organisation, OrganisationKind, Session, User
from app.products.models import Category, LocalUnit, Pack, Product, ProductWord, Variant

PRODUCERS, PRODUCTS, LOTS, ORDERS, FAIRS = 5_000, 100_000, 300_000, 40_000, 5_000
FAIRS_PER_TOWN = 20
NEW_FAIRS = 8_000  # that the turns may add
ORDERS_PER_BUYER = 40  # of one buyer 50 may wait at once
SPREAD = 1_000  # the lots that all orders but the hot half take from
TOKEN = "mka_bench"
START = datetime(2026, 1, 5, 12, tzinfo=UTC)
Row = dict[str, Any]

_NOUNS, _KINDS, _PLACES = map(
    str.split, Path(__file__).with_name("words.txt").read_text("utf-8").splitlines()
)
REGIONS = ("PE-PUN", "PE-CUS", "PE-PIU", "BO-L", "BO-P", "CL-AR", "CL-LL")


class Rows(NamedTuple):
    """The rows of one table, made as they are asked for."""

    model: type[SQLModel]
    total: int
    make: Callable[[], Iterator[Row]]


def everything() -> list[Rows]:
    """Every table's rows, what is referred to first."""
    return [
        Rows(User, 1, _user),
        Rows(Session, 1, _session),
        Rows(AccessToken, 1, _token),
        Rows(Organisation, PRODUCERS + ORDERS // ORDERS_PER_BUYER + 1, _organisations),
        Rows(Category, len(_NOUNS), _categories),
        Rows(Product, PRODUCTS, _products),
        Rows(Variant, PRODUCTS, _variants),
        Rows(Pack, PRODUCTS, _packs),
        Rows(LocalUnit, PRODUCTS, _local_units),
        Rows(ProductWord, 557_251, _product_words),
        Rows(Lot, LOTS, _lots),
        Rows(Movement, LOTS, _movements),
    ]


def identifier(kind: str, number: int) -> UUID:
    """A UUIDv7 made `number` milliseconds after START, the rest by digest: ordered as real ones are."""
    millis = int(START.timestamp() * 1000) + number
    chance = int.from_bytes(blake2b(f"{kind}{number}".encode(), digest_size=10).digest(), "big")
    return UUID(
        int=millis << 80 | 0x7 << 76 | (chance >> 68) << 64 | 0b10 << 62 | chance & 0x3FFFFFFFFFFFFFFF
    )


def chance(number: int, below: int) -> int:
    """A number below a limit that looks drawn by lot and is always the same (Knuth's multiplicative hash)."""
    return (number * 2_654_435_761 % 4_294_967_296) * below >> 32


def names() -> Iterator[tuple[str, str, str]]:
    """Each product's noun, kind and place, in an order in which neighbours differ."""
    found = list(pairs(_NOUNS, _KINDS, _PLACES))
    return (found[n * 7_919 % len(found)] for n in range(PRODUCTS))  # 7,919 is prime: every one comes once


def searches(count: int) -> list[str]:
    """What people type: a noun and a place."""
    return [
        f"{_NOUNS[chance(n, len(_NOUNS))]} {_PLACES[chance(n + 7, len(_PLACES))]}".lower()
        for n in range(count)
    ]


def product_name(noun: str, kind: str, place: str) -> str:
    """«Quinua blanca de Ayaviri»."""
    return f"{noun} {kind} de {place}"


def _user() -> Iterator[Row]:
    yield {"id": identifier("user", 0), "display_name": "Bench", "is_admin": True, "created_at": START}


def _session() -> Iterator[Row]:
    yield {"id": identifier("session", 0), "user_id": identifier("user", 0), "created_at": START}


def _token() -> Iterator[Row]:
    yield {
        "digest": ids.digest(TOKEN),
        "session_id": identifier("session", 0),
        "expires_at": START + timedelta(days=36_500),
    }


def _organisations() -> Iterator[Row]:
    yield organisation("network", 0, OrganisationKind.NETWORK, "Red Ayni", _region(0))
    for n in range(ORDERS // ORDERS_PER_BUYER):
        yield organisation("buyer", n, OrganisationKind.BUYER, f"Comprador {n:03d}", _region(n))
    for n in range(PRODUCERS):
        name = f"Grupo {_NOUNS[n % len(_NOUNS)]} de {_PLACES[chance(n, len(_PLACES))]} {n}"
        yield organisation("producer", n, OrganisationKind.PRODUCER_GROUP, name, _region(n))


def _region(number: int) -> str:
    return REGIONS[chance(number, len(REGIONS))]


def organisation(kind: str, number: int, is_a: OrganisationKind, name: str, region: str) -> Row:
    """A verified organisation."""
    return {
        "id": identifier(kind, number),
        "code": f"{kind}-{number}",
        "name": name,
        "name_folded": fold(name),
        "kind": is_a,
        "country": region[:2],
        "region": region,
        "verified_at": START,
        "created_at": START,
    }


def _categories() -> Iterator[Row]:
    for n, noun in enumerate(_NOUNS):
        code = fold(noun)
        yield {"id": identifier("category", n), "code": code, "name_es": noun, "name_en": noun}


def _products() -> Iterator[Row]:
    category = {noun: identifier("category", n) for n, noun in enumerate(_NOUNS)}
    for n, (noun, kind, place) in enumerate(names()):
        name = product_name(noun, kind, place)
        yield {
            "id": identifier("product", n),
            "code": fold(f"{noun}-{kind}-{place}"),
            "category_id": category[noun],
            "owner_id": None,
            "name": name,
            "name_folded": fold(name),
            "quality": f"{noun} {kind}, de primera, en saco limpio y seco, humedad hasta 12 %",
            "base_unit": "GRM",
            "unit": "KGM",
            "price_unit_base": 1_000,
            "created_at": START,
        }


def _variants() -> Iterator[Row]:
    for n in range(PRODUCTS):
        yield {"product_id": identifier("product", n), "code": "primera", "name": "Primera"}


def _packs() -> Iterator[Row]:
    for n in range(PRODUCTS):
        yield {
            "product_id": identifier("product", n),
            "code": "saco-46",
            "name": "Saco de 46 kg",
            "quantity_base": 46_000,
        }


def _local_units() -> Iterator[Row]:
    for n in range(PRODUCTS):
        yield {"product_id": identifier("product", n), "code": "saco", "factor_base": 46_000}


def _product_words() -> Iterator[Row]:
    of = {word: search.words_of(word) for word in (*_NOUNS, *_KINDS, *_PLACES)}
    for n, parts in enumerate(names()):
        subject = identifier("product", n)
        for word in {word for part in parts for word in of[part]}:
            yield {"subject_id": subject, "word": word}


def _lots() -> Iterator[Row]:
    for n in range(LOTS):
        yield {
            "id": identifier("lot", n),
            "producer_id": identifier("producer", chance(n, PRODUCERS)),
            "product_id": identifier("product", n % PRODUCTS),
            "code": f"LOTE-{n}",
            "price_minor": price_minor(n),
            "currency": "PEN",
            "pack_base": 1_000,
            "available_base": _stock_base(n),
            "ready_on": START.date(),
            "expires_on": START.date() + timedelta(days=200 + chance(n, 200)),
            "created_at": START,
            "updated_at": START,
        }


def _movements() -> Iterator[Row]:
    for n in range(LOTS):
        yield {
            "id": identifier("movement", n),
            "lot_id": identifier("lot", n),
            "at": START,
            "delta_base": _stock_base(n),
            "reason": MovementReason.RECEIVED,
            "caller": "bench",
        }


def _stock_base(lot: int) -> int:
    enough = 1_000_000_000 if lot < SPREAD else 0  # whatever the orders take
    return enough + 1_000 * (5 + chance(lot, 200))


def price_minor(lot: int) -> int:
    """What a lot's producer asks per kilogram."""
    return 500 + chance(lot, 400)
