"""What a row would do: add a lot, change one, or nothing. Decides from what was read and what there is."""

from datetime import date
from typing import Any

from app.inventory.importer.known import World
from app.inventory.importer.reading import Wanted
from app.inventory.models import LotKind
from app.kernel.db import Row
from app.kernel.imports import Cells, Line, Measured, Outcome
from app.kernel.text import fold

Values = dict[str, Any]
_TERMS = {  # a column of the file and the column of the lot that it sets
    "empaque": "pack_base",
    "precio": "price_minor",
    "moneda": "currency",
    "listo_en_dias": "ready_on",
    "vence_en_dias": "expires_on",
    "grado": "grade",
    "nota": "note",
}


def line_of(row: int, cells: Cells, wanted: Wanted, world: World) -> Line:
    """The row of the report, with what committing it needs."""
    if cells.flaws or wanted.producer is None or wanted.product is None or wanted.code is None:
        whose = str(wanted.producer.id) if wanted.producer else ""
        return Line(row, wanted.code, within=whose, flaws=cells.flaws)
    lot = world.lots.get((wanted.producer.id, wanted.code))
    line = _new(row, cells, wanted, world) if lot is None else _known(row, cells, wanted, lot)
    line.within = str(wanted.producer.id)
    _check_seals(cells, wanted, world, set() if lot is None else set(lot["seals"]))
    if cells.flaws:
        return Line(row, wanted.code, within=line.within, flaws=cells.flaws)
    return line


def _check_seals(cells: Cells, wanted: Wanted, world: World, claimed: set[str]) -> None:
    """A seal claimed anew is held today, or on the day when the lot is ready."""
    producer = wanted.producer
    if producer is None:
        return
    days = (producer.today, wanted.ready_on or producer.today)
    for seal in wanted.seals or ():
        if seal not in claimed and not any(world.holds(producer.id, seal, day) for day in days):
            cells.refuse("sellos", "seal_not_held", seal=seal)


def _new(row: int, cells: Cells, wanted: Wanted, world: World) -> Line:
    producer, product, measure = wanted.producer, wanted.product, wanted.measure
    if producer is None or product is None or measure is None:
        return Line(row)
    kind = wanted.kind or LotKind.STOCK
    values: Values = {
        "producer": producer.id,
        "product": product.id,
        "variant": wanted.variant,
        "kind": kind,
        "quantity_base": wanted.quantity or 0,
        "price_minor": wanted.price,
        "currency": wanted.currency,
        "pack_base": wanted.pack or measure.step_base,
        "ready_on": wanted.ready_on or producer.today,
        "expires_on": wanted.expires_on,
        "grade": wanted.grade,
        "note": wanted.note or "",
        "seals": wanted.seals or [],
        "is_demo": producer.is_demo,
        "today": producer.today,
    }
    if kind is LotKind.CAPACITY:
        _check_made_on_order(cells, wanted, values, world)
    elif wanted.quantity is None:
        cells.refuse("cantidad", "missing")
    elif wanted.per_week is not None:
        cells.refuse("por_semana", "only_for_capacity")
    _check_days(cells, values["ready_on"], wanted.expires_on)
    return Line(row, wanted.code, outcome=Outcome.CREATED, values=values)


def _check_made_on_order(cells: Cells, wanted: Wanted, values: Values, world: World) -> None:
    """It names a workshop that there is, or says how much is made in a week."""
    producer, measure = wanted.producer, wanted.measure
    if producer is None or measure is None:
        return
    name = wanted.workshop or wanted.code or ""
    shared = world.workshops.get((producer.id, fold(name)))
    values |= {"workshop": name, "base_unit": measure.base, "notice_weeks": wanted.notice}
    values["per_week_base"] = wanted.per_week
    if wanted.quantity is not None:
        cells.refuse("cantidad", "not_for_capacity")
    if wanted.expires_on is not None:
        cells.refuse("vence_en_dias", "not_for_capacity")
    if shared is None and wanted.per_week is None:
        cells.refuse("por_semana", "missing")
    if shared is not None and shared["base_unit"] != measure.base:
        cells.refuse("taller", "other_measure")
    if shared is None and wanted.per_week is not None:
        world.workshops[producer.id, fold(name)] = {  # rows below may share it
            "base_unit": measure.base,
            "per_week_base": wanted.per_week,
        }


