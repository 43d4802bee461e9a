"""Lots as a spreadsheet, in the columns that the importer reads: what goes out may come in again."""

import asyncio
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import bindparam as given

from app.inventory.importer.columns import SAID
from app.inventory.models import Capacity, LotKind
from app.inventory.queries.lots import LOT, LOTS, visible_to
from app.kernel import money, sheets, units
from app.kernel.caller import Caller
from app.kernel.db import Database, Query, Row
from app.kernel.schema import table
from app.kernel.sheets import Cell
from app.people.models import Organisation

ORGANISATION, CAPACITY = table(Organisation), table(Capacity)
MOST = 10_000
_HEADERS = (
    *("Código", "Grupo", "Producto", "Variante", "Cantidad", "Empaque", "Precio", "Moneda", "Por"),
    *(
        "Disponible desde",
        "Vence",
        "Tipo",
        "Por semana",
        "Semanas de aviso",
        "Taller",
        "Sellos",
        "Grado",
        "Nota",
    ),
    *("Apartado", "Libre"),
)
_ALL = Query(
    LOTS.add_columns(ORGANISATION.c.code.label("producer_code"), CAPACITY.c.name.label("workshop"))
    .order_by(ORGANISATION.c.code, LOT.c.code, LOT.c.id)
    .limit(MOST),
    producers=LOT.c.producer_id.in_(given("producers")),
    producer=LOT.c.producer_id == given("producer"),
)


async def export(
    db: Database,
    caller: Caller,
    *,
    form: Literal["csv", "xlsx"],
    producer: UUID | None = None,
) -> bytes:
    """The lots that the caller may see, at most 10,000. No cell can be taken for a formula."""
    producers = visible_to(caller)
    rows = [] if producers == [] else await db.slow(_ALL, producers=producers, producer=producer)
    lines: list[tuple[Cell, ...]] = [_HEADERS, *(_line(row) for row in rows)]
    write = sheets.export_csv if form == "csv" else sheets.export_xlsx
    return await asyncio.to_thread(write, lines)


def _line(row: Row) -> tuple[Cell, ...]:
    is_capacity = row["kind"] == LotKind.CAPACITY
    price = money.from_minor(row["price_minor"], row["currency"])
    return (
        row["code"],
        row["producer_code"],
        row["product_code"],
        row["variant"] or "",
        "" if is_capacity else _amount(row["available_base"], row),
        _amount(row["pack_base"], row),
        Decimal(price),
        row["currency"],
        row["unit"],
        row["ready_on"],
        row["expires_on"] or "",
        SAID[LotKind(row["kind"])],
        _amount(row["per_week_base"], row) if is_capacity else "",
        Decimal(row["notice_weeks"]) if is_capacity else "",
        row["workshop"] or "",
        " | ".join(row["seals"]),
        "" if row["grade"] is None else Decimal(row["grade"]),
        row["note"],
        _amount(row["reserved_base"], row),
        _amount(row["available_base"] - row["reserved_base"], row),
    )


def _amount(quantity_base: int, row: Row) -> str:
    """«85 kg»; exact."""
    value, unit = units.exact(quantity_base, row["unit"], base=_base(row))
    return f"{value} {units.find(unit).symbol or unit}"


def _base(row: Row) -> str:
    base = units.find(row["unit"]).base
    return str(base)