def _check_days(cells: Cells, ready: date, expires: date | None) -> None:
    if expires is not None and expires < ready:
        cells.refuse("vence_en_dias", "expires_before_ready")


def _known(row: int, cells: Cells, wanted: Wanted, lot: Row) -> Line:
    """What differs between a lot and what the file says of it; a cell left empty leaves things as they are."""
    if wanted.product is not None and wanted.product.id != lot["product_id"]:
        cells.refuse("producto", "other_product")
    if wanted.variant is not None and wanted.variant != lot["variant"]:
        cells.refuse("variante", "other_product")
    values = {name: _now(name, wanted, lot) for name in _TERMS.values()}
    changes = [column for column, name in _TERMS.items() if values[name] != lot[name]]
    if wanted.seals is not None and wanted.seals != lot["seals"]:
        changes.append("sellos")
    values["seals"] = lot["seals"] if wanted.seals is None else wanted.seals
    values["kind"] = _kind(cells, wanted, lot, changes)
    if lot["kind"] == LotKind.CAPACITY:
        _compare_weeks(cells, wanted, lot, values, changes)
    else:
        _compare_quantity(cells, wanted, lot, values, changes)
    _check_days(cells, values["ready_on"], values["expires_on"])
    return Line(
        row,
        wanted.code,
        outcome=Outcome.CHANGED if changes else Outcome.SAME,
        values=values,
        target=lot["id"],
        seen=lot["version"],
        changes=changes,
    )


def _now(name: str, wanted: Wanted, lot: Row) -> Any:
    """A term as it would be."""
    said = {
        "pack_base": wanted.pack,
        "price_minor": wanted.price,
        "currency": wanted.currency,
        "ready_on": _ready(wanted, lot),
        "expires_on": wanted.expires_on,
        "grade": wanted.grade,
        "note": wanted.note,
    }[name]
    return lot[name] if said is None else said


def _ready(wanted: Wanted, lot: Row) -> date | None:
    """«Listo en 0 días» says no more than that it is ready: a lot that was ready before stays so."""
    today = wanted.producer.today if wanted.producer else None
    ready: date = lot["ready_on"]
    if today is not None and wanted.ready_on == today and ready <= today:
        return ready
    return wanted.ready_on


def _kind(cells: Cells, wanted: Wanted, lot: Row, changes: list[str]) -> LotKind:
    was = LotKind(lot["kind"])
    if wanted.kind is None or wanted.kind is was:
        return was
    if (was, wanted.kind) != (LotKind.PLEDGED, LotKind.STOCK):
        cells.refuse("tipo", "other_kind")
    changes.append("tipo")
    return wanted.kind


def _compare_quantity(cells: Cells, wanted: Wanted, lot: Row, values: Values, changes: list[str]) -> None:
    """The quantity counts when the file says another one than last time: what was sold since is not put back."""
    if wanted.per_week is not None:
        cells.refuse("por_semana", "only_for_capacity")
    before = lot["available_base"] if lot["declared_base"] is None else lot["declared_base"]
    values |= {"quantity_base": None, "was_base": lot["available_base"]}
    if wanted.quantity is None or wanted.quantity == before or wanted.measure is None:
        return
    values["quantity_base"] = wanted.quantity
    changes.append("cantidad")
    if wanted.quantity < lot["reserved_base"]:
        held = Measured(lot["reserved_base"], wanted.measure.unit)
        cells.refuse("cantidad", "below_reserved", held=held)


def _compare_weeks(cells: Cells, wanted: Wanted, lot: Row, values: Values, changes: list[str]) -> None:
    if wanted.quantity is not None:
        cells.refuse("cantidad", "not_for_capacity")
    if wanted.workshop is not None and fold(wanted.workshop) != fold(lot["workshop"]):
        cells.refuse("taller", "other_workshop")
    values |= {"capacity_id": lot["capacity_id"], "per_week_base": None, "notice_weeks": None}
    if wanted.per_week is not None and wanted.per_week != lot["per_week_base"]:
        values["per_week_base"] = wanted.per_week
        changes.append("por_semana")
    if wanted.notice is not None and wanted.notice != lot["notice_weeks"]:
        values["notice_weeks"] = wanted.notice
        changes.append("semanas_aviso")
    values["today"] = wanted.producer.today if wanted.producer else None
